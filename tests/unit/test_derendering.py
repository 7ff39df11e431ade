"""Generated tokens become the chat or completion that they are, whole or in chunks; no engine runs."""

import json
from pathlib import Path
from typing import Any

import pytest

from accord.dialects.chat.derendering import derendered_chat_chunk
from accord.dialects.completions.derendering import derendered_completion_chunk
from accord.engine import Engine
from accord.generated import models
from tests.unit.derendering import HELLO, Derendering, backend_of, body_of, chat, completion, whole


@pytest.fixture(scope="module")
def engine(tiny_model: Path) -> Derendering:
    return Derendering(backend_of(tiny_model))


def assembled(chunks: list[dict[str, Any]]) -> dict[str, Any]:
    """The message that the deltas of one choice add up to."""
    message: dict[str, Any] = {"content": "", "reasoning": "", "tool_calls": []}
    for chunk in chunks:
        for choice in chunk["choices"]:
            delta = choice["delta"]
            message["role"] = delta.get("role", message.get("role"))
            message["content"] += delta.get("content") or ""
            message["reasoning"] += delta.get("reasoning") or ""
            for call in delta.get("tool_calls", ()):
                if call["index"] == len(message["tool_calls"]):
                    message["tool_calls"].append({"arguments": ""})
                known = message["tool_calls"][call["index"]]
                known["arguments"] += call["function"].get("arguments", "")
                if "id" in call:
                    assert "id" not in known
                    known |= {"id": call["id"], "name": call["function"]["name"]}
            if choice["finish_reason"]:
                message["finish_reason"] = choice["finish_reason"]
    return message


async def streamed(
    engine: Engine, token_ids: list[int], size: int = 1, finish: str = "stop", **fields: Any
) -> list[dict[str, Any]]:
    """Derender `token_ids` in chunks of `size`, each call with nothing but the state of the one before."""
    chunks = []
    state: dict[str, Any] | None = None
    for start in range(0, len(token_ids), size):
        last = start + size >= len(token_ids)
        choice = {
            "index": 0,
            "token_ids": token_ids[start : start + size],
            "finish_reason": finish if last else None,
        }
        given = {"request_id": "chatcmpl-1", "choices": [choice]}
        body = body_of("DerenderChatRequest", stream=True, generate_chunk=given, stream_state=state, **fields)
        answer = await derendered_chat_chunk(engine, body, created=start + 1, model="tiny")
        said = json.loads(answer.model_dump_json(exclude_unset=True))
        chunks.append(said["chunk"])
        state = said["stream_state"]
    assert {(chunk["id"], chunk["created"]) for chunk in chunks} == {("chatcmpl-1", 1)}
    return chunks


LIGHT = {
    "type": "function",
    "function": {"name": "set_light", "parameters": {"type": "object", "properties": {"on": {}}}},
}
CALL = '<tool_call>\n{"name": "set_light", "arguments": {"on": true}}\n</tool_call>'
TEXTS = {
    "words": "The capital of France is Paris.",
    "wide characters": "漢字 🏳️‍🌈 é",
    "a call": CALL,
    "text and two calls": f"Let me see.\n{CALL}\n{CALL}",
    "a call that is cut": CALL[:60],
    "spaces": "  \n x",
}


@pytest.mark.parametrize("tools", [None, [LIGHT]], ids=["no tools", "tools"])
@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
async def test_a_stream_matches_the_unstreamed_answer(
    engine: Derendering, text: str, size: int, tools: Any
) -> None:
    token_ids = engine.tokens(text + "<|im_end|>")
    request = {"messages": HELLO} | ({"tools": tools} if tools else {})
    answer = await chat(engine, generate_response=whole(token_ids), chat_request=request)
    [choice] = answer["choices"]
    chunks = await streamed(engine, token_ids, size, chat_request=request | {"stream": True})
    message = assembled(chunks)
    assert message["role"] == "assistant"
    assert message["content"] == (choice["message"]["content"] or "")
    assert message["finish_reason"] == choice["finish_reason"]
    calls = choice["message"].get("tool_calls", [])
    assert [(c["name"], c["arguments"]) for c in message["tool_calls"]] == [
        (c["function"]["name"], c["function"]["arguments"]) for c in calls
    ]
    assert answer["usage"]["completion_tokens"] == len(token_ids)


async def test_text_and_calls_are_distinguished(engine: Derendering) -> None:
    token_ids = engine.tokens(f"Let me see.\n{CALL}<|im_end|>")
    answer = await chat(
        engine, generate_response=whole(token_ids), chat_request={"messages": HELLO, "tools": [LIGHT]}
    )
    [choice] = answer["choices"]
    [call] = choice["message"]["tool_calls"]
    assert call["function"] == {"name": "set_light", "arguments": '{"on": true}'}
    assert choice["message"]["content"].strip() == "Let me see."
    assert choice["finish_reason"] == "tool_calls"


async def test_without_the_request_tokens_are_text(engine: Derendering) -> None:
    answer = await chat(engine, generate_response=whole(engine.tokens("Well?<|im_end|>")))
    assert answer["choices"] == [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Well?", "refusal": None},
            "logprobs": None,
            "finish_reason": "stop",
        }
    ]
    assert answer["usage"]["prompt_tokens"] == 0
    assert answer["id"].startswith("chatcmpl-")


async def test_a_stop_string_is_left_out_as_the_engine_leaves_it_out(engine: Derendering) -> None:
    token_ids = engine.tokens("one two three")
    response = whole(token_ids, stop_reason="thr")
    for included, text in ((False, "one two "), (True, "one two thr")):
        request = {"messages": HELLO, "stop": "thr", "include_stop_str_in_output": included}
        answer = await chat(engine, generate_response=response, chat_request=request)
        [choice] = answer["choices"]
        assert choice["message"]["content"] == text
        assert choice["stop_reason"] == "thr"


async def test_a_stop_token_is_not_part_of_the_text(engine: Derendering) -> None:
    [*before, last] = engine.tokens("one two")
    response = whole([*before, last], stop_reason=last)
    [choice] = (await chat(engine, generate_response=response))["choices"]
    assert choice["message"]["content"] == "one"


@pytest.mark.parametrize(
    ("fields", "counted"),
    [
        ({"prompt_tokens": 7, "prompt_token_ids": [5] * 3}, 7),
        ({"prompt_token_ids": [5] * 3}, 3),
        ({"generate_response": {"usage": {"prompt_tokens": 9}}, "prompt_token_ids": [5] * 3}, 9),
        ({"generate_response": {"prompt_token_ids": [5] * 4}}, 4),
    ],
)
async def test_the_prompt_is_counted_by_who_knows_it(
    engine: Derendering, fields: dict[str, Any], counted: int
) -> None:
    response = whole([5]) | fields.get("generate_response", {})
    answer = await chat(engine, **fields | {"generate_response": response})
    assert answer["usage"]["prompt_tokens"] == counted


async def test_a_prompt_that_is_not_given_is_rendered(engine: Derendering) -> None:
    request = {"messages": HELLO, "return_token_ids": True}
    answer = await chat(engine, generate_response=whole([5]), chat_request=request)
    assert answer["usage"]["prompt_tokens"] == len(answer["prompt_token_ids"]) > 10
    given = await chat(
        engine,
        generate_response=whole([5]),
        chat_request=request,
        prompt_token_ids=answer["prompt_token_ids"],
    )
    assert given["choices"] == answer["choices"]


async def test_log_probabilities_get_the_texts_and_bytes_of_their_tokens(engine: Derendering) -> None:
    token_ids = engine.tokens("é漢")
    assert len(token_ids) > 2  # the character's bytes are tokens of their own
    [a, b] = engine.tokens(" a b")
    content = [
        {
            "token_id": i,
            "logprob": -1.5,
            "rank": 1,
            "top_logprobs": [
                {"token_id": i, "logprob": -1.5, "rank": 1},
                {"token_id": a, "logprob": -2.0, "rank": 2},
            ],
        }
        for i in token_ids
    ]
    content[0]["rank"] = 5  # so it is told beside the two likeliest
    content[0]["top_logprobs"] = [
        {"token_id": token_ids[0], "logprob": -1.5, "rank": 5},
        {"token_id": a, "logprob": -0.1, "rank": 1},
        {"token_id": b, "logprob": -0.2, "rank": 2},
    ]
    response = whole(token_ids, "length", logprobs={"content": content})
    request = {"messages": HELLO, "logprobs": True, "top_logprobs": 2}
    [choice] = (await chat(engine, generate_response=response, chat_request=request))["choices"]
    told = choice["logprobs"]["content"]
    assert bytes(byte for entry in told for byte in entry["bytes"]).decode() == "é漢"
    assert [top["token"] for top in told[0]["top_logprobs"]] == [" a", " b"]
    assert [top["token"] for top in told[1]["top_logprobs"]] == [told[1]["token"], " a"]
    without = await chat(engine, generate_response=response)
    assert without["choices"][0]["logprobs"]["content"][1] == told[1]

    chunks, state = [], None
    for entry, token_id in zip(content, token_ids, strict=True):
        part = {"index": 0, "token_ids": [token_id], "finish_reason": None, "logprobs": {"content": [entry]}}
        body = body_of(
            "DerenderChatRequest",
            stream=True,
            generate_chunk={"choices": [part]},
            stream_state=state,
            chat_request=request | {"stream": True},
        )
        answer = await derendered_chat_chunk(engine, body, created=1, model="tiny")
        state = json.loads(answer.stream_state.model_dump_json())
        chunks += json.loads(answer.chunk.model_dump_json())["choices"][0]["logprobs"]["content"]
    assert chunks == told


async def test_calls_keep_their_ids_from_chunk_to_chunk(engine: Derendering) -> None:
    token_ids = engine.tokens(f"{CALL}\n{CALL}<|im_end|>")
    request = {"messages": HELLO, "tools": [LIGHT], "stream": True}
    message = assembled(await streamed(engine, token_ids, 2, chat_request=request))
    assert len({call["id"] for call in message["tool_calls"]}) == 2
    assert message["finish_reason"] == "tool_calls"


DETAILS = {"cached_tokens": 2, "cache_write_tokens": 6}


async def test_the_last_chunk_has_the_usage(engine: Derendering) -> None:
    usage = {"prompt_tokens": 9, "completion_tokens": 4, "prompt_tokens_details": DETAILS}
    for given, counted in ((None, 9), (12, 12)):
        body = body_of(
            "DerenderChatRequest",
            stream=True,
            generate_chunk={"choices": [], "usage": usage},
            stream_state={"output_token_ids": [5], "output_chunk_lens": [1]},
            prompt_tokens=given,
        )
        answer = await derendered_chat_chunk(engine, body, created=1, model="tiny")
        assert answer.chunk.choices == []
        assert answer.chunk.usage is not None
        assert answer.chunk.usage.prompt_tokens == counted
        assert answer.chunk.usage.completion_tokens == 4
        assert answer.chunk.usage.prompt_tokens_details == models.PromptTokensDetails(**DETAILS)
        assert answer.stream_state.output_token_ids == [5]


async def test_each_prompts_answers_are_choices_of_the_completion(engine: Derendering) -> None:
    first = {
        "choices": [
            {"index": i, "token_ids": engine.tokens(text), "finish_reason": "length"}
            for i, text in enumerate((" one", " two"))
        ]
    }
    request = {"prompt": ["A", "B"], "n": 2, "temperature": 1, "echo": True}
    answer = await completion(engine, generate_responses=[first, first], completion_request=request)
    assert [(c["index"], c["text"]) for c in answer["choices"]] == [
        (0, "A one"),
        (1, "A two"),
        (2, "B one"),
        (3, "B two"),
    ]
    assert answer["usage"]["prompt_tokens"] == 2
    known = await completion(
        engine,
        generate_responses=[first, first],
        prompt_token_ids=[engine.tokens("A"), engine.tokens("B")],
        completion_request=request,
    )
    assert known["choices"] == answer["choices"]
    alone = await completion(engine, generate_responses=[first])
    assert [c["text"] for c in alone["choices"]] == [" one", " two"]


async def test_a_streamed_completion_reports_where_each_token_stands(engine: Derendering) -> None:
    token_ids = engine.tokens(" one two")
    said, offsets, state = "", [], None
    for token_id in token_ids:
        entry = {"token_id": token_id, "logprob": -1.0, "rank": 1, "top_logprobs": []}
        part = {"index": 0, "token_ids": [token_id], "finish_reason": None, "logprobs": {"content": [entry]}}
        body = body_of(
            "DerenderCompletionRequest",
            stream=True,
            generate_chunk={"choices": [part]},
            stream_state=state,
            completion_request={"prompt": "A", "echo": True, "logprobs": 0, "stream": True},
        )
        answer = await derendered_completion_chunk(engine, body, created=1, model="tiny")
        state = json.loads(answer.stream_state.model_dump_json())
        [choice] = answer.chunk.choices
        assert choice.logprobs is not None
        said += choice.text
        offsets += choice.logprobs.text_offset
    assert said == "A one two"
    assert offsets == [0, len(" one")]


@pytest.mark.parametrize("index", [0, 127, 128, 2**31 - 1])
async def test_a_chunk_may_be_of_any_choice(engine: Derendering, index: int) -> None:
    part = {"index": index, "token_ids": engine.tokens(" one"), "finish_reason": "length"}
    body = body_of("DerenderCompletionRequest", stream=True, generate_chunk={"choices": [part]})
    answer = await derendered_completion_chunk(engine, body, created=1, model="tiny")
    assert [(c.index, c.text) for c in answer.chunk.choices] == [(index, " one")]
