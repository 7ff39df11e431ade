import json
from typing import Any

import httpx
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import TypeAdapter

from tests.contract.document import Contract, sse_events

HELLO: dict[str, Any] = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 8}
SEEDED = HELLO | {"seed": 7, "temperature": 0.8}

VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "parts": {"messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]},
    "several choices": {"n": 3},
    "log probabilities": {"logprobs": True, "top_logprobs": 3},
    "token ids": {"return_token_ids": True},
    "stop string": {"stop": ["e", "a"], "max_tokens": 64},
    "penalties": {"frequency_penalty": 1.5, "presence_penalty": -1, "repetition_penalty": 1.2},
    "bias": {"logit_bias": {"17": 5}, "top_k": 20, "min_p": 0.01},
    "JSON schema": {
        "response_format": {
            "type": "json_schema",
            "json_schema": {
                "name": "answer",
                "schema": {
                    "type": "object",
                    "properties": {"yes": {"type": "boolean"}},
                    "required": ["yes"],
                    "additionalProperties": False,
                },
            },
        },
        "max_tokens": 64,
    },
    "chosen log probabilities": {"logprobs": True, "logprob_token_ids": [17, 253]},
    "repetition": {
        "repetition_detection": {"max_pattern_size": 4, "min_count": 2},
        "stream_interval": 3,
        "max_tokens": 64,
    },
    "the prompt's end": {"truncate_prompt_tokens": 9, "truncation_side": "left"},
    "what a router adds": {
        "kv_transfer_params": {"do_remote_decode": True},
        "ec_transfer_params": {"a": {"b": 1}},
        "vllm_xargs": {"session_id": "s-1", "script": [1, 2]},
        "session_id": "s-2",
    },
    "choice": {"structured_outputs": {"choice": ["red", "green"]}},
    "instructions": {
        "messages": [
            {"role": "system", "content": [{"type": "text", "text": "Be kind."}]},
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": None},
            {"role": "user", "content": "Weather?"},
            {"role": "developer", "content": "The user is away."},
            {"role": "system", "content": "The date has changed."},
        ]
    },
    "history": {
        "messages": [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": "Weather?"},
            {
                "role": "assistant",
                "tool_calls": [
                    {
                        "id": "call_1",
                        "type": "function",
                        "function": {"name": "weather", "arguments": "{}"},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "call_1", "content": "Sunny"},
        ]
    },
}


def post(client: httpx.Client, body: dict[str, Any]) -> httpx.Response:
    return client.post("/v1/chat/completions", json=body)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_a_whole_answer_is_what_the_contract_and_openai_say(
    client: httpx.Client, contract: Contract, variant: dict[str, Any]
) -> None:
    response = post(client, SEEDED | variant)
    assert response.status_code == 200, response.text
    contract.check(response)
    TypeAdapter(ChatCompletion).validate_json(response.content)
    assert len(response.json()["choices"]) == variant.get("n", 1)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_every_event_is_what_the_contract_and_openai_say(
    client: httpx.Client, contract: Contract, variant: dict[str, Any]
) -> None:
    response = post(client, SEEDED | variant | {"stream": True, "stream_options": {"include_usage": True}})
    assert response.status_code == 200, response.text
    contract.check(response)
    *chunks, done = sse_events(response.text)
    assert done.data == "[DONE]"
    for chunk in chunks:
        TypeAdapter(ChatCompletionChunk).validate_json(chunk.data)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_stream_and_unstreamed_answer_match(client: httpx.Client, variant: dict[str, Any]) -> None:
    body = SEEDED | variant
    whole = post(client, body).json()
    streamed = post(client, body | {"stream": True, "stream_options": {"include_usage": True}})
    chunks = [json.loads(event.data) for event in sse_events(streamed.text)[:-1]]
    for choice in whole["choices"]:
        parts = [c for chunk in chunks for c in chunk["choices"] if c["index"] == choice["index"]]
        assert "".join(c["delta"].get("content") or "" for c in parts) == choice["message"]["content"]
        assert [c["finish_reason"] for c in parts if c["finish_reason"]] == [choice["finish_reason"]]
        assert parts[-1].get("stop_reason") == choice.get("stop_reason")
        if body.get("return_token_ids"):
            assert [i for c in parts for i in c.get("token_ids", ())] == choice["token_ids"]
        if body.get("logprobs"):
            streamed_logprobs = [p for c in parts if c["logprobs"] for p in c["logprobs"]["content"]]
            assert streamed_logprobs == choice["logprobs"]["content"]
    counts = ("prompt_tokens", "completion_tokens", "total_tokens")
    assert [chunks[-1]["usage"][name] for name in counts] == [whole["usage"][name] for name in counts]


def test_the_chosen_tokens_are_returned_instead_of_the_likeliest(client: httpx.Client) -> None:
    [choice] = post(client, SEEDED | VARIANTS["chosen log probabilities"]).json()["choices"]
    told = [[top["token"] for top in entry["top_logprobs"]] for entry in choice["logprobs"]["content"]]
    chosen = client.post("/detokenize", json={"tokens": [17, 253]}).json()["prompt"]
    assert told
    assert all("".join(tokens) == chosen for tokens in told)


def test_the_tokens_from_a_prefill_server_are_the_prompt(client: httpx.Client) -> None:
    remote = {"do_remote_prefill": True, "prompt_token_ids": [5195, 1980, 253, 655]}
    body = HELLO | {"kv_transfer_params": remote, "return_token_ids": True}
    assert post(client, body).json()["prompt_token_ids"] == remote["prompt_token_ids"]
    refused = post(client, HELLO | {"kv_transfer_params": remote | {"prompt_token_ids": [-1]}})
    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == "kv_transfer_params.prompt_token_ids"


def test_headers_route_a_request(client: httpx.Client, contract: Contract) -> None:
    headers = {"x-data-parallel-rank": "0", "x-vllm-priority": "-3", "x-session-id": "s-1"}
    answered = client.post("/v1/chat/completions", json=HELLO, headers=headers)
    assert answered.status_code == 200
    refused = client.post("/v1/chat/completions", json=HELLO, headers=headers | {"x-data-parallel-rank": "1"})
    contract.check(refused)
    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == "x-data-parallel-rank"


def test_usage_comes_only_when_asked_for(client: httpx.Client) -> None:
    response = post(client, HELLO | {"stream": True})
    assert "usage" not in response.text


def test_usage_so_far_is_in_every_chunk_when_asked_for(client: httpx.Client, contract: Contract) -> None:
    options = {"include_usage": True, "continuous_usage_stats": True}
    response = post(client, HELLO | {"stream": True, "stream_options": options})
    contract.check(response)
    counts = [json.loads(e.data)["usage"]["completion_tokens"] for e in sse_events(response.text)[:-1]]
    assert counts == sorted(counts)
    assert counts[-1] > 0


def test_prompt_log_probabilities_cover_the_prompt(client: httpx.Client, contract: Contract) -> None:
    response = post(client, HELLO | {"prompt_logprobs": 1, "return_token_ids": True})
    contract.check(response)
    answer = response.json()
    assert len(answer["prompt_logprobs"]) == len(answer["prompt_token_ids"])
    assert answer["prompt_logprobs"][0] is None
    for token_id, position in zip(answer["prompt_token_ids"][1:], answer["prompt_logprobs"][1:], strict=True):
        assert str(token_id) in position


def test_the_length_limit_is_kept(client: httpx.Client) -> None:
    answer = post(client, HELLO | {"max_completion_tokens": 3, "ignore_eos": True}).json()
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 3


def test_the_same_seed_gives_the_same_text(client: httpx.Client) -> None:
    first, second = (post(client, SEEDED).json()["choices"][0]["message"]["content"] for _ in range(2))
    assert first == second


def test_an_assistant_message_can_be_continued(client: httpx.Client) -> None:
    messages = [*HELLO["messages"], {"role": "assistant", "content": "Well,"}]
    body = SEEDED | {"messages": messages, "continue_final_message": True}
    plain = post(client, body).json()["choices"][0]["message"]["content"]
    echoed = post(client, body | {"echo": True}).json()["choices"][0]["message"]["content"]
    assert echoed == "Well," + plain


def test_functions_are_called_in_the_older_form(client: httpx.Client, contract: Contract) -> None:
    parameters = {"type": "object", "properties": {"on": {"type": "boolean"}}, "required": ["on"]}
    asked = SEEDED | {
        "functions": [{"name": "set_light", "parameters": parameters}],
        "function_call": {"name": "set_light"},
        "max_tokens": 200,
    }
    answer = post(client, asked)
    contract.check(answer)
    [choice] = answer.json()["choices"]
    assert choice["message"]["function_call"]["name"] == "set_light"
    assert json.loads(choice["message"]["function_call"]["arguments"]).keys() == {"on"}
    assert choice["finish_reason"] == "stop"
    streamed = post(client, asked | {"stream": True})
    contract.check(streamed)
    calls = [
        delta["function_call"]
        for event in sse_events(streamed.text)[:-1]
        for delta in [json.loads(event.data)["choices"][0]["delta"]]
        if "function_call" in delta
    ]
    assert [call["name"] for call in calls if "name" in call] == ["set_light"]
    assert "".join(call["arguments"] for call in calls) == choice["message"]["function_call"]["arguments"]


def test_parts_of_a_character_are_reported_by_their_bytes(client: httpx.Client, contract: Contract) -> None:
    tokens = client.post("/tokenize", json={"prompt": "🦩"}).json()["tokens"]
    forced = {"allowed_token_ids": tokens, "logprobs": True, "top_logprobs": 2, "max_tokens": 8}
    answer = post(client, SEEDED | forced)
    contract.check(answer)
    for entry in answer.json()["choices"][0]["logprobs"]["content"]:
        assert entry["token"] == "".join(f"\\x{byte:02x}" for byte in entry["bytes"])
        assert len({top["token"] for top in entry["top_logprobs"]}) == 2
