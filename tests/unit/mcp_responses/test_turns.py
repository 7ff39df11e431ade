"""The turns of a response with MCP tools: lists, calls, results and events."""

from typing import Any

import openai
import pytest

from accord.engine import Delta
from accord.errors import EngineFailure
from tests.unit.mcp_responses.scripted import ADD, Served, calls, kinds, says, types


async def test_the_model_calls_a_tool_and_continues_with_its_result(served: Served) -> None:
    response = await served.create(calls(ADD), says("It is 5."))
    assert response["status"] == "completed"
    assert kinds(response) == ["mcp_list_tools", "mcp_call", "message"]
    listed, call, message = response["output"]
    assert [tool["name"] for tool in listed["tools"]] == ["add", "note", "light", "fail", "large", "wait"]
    assert listed["tools"][0]["annotations"] == {"readOnlyHint": True}
    assert call == {
        "id": call["id"],
        "type": "mcp_call",
        "status": "completed",
        "server_label": "test",
        "name": "add",
        "arguments": '{"a": 2, "b": 3}',
        "output": "5",
        "error": None,
        "approval_request_id": None,
    }
    assert message["content"][0]["text"] == "It is 5."
    assert served.tools.calls == ["add 2 3"]
    assert served.model.names(0) == [f"test__{tool['name']}" for tool in listed["tools"]]
    assert served.model.asked[1].tools == served.model.asked[0].tools
    assert served.model.asked[1].messages == [
        {"role": "user", "content": "Hi"},
        {
            "role": "assistant",
            "tool_calls": [
                {
                    "id": call["id"],
                    "type": "function",
                    "function": {"name": "test__add", "arguments": '{"a": 2, "b": 3}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": call["id"], "content": "5"},
    ]
    assert response["usage"] == {
        "input_tokens": 20,
        "input_tokens_details": {"cached_tokens": 6, "cache_write_tokens": 4},
        "output_tokens": 8,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 28,
    }
    assert response["tools"] == [
        {
            "type": "mcp",
            "server_label": "test",
            "server_url": None,
            "connector_id": None,
            "server_description": None,
            "allowed_tools": None,
            "require_approval": "never",
        }
    ]


async def test_a_stream_reports_each_step(served: Served) -> None:
    events = await served.events(calls(ADD), says("It is 5."))
    assert types(events) == [
        "created",
        "in_progress",
        "output_item.added",
        "mcp_list_tools.in_progress",
        "mcp_list_tools.completed",
        "output_item.done",
        "output_item.added",
        "mcp_call.in_progress",
        "mcp_call_arguments.delta",
        "mcp_call_arguments.delta",
        "mcp_call_arguments.done",
        "mcp_call.completed",
        "output_item.done",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    assert [event["output_index"] for event in events[2:-1]] == [0] * 4 + [1] * 7 + [2] * 6
    call_id = events[6]["item"]["id"]
    assert {event["item_id"] for event in events[7:12]} == {call_id}
    assert (events[2]["item"]["tools"], events[6]["item"]["status"]) == ([], "in_progress")
    done = [event["item"] for event in events if event["type"] == "response.output_item.done"]
    assert events[-1]["response"]["output"] == done


async def test_a_turns_calls_are_made_in_order_and_reported_as_they_end(served: Served) -> None:
    events = await served.events(calls(ADD, ("test__note", {"text": "x"}), ("test__fail", {})), says("Done."))
    named = [event for event in types(events) if event.startswith(("mcp_call.", "mcp_call_arguments.done"))]
    assert named == [
        *["mcp_call.in_progress", "mcp_call_arguments.done"] * 3,
        *["mcp_call.completed", "mcp_call.completed", "mcp_call.failed"],
    ]
    output = events[-1]["response"]["output"]
    assert [item["output"] for item in output[1:4]] == ["5", "noted: x", None]
    assert output[3]["status"] == "failed"
    assert output[3]["error"]["type"] == "mcp_tool_execution_error"
    assert served.tools.calls == ["add 2 3", "note x"]
    results = [m["content"] for m in served.model.asked[1].messages if m["role"] == "tool"]
    assert results[:2] == ["5", "noted: x"]
    assert results[2].startswith("Error: ")


@pytest.mark.parametrize("conversation", [False, True], ids=["previous response", "conversation"])
async def test_lists_and_calls_are_known_in_the_next_response(served: Served, conversation: bool) -> None:
    belongs: dict[str, Any] = {}
    if conversation:
        belongs = {"conversation": (await served.client.conversations.create()).id}
    first = await served.create(calls(ADD), says("It is 5."), **belongs)
    asked = len(served.tools.headers)
    follows = belongs or {"previous_response_id": first["id"]}
    second = await served.create(says("Yes."), input="Sure?", **follows)
    assert kinds(second) == ["message"]
    assert len(served.tools.headers) == asked
    assert served.model.asked[2].tools == served.model.asked[0].tools
    assert served.model.asked[2].messages[:3] == served.model.asked[1].messages
    assert [m["role"] for m in served.model.asked[2].messages[3:]] == ["assistant", "user"]


@pytest.mark.parametrize("with_ids", [True, False])
async def test_items_that_a_client_gives_back_are_read(served: Served, with_ids: bool) -> None:
    first = await served.create(calls(ADD, ("test__fail", {})), says("It is 5."), store=False)
    items = [dict(item) for item in first["output"]]
    for item in items:
        if not with_ids:
            del item["id"]
    asked = len(served.tools.headers)
    given = [{"role": "user", "content": "Hi"}, *items, {"role": "user", "content": "Sure?"}]
    second = await served.create(says("Yes."), input=given)
    assert kinds(second) == ["message"]
    assert len(served.tools.headers) == asked
    before, after = served.model.asked[1].messages, served.model.asked[2].messages
    assert [m["content"] for m in after if m["role"] == "tool"] == [
        m["content"] for m in before if m["role"] == "tool"
    ]
    kept = await served.client.responses.input_items.list(second["id"], order="asc")
    assert [item.type for item in kept.data] == ["message", *kinds(first), "message"]


@pytest.mark.parametrize(
    "allowed", [["add"], {"tool_names": ["add", "x"]}, {"read_only": True}], ids=["names", "filter", "reads"]
)
async def test_only_allowed_tools_are_listed(served: Served, allowed: Any) -> None:
    response = await served.create(says("Hi."), tools=[served.tool | {"allowed_tools": allowed}])
    assert served.model.names(0) == ["test__add"]
    assert [tool["name"] for tool in response["output"][0]["tools"]] == ["add"]


async def test_the_instructions_of_a_server_come_with_its_first_tool(served: Served) -> None:
    given = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]
    tool = served.tool | {"server_description": "Sums.", "allowed_tools": ["add", "note"]}
    first = await served.create(says("Hi."), input=given, tools=[tool])
    told = [function["function"] for function in served.model.asked[0].tools]
    assert [each["description"] for each in told] == ["Sums.\n\nAdds two numbers.", "Writes a note."]
    assert told[0]["parameters"]["required"] == ["a", "b"]
    await served.create(says("Hi."), input=[first["output"][0], *given], tools=[tool])
    assert served.model.asked[1].messages == served.model.asked[0].messages


async def test_a_call_of_the_clients_function_ends_the_turn(served: Served) -> None:
    function = {"type": "function", "name": "mine", "parameters": {"type": "object"}}
    made = calls(("mine", {}), ADD)
    first = await served.create(made, tools=[served.tool, function])
    assert kinds(first) == ["mcp_list_tools", "function_call", "mcp_call"]
    assert first["output"][2]["output"] == "5"
    output = {"type": "function_call_output", "call_id": "call_0", "output": "ok"}
    second = await served.create(
        says("Fine."), input=[output], previous_response_id=first["id"], tools=[served.tool, function]
    )
    assert kinds(second) == ["message"]
    assert [m["role"] for m in served.model.asked[1].messages] == ["user", "assistant", "tool", "tool"]
    assert [c["function"]["name"] for c in served.model.asked[1].messages[1]["tool_calls"]] == [
        "mine",
        "test__add",
    ]


async def test_max_output_tokens_are_for_all_turns(served: Served) -> None:
    response = await served.create(calls(ADD), says("It"), max_output_tokens=7)
    assert [sampled.max_tokens for sampled in served.model.sampled] == [7, 3]
    assert response["status"] == "completed"
    response = await served.create(calls(ADD), max_output_tokens=4)
    assert (response["status"], response["incomplete_details"]) == (
        "incomplete",
        {"reason": "max_output_tokens"},
    )
    assert response["output"][-1]["output"] == "5"


async def test_a_call_that_is_truncated_is_not_made(served: Served) -> None:
    cut = [*calls(ADD, ("test__note", {"text": "x"}))[:-2], Delta(0, finish_reason="length")]
    for tool in (served.tool, served.tool | {"require_approval": "always"}):
        events = await served.events(cut, tools=[tool])
        assert types(events)[-1] == "incomplete"
        items = events[-1]["response"]["output"][1:]
        assert all(item.get("status", "incomplete") == "incomplete" for item in items)
    assert [item["type"] for item in items] == ["mcp_approval_request"]
    assert served.tools.calls == []


@pytest.mark.parametrize(
    ("choice", "forced", "offered"),
    [
        ({"type": "mcp", "server_label": "test", "name": "add"}, "test__add", 5),
        ({"type": "mcp", "server_label": "test"}, "required", 5),
        ("required", "required", 6),
        (
            {"type": "allowed_tools", "mode": "required", "tools": [{"type": "mcp", "server_label": "test"}]},
            "required",
            5,
        ),
    ],
)
async def test_a_forced_setting_is_given_once(served: Served, choice: Any, forced: str, offered: int) -> None:
    function = {"type": "function", "name": "mine", "parameters": {"type": "object"}}
    response = await served.create(calls(ADD), says("5"), tool_choice=choice, tools=[served.tool, function])
    asked = served.model.asked[0].tool_choice
    assert (asked if isinstance(asked, str) else asked["function"]["name"]) == forced
    assert served.model.asked[1].tool_choice == "auto"
    assert response["tool_choice"] == choice


@pytest.mark.parametrize(
    "choice", [{"type": "mcp", "server_label": "test", "name": "x"}, {"type": "mcp", "server_label": "y"}]
)
async def test_a_forced_tool_that_does_not_exist_is_refused(served: Served, choice: Any) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        await served.create(tool_choice=choice)
    assert refused.value.param == "tool_choice"


async def test_a_later_turn_that_fails_fails_the_response(served: Served) -> None:
    events = await served.events(calls(ADD), EngineFailure("It broke."))
    assert types(events)[-1] == "failed"
    assert kinds(events[-1]["response"]) == ["mcp_list_tools", "mcp_call"]
