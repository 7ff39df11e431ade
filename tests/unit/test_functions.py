"""Functions, the older form of tools, in requests, answers and streams."""

import json
from typing import Any

import pytest

from accord.dialects.answers import answers
from accord.dialects.chat.functions import in_newer_form
from accord.dialects.chat.request import conversation
from accord.dialects.chat.response import chat_completion
from accord.dialects.chat.stream import ChatStream
from accord.dialects.media import Shown
from accord.engine import Delta, Generation, GivenDeltas, RenderedPrompt, ToolCallDelta
from accord.errors import InvalidRequest
from accord.generated import models

HELLO: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]
FUNCTION = {"name": "weather", "description": "Tells it.", "parameters": {"type": "object"}}


def request(**fields: Any) -> models.ChatCompletionRequest:
    return models.ChatCompletionRequest.model_validate({"messages": HELLO, "functions": [FUNCTION]} | fields)


def asked(**fields: Any) -> Any:
    return conversation(request(**fields), Shown(frozenset()))


def test_functions_are_tools_of_which_one_is_called() -> None:
    found = asked()
    assert found.tools == [{"type": "function", "function": FUNCTION}]
    assert (found.tool_choice, found.parallel_tool_calls) == (None, False)
    assert asked(function_call="none").tool_choice == "none"
    assert asked(function_call={"name": "weather"}).tool_choice == {
        "type": "function",
        "function": {"name": "weather"},
    }


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"tools": [{"type": "function", "function": FUNCTION}]}, "functions"),
        ({"function_call": {"name": "time"}}, "function_call"),
        ({"functions": None, "function_call": {"name": "time"}}, "function_call"),
    ],
)
def test_contradictory_settings_are_refused(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        asked(**fields)
    assert caught.value.param == param


def test_a_call_and_its_answer_are_a_tools() -> None:
    call = {"name": "weather", "arguments": '{"city": "Bern"}'}
    messages = [
        *HELLO,
        {"role": "assistant", "content": None, "function_call": call},
        {"role": "function", "name": "weather", "content": "Rain"},
    ]
    _, called, answer = asked(messages=messages).messages
    assert called["tool_calls"] == [{"id": "call00001", "type": "function", "function": call}]
    assert "function_call" not in called
    assert answer == {"role": "tool", "name": "weather", "content": "Rain", "tool_call_id": "call00001"}


def test_an_unexpected_output_is_unchanged() -> None:
    messages: list[dict[str, Any]] = [{"role": "function", "name": "weather", "content": "Rain"}]
    in_newer_form(messages)
    assert messages[0]["role"] == "function"


DELTAS = [
    Delta(0, tool_calls=[ToolCallDelta(0, "call_1", "weather", "")], token_ids=[1]),
    Delta(0, tool_calls=[ToolCallDelta(0, arguments='{"city": ')], token_ids=[2]),
    Delta(0, tool_calls=[ToolCallDelta(0, arguments='"Bern"}')], token_ids=[3], finish_reason="stop"),
]
CALL = {"name": "weather", "arguments": '{"city": "Bern"}'}


@pytest.mark.parametrize(
    ("asked_for", "reason"),
    [(None, "function_call"), ("auto", "function_call"), ({"name": "weather"}, "stop")],
)
async def test_the_answer_is_in_the_older_form(asked_for: Any, reason: str) -> None:
    body = request(function_call=asked_for)
    generation = Generation([RenderedPrompt([5])], GivenDeltas(DELTAS))
    told = await answers(generation)
    answer = chat_completion(told, generation, body, id="a", created=1, model="m", opening="")
    [choice] = json.loads(answer.model_dump_json(exclude_unset=True))["choices"]
    assert choice["message"]["function_call"] == CALL
    assert "tool_calls" not in choice["message"]
    assert choice["message"]["content"] is None
    assert choice["finish_reason"] == reason

    stream = ChatStream(generation, body, id="a", created=1, model="m", opening="")
    events = b"".join(map(stream.step, [[delta] for delta in DELTAS])).decode()
    chunks = [json.loads(line.removeprefix("data: "))["choices"][0] for line in events.split("\n\n") if line]
    for chunk in chunks:
        models.ChatCompletionChunkChoice.model_validate(chunk)
    calls = [chunk["delta"]["function_call"] for chunk in chunks[:-1]]
    assert calls[0] == {"name": "weather", "arguments": ""}
    assert "".join(call["arguments"] for call in calls) == CALL["arguments"]
    assert chunks[-1]["finish_reason"] == reason
