import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from anthropic.types import Message, RawMessageStreamEvent
from pydantic import TypeAdapter

from accord.dialects.messages.response import message
from accord.dialects.messages.signatures import Signatures
from accord.dialects.messages.stream import MessageStream
from accord.engine import Delta, Generation, RenderedPrompt, ToolCallDelta, Usage
from accord.errors import EngineFailure
from accord.generated import models
from tests.deltas import GivenDeltas

SIGNATURES = Signatures("a secret of the tests")
USAGE = Usage(prompt_tokens=5, completion_tokens=9)
CALL = [
    Delta(0, tool_calls=[ToolCallDelta(0, "call_1", "weather", '{"ci')]),
    Delta(0, tool_calls=[ToolCallDelta(0, arguments='ty": "Paris"}')]),
]


def message_request(**fields: Any) -> models.MessageRequest:
    turns = [{"role": "user", "content": "Hi"}]
    return models.MessageRequest.model_validate({"max_tokens": 20, "messages": turns} | fields)


async def steps(deltas: list[Delta]) -> AsyncGenerator[list[Delta], None]:
    for delta in deltas:
        yield [delta]


def generation(deltas: list[Delta], usage: Usage = USAGE) -> Generation:
    return Generation([RenderedPrompt([1])], GivenDeltas(steps(deltas)), usage)


def events(deltas: list[Delta], usage: Usage = USAGE, **fields: Any) -> list[dict[str, Any]]:
    """All events of a stream, each checked against its name and the SDK's types."""
    made = generation(deltas, usage)
    stream = MessageStream(
        made,
        message_request(**fields),
        id="msg_1",
        model='a "model"',
        request_id="req_1",
        signatures=SIGNATURES,
    )
    data = stream.begin() + b"".join(stream.step([delta]) for delta in deltas) + stream.end()
    found = []
    for block in data.decode().removesuffix("\n\n").split("\n\n"):
        name, line = block.split("\n")
        event = json.loads(line.removeprefix("data: "))
        assert name == f"event: {event['type']}"
        if event["type"] != "ping":
            TypeAdapter[Any](RawMessageStreamEvent).validate_python(event)
        found.append(event)
    return found


async def whole(deltas: list[Delta], usage: Usage = USAGE, **fields: Any) -> dict[str, Any]:
    response = await message(
        generation(deltas, usage), message_request(**fields), id="msg_1", model="m", signatures=SIGNATURES
    )
    body: dict[str, Any] = json.loads(response.model_dump_json(exclude_unset=True, by_alias=True))
    TypeAdapter(Message).validate_python(body)
    return body


def test_the_order_of_events() -> None:
    deltas = [Delta(0, reasoning="Hm"), Delta(0, text="A"), *CALL, Delta(0, finish_reason="stop")]
    found = events(deltas)
    assert [(e["type"], e.get("index")) for e in found] == [
        ("message_start", None),
        ("ping", None),
        ("content_block_start", 0),
        ("content_block_delta", 0),
        ("content_block_delta", 0),
        ("content_block_stop", 0),
        ("content_block_start", 1),
        ("content_block_delta", 1),
        ("content_block_stop", 1),
        ("content_block_start", 2),
        ("content_block_delta", 2),
        ("content_block_delta", 2),
        ("content_block_stop", 2),
        ("message_delta", None),
        ("message_stop", None),
    ]
    deltas_of = [e["delta"] for e in found if e["type"] == "content_block_delta"]
    assert deltas_of == [
        {"type": "thinking_delta", "thinking": "Hm"},
        {"type": "signature_delta", "signature": SIGNATURES.of("Hm")},
        {"type": "text_delta", "text": "A"},
        {"type": "input_json_delta", "partial_json": '{"ci'},
        {"type": "input_json_delta", "partial_json": 'ty": "Paris"}'},
    ]
    assert found[-2]["delta"] == {"stop_reason": "tool_use", "stop_sequence": None}


@pytest.mark.parametrize("eager", [True, False, None])
def test_arguments_are_sent_as_they_are_written(eager: bool | None) -> None:
    pieces = ['{"c', "ity", '": "Pa', 'ris", "days"', ": 1", "0}"]
    calls = [ToolCallDelta(0, "call_1", "weather"), *(ToolCallDelta(0, arguments=piece) for piece in pieces)]
    tool = {"name": "weather", "input_schema": {"type": "object"}, "eager_input_streaming": eager}
    found = events([*(Delta(0, tool_calls=[call]) for call in calls), STOPPED], tools=[tool])
    assert [e["delta"]["partial_json"] for e in found if e["type"] == "content_block_delta"] == pieces


async def test_a_signature_is_of_all_the_thinking_of_its_block() -> None:
    thoughts = [Delta(0, reasoning="Hm. "), Delta(0, reasoning="Yes.")]
    found = events([*thoughts, Delta(0, text="A"), Delta(0, reasoning="No."), Delta(0, finish_reason="stop")])
    signed = [e["delta"]["signature"] for e in found if e.get("delta", {}).get("type") == "signature_delta"]
    assert signed == [SIGNATURES.of("Hm. Yes."), SIGNATURES.of("No.")]
    body = await whole([*thoughts, Delta(0, finish_reason="stop")])
    assert body["content"][0]["signature"] == SIGNATURES.of("Hm. Yes.")


def test_a_prompts_tokens_are_three_counts_at_both_ends() -> None:
    usage = Usage(prompt_tokens=50, completion_tokens=9, cached_tokens=32, cache_write_tokens=16)
    found = events([Delta(0, text="A", finish_reason="stop")], usage)
    counts = {"input_tokens": 2, "cache_creation_input_tokens": 16, "cache_read_input_tokens": 32}
    for told in (found[0]["message"]["usage"], found[-2]["usage"]):
        assert counts.items() <= told.items()
    assert found[-2]["usage"]["output_tokens"] == 9


async def test_a_stream_says_nothing_before_the_engine_does() -> None:
    """How much of the prompt was cached is known then, and told in the first event."""
    stream = MessageStream(
        generation([]), message_request(), id="msg_1", model="m", request_id="req_1", signatures=SIGNATURES
    )
    assert stream.begin() == b""
    assert stream.step([Delta(0, text="A")]).startswith(b"event: message_start\n")
    assert not stream.step([Delta(0, text="B")]).startswith(b"event: message_start\n")
    assert events([])[0]["type"] == "message_start"


def test_a_line_break_in_a_text_never_ends_an_event() -> None:
    nasty = 'a\n\nevent: error\n\n"\u2028\r\0\ud83d'
    found = events([Delta(0, text=nasty, finish_reason="stop")])
    assert found[3]["delta"]["text"] == nasty


def test_each_call_is_a_block_with_an_id_of_its_own() -> None:
    deltas = [
        Delta(0, tool_calls=[ToolCallDelta(0, "a", "one", "{}"), ToolCallDelta(1, "b", "two", "")]),
        Delta(0, finish_reason="stop"),
    ]
    starts = [e["content_block"] for e in events(deltas) if e["type"] == "content_block_start"]
    assert [(b["name"], b["input"]) for b in starts] == [("one", {}), ("two", {})]
    assert len({b["id"] for b in starts}) == 2
    assert all(b["id"].startswith("toolu_") for b in starts)


async def test_a_whole_message() -> None:
    deltas = [Delta(0, reasoning="Hm"), Delta(0, text="A"), *CALL, Delta(0, finish_reason="stop")]
    body = await whole(deltas, Usage(5, 9, reasoning_tokens=3))
    thinking, text, call = body["content"]
    assert thinking == {"type": "thinking", "thinking": "Hm", "signature": SIGNATURES.of("Hm")}
    assert text == {"type": "text", "text": "A", "citations": None}
    assert call["input"] == {"city": "Paris"}
    assert body["usage"]["output_tokens_details"] == {"thinking_tokens": 3}


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        ('{"a": 1, "b": [1, 2', {"a": 1, "b": [1, 2]}),
        ('{"a": "cut sh', {}),
        ("", {}),
        ("{'a': 1}", {}),
        ("[1]", {}),
    ],
)
async def test_arguments_that_are_not_a_complete_object(arguments: str, given: dict[str, Any]) -> None:
    calls = [ToolCallDelta(0, "call_1", "weather", arguments)]
    body = await whole([Delta(0, tool_calls=calls, finish_reason="length")])
    assert body["content"][0]["input"] == given


@pytest.mark.parametrize(
    ("last", "usage", "reason", "sequence"),
    [
        (Delta(0, text="A", finish_reason="stop"), USAGE, "end_turn", None),
        (Delta(0, text="A", finish_reason="stop", stop_reason=2), USAGE, "end_turn", None),
        (Delta(0, text="A", finish_reason="stop", stop_reason="\n\n"), USAGE, "stop_sequence", "\n\n"),
        (Delta(0, text="A", finish_reason="length"), Usage(5, 20), "max_tokens", None),
        (Delta(0, text="A", finish_reason="length"), USAGE, "model_context_window_exceeded", None),
    ],
)
async def test_stop_reasons(last: Delta, usage: Usage, reason: str, sequence: str | None) -> None:
    expected = {"stop_reason": reason, "stop_sequence": sequence}
    assert events([last], usage, stop_sequences=["\n\n"])[-2]["delta"] == expected
    body = await whole([last], usage, stop_sequences=["\n\n"])
    assert {key: body[key] for key in expected} == expected


def test_an_error_is_the_last_event() -> None:
    stream = MessageStream(
        generation([]), message_request(), id="msg_1", model="m", request_id="req_1", signatures=SIGNATURES
    )
    name, data = stream.fail(EngineFailure("It broke.")).decode().removesuffix("\n\n").split("\n")
    assert name == "event: error"
    assert json.loads(data.removeprefix("data: ")) == {
        "type": "error",
        "error": {"type": "api_error", "message": "It broke."},
        "request_id": "req_1",
    }


STOPPED = Delta(0, finish_reason="stop", stop_reason="Observation:")


@pytest.mark.parametrize(
    ("deltas", "reason", "sequence"),
    [
        ([*CALL, STOPPED], "tool_use", None),
        ([*CALL, Delta(0, text="Then "), STOPPED], "tool_use", None),
        ([Delta(0, tool_calls=[ToolCallDelta(0, "call_1", "now")]), STOPPED], "tool_use", None),
        ([CALL[0], STOPPED], "stop_sequence", "Observation:"),
        ([Delta(0, text="Well "), STOPPED], "stop_sequence", "Observation:"),
    ],
    ids=["after a call", "after a text", "after a call without arguments", "within a call", "no call"],
)
async def test_a_stop_sequence_does_not_hide_a_call(
    deltas: list[Delta], reason: str, sequence: str | None
) -> None:
    expected = {"stop_reason": reason, "stop_sequence": sequence}
    assert events(deltas, stop_sequences=["Observation:"])[-2]["delta"] == expected
    body = await whole(deltas, stop_sequences=["Observation:"])
    assert {key: body[key] for key in expected} == expected
