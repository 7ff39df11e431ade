"""Answers assembled from deltas, and the calls in them."""

from types import SimpleNamespace
from typing import Any

from accord.dialects.answers import Answer
from accord.engine import Delta, ToolCallDelta
from accord.engine.vllm.calls import StreamedCalls, whole_calls


def part(index: int, name: str | None = None, arguments: str | None = None, id_: str | None = None) -> Any:
    """A part of a call as vLLM's parsers tell it."""
    return SimpleNamespace(index=index, id=id_, function=SimpleNamespace(name=name, arguments=arguments))


def told(calls: StreamedCalls, *parts: Any) -> list[tuple[int, str | None, str]]:
    return [(call.index, call.name, call.arguments) for call in calls.take(parts)]


def test_calls_are_put_together_by_their_index() -> None:
    answer = Answer(0)
    answer.add(Delta(0, tool_calls=[ToolCallDelta(2, "b", "second", "{"), ToolCallDelta(0, "a", "first")]))
    answer.add(Delta(0, tool_calls=[ToolCallDelta(2, arguments="}")]))
    assert [(call.id, call.name, call.arguments) for call in answer.tool_calls] == [
        ("b", "second", "{}"),
        ("a", "first", ""),
    ]


def test_calls_are_counted_without_gaps() -> None:
    calls = StreamedCalls(parallel=True)
    assert told(calls, part(1, "a", "{")) == [(0, "a", "{")]
    assert told(calls, part(1, None, "}"), part(4, "b", "{}")) == [(0, None, "}"), (1, "b", "{}")]


def test_a_part_of_no_call_is_left_out() -> None:
    assert told(StreamedCalls(parallel=True), part(0, None, "\n")) == []


def test_one_call_only_where_the_client_takes_no_more() -> None:
    calls = StreamedCalls(parallel=False)
    assert told(calls, part(0, "a", "{}"), part(1, "b", "{}"), part(1, None, "x")) == [(0, "a", "{}")]


def test_a_call_without_arguments_has_an_empty_object() -> None:
    calls = StreamedCalls(parallel=True)
    assert told(calls, part(0, "a")) == [(0, "a", "")]
    assert told(calls, part(1, "b")) == [(0, None, "{}"), (1, "b", "")]
    assert [(call.index, call.arguments) for call in calls.end()] == [(1, "{}")]
    assert calls.end() == []
    [whole] = whole_calls([SimpleNamespace(id=None, name="a", arguments="")])
    assert whole.arguments == "{}"
    assert whole.id


def test_the_arguments_of_a_call_that_is_truncated_are_not_made_whole() -> None:
    without = SimpleNamespace(id="1", name="a", arguments="")
    assert [call.arguments for call in whole_calls([without, without], cut=True)] == ["{}", ""]
