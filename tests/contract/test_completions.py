import json
from typing import Any

import httpx
import pytest
from openai.types import Completion
from pydantic import TypeAdapter

from tests.contract.document import Contract, sse_events

BASE: dict[str, Any] = {"prompt": "Once upon a time", "max_tokens": 8, "seed": 3, "temperature": 0.8}

VARIANTS: dict[str, dict[str, Any]] = {
    "a text": {},
    "several texts": {"prompt": ["Once", "Twice"]},
    "token ids": {"prompt": [5195, 1980, 253, 655]},
    "several lists of token ids": {"prompt": [[5195, 1980], [253]]},
    "several choices of several texts": {"prompt": ["Once", "Twice"], "n": 2},
    "log probabilities": {"logprobs": 2},
    "chosen log probabilities": {"logprobs": 2, "logprob_token_ids": [17, 253]},
    "what a router adds": {
        "kv_transfer_params": {"do_remote_decode": True},
        "ec_transfer_params": {"a": {"b": 1}},
        "vllm_xargs": {"session_id": "s-1", "script": [1, 2]},
        "session_id": "s-2",
    },
    "echo": {"echo": True},
    "echo with log probabilities": {"echo": True, "logprobs": 1},
    "echo of token ids": {"prompt": [5195, 1980], "echo": True},
    "ids returned": {"return_token_ids": True},
    "stop string": {"stop": "e", "max_tokens": 64},
    "grammar": {"structured_outputs": {"regex": "[0-9]{4}"}},
}


def post(client: httpx.Client, body: dict[str, Any]) -> httpx.Response:
    return client.post("/v1/completions", json=body)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_stream_and_unstreamed_answer_conform_to_the_contract_and_match(
    client: httpx.Client, contract: Contract, variant: dict[str, Any]
) -> None:
    body = BASE | variant
    whole = post(client, body)
    assert whole.status_code == 200, whole.text
    contract.check(whole)
    streamed = post(client, body | {"stream": True, "stream_options": {"include_usage": True}})
    contract.check(streamed)
    chunks = [json.loads(event.data) for event in sse_events(streamed.text)[:-1]]
    for choice in whole.json()["choices"]:
        parts = [c for chunk in chunks for c in chunk["choices"] if c["index"] == choice["index"]]
        assert "".join(c["text"] for c in parts) == choice["text"]
        assert [c["finish_reason"] for c in parts if c["finish_reason"]] == [choice["finish_reason"]]
        if choice["logprobs"]:
            for name in ("tokens", "token_logprobs", "text_offset"):
                assert [v for c in parts for v in c["logprobs"][name]] == choice["logprobs"][name]
    assert chunks[-1]["usage"]["total_tokens"] == whole.json()["usage"]["total_tokens"]


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_a_whole_answer_is_what_openai_types(client: httpx.Client, variant: dict[str, Any]) -> None:
    answer = post(client, BASE | variant).json()
    for choice in answer["choices"]:
        if choice["logprobs"] and choice["logprobs"]["token_logprobs"][0] is None:
            # OpenAI sends null for an echoed prompt's first token; its SDK's type does not say so.
            choice["logprobs"]["token_logprobs"][0] = 0.0
            choice["logprobs"]["top_logprobs"][0] = {}
    TypeAdapter(Completion).validate_python(answer)


def test_choices_come_in_the_order_of_the_prompts(client: httpx.Client) -> None:
    answer = post(client, BASE | {"prompt": ["Once", "Twice"], "n": 2, "echo": True}).json()
    assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2, 3]
    starts = [choice["text"].split()[0][:4] for choice in answer["choices"]]
    assert starts == ["Once", "Once", "Twic", "Twic"]


def test_echo_alone_scores_a_prompt_without_generating(client: httpx.Client, contract: Contract) -> None:
    response = post(client, BASE | {"max_tokens": 0, "echo": True, "logprobs": 0})
    contract.check(response)
    answer = response.json()
    assert answer["choices"][0]["text"] == "Once upon a time"
    assert answer["usage"]["completion_tokens"] == 0
    assert len(answer["choices"][0]["logprobs"]["tokens"]) == answer["usage"]["prompt_tokens"]


def test_offsets_point_into_the_text(client: httpx.Client) -> None:
    choice = post(client, BASE | {"echo": True, "logprobs": 0}).json()["choices"][0]
    tokens = zip(choice["logprobs"]["tokens"], choice["logprobs"]["text_offset"], strict=True)
    for token, offset in tokens:
        if "�" not in token:
            assert choice["text"][offset:].startswith(token)
