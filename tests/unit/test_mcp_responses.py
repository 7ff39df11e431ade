"""Responses that use MCP servers: a real one, the whole application, and a model that is scripted."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import openai
import pytest
from openai.types.responses import Response

from accord.engine import Adapters, Delta, Engine, Generation, RenderedPrompt, ToolCallDelta, Usage
from accord.engine.supervisor import EngineState
from accord.errors import EngineFailure, Overloaded
from accord.handlers import mcp_turns
from accord.handlers.call import Services
from accord.handlers.draining import Draining
from accord.mcp_servers import Limits, McpServer, McpServers
from accord.server.app import connexion_app
from accord.server.proof import Proof
from accord.store import Address, Storage
from tests.deltas import GivenDeltas
from tests.loopback import serving
from tests.mcp_server import Tools, serving_tools
from tests.open_responses import SPECIFICATION, check_event

Turn = list[Delta] | Exception


def says(text: str) -> list[Delta]:
    return [Delta(0, text=text), Delta(0, finish_reason="stop")]


def calls(*made: tuple[str, Any]) -> list[Delta]:
    """Calls by their names and arguments, each in two parts."""
    parts = []
    for index, (name, arguments) in enumerate(made):
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        parts.append(ToolCallDelta(index, f"call_{index}", name, text[:3]))
        parts.append(ToolCallDelta(index, arguments=text[3:]))
    return [*(Delta(0, tool_calls=[part]) for part in parts), Delta(0, finish_reason="stop")]


ADD = ("test__add", {"a": 2, "b": 3})


@dataclass
class Model:
    """Says what a script says, turn by turn, and notes what it was asked."""

    turns: list[Turn] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)
    sampled: list[Any] = field(default_factory=list)
    modalities: frozenset[str] = frozenset()
    limits_thinking: bool = False
    errored: bool = False
    max_model_len: int = 4096
    default_sampling: dict[str, Any] = field(default_factory=dict)

    def admit(self, _: int) -> None:
        """Take on everything."""

    async def chat(self, conversation: Any, sampling: Any, *_: Any) -> Generation:
        self.asked.append(conversation)
        self.sampled.append(sampling)
        turn = self.turns.pop(0)
        if isinstance(turn, Overloaded):
            raise turn

        async def deltas() -> AsyncIterator[list[Delta]]:
            if isinstance(turn, Exception):
                raise turn
            for delta in turn:
                yield [delta]

        usage = Usage(prompt_tokens=10, completion_tokens=4, cached_tokens=3, cache_write_tokens=2)
        return Generation([RenderedPrompt([1, 2])], GivenDeltas(cast(Any, deltas())), usage)

    def names(self, turn: int) -> list[str]:
        """The tools that the prompt of a turn declares."""
        return [tool["function"]["name"] for tool in self.asked[turn].tools or ()]


@dataclass
class Served:
    """The application, with what stands around it."""

    client: openai.AsyncOpenAI
    model: Model
    tools: Tools
    draining: Draining

    @property
    def tool(self) -> dict[str, Any]:
        return {"type": "mcp", "server_label": "test", "require_approval": "never"}

    async def create(self, *turns: Turn, **fields: Any) -> dict[str, Any]:
        """A response, as it is kept and as the official client's types have it."""
        self.model.turns += turns
        fields = {"input": "Hi", "model": "tiny", "tools": [self.tool]} | fields
        create: Any = self.client.responses.create
        response = await create(**fields)
        body: dict[str, Any] = response.to_dict(mode="json", exclude_unset=True)
        Response.model_validate(body)
        return body

    async def events(self, *turns: Turn, **fields: Any) -> list[dict[str, Any]]:
        self.model.turns += turns
        fields = {"input": "Hi", "model": "tiny", "tools": [self.tool], "stream": True} | fields
        create: Any = self.client.responses.create
        events = [event.to_dict(mode="json") async for event in await create(**fields)]
        assert [event["sequence_number"] for event in events] == list(range(len(events)))
        for event in events:
            if event["type"] in SPECIFICATION["events"] and not has_mcp(event):
                check_event(event)
        return cast(list[dict[str, Any]], events)


def has_mcp(event: dict[str, Any]) -> bool:
    """Whether an event has an item that the Open Responses specification does not know."""
    return '"mcp' in json.dumps(event)


@pytest.fixture
async def tools() -> AsyncIterator[Tools]:
    async with serving_tools() as seen:
        yield seen


@pytest.fixture
def limits() -> Limits:
    return Limits(seconds=20)


@pytest.fixture
def seconds() -> float | None:
    """How long a request may take."""
    return None


@pytest.fixture
async def served(
    tools: Tools, limits: Limits, seconds: float | None, tmp_path: Path
) -> AsyncIterator[Served]:
    model: Any = Model()
    engine = Engine(None, ["tiny"], [], Path("/nowhere"), Adapters(None, None))
    engine._supervisor.backend, engine._supervisor.state = model, EngineState.READY
    storage = Storage(Address(file=tmp_path / "responses.sqlite3"))
    await storage.open()
    allowed = [McpServer("test", tools.url), McpServer("web_search", tools.url)]
    servers = McpServers(allowed, limits=limits)
    services = Services(engine, "0", "0", storage, mcp=servers)
    async with serving(Proof(connexion_app(services, seconds=seconds), "raise")) as loopback:
        client = openai.AsyncOpenAI(
            base_url=f"http://127.0.0.1:{loopback.port}/v1", api_key="-", max_retries=0, timeout=30
        )
        yield Served(client, model, tools, services.draining)
        await client.close()
    await services.running.stop()
    await storage.close()


def kinds(response: dict[str, Any]) -> list[str]:
    return [item["type"] for item in response["output"]]


def types(events: list[dict[str, Any]]) -> list[str]:
    return [event["type"].removeprefix("response.") for event in events]


async def test_the_model_calls_a_tool_and_goes_on_with_its_result(served: Served) -> None:
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


async def test_a_stream_tells_each_step(served: Served) -> None:
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


async def test_a_turns_calls_are_made_in_order_and_told_as_they_end(served: Served) -> None:
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
async def test_what_was_listed_and_called_is_known_in_the_next_response(
    served: Served, conversation: bool
) -> None:
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


async def test_what_a_client_does_not_allow_is_told_to_the_model(served: Served) -> None:
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


async def test_an_approved_call_has_to_be_of_a_tool_that_the_request_allows(served: Served) -> None:
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


@pytest.mark.parametrize(
    "allowed", [["add"], {"tool_names": ["add", "x"]}, {"read_only": True}], ids=["names", "filter", "reads"]
)
async def test_only_allowed_tools_are_told(served: Served, allowed: Any) -> None:
    response = await served.create(says("Hi."), tools=[served.tool | {"allowed_tools": allowed}])
    assert served.model.names(0) == ["test__add"]
    assert [tool["name"] for tool in response["output"][0]["tools"]] == ["add"]


async def test_what_a_server_is_for_is_told_with_its_first_tool(served: Served) -> None:
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


async def test_a_server_that_is_away_ends_its_list_and_not_the_response(served: Served) -> None:
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


async def test_arguments_that_are_no_object_are_not_sent(served: Served) -> None:
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


async def test_a_model_that_goes_on_calling_past_the_limit_is_ended(served: Served) -> None:
    function = {"type": "function", "name": "mine", "parameters": {"type": "object"}}
    response = await served.create(calls(ADD), calls(ADD), max_tool_calls=1, tools=[served.tool, function])
    assert [item["status"] for item in response["output"][1:]] == ["completed", "failed"]
    assert [t["function"]["name"] for t in served.model.asked[1].callable_tools] == ["mine"]


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


async def test_a_call_that_is_cut_off_is_not_made(served: Served) -> None:
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
async def test_what_is_forced_is_forced_once(served: Served, choice: Any, forced: str, offered: int) -> None:
    function = {"type": "function", "name": "mine", "parameters": {"type": "object"}}
    response = await served.create(calls(ADD), says("5"), tool_choice=choice, tools=[served.tool, function])
    asked = served.model.asked[0].tool_choice
    assert (asked if isinstance(asked, str) else asked["function"]["name"]) == forced
    assert served.model.asked[1].tool_choice == "auto"
    assert response["tool_choice"] == choice


@pytest.mark.parametrize(
    "choice", [{"type": "mcp", "server_label": "test", "name": "x"}, {"type": "mcp", "server_label": "y"}]
)
async def test_a_forced_tool_that_is_not_there_is_refused(served: Served, choice: Any) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        await served.create(tool_choice=choice)
    assert refused.value.param == "tool_choice"


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


async def test_what_has_no_effect_on_an_mcp_tool_is_named(served: Served) -> None:
    """The tools of an MCP server are always told at the beginning, and it is asked without a tunnel."""
    served.model.turns.append(says("Hi."))
    tool = served.tool | {"defer_loading": True, "tunnel_id": "tun_1", "allowed_callers": ["direct"]}
    answer = await served.client.responses.with_raw_response.create(
        input="Hi", model="tiny", tools=cast(Any, [tool])
    )
    named = answer.headers["x-ignored-parameters"].split(", ")
    assert sorted(named) == ["tools.0.allowed_callers", "tools.0.defer_loading", "tools.0.tunnel_id"]
    assert served.model.asked[0].tools


@pytest.mark.parametrize("type_", ["web_search", "web_search_preview", "web_search_2025_08_26"])
async def test_an_mcp_server_can_stand_in_the_place_of_openais_tool(served: Served, type_: str) -> None:
    tool, choice = {"type": type_, "search_context_size": "low"}, {"type": type_}
    response = await served.create(
        calls(("web_search__add", {"a": 1, "b": 1})), says("2"), tools=[tool], tool_choice=choice
    )
    assert kinds(response) == ["mcp_list_tools", "mcp_call", "message"]
    assert response["tool_choice"] == {"type": "mcp", "server_label": "web_search"}
    assert [given["type"] for given in response["tools"]] == ["mcp"]
    assert served.model.asked[0].tool_choice == "required"
    other = await served.create(says("No."), tools=[{"type": "code_interpreter", "container": "x"}])
    assert other["tools"] == []


async def test_two_servers_of_one_label_are_refused(served: Served) -> None:
    with pytest.raises(openai.BadRequestError, match="server_label 'test'"):
        await served.create(tools=[served.tool, served.tool])


async def test_an_approval_that_nobody_asked_for_is_refused(served: Served) -> None:
    answer = {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": True}
    with pytest.raises(openai.BadRequestError, match="mcpr_1"):
        await served.create(input=[answer])
    request = {"type": "mcp_approval_request", "id": "mcpr_1", "server_label": "other", "name": "f"}
    with pytest.raises(openai.BadRequestError, match="'other', which is not among tools"):
        await served.create(input=[{"role": "user", "content": "Hi"}, request | {"arguments": "{}"}, answer])


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


async def test_a_later_turn_that_fails_fails_the_response(served: Served) -> None:
    events = await served.events(calls(ADD), EngineFailure("It broke."))
    assert types(events)[-1] == "failed"
    assert kinds(events[-1]["response"]) == ["mcp_list_tools", "mcp_call"]


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
async def test_a_client_that_leaves_ends_the_call(served: Served, stream: bool) -> None:
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
