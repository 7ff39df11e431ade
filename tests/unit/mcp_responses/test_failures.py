"""MCP servers that are unavailable, not allowed, slow or answer with errors; limits and cancellation."""

import asyncio
from typing import Any, cast

import openai
import pytest

from accord.errors import Overloaded
from accord.handlers import mcp_turns
from accord.mcp_servers import Limits
from tests.unit.mcp_responses.scripted import ADD, Served, calls, kinds, says, types


async def test_a_server_that_is_unavailable_ends_its_list_and_not_the_response(served: Served) -> None:
    served.tools.status = 503
    events = await served.events(says("I have no tools."))
    assert "mcp_list_tools.failed" in types(events)
    response = events[-1]["response"]
    assert kinds(response) == ["mcp_list_tools", "message"]
    assert "503" in response["output"][0]["error"]
    served.tools.status = None
    again = await served.create(says("Now I do."), previous_response_id=response["id"])
    assert kinds(again) == ["mcp_list_tools", "message"]
    assert len(served.model.names(1)) == 6


async def test_a_server_that_goes_away_ends_that_call(served: Served) -> None:
    first = await served.create(says("Hello."))
    served.tools.status = 500
    second = await served.create(calls(ADD), says("A pity."), previous_response_id=first["id"])
    [call, message] = second["output"]
    assert (call["status"], call["error"]["type"], call["error"]["code"]) == ("failed", "http_error", 500)
    assert message["content"][0]["text"] == "A pity."
    assert served.model.asked[-1].messages[-1]["content"] == "Error: it answered with the status 500"


async def test_arguments_that_are_not_an_object_are_not_sent(served: Served) -> None:
    response = await served.create(calls(("test__add", "[1]")), says("Oh."))
    assert response["output"][1]["error"]["code"] == -32602
    assert served.tools.calls == []
    [call] = served.model.asked[1].messages[1]["tool_calls"]
    assert call["function"]["arguments"] == "{}"


@pytest.mark.parametrize("limits", [Limits(seconds=1, size=20_000)])
async def test_a_slow_or_too_large_answer_ends_that_call(served: Served) -> None:
    made = calls(("test__wait", {}), ("test__large", {"size": 50_000}), ADD)
    response = await served.create(made, says("Well."))
    slow, large, added = response["output"][1:4]
    assert slow["error"]["message"] == "it took longer than 1 seconds"
    assert large["error"]["message"] == "its answer is larger than 20000 bytes"
    assert added["output"] == "5"


@pytest.mark.parametrize("limits", [Limits(calls=3)])
@pytest.mark.parametrize(("most", "asked"), [(2, 2), (50, 3)], ids=["the request's", "the server's"])
async def test_calls_past_the_limit_are_not_made(served: Served, most: int, asked: int) -> None:
    turns = [calls(ADD), calls(ADD, ADD, ADD), says("Enough.")]
    response = await served.create(*turns, max_tool_calls=most)
    made = [item for item in response["output"] if item["type"] == "mcp_call"]
    assert [item["status"] for item in made] == ["completed"] * asked + ["failed"] * (4 - asked)
    assert f"may make {asked} calls" in made[-1]["error"]["message"]
    assert len(served.tools.calls) == asked
    assert served.model.asked[2].tool_choice == "none"
    assert served.model.asked[2].tools == served.model.asked[0].tools


async def test_a_model_that_continues_calling_past_the_limit_is_ended(served: Served) -> None:
    function = {"type": "function", "name": "mine", "parameters": {"type": "object"}}
    response = await served.create(calls(ADD), calls(ADD), max_tool_calls=1, tools=[served.tool, function])
    assert [item["status"] for item in response["output"][1:]] == ["completed", "failed"]
    assert [t["function"]["name"] for t in served.model.asked[1].callable_tools] == ["mine"]


async def test_a_server_that_no_setting_allows_is_left_out(served: Served) -> None:
    served.model.turns.append(says("Hi."))
    other = {"type": "mcp", "server_label": "other", "server_url": served.tools.url.replace("/mcp", "/x")}
    answer = await served.client.responses.with_raw_response.create(
        input="Hi", model="tiny", tools=cast(Any, [other])
    )
    assert answer.headers["x-ignored-parameters"] == "tools.0.mcp"
    assert cast(Any, answer.parse()).tools == []
    assert served.model.asked[0].tools is None
    with pytest.raises(openai.BadRequestError):
        await served.create(tools=[other], tool_choice={"type": "mcp", "server_label": "other"})
    assert served.tools.headers == []


async def test_fields_without_effect_on_an_mcp_tool_are_listed(served: Served) -> None:
    """The tools of an MCP server are always told at the beginning, and it is asked without a tunnel."""
    served.model.turns.append(says("Hi."))
    tool = served.tool | {"defer_loading": True, "tunnel_id": "tun_1", "allowed_callers": ["direct"]}
    answer = await served.client.responses.with_raw_response.create(
        input="Hi", model="tiny", tools=cast(Any, [tool])
    )
    named = answer.headers["x-ignored-parameters"].split(", ")
    assert sorted(named) == ["tools.0.allowed_callers", "tools.0.defer_loading", "tools.0.tunnel_id"]
    assert served.model.asked[0].tools


@pytest.mark.parametrize(
    ("label", "tool"),
    [
        ("web_search", {"type": "web_search", "search_context_size": "low"}),
        ("web_search", {"type": "web_search_preview"}),
        ("web_search", {"type": "web_search_2025_08_26"}),
        ("code_interpreter", {"type": "code_interpreter", "container": {"type": "auto"}}),
    ],
)
async def test_an_mcp_server_can_stand_in_the_place_of_openais_tool(
    served: Served, label: str, tool: dict[str, Any]
) -> None:
    called = calls((f"{label}__add", {"a": 1, "b": 1}))
    response = await served.create(called, says("2"), tools=[tool], tool_choice={"type": tool["type"]})
    assert kinds(response) == ["mcp_list_tools", "mcp_call", "message"]
    assert response["tool_choice"] == {"type": "mcp", "server_label": label}
    assert [given["type"] for given in response["tools"]] == ["mcp"]
    assert served.model.asked[0].tool_choice == "required"
    other = await served.create(says("No."), tools=[{"type": "image_generation"}])
    assert other["tools"] == []


async def test_two_servers_of_one_label_are_refused(served: Served) -> None:
    with pytest.raises(openai.BadRequestError, match="server_label 'test'"):
        await served.create(tools=[served.tool, served.tool])


async def test_a_turn_waits_for_its_place_in_the_engine(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mcp_turns, "RETRY_SECONDS", 0)
    full = Overloaded("Full.", code="too_many_requests")
    response = await served.create(calls(ADD), full, full, says("5"))
    assert kinds(response) == ["mcp_list_tools", "mcp_call", "message"]
    assert served.tools.calls == ["add 2 3"]
    with pytest.raises(openai.APIStatusError):
        await served.create(full)


@pytest.mark.parametrize("streamed", [False, True])
async def test_in_the_background(served: Served, streamed: bool) -> None:
    if streamed:
        events = await served.events(calls(ADD), says("5"), background=True)
        assert types(events)[:3] == ["created", "queued", "in_progress"]
        response = events[-1]["response"]
    else:
        response = await served.create(calls(ADD), says("5"), background=True)
        while response["status"] in ("queued", "in_progress"):
            await asyncio.sleep(0.02)
            found = await served.client.responses.retrieve(response["id"])
            response = found.to_dict(mode="json")
    assert response["status"] == "completed"
    assert kinds(response) == ["mcp_list_tools", "mcp_call", "message"]


async def test_cancelling_a_response_ends_the_call(served: Served) -> None:
    response = await served.create(calls(("test__wait", {})), background=True)
    await asyncio.wait_for(served.tools.begun.wait(), 10)
    ended = await served.client.responses.cancel(response["id"])
    assert ended.status == "cancelled"
    assert [(item.type, getattr(item, "status", None)) for item in ended.output][1:] == [
        ("mcp_call", "incomplete")
    ]
    await asyncio.wait_for(served.tools.cancelled.wait(), 10)


@pytest.mark.parametrize("stream", [False, True])
async def test_a_client_that_disconnects_ends_the_call(served: Served, stream: bool) -> None:
    asking = asyncio.create_task(
        served.events(calls(("test__wait", {}))) if stream else served.create(calls(("test__wait", {})))
    )
    await asyncio.wait_for(served.tools.begun.wait(), 10)
    asking.cancel()
    await asyncio.wait_for(served.tools.cancelled.wait(), 10)


async def test_a_server_that_stops_ends_the_call(served: Served) -> None:
    asking = asyncio.create_task(served.events(calls(("test__wait", {}))))
    await asyncio.wait_for(served.tools.begun.wait(), 10)
    served.draining.begin()
    served.draining.end()
    events = await asking
    assert types(events)[-1] == "failed"
    assert events[-1]["response"]["error"]["message"] == "The server is stopping."
    assert events[-1]["response"]["output"][-1]["status"] == "incomplete"


@pytest.mark.parametrize("seconds", [1.5])
async def test_a_requests_time_ends_the_call(served: Served) -> None:
    events = await served.events(calls(("test__wait", {})))
    assert types(events)[-1] == "failed"
    assert "1.5 seconds" in events[-1]["response"]["error"]["message"]
    with pytest.raises(openai.APIStatusError) as ended:
        await served.create(calls(("test__wait", {})))
    assert ended.value.status_code == 504


async def test_nothing_that_authorizes_a_client_is_kept(served: Served) -> None:
    secret = {"authorization": "token-1", "headers": {"X-Key": "key-1"}}
    response = await served.create(calls(ADD), says("5"), tools=[served.tool | secret])
    assert all(head["authorization"] == "Bearer token-1" for head in served.tools.headers)
    assert all(head["x-key"] == "key-1" for head in served.tools.headers)
    kept = await served.client.responses.retrieve(response["id"])
    assert "token-1" not in kept.to_json()
    assert "key-1" not in kept.to_json()
