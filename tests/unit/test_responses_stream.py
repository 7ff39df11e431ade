import json
from typing import Any

import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from accord.dialects.ignored import Ignored
from accord.dialects.logprobs import WrittenAnswer
from accord.dialects.responses.response import begun
from accord.dialects.responses.stream import ResponseStream, whole
from accord.dialects.responses.tools import offered, stored_tools
from accord.engine import Delta, Generation, RenderedPrompt, TokenLogprob, ToolCallDelta, Usage
from accord.errors import EngineFailure
from accord.generated import models
from accord.store.encoding import dumped
from tests.deltas import GivenDeltas
from tests.open_responses import check_event, check_response

EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
MESSAGE = [
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
]
BEGIN = ["response.created", "response.in_progress"]
LOGPROBS = {"include": ["message.output_text.logprobs"]}


async def source(deltas: list[Delta]) -> Any:
    for delta in deltas:
        yield [delta]


def response_stream(*deltas: Delta, **fields: Any) -> ResponseStream:
    body = models.ResponseRequest.model_validate({"input": "Hello"} | fields)
    usage = Usage(prompt_tokens=2, completion_tokens=3)
    generation = Generation([RenderedPrompt([1, 2])], GivenDeltas(source(list(deltas))), usage)
    kept = stored_tools(body.tools or (), "tools", Ignored())
    sampling = {"temperature": 0.6}
    response = begun(body, id="resp_1", created=5, model="m", default_sampling=sampling, tools=kept)
    return ResponseStream(generation, body, response, offered(kept, []))


def read(events: bytes) -> list[Any]:
    """The events, each as the official client's types have it, numbered without a gap."""
    found = []
    for event in events.decode().removesuffix("\n\n").split("\n\n") if events else ():
        name, data = event.split("\n")
        found.append(json.loads(data.removeprefix("data: ")))
        EVENT.validate_json(data.removeprefix("data: "))
        assert name == f"event: {found[-1]['type']}"
    first = found[0]["sequence_number"] if found else 0
    assert [event["sequence_number"] for event in found] == list(range(first, first + len(found)))
    return found


def all_events(*deltas: Delta, **fields: Any) -> list[Any]:
    stream = response_stream(*deltas, **fields)
    events = stream.begin() + b"".join(stream.step([delta]) for delta in deltas)
    last = stream.end()
    assert isinstance(last, bytes)
    events += last
    found = read(events)
    assert stream.over
    assert found[-1]["response"] == stored(stream)
    return found


def stored(stream: ResponseStream) -> Any:
    response = stream.stored()
    return response | {"output": [json.loads(dumped(item)) for item in response["output"]]}


def called(name: str, *arguments: str) -> list[Delta]:
    parts = [ToolCallDelta(0, "call_1", name), *(ToolCallDelta(0, arguments=part) for part in arguments)]
    return [*(Delta(0, tool_calls=[part]) for part in parts), Delta(0, finish_reason="stop")]


def types(events: list[Any]) -> list[str]:
    return [event["type"] for event in events]


def test_a_message_from_its_beginning_to_its_end() -> None:
    events = all_events(Delta(0, text="Hi"), Delta(0, text=" you", finish_reason="stop"))
    assert types(events) == [*BEGIN, *MESSAGE[:3], *MESSAGE[2:], "response.completed"]
    assert [e["delta"] for e in events if e["type"] == "response.output_text.delta"] == ["Hi", " you"]
    added, done = events[2]["item"], events[-2]["item"]
    assert (added["status"], added["content"]) == ("in_progress", [])
    assert done == added | {
        "status": "completed",
        "content": [{"type": "output_text", "text": "Hi you", "annotations": [], "logprobs": []}],
    }
    assert events[0]["response"]["output"] == []
    assert events[-1]["response"]["output"] == [done]
    assert events[-1]["response"]["usage"]["total_tokens"] == 5
    assert events[-1]["response"]["temperature"] == 0.6
    Response.model_validate(events[-1]["response"], strict=True)


def test_a_line_break_in_a_text_never_ends_an_event() -> None:
    nasty = 'a\n\nevent: x\n\n"\u2028\r\0'
    stream = response_stream(Delta(0, text=nasty))
    stream.begin()
    stream.step([Delta(0, text="-")])
    events = stream.step([Delta(0, text=nasty)])
    assert events.count(b"\n") == 3
    assert read(events)[0]["delta"] == nasty


def test_an_answer_that_is_truncated_is_incomplete() -> None:
    events = all_events(Delta(0, text="Hi", finish_reason="length"))
    response = events[-1]["response"]
    assert events[-1]["type"] == "response.incomplete"
    assert response["status"] == response["output"][0]["status"] == "incomplete"
    assert response["incomplete_details"] == {"reason": "max_output_tokens"}
    assert response["completed_at"] is None


def test_an_empty_answer_is_an_empty_message() -> None:
    events = all_events(Delta(0, finish_reason="stop"))
    assert types(events) == [*BEGIN, *MESSAGE[:2], *MESSAGE[3:], "response.completed"]
    assert events[-1]["response"]["output"][0]["content"][0]["text"] == ""


def test_reasoning_a_text_and_two_calls_are_four_items() -> None:
    events = all_events(
        Delta(0, reasoning="Hm"),
        Delta(0, reasoning="."),
        Delta(0, text="See:"),
        Delta(0, tool_calls=[ToolCallDelta(0, "call_1", "f", "")]),
        Delta(0, tool_calls=[ToolCallDelta(0, arguments="{}"), ToolCallDelta(1, "call_2", "g", '{"a"')]),
        Delta(0, tool_calls=[ToolCallDelta(1, arguments=":1}")], finish_reason="stop"),
    )
    places = [(e["type"], e["output_index"]) for e in events if "output_item" in e["type"]]
    added, done = "response.output_item.added", "response.output_item.done"
    assert places == [(kind, index) for index in range(4) for kind in (added, done)]
    reasoning, message, first, second = events[-1]["response"]["output"]
    assert reasoning["content"] == [{"type": "reasoning_text", "text": "Hm."}]
    assert reasoning["summary"] == []
    assert message["content"][0]["text"] == "See:"
    assert (first["call_id"], first["name"], first["arguments"]) == ("call_1", "f", "{}")
    assert (second["call_id"], second["name"], second["arguments"]) == ("call_2", "g", '{"a":1}')
    assert {item["status"] for item in events[-1]["response"]["output"]} == {"completed"}
    [done_first, done_second] = [e for e in events if e["type"] == "response.function_call_arguments.done"]
    assert (done_first["item_id"], done_first["arguments"]) == (first["id"], "{}")
    assert (done_second["name"], done_second["arguments"]) == ("g", '{"a":1}')


def test_reasoning_is_returned_as_a_summary_on_request() -> None:
    events = all_events(
        Delta(0, reasoning="Hm"),
        Delta(0, text="Hi", finish_reason="stop"),
        reasoning={"summary": "auto"},
        include=["reasoning.encrypted_content"],
    )
    assert types(events)[2:8] == [
        "response.output_item.added",
        "response.reasoning_summary_part.added",
        "response.reasoning_summary_text.delta",
        "response.reasoning_summary_text.done",
        "response.reasoning_summary_part.done",
        "response.output_item.done",
    ]
    item = events[-1]["response"]["output"][0]
    assert item["summary"] == [{"type": "summary_text", "text": "Hm"}]
    assert "content" not in item
    assert item["encrypted_content"]


def logprob(token: str) -> list[TokenLogprob]:
    return [TokenLogprob(token, 1, -0.5, top=[TokenLogprob(token, 1, -0.5)])]


def test_log_probabilities_go_with_the_text() -> None:
    events = all_events(
        Delta(0, logprobs=logprob("H")),
        Delta(0, text="Hi", logprobs=logprob("i")),
        Delta(0, logprobs=logprob("</s>"), finish_reason="stop"),
        **LOGPROBS,
    )
    deltas = [e for e in events if e["type"] == "response.output_text.delta"]
    assert [[p["token"] for p in e["logprobs"]] for e in deltas] == [["H", "i"], ["</s>"]]
    [part] = events[-1]["response"]["output"][0]["content"]
    assert [p["token"] for p in part["logprobs"]] == ["H", "i", "</s>"]
    assert part["logprobs"][0]["top_logprobs"] == [{"token": "H", "logprob": -0.5, "bytes": [72]}]


def test_log_probabilities_of_reasoning_and_calls_go_with_nothing() -> None:
    events = all_events(
        Delta(0, logprobs=logprob("<think>")),
        Delta(0, reasoning="Hm", logprobs=logprob("Hm")),
        Delta(0, logprobs=logprob("</think>")),
        Delta(0, text="Hi", logprobs=logprob("Hi")),
        Delta(0, tool_calls=[ToolCallDelta(0, "call_1", "f", "{}")], logprobs=logprob("{}")),
        Delta(0, finish_reason="stop"),
        **LOGPROBS,
    )
    [part] = events[-1]["response"]["output"][1]["content"]
    assert [p["token"] for p in part["logprobs"]] == ["Hi"]


async def test_each_message_has_its_log_probabilities_streamed_whole_and_stored() -> None:
    deltas = [
        Delta(0, text='"logprobs":[', logprobs=logprob("one")),
        Delta(0, tool_calls=[ToolCallDelta(0, "call_1", "f", "{}")]),
        Delta(0, text="two", logprobs=logprob("two")),
        Delta(0, text=" three", logprobs=logprob("three"), finish_reason="stop"),
    ]
    streamed = all_events(*deltas, **LOGPROBS)[-1]["response"]["output"]
    stream = response_stream(*deltas, **LOGPROBS)
    answer = await whole(stream)
    assert isinstance(answer, WrittenAnswer)
    for output in (streamed, json.loads(answer.body)["output"], stored(stream)["output"]):
        tokens = [[p["token"] for p in item["content"][0]["logprobs"]] for item in (output[0], output[2])]
        assert tokens == [["one"], ["two", "three"]]
        assert [item["content"][0]["text"] for item in (output[0], output[2])] == [
            '"logprobs":[',
            "two three",
        ]


def test_a_background_response_waits_until_the_first_step() -> None:
    stream = response_stream(background=True)
    events = read(stream.begin() + stream.step([Delta(0, text="Hi")]))
    assert types(events)[:3] == ["response.created", "response.queued", "response.in_progress"]
    assert [e["response"]["status"] for e in events[:3]] == ["queued", "queued", "in_progress"]


def test_a_failure_keeps_the_previous_keys() -> None:
    stream = response_stream()
    events = stream.begin() + stream.step([Delta(0, text="Hi")]) + stream.fail(EngineFailure("It broke."))
    last = read(events)[-1]
    assert last["type"] == "response.failed"
    assert last["response"]["error"] == {"code": "server_error", "message": "It broke."}
    assert last["response"]["output"][0]["status"] == "incomplete"
    assert stream.over


def test_a_cancelled_stream_breaks_off() -> None:
    stream = response_stream(background=True)
    events = stream.begin() + stream.step([Delta(0, text="Hi")]) + stream.cancel()
    last = read(events)[-1]
    assert (last["type"], last["code"]) == ("error", "response_cancelled")
    assert stream.response.status == "cancelled"
    assert stream.over


@pytest.mark.parametrize("reason", ["stop", "length"])
async def test_a_whole_response_is_the_last_event_of_a_stream(reason: Any) -> None:
    delta = Delta(
        0, reasoning="Hm", text="Hi", tool_calls=[ToolCallDelta(0, "c", "f", "{}")], finish_reason=reason
    )
    streamed = all_events(delta)[-1]["response"]
    stream = response_stream(delta)
    await whole(stream)
    response = stored(stream)
    for item in (*streamed["output"], *response["output"]):
        del item["id"]
    assert response | {"completed_at": 0} == streamed | {"completed_at": 0}


def test_the_request_is_given_back() -> None:
    form = {"type": "json_schema", "name": "n", "schema": {"type": "object"}, "strict": True}
    choice = {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}]}
    response = all_events(
        Delta(0, text="{}", finish_reason="stop"),
        instructions="Be brief.",
        metadata={"a": "b"},
        reasoning={"effort": "low"},
        text={"format": form, "verbosity": "low"},
        tools=[{"type": "function", "name": "f", "parameters": {"type": "object"}}],
        tool_choice=choice,
        top_p=0.5,
        user="me",
    )[-1]["response"]
    assert response["text"] == {"format": form | {"description": None}, "verbosity": "low"}
    assert response["tools"] == [
        {
            "type": "function",
            "name": "f",
            "description": None,
            "parameters": {"type": "object"},
            "strict": None,
        }
    ]
    assert response["tool_choice"] == choice
    assert response["reasoning"] == {"effort": "low", "summary": None}
    assert (response["instructions"], response["metadata"]) == ("Be brief.", {"a": "b"})
    assert (response["top_p"], response["user"]) == (0.5, "me")


def test_the_penalties_are_reported() -> None:
    response = all_events(Delta(0, text="Hi", finish_reason="stop"), presence_penalty=0.5)[-1]["response"]
    assert (response["presence_penalty"], response["frequency_penalty"]) == (0.5, 0.0)


@pytest.mark.parametrize("summary", [None, "auto"])
def test_a_stream_is_what_open_responses_says(summary: str | None) -> None:
    """Save for the event of reasoning that is no summary, which has OpenAI's name."""
    events = all_events(
        Delta(0, reasoning="Hm"),
        Delta(0, text="Hi"),
        Delta(0, tool_calls=[ToolCallDelta(0, "call_1", "f", "{}")], finish_reason="stop"),
        reasoning={"summary": summary},
        include=["reasoning.encrypted_content"],
        tools=[{"type": "function", "name": "f"}],
    )
    for event in events:
        if not event["type"].startswith("response.reasoning_text"):
            check_event(event)
    check_response(events[-1]["response"])
