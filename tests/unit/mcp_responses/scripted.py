"""A scripted model, and the application that serves it with an MCP server."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast

import openai
from openai.types.responses import Response

from accord.engine import Delta, Generation, RenderedPrompt, ToolCallDelta, Usage
from accord.errors import Overloaded
from accord.handlers.draining import Draining
from tests.deltas import GivenDeltas
from tests.mcp_server import Tools
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


def kinds(response: dict[str, Any]) -> list[str]:
    return [item["type"] for item in response["output"]]


def types(events: list[dict[str, Any]]) -> list[str]:
    return [event["type"].removeprefix("response.") for event in events]
