import json
from typing import Any

from accord.dialects.chat.stream import ChatStream
from accord.engine import Delta, Generation, RenderedPrompt, ToolCallDelta, Usage
from accord.errors import EngineFailure
from accord.generated import models
from tests.deltas import GivenDeltas


async def no_deltas() -> Any:
    return
    yield


def chat_stream(**fields: Any) -> ChatStream:
    body = models.ChatCompletionRequest.model_validate(
        {"messages": [{"role": "user", "content": "Hello"}], "stream": True} | fields
    )
    generation = Generation([RenderedPrompt([1, 2])], GivenDeltas(no_deltas()), Usage(prompt_tokens=2))
    return ChatStream(generation, body, id="chatcmpl-1", created=5, model='a "model"', opening="")


def chunks(events: bytes) -> list[Any]:
    lines = events.decode().removesuffix("\n\n").split("\n\n")
    return [json.loads(line.removeprefix("data: ")) if line != "data: [DONE]" else None for line in lines]


def test_text_is_one_small_chunk() -> None:
    [chunk] = chunks(chat_stream().step([Delta(0, text="Hi")]))
    assert chunk == {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 5,
        "model": 'a "model"',
        "choices": [{"index": 0, "delta": {"content": "Hi"}, "logprobs": None, "finish_reason": None}],
    }


def test_a_line_break_in_a_text_never_ends_an_event() -> None:
    nasty = 'a\n\ndata: [DONE]\n\n"\u2028\r\0\ud83d'
    events = chat_stream().step([Delta(0, text=nasty)])
    assert events.count(b"\n") == 2
    [chunk] = chunks(events)
    assert chunk["choices"][0]["delta"]["content"] == nasty


def test_the_first_chunk_of_each_choice_has_the_role() -> None:
    opening = chunks(chat_stream(n=2).begin())
    assert [c["choices"][0]["index"] for c in opening] == [0, 1]
    assert all(c["choices"][0]["delta"]["role"] == "assistant" for c in opening)


def test_the_last_chunk_has_the_finish_reason() -> None:
    text, last = chunks(chat_stream().step([Delta(0, text="Hi", finish_reason="stop", stop_reason="\n")]))
    assert text["choices"][0]["finish_reason"] is None
    assert last["choices"][0] == {
        "index": 0,
        "delta": {},
        "logprobs": None,
        "finish_reason": "stop",
        "stop_reason": "\n",
    }


def test_tool_calls_end_with_their_own_reason() -> None:
    stream = chat_stream()
    opening = stream.step([Delta(0, tool_calls=[ToolCallDelta(0, "call_1", "f", "")])])
    arguments = stream.step([Delta(0, tool_calls=[ToolCallDelta(0, arguments='{"a":')])])
    last = stream.step([Delta(0, tool_calls=[ToolCallDelta(0, arguments="1}")], finish_reason="stop")])
    calls = [
        chunk["choices"][0]["delta"]["tool_calls"][0]
        for chunk in chunks(opening + arguments + last)
        if chunk["choices"][0]["delta"]
    ]
    assert calls[0] == {
        "index": 0,
        "id": "call_1",
        "type": "function",
        "function": {"name": "f", "arguments": ""},
    }
    assert "".join(c["function"]["arguments"] for c in calls) == '{"a":1}'
    assert chunks(last)[-1]["choices"][0]["finish_reason"] == "tool_calls"


def test_a_named_tool_ends_with_stop_as_at_openai() -> None:
    tool = {"type": "function", "function": {"name": "f"}}
    stream = chat_stream(tools=[tool], tool_choice=tool)
    events = stream.step([Delta(0, tool_calls=[ToolCallDelta(0, "call_1", "f", "{}")], finish_reason="stop")])
    assert chunks(events)[-1]["choices"][0]["finish_reason"] == "stop"


def test_reasoning_goes_under_both_of_its_names() -> None:
    [chunk] = chunks(chat_stream().step([Delta(0, reasoning="Hm")]))
    assert chunk["choices"][0]["delta"] == {"reasoning": "Hm", "reasoning_content": "Hm"}


def test_a_step_without_anything_to_say_sends_nothing() -> None:
    assert chat_stream().step([Delta(0, token_ids=[9])]) == b""


def test_tokens_without_text_are_reported_when_asked_for() -> None:
    [chunk] = chunks(chat_stream(return_token_ids=True).step([Delta(0, token_ids=[9])]))
    assert chunk["choices"][0]["token_ids"] == [9]


def test_usage_ends_the_stream() -> None:
    stream = chat_stream(stream_options={"include_usage": True})
    [chunk] = chunks(stream.step([Delta(0, text="Hi")]))
    assert chunk["usage"] is None
    stream.generation.usage.completion_tokens = 1
    usage, done = chunks(stream.end())
    assert usage["choices"] == []
    assert usage["usage"]["total_tokens"] == 3
    assert done is None


def test_an_error_is_the_last_event() -> None:
    error, done = chunks(chat_stream().fail(EngineFailure("It broke.")))
    assert error == {"error": {"message": "It broke.", "type": "server_error", "param": None, "code": None}}
    assert done is None
