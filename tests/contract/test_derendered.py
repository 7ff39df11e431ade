"""Generated tokens, converted to a chat or a completion."""

import json
from typing import Any

import httpx
import pytest

from tests.contract.document import Contract, sse_events
from tests.contract.low_level import CITY, HELLO, WEATHER, generate, generated_events, render


def derender(client: httpx.Client, contract: Contract, path: str, **body: Any) -> Any:
    response = client.post(path, json=body)
    assert response.status_code == 200, response.text
    contract.check(response)
    assert "x-ignored-parameters" not in response.headers
    return response.json()


CHATS: list[dict[str, Any]] = [
    {},
    {"temperature": 1.2, "seed": 3, "n": 2, "logprobs": True, "top_logprobs": 2},
    {"stop": ["e", "zz"], "max_tokens": 200},
    {"stop": "e", "include_stop_str_in_output": True, "return_token_ids": True},
    {"prompt_logprobs": 1},
    {"response_format": {"type": "json_schema", "json_schema": {"name": "city", "schema": CITY}}},
    {"tools": [WEATHER]},
    {"tools": [WEATHER], "tool_choice": "required", "max_tokens": 100},
    {"tools": [WEATHER], "tool_choice": {"type": "function", "function": {"name": "get_weather"}}},
    {
        "messages": [*HELLO, {"role": "assistant", "content": "Well"}],
        "continue_final_message": True,
        "echo": True,
    },
]


def same_chat(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without what differs each time: id, time, ids of calls, and cached tokens."""
    for choice in answer["choices"]:
        for call in choice["message"].get("tool_calls", ()):
            call["id"] = "call"
    answer["usage"]["prompt_tokens_details"] = None
    return {name: value for name, value in answer.items() if name not in ("id", "created")}


@pytest.mark.parametrize("fields", CHATS, ids=str)
def test_render_generate_and_derender_make_a_chat(
    client: httpx.Client, contract: Contract, fields: dict[str, Any]
) -> None:
    body = {"messages": HELLO, "max_tokens": 40, "temperature": 0} | fields
    rendered = render(client, contract, "/v1/chat/completions/render", **body)
    generated = generate(client, contract, **rendered)
    answer = derender(
        client,
        contract,
        "/v1/chat/completions/derender",
        generate_response=generated,
        prompt_token_ids=rendered["token_ids"],
        chat_request=body,
    )
    assert answer["id"] == rendered["request_id"]
    chat = client.post("/v1/chat/completions", json=body).json()
    assert_same(same_chat(answer), same_chat(chat))


def assert_same(ours: Any, theirs: Any) -> None:
    """Compare two answers; log probabilities of two runs differ in their last digits."""
    if isinstance(theirs, dict):
        assert ours.keys() == theirs.keys()
        for name, value in theirs.items():
            assert_same(ours[name], value)
    elif isinstance(theirs, list):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert_same(one, other)
    elif isinstance(theirs, float):
        assert ours == pytest.approx(theirs, abs=1e-2)
    else:
        assert ours == theirs


def derendered_chunks(
    client: httpx.Client, contract: Contract, path: str, chunks: list[Any], **fields: Any
) -> list[Any]:
    """Derender the chunks of a stream, each with the state of its choice."""
    states: dict[int, Any] = {}
    index, said = 0, []
    for chunk in chunks:
        index = chunk["choices"][0]["index"] if chunk["choices"] else index
        answer = derender(
            client,
            contract,
            path,
            stream=True,
            generate_chunk=chunk,
            stream_state=states.get(index),
            **fields,
        )
        states[index] = answer["stream_state"]
        said.append(answer["chunk"])
    return said


def spoken(chunks: list[Any]) -> dict[int, dict[str, Any]]:
    """Return the content of each choice of a streamed chat."""
    choices: dict[int, dict[str, Any]] = {}
    for chunk in chunks:
        for part in chunk["choices"]:
            said = choices.setdefault(part["index"], {"content": "", "calls": {}, "logprobs": []})
            delta = part["delta"]
            said["content"] += delta.get("content") or ""
            said["logprobs"] += (part["logprobs"] or {"content": []})["content"]
            for call in delta.get("tool_calls", ()):
                known = said["calls"].setdefault(call["index"], ["", ""])
                known[0] += call["function"].get("name", "")
                known[1] += call["function"].get("arguments", "")
            if part["finish_reason"]:
                said |= {"end": part["finish_reason"], "stop_reason": part.get("stop_reason")}
    return choices


@pytest.mark.parametrize("fields", [f for f in CHATS if "prompt_logprobs" not in f], ids=str)
def test_each_chunk_of_generated_tokens_is_one_of_a_chat(
    client: httpx.Client, contract: Contract, fields: dict[str, Any]
) -> None:
    body = {"messages": HELLO, "max_tokens": 40, "temperature": 0, "stream": True} | fields
    body["stream_options"] = {"include_usage": True}
    rendered = render(client, contract, "/v1/chat/completions/render", **body)
    chunks = derendered_chunks(
        client,
        contract,
        "/v1/chat/completions/derender",
        generated_events(client, contract, **rendered),
        prompt_token_ids=rendered["token_ids"],
        chat_request=body,
    )
    response = client.post("/v1/chat/completions", json=body)
    contract.check(response)
    chat = [json.loads(e.data) for e in sse_events(response.text) if e.data != "[DONE]"]
    assert_same(spoken(chunks), spoken(chat))
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    assert sum("role" in c["delta"] for chunk in chunks for c in chunk["choices"]) == body.get("n", 1)
    assert {chunk["id"] for chunk in chunks} == {rendered["request_id"]}
    assert chunks[-1]["choices"] == []
    for usage in (chunks[-1]["usage"], chat[-1]["usage"]):
        usage["prompt_tokens_details"] = None
    assert chunks[-1]["usage"] == chat[-1]["usage"]
    assert all(chunk["usage"] is None for chunk in chunks[:-1])


COMPLETIONS: list[dict[str, Any]] = [
    {},
    {"stop": "e", "max_tokens": 60},
    {"n": 2, "temperature": 1.1, "seed": 5, "return_token_ids": True},
    {"logprobs": 2},
    {"echo": True, "logprobs": 1},
    {"echo": True, "max_tokens": 0},
]


@pytest.mark.parametrize("fields", COMPLETIONS, ids=str)
def test_render_generate_and_derender_make_a_completion(
    client: httpx.Client, contract: Contract, fields: dict[str, Any]
) -> None:
    body = {"prompt": ["Once upon a time", "Hello"], "temperature": 0} | fields
    prompts = render(client, contract, "/v1/completions/render", **body)
    answer = derender(
        client,
        contract,
        "/v1/completions/derender",
        generate_responses=[generate(client, contract, **each) for each in prompts],
        prompt_token_ids=[each["token_ids"] for each in prompts],
        completion_request=body,
    )
    completion = client.post("/v1/completions", json=body).json()
    for each in (answer, completion):
        each["usage"]["prompt_tokens_details"] = None
        each |= {"id": "cmpl", "created": 0}
    assert_same(answer, completion)


@pytest.mark.parametrize("fields", [f for f in COMPLETIONS if "max_tokens" not in f or "stop" in f], ids=str)
def test_each_chunk_of_generated_tokens_is_one_of_a_completion(
    client: httpx.Client, contract: Contract, fields: dict[str, Any]
) -> None:
    body = {"prompt": "Once upon a time", "temperature": 0, "stream": True} | fields
    [rendered] = render(client, contract, "/v1/completions/render", **body)
    chunks = derendered_chunks(
        client,
        contract,
        "/v1/completions/derender",
        generated_events(client, contract, **rendered),
        prompt_token_ids=rendered["token_ids"],
        completion_request=body,
    )
    response = client.post("/v1/completions", json=body)
    completion = [json.loads(e.data) for e in sse_events(response.text) if e.data != "[DONE]"]

    def said(events: list[Any]) -> dict[int, list[Any]]:
        choices: dict[int, list[Any]] = {}
        for event in events:
            for part in event["choices"]:
                known = choices.setdefault(part["index"], ["", None, [], []])
                known[0] += part["text"]
                known[1] = part["finish_reason"] or known[1]
                known[2] += (part["logprobs"] or {"text_offset": []})["text_offset"]
                known[3] += part.get("token_ids", [])
        return choices

    ours, theirs = said(chunks), said(completion)
    if "echo" in body:  # a stream of tokens has no log probabilities of the prompt
        ours[0][2], theirs[0][2] = [], []
    assert ours == theirs


@pytest.mark.parametrize(
    ("path", "fields", "param"),
    [
        (
            "/v1/chat/completions/derender",
            {"generate_response": {"choices": [{"index": 0, "token_ids": [5, 49152]}]}},
            "generate_response.choices.0.token_ids",
        ),
        (
            "/v1/completions/derender",
            {
                "stream": True,
                "generate_chunk": {"choices": [{"index": 0, "token_ids": [5]}]},
                "stream_state": {"output_token_ids": [5, 6], "output_chunk_lens": [1]},
            },
            "stream_state.output_chunk_lens",
        ),
    ],
)
def test_an_invalid_request_to_derender_is_refused(
    client: httpx.Client, contract: Contract, path: str, fields: dict[str, Any], param: str
) -> None:
    response = client.post(path, json=fields)
    contract.check_refused(response, param)
