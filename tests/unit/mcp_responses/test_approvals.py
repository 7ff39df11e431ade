"""MCP calls that wait for the client's approval."""

from typing import Any

import openai
import pytest

from tests.unit.mcp_responses.scripted import ADD, Served, calls, kinds, says, types


async def test_a_call_waits_for_the_clients_approval(served: Served) -> None:
    tool = served.tool | {"require_approval": "always"}
    events = await served.events(calls(ADD), tools=[tool])
    assert types(events)[-3:] == ["output_item.added", "output_item.done", "completed"]
    first = events[-1]["response"]
    assert first["status"] == "completed"
    request = first["output"][-1]
    assert request == {
        "id": request["id"],
        "type": "mcp_approval_request",
        "server_label": "test",
        "name": "add",
        "arguments": '{"a": 2, "b": 3}',
    }
    assert served.tools.calls == []
    answer = {"type": "mcp_approval_response", "approval_request_id": request["id"], "approve": True}
    second = await served.events(
        says("It is 5."), input=[answer], previous_response_id=first["id"], tools=[tool]
    )
    assert types(second)[2:8] == [
        "output_item.added",
        "mcp_call.in_progress",
        "mcp_call_arguments.delta",
        "mcp_call_arguments.done",
        "mcp_call.completed",
        "output_item.done",
    ]
    response = second[-1]["response"]
    assert kinds(response) == ["mcp_call", "message"]
    assert response["output"][0]["approval_request_id"] == request["id"]
    assert served.tools.calls == ["add 2 3"]
    assert [m["role"] for m in served.model.asked[1].messages] == ["user", "assistant", "tool"]
    assert response["usage"]["input_tokens"] == 10
    third = await served.create(says("Bye."), input="Bye", previous_response_id=response["id"], tools=[tool])
    assert kinds(third) == ["message"]
    assert served.tools.calls == ["add 2 3"]


async def test_calls_that_the_client_denies_are_reported_to_the_model(served: Served) -> None:
    tool = served.tool | {"require_approval": "always"}
    first = await served.create(calls(ADD), tools=[tool])
    answer = {
        "type": "mcp_approval_response",
        "approval_request_id": first["output"][-1]["id"],
        "approve": False,
        "reason": "Too dear.",
    }
    given = [{"role": "user", "content": "Hi"}, *first["output"], answer]
    second = await served.create(says("As you like."), input=given, tools=[tool])
    assert kinds(second) == ["message"]
    assert served.tools.calls == []
    [_, call, result] = served.model.asked[1].messages
    assert call["tool_calls"][0]["function"]["name"] == "test__add"
    assert result["content"] == "The user did not allow this call. Too dear."


async def test_an_approved_call_must_be_of_a_tool_that_the_request_allows(served: Served) -> None:
    request = {"type": "mcp_approval_request", "id": "mcpr_1", "server_label": "test", "name": "note"}
    request |= {"arguments": '{"text": "x"}'}
    answer = {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": True}
    given = [{"role": "user", "content": "Hi"}, request, answer]
    response = await served.create(says("Oh."), input=given, tools=[served.tool | {"allowed_tools": ["add"]}])
    assert response["output"][1]["error"]["message"] == "The request does not allow this tool."
    assert served.tools.calls == []


@pytest.mark.parametrize(
    ("required", "waits"),
    [
        ("never", []),
        ("always", ["add", "note"]),
        (None, ["add", "note"]),
        ({"never": {"tool_names": ["add"]}}, ["note"]),
        ({"always": {"tool_names": ["add"]}}, ["add"]),
        ({"never": {"read_only": True}}, ["note"]),
        ({"always": {"tool_names": ["note"]}, "never": {"tool_names": ["add"]}}, ["note"]),
    ],
)
async def test_approval_is_asked_for_by_tool(served: Served, required: Any, waits: list[str]) -> None:
    tool = served.tool | {"require_approval": required}
    ends = [] if waits else [says("Done.")]
    response = await served.create(calls(ADD, ("test__note", {"text": "x"})), *ends, tools=[tool])
    asked = [item["name"] for item in response["output"] if item["type"] == "mcp_approval_request"]
    assert asked == waits
    assert [call.split()[0] for call in served.tools.calls] == [n for n in ("add", "note") if n not in waits]


async def test_an_approval_that_nobody_asked_for_is_refused(served: Served) -> None:
    answer = {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": True}
    with pytest.raises(openai.BadRequestError, match="mcpr_1"):
        await served.create(input=[answer])
    request = {"type": "mcp_approval_request", "id": "mcpr_1", "server_label": "other", "name": "f"}
    with pytest.raises(openai.BadRequestError, match="'other', which is not among tools"):
        await served.create(input=[{"role": "user", "content": "Hi"}, request | {"arguments": "{}"}, answer])
