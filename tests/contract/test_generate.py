"""`/inference/v1/generate`: token ids in, token ids out; and the models that low-level endpoints accept."""

from typing import Any

import httpx
import pytest

from tests.contract.document import Contract
from tests.contract.low_level import GENERATE, HELLO, SCORING, generate, generated_events, tokens_of

GREEDY = {"max_tokens": 8, "temperature": 0.0, "ignore_eos": True}


def test_tokens_of_a_prompt_go_in_and_tokens_come_out(client: httpx.Client, contract: Contract) -> None:
    answer = generate(
        client,
        contract,
        token_ids=tokens_of(client, "Hello"),
        sampling_params={"max_tokens": 16, "temperature": 0.0, "detokenize": False},
        stream=False,
    )
    [choice] = answer["choices"]
    assert 0 < len(choice["token_ids"]) <= 16
    assert "text" not in choice
    assert answer["usage"]["completion_tokens"] == len(choice["token_ids"])


def test_detokenize_alone_adds_the_text(client: httpx.Client, contract: Contract) -> None:
    ids = tokens_of(client, "Hello")
    bare = generate(client, contract, token_ids=ids, sampling_params=GREEDY)["choices"][0]
    told = generate(client, contract, token_ids=ids, sampling_params=GREEDY | {"detokenize": True})[
        "choices"
    ][0]
    assert told.pop("text") == client.post("/detokenize", json={"tokens": bare["token_ids"]}).json()["prompt"]
    assert told == bare
    mode = generate(client, contract, token_ids=ids, sampling_params=GREEDY, output_mode="text")["choices"][0]
    assert mode["text"]


def test_it_says_what_completions_say(client: httpx.Client, contract: Contract) -> None:
    ids = tokens_of(client, "Once upon a time")
    body = {"max_tokens": 8, "temperature": 0.8, "seed": 4}
    answer = generate(client, contract, token_ids=ids, sampling_params=body | {"detokenize": True})
    completion = client.post("/v1/completions", json=body | {"prompt": ids, "return_token_ids": True}).json()
    assert answer["choices"][0]["text"] == completion["choices"][0]["text"]
    assert answer["choices"][0]["token_ids"] == completion["choices"][0]["token_ids"]
    assert answer["usage"]["prompt_tokens"] == completion["usage"]["prompt_tokens"]


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"detokenize": True},
        {"logprobs": 0},
        {"logprobs": 3, "detokenize": True},
        {"logprob_token_ids": [40, 41]},
        {"n": 2, "temperature": 0.9, "seed": 1},
        {"stop": "e", "max_tokens": 64},
        {"stop_token_ids": [900], "logit_bias": {"900": 100}},
        {"structured_outputs": {"regex": "[0-9]{3}"}, "ignore_eos": False},
        {"bad_words": ["the"], "allowed_token_ids": [40, 41, 42]},
    ],
    ids=str,
)
def test_stream_and_unstreamed_answer_match(
    client: httpx.Client, contract: Contract, params: dict[str, Any]
) -> None:
    body = {"token_ids": tokens_of(client, "Hello"), "sampling_params": GREEDY | params}
    whole = generate(client, contract, **body)
    events = generated_events(client, contract, **body, stream_options={"include_usage": True})
    for choice in whole["choices"]:
        parts = [c for e in events for c in e["choices"] if c["index"] == choice["index"]]
        assert [i for part in parts for i in part["token_ids"]] == choice["token_ids"]
        assert [p["finish_reason"] for p in parts if p["finish_reason"]] == [choice["finish_reason"]]
        assert parts[-1].get("stop_reason") == choice.get("stop_reason")
        assert ("text" in choice) is ("text" in parts[0]) is params.get("detokenize", False)
        if "text" in choice:
            assert "".join(part["text"] for part in parts) == choice["text"]
        if "logprobs" in choice:
            told = [entry for part in parts for entry in part["logprobs"]["content"]]
            assert [entry["token_id"] for entry in told] == choice["token_ids"]
            for ours, theirs in zip(told, choice["logprobs"]["content"], strict=True):
                assert ours["logprob"] == pytest.approx(theirs["logprob"], abs=1e-3)
    assert events[-1]["choices"] == []
    counted = {name: n for name, n in whole["usage"].items() if isinstance(n, int)}
    assert counted.items() <= events[-1]["usage"].items()
    assert all(event["usage"] is None for event in events[:-1])


def test_a_stop_token_is_among_the_tokens(client: httpx.Client, contract: Contract) -> None:
    params = GREEDY | {"stop_token_ids": [900], "logit_bias": {"900": 100}}
    [choice] = generate(client, contract, token_ids=[5], sampling_params=params)["choices"]
    assert choice == {"index": 0, "token_ids": [900], "finish_reason": "stop", "stop_reason": 900}


def test_without_a_limit_the_room_is_used(client: httpx.Client, contract: Contract) -> None:
    body = {"token_ids": [5] * 2000, "sampling_params": {"ignore_eos": True}}
    answer = generate(client, contract, **body)
    assert answer["usage"]["total_tokens"] == 2048
    assert answer["choices"][0]["finish_reason"] == "length"


def test_log_probabilities_of_the_prompt(client: httpx.Client, contract: Contract) -> None:
    ids = tokens_of(client, "Once upon a time")
    answer = generate(client, contract, token_ids=ids, sampling_params=GREEDY | {"prompt_logprobs": 1})
    first, *rest = answer["prompt_logprobs"]
    assert first is None
    assert all(str(token_id) in position for token_id, position in zip(ids[1:], rest, strict=True))


def test_the_requests_own_id_is_kept(client: httpx.Client, contract: Contract) -> None:
    named = generate(client, contract, token_ids=[5], sampling_params=GREEDY, request_id="prefill%b7")
    assert named["request_id"] == "prefill%b7"
    response = client.post(
        GENERATE, json={"token_ids": [5], "sampling_params": GREEDY}, headers={"x-request-id": "mine-1"}
    )
    assert response.json()["request_id"] == "mine-1"


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({}, "token_ids"),
        ({"token_ids": []}, "token_ids"),
        ({"token_ids": "Hello"}, "token_ids"),
        ({"token_ids": [1, -1]}, "token_ids.1"),
        ({"token_ids": [1, 1.5]}, "token_ids.1"),
        ({"token_ids": [49152]}, "token_ids"),
        ({"token_ids": [2**40]}, "token_ids.0"),
        ({"token_ids": [5] * 2048}, "token_ids"),
        ({"token_ids": [5] * 5000}, "token_ids"),
        ({"token_ids": [5], "sampling_params": 3}, "sampling_params"),
        ({"token_ids": [5], "sampling_params": {"max_tokens": 0}}, "sampling_params.max_tokens"),
        ({"token_ids": [5], "sampling_params": {"temperature": "hot"}}, "sampling_params.temperature"),
        ({"token_ids": [5], "sampling_params": {"logprobs": 21}}, "sampling_params.logprobs"),
        (
            {"token_ids": [5], "sampling_params": {"logprob_token_ids": [49152]}},
            "sampling_params.logprob_token_ids",
        ),
        ({"token_ids": [5], "sampling_params": {"n": 2, "temperature": 0}}, "sampling_params.n"),
        ({"token_ids": [5], "stream": False, "stream_options": {"include_usage": True}}, "stream_options"),
        ({"token_ids": [5], "output_mode": "speech"}, "output_mode"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_an_invalid_request_to_generate_is_refused(
    client: httpx.Client, contract: Contract, fields: dict[str, Any], param: str
) -> None:
    for stream in (False, True):
        response = client.post(GENERATE, json={"stream": stream} | fields)
        contract.check_refused(response, param)


def test_a_prompt_that_fills_the_context_reports_it_by_its_code(client: httpx.Client) -> None:
    error = client.post(GENERATE, json={"token_ids": [5] * 2048}).json()["error"]
    assert error["code"] == "context_length_exceeded"
    assert "2048" in error["message"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (GENERATE, {"token_ids": [5], "sampling_params": {"max_tokens": 1}}),
        (SCORING, {"prompt": "a", "label_token_ids": [1]}),
        ("/v1/chat/completions/render", {"messages": HELLO}),
        ("/v1/completions/render", {"prompt": "a"}),
        (
            "/v1/chat/completions/derender",
            {"generate_response": {"choices": [{"index": 0, "token_ids": [5]}]}},
        ),
        (
            "/v1/completions/derender",
            {"generate_responses": [{"choices": [{"index": 0, "token_ids": [5]}]}]},
        ),
        ("/tokenize", {"prompt": "a"}),
        ("/detokenize", {"tokens": [5]}),
    ],
)
def test_the_served_model_or_none(
    client: httpx.Client, contract: Contract, path: str, body: dict[str, Any]
) -> None:
    assert client.post(path, json=body | {"model": "tiny"}).status_code == 200
    other = client.post(path, json=body | {"model": "other"})
    assert other.status_code == 404
    contract.check(other)
