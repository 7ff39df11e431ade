"""Turns of a coding agent through the whole application, validated against the contract."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest

from accord.engine import (
    Conversation,
    Delta,
    Generation,
    GivenDeltas,
    RenderedPrompt,
    Sampling,
    ToolCallDelta,
    Usage,
)
from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.server.response_validation import ResponseValidation
from tests.unit.test_response_tools import GRAMMAR, TOOLS
from tests.unloaded import UnloadedEngine

PATCH = "*** Begin Patch\n*** Add File: a\n+a\n*** End Patch\n"
FOUND = {"type": "function", "name": "lookup", "description": "Looks it up.", "defer_loading": True}
EXEC = {"type": "custom", "name": "exec", "description": "Runs it.", "format": GRAMMAR}
FUNCTIONS = {"type": "namespace", "name": "functions", "description": "Functions.", "tools": [EXEC]}


class Model(UnloadedEngine):
    """Calls what it is told to call, and keeps what it was asked."""

    max_model_len = 4096
    modalities: frozenset[str] = frozenset()

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, Any]] = []
        self.asked: list[Conversation] = []

    @property
    def default_sampling(self) -> Mapping[str, Any]:
        return {}

    async def chat(
        self, conversation: Conversation, sampling: Sampling, *, request_id: str, stream: bool, model: str
    ) -> Generation:
        self.asked.append(conversation)
        called = [
            ToolCallDelta(index, f"call_{len(self.asked)}_{index}", name, json.dumps(arguments))
            for index, (name, arguments) in enumerate(self.calls)
        ]
        text = "" if called else "Done."
        deltas = [Delta(0, reasoning="Hm.", text=text, tool_calls=called, finish_reason="stop")]
        ignored = [grammar.field for grammar in conversation.tool_grammars.values()]
        return Generation([RenderedPrompt([1])], GivenDeltas(deltas), Usage(1, 2), ignored)


class Agent:
    """Sends its whole history with each turn, as one that keeps it itself does."""

    def __init__(self, client: httpx.AsyncClient, model: Model, **fields: Any) -> None:
        self.client = client
        self.model = model
        self.fields = {
            "model": "tiny",
            "stream": True,
            "store": False,
            "include": ["reasoning.encrypted_content"],
            "prompt_cache_key": "key",
            "client_metadata": {"session_id": "1"},
            "parallel_tool_calls": True,
            "reasoning": {"effort": "medium", "summary": "auto", "context": "all_turns"},
            "text": {"verbosity": "low"},
            "tool_choice": "auto",
        } | fields
        self.history: list[Any] = [{"type": "message", "role": "user", "content": [text("Go.")]}]

    async def turn(self, *calls: tuple[str, Any]) -> tuple[list[Any], set[str]]:
        """Return the calls that the model made, and what of the request was ignored."""
        self.model.calls = list(calls)
        response = await self.client.post("/v1/responses", json=self.fields | {"input": self.history})
        assert response.status_code == 200, response.text
        events = [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data: ")]
        assert events[-1]["type"] == "response.completed"
        items = [event["item"] for event in events if event["type"] == "response.output_item.done"]
        for item in items:
            kept = {name: value for name, value in item.items() if name not in ("status", "content")}
            self.history.append(item if item["type"] == "message" else kept)
        ignored = response.headers.get("x-ignored-parameters", "")
        return [item for item in items if "call_id" in item], set(ignored.split(", "))

    def answers(self, call: Any, kind: str, **fields: Any) -> None:
        self.history.append({"type": kind, "call_id": call["call_id"], "id": f"out_{call['id']}"} | fields)


def text(said: str) -> dict[str, Any]:
    return {"type": "input_text", "text": said}


@pytest.fixture
async def client() -> AsyncIterator[tuple[httpx.AsyncClient, Model]]:
    model = Model()
    app = ResponseValidation(connexion_app(Services(model, "0", "0")), "raise")
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://accord") as found:
        yield found, model


async def test_a_conversation_with_each_kind_of_tool(client: tuple[httpx.AsyncClient, Model]) -> None:
    http, model = client
    agent = Agent(http, model, tools=TOOLS)
    spawn = ("multi_agent_v1__spawn_agent", {"task": "x"})
    edit = ("apply_patch", {"input": PATCH})
    made, ignored = await agent.turn(spawn, edit, ("tool_search", {"query": "x"}))
    assert ignored == {"client_metadata", "reasoning.context", "tools.2.web_search", "tools.3.format"}
    assert [(call["type"], call.get("name")) for call in made] == [
        ("function_call", "spawn_agent"),
        ("custom_tool_call", "apply_patch"),
        ("tool_search_call", None),
    ]
    assert (made[0]["namespace"], made[1]["input"]) == ("multi_agent_v1", PATCH)
    agent.answers(made[0], "function_call_output", output="spawned")
    agent.answers(made[1], "custom_tool_call_output", output=[text("patched")])
    agent.answers(made[2], "tool_search_output", status="completed", execution="client", tools=[FOUND])
    agent.history.append({"type": "web_search_call", "status": "completed", "action": {"type": "search"}})

    made, ignored = await agent.turn(("lookup", {"a": 1}), ("shell", {"commands": ["ls"]}))
    assert [call["type"] for call in made] == ["function_call", "shell_call"]
    asked = model.asked[-1]
    said, *results = asked.messages[1:]
    called = [
        (each["function"]["name"], json.loads(each["function"]["arguments"])) for each in said["tool_calls"]
    ]
    assert called == [spawn, edit, ("tool_search", {"query": "x"})]
    assert said["reasoning"] == "Hm."
    assert [result["content"].split("\n")[0] for result in results] == [
        "spawned",
        "patched",
        "These tools can be called, too:",
    ]
    assert asked.tools == model.asked[0].tools
    assert [tool["function"]["name"] for tool in (asked.callable_tools or [])[-1:]] == ["lookup"]

    agent.answers(made[0], "function_call_output", output="found")
    output = {"stdout": "a", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}
    agent.answers(made[1], "shell_call_output", output=[output])
    made, _ = await agent.turn()
    assert made == []
    before, after = model.asked[-2].messages, model.asked[-1].messages
    assert after[: len(before)] == before


async def test_tools_that_stand_in_the_input(client: tuple[httpx.AsyncClient, Model]) -> None:
    http, model = client
    agent = Agent(http, model)
    more = {"type": "additional_tools", "id": "at_1", "role": "developer", "tools": [FUNCTIONS]}
    agent.history.insert(0, more)
    [made], ignored = await agent.turn(("functions__exec", {"input": "text(1)"}))
    assert ignored == {"client_metadata", "reasoning.context", "input.0.tools.0.tools.0.format"}
    assert (made["type"], made["namespace"], made["name"]) == ("custom_tool_call", "functions", "exec")
    agent.answers(made, "custom_tool_call_output", output="1")
    await agent.turn()
    [said, result] = model.asked[-1].messages[1:]
    assert said["tool_calls"][0]["function"]["name"] == "functions__exec"
    assert result["content"] == "1"
