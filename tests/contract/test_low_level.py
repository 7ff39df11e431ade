import json
import math
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.document import Contract, sse_events

GENERATE = "/inference/v1/generate"
SCORING = "/generative_scoring"
GREEDY = {"max_tokens": 8, "temperature": 0.0, "ignore_eos": True}
HELLO = [{"role": "user", "content": "Hello"}]


def tokens_of(client: httpx.Client, text: str) -> list[int]:
    tokens: list[int] = client.post("/tokenize", json={"prompt": text}).json()["tokens"]
    return tokens


def generate(client: httpx.Client, contract: Contract, **body: Any) -> Any:
    response = client.post(GENERATE, json=body)
    assert response.status_code == 200, response.text
    contract.check(response)
    return response.json()


def generated_events(client: httpx.Client, contract: Contract, **body: Any) -> list[Any]:
    response = client.post(GENERATE, json=body | {"stream": True})
    assert response.status_code == 200, response.text
    contract.check(response)
    events = [event.data for event in sse_events(response.text)]
    assert events.pop() == "[DONE]"
    return [json.loads(event) for event in events]


# --- token ids in, token ids out


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
def test_stream_and_whole_answer_say_the_same(
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
def test_a_bad_request_to_generate_is_refused(
    client: httpx.Client, contract: Contract, fields: dict[str, Any], param: str
) -> None:
    for stream in (False, True):
        response = client.post(GENERATE, json={"stream": stream} | fields)
        assert response.status_code == 400, response.text
        contract.check(response)
        assert response.json()["error"]["param"] == param


def test_a_prompt_that_fills_the_context_says_so_by_its_code(client: httpx.Client) -> None:
    error = client.post(GENERATE, json={"token_ids": [5] * 2048}).json()["error"]
    assert error["code"] == "context_length_exceeded"
    assert "2048" in error["message"]


# --- scores


def score(client: httpx.Client, contract: Contract, **body: Any) -> list[Any]:
    response = client.post(SCORING, json=body)
    assert response.status_code == 200, response.text
    contract.check(response)
    answer = response.json()
    assert answer["usage"]["completion_tokens"] == len(answer["data"])
    data: list[Any] = answer["data"]
    return data


def test_labels_after_a_prompt(client: httpx.Client, contract: Contract) -> None:
    [result] = score(client, contract, prompt="Is the sky blue?", label_token_ids=[9891, 2360])
    assert math.fsum(result["label_probabilities"]) == pytest.approx(1)
    assert result["score"] == result["label_probabilities"][0]
    assert 0 < result["score"] < 1


def test_labels_after_a_query_with_each_item(client: httpx.Client, contract: Contract) -> None:
    query, items = "Is this a city?", [" Paris", " a banana", ""]
    labels = [9805, 787, 40]
    results = score(client, contract, query=query, items=items, label_token_ids=labels)
    assert [result["index"] for result in results] == [0, 1, 2]
    tokens = [tokens_of(client, query) + (tokens_of(client, item) if item else []) for item in items]
    for result, prompt in zip(results, tokens, strict=True):
        assert math.fsum(result["label_probabilities"]) == pytest.approx(1)
        [alone] = score(client, contract, prompt=prompt, label_token_ids=labels)
        assert alone["label_probabilities"] == pytest.approx(result["label_probabilities"], abs=1e-3)


def test_items_may_stand_first_and_be_token_ids(client: httpx.Client, contract: Contract) -> None:
    labels = [9805, 787]
    [first] = score(client, contract, query=[40, 41], items=[[50]], item_first=True, label_token_ids=labels)
    [joined] = score(client, contract, prompt=[50, 40, 41], label_token_ids=labels)
    assert first["label_probabilities"] == pytest.approx(joined["label_probabilities"], abs=1e-3)


def test_without_softmax_the_models_own_probabilities(client: httpx.Client, contract: Contract) -> None:
    labels = [9805, 787]
    [among] = score(client, contract, prompt=[40, 41], label_token_ids=labels)
    [own] = score(client, contract, prompt=[40, 41], label_token_ids=labels, apply_softmax=False)
    total = math.fsum(own["label_probabilities"])
    assert total < 1
    assert [p / total for p in own["label_probabilities"]] == pytest.approx(
        among["label_probabilities"], abs=1e-3
    )
    params = {"max_tokens": 1, "temperature": 0.0, "logprob_token_ids": labels}
    choice = generate(client, contract, token_ids=[40, 41], sampling_params=params)["choices"][0]
    told = {top["token_id"]: top["logprob"] for top in choice["logprobs"]["content"][0]["top_logprobs"]}
    assert own["label_probabilities"] == pytest.approx([math.exp(told[i]) for i in labels], rel=1e-2)


def test_scores_are_what_the_model_itself_says(
    client: httpx.Client, contract: Contract, tiny_model: Path
) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    prompt, labels = tokens_of(client, "Is the sky blue?"), [9805, 787, 40]
    model = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.bfloat16)
    with torch.no_grad():
        logits = model(torch.tensor([prompt])).logits[0, -1].float()
    [among] = score(client, contract, prompt=prompt, label_token_ids=labels)
    assert among["label_probabilities"] == pytest.approx(logits[labels].softmax(0).tolist(), rel=0.02)
    [own] = score(client, contract, prompt=prompt, label_token_ids=labels, apply_softmax=False)
    assert own["label_probabilities"] == pytest.approx(logits.softmax(0)[labels].tolist(), rel=0.02)


def test_as_many_labels_as_there_may_be(client: httpx.Client, contract: Contract) -> None:
    labels = list(range(100, 228))
    results = score(client, contract, query="A", items=[f" {n}" for n in range(20)], label_token_ids=labels)
    assert len(results) == 20
    assert all(math.fsum(r["label_probabilities"]) == pytest.approx(1) for r in results)


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"prompt": "a"}, "label_token_ids"),
        ({"label_token_ids": [1]}, "prompt"),
        ({"prompt": "", "label_token_ids": [1]}, "prompt"),
        ({"prompt": "a", "label_token_ids": []}, "label_token_ids"),
        ({"prompt": "a", "label_token_ids": ["yes"]}, "label_token_ids.0"),
        ({"prompt": "a", "label_token_ids": [1, 49152]}, "label_token_ids.1"),
        ({"prompt": "a", "label_token_ids": [7, 7]}, "label_token_ids.1"),
        ({"prompt": "a", "label_token_ids": list(range(129))}, "label_token_ids"),
        ({"prompt": [5] * 2048, "label_token_ids": [1]}, "prompt"),
        ({"prompt": "word " * 3000, "label_token_ids": [1]}, "prompt"),
        ({"prompt": [49152], "label_token_ids": [1]}, "prompt"),
        ({"query": "a", "items": [], "label_token_ids": [1]}, "items"),
        ({"query": "a", "items": ["b", [1]], "label_token_ids": [1]}, "items.1"),
        ({"query": "", "items": ["b", ""], "label_token_ids": [1]}, "items.1"),
        ({"query": "a", "items": [[1], [49152]], "label_token_ids": [1]}, "items"),
        ({"query": "a", "items": ["b", "c " * 3000], "label_token_ids": [1]}, "items"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_bad_request_for_scores_is_refused(
    client: httpx.Client, contract: Contract, fields: dict[str, Any], param: str
) -> None:
    response = client.post(SCORING, json=fields)
    assert response.status_code == 400, response.text
    contract.check(response)
    assert response.json()["error"]["param"] == param


# --- rendered prompts


def render(client: httpx.Client, contract: Contract, path: str, **body: Any) -> Any:
    response = client.post(path, json=body)
    assert response.status_code == 200, response.text
    contract.check(response)
    return response.json()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"stream": True, "max_tokens": 5},
        {"add_generation_prompt": False},
        {"messages": [*HELLO, {"role": "assistant", "content": "Well"}], "continue_final_message": True},
        {"messages": [{"role": "developer", "content": "Be brief."}, *HELLO]},
    ],
    ids=str,
)
def test_a_rendered_conversation_is_what_the_model_reads(
    client: httpx.Client, contract: Contract, fields: dict[str, Any]
) -> None:
    body = {"messages": HELLO} | fields
    rendered = render(client, contract, "/v1/chat/completions/render", **body)
    assert (
        client.post("/detokenize", json={"tokens": rendered["token_ids"]}).json()["prompt"]
        == rendered["prompt"]
    )
    asked = body | {"stream": False, "max_tokens": 4, "temperature": 0, "return_token_ids": True}
    chat = client.post("/v1/chat/completions", json=asked).json()
    assert chat["prompt_token_ids"] == rendered["token_ids"]
    answer = generate(
        client, contract, token_ids=rendered["token_ids"], sampling_params={"max_tokens": 4, "temperature": 0}
    )
    assert answer["choices"][0]["token_ids"] == chat["choices"][0]["token_ids"]


WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"enum": ["Paris", "Oslo"]}},
            "required": ["city"],
        },
    },
}
CITY = {"type": "object", "properties": {"city": {"enum": ["Paris", "Oslo"]}}, "required": ["city"]}


def generated_from(client: httpx.Client, contract: Contract, rendered: dict[str, Any]) -> list[list[int]]:
    """Send a rendered prompt on as it is, and return the tokens of each choice."""
    if rendered["stream"]:
        tokens: dict[int, list[int]] = {}
        for event in generated_events(client, contract, **rendered):
            for choice in event["choices"]:
                tokens.setdefault(choice["index"], []).extend(choice["token_ids"])
        return [tokens[index] for index in sorted(tokens)]
    answer = generate(client, contract, **rendered)
    assert answer["request_id"] == rendered["request_id"]
    return [choice["token_ids"] for choice in answer["choices"]]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"temperature": 1.2, "seed": 3, "n": 2, "logprobs": True, "top_logprobs": 2},
        {"stop": ["e", "zz"], "max_tokens": 200},
        {"max_completion_tokens": 3, "request_id": "mine" * 32, "cache_salt": "salt"},
        {"response_format": {"type": "json_object"}, "max_tokens": 12},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "city", "schema": CITY}}},
        {"structured_outputs": {"regex": "[0-9]{3}"}},
        {"tools": [WEATHER]},
        {"tools": [WEATHER], "tool_choice": "required"},
        {"tools": [WEATHER], "tool_choice": {"type": "function", "function": {"name": "get_weather"}}},
    ],
    ids=str,
)
def test_a_rendered_chat_generates_what_the_chat_does(
    client: httpx.Client, contract: Contract, fields: dict[str, Any], stream: bool
) -> None:
    body = {"messages": HELLO, "max_tokens": 40, "temperature": 0} | fields
    rendered = render(client, contract, "/v1/chat/completions/render", **body, stream=stream)
    chat = client.post("/v1/chat/completions", json=body | {"return_token_ids": True}).json()
    assert generated_from(client, contract, rendered) == [c["token_ids"] for c in chat["choices"]]


# --- the way back: generated tokens as a chat, or a completion


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
    """An answer without what differs each time: its id, its time, its calls' ids, and what was cached."""
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
    """What each choice of a streamed chat said."""
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
def test_a_bad_request_to_derender_is_refused(
    client: httpx.Client, contract: Contract, path: str, fields: dict[str, Any], param: str
) -> None:
    response = client.post(path, json=fields)
    assert response.status_code == 400, response.text
    contract.check(response)
    assert response.json()["error"]["param"] == param


@pytest.mark.parametrize("fields", [{}, {"echo": True, "logprobs": 2}, {"stop": "e"}], ids=str)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_rendered_completions_generate_what_the_completion_does(
    client: httpx.Client, contract: Contract, fields: dict[str, Any], stream: bool
) -> None:
    body = {"prompt": ["Once upon a time", "Hello"], "temperature": 0} | fields
    prompts = render(client, contract, "/v1/completions/render", **body, stream=stream)
    completion = client.post("/v1/completions", json=body | {"return_token_ids": True}).json()
    tokens = [ids for each in prompts for ids in generated_from(client, contract, each)]
    assert tokens == [choice["token_ids"] for choice in completion["choices"]]


def text_of(client: httpx.Client, contract: Contract, path: str, body: dict[str, Any]) -> str:
    """What generates from a rendered prompt says."""
    rendered = render(client, contract, path, **body)
    answer = generate(client, contract, **rendered, output_mode="text")
    text: str = answer["choices"][0]["text"]
    return text


def test_a_rendered_response_generates_what_the_response_does(
    client: httpx.Client, contract: Contract
) -> None:
    form = {"type": "json_schema", "name": "city", "schema": CITY}
    for fields in ({}, {"text": {"format": form}}):
        body = {"input": "Hello", "max_output_tokens": 40, "temperature": 0, "store": False} | fields
        response = client.post("/v1/responses", json=body).json()
        assert response["output"][0]["content"][0]["text"] == text_of(
            client, contract, "/v1/responses/render", body
        )


def test_a_rendered_message_generates_what_the_message_does(client: httpx.Client, contract: Contract) -> None:
    form = {"output_config": {"format": {"type": "json_schema", "schema": CITY}}}
    for fields in ({}, {"stop_sequences": ["e"]}, form):
        body = {"messages": HELLO, "max_tokens": 40, "temperature": 0} | fields
        message = client.post("/v1/messages", json=body).json()
        assert message["content"][0]["text"] == text_of(client, contract, "/v1/messages/render", body)


def test_rendered_completions(client: httpx.Client, contract: Contract) -> None:
    path = "/v1/completions/render"
    texts = render(client, contract, path, prompt=["Once upon a time", "Hello"])
    assert [each["prompt"] for each in texts] == ["Once upon a time", "Hello"]
    assert [each["token_ids"] for each in texts] == [tokens_of(client, each["prompt"]) for each in texts]
    [ids] = render(client, contract, path, prompt=[40, 41])
    assert ids["token_ids"] == [40, 41]
    cut = render(client, contract, path, prompt="Once upon a time", truncate_prompt_tokens=2)
    assert len(cut[0]["token_ids"]) == 2


def test_nothing_is_too_long_to_be_rendered(client: httpx.Client, contract: Contract) -> None:
    [rendered] = render(client, contract, "/v1/completions/render", prompt="word " * 4000)
    assert len(rendered["token_ids"]) > 2048
    messages = [{"role": "user", "content": "word " * 4000}]
    rendered = render(client, contract, "/v1/chat/completions/render", messages=messages)
    assert len(rendered["token_ids"]) > 2048
    assert "max_tokens" not in rendered["sampling_params"]


@pytest.mark.parametrize(
    ("path", "fields", "param"),
    [
        ("/v1/chat/completions/render", {}, "messages"),
        ("/v1/chat/completions/render", {"messages": []}, "messages"),
        ("/v1/completions/render", {}, "prompt"),
        ("/v1/completions/render", {"prompt": ""}, "prompt"),
        ("/v1/completions/render", {"prompt": [[5], [49152]]}, "prompt"),
    ],
)
def test_a_bad_request_to_render_is_refused(
    client: httpx.Client, contract: Contract, path: str, fields: dict[str, Any], param: str
) -> None:
    response = client.post(path, json=fields)
    assert response.status_code == 400, response.text
    contract.check(response)
    assert response.json()["error"]["param"] == param


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (GENERATE, {"token_ids": [5]}),
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
