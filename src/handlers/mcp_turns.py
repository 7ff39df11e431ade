"""Responses with MCP servers: the model calls tools, this server runs the calls, and the model continues."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from msgspec.structs import replace

from accord.dialects.ignored import Ignored
from accord.dialects.responses.calls import McpCallItem
from accord.dialects.responses.choice import choice_after_first_turn
from accord.dialects.responses.items import Item
from accord.dialects.responses.mcp_items import given as given_arguments
from accord.dialects.responses.mcp_items import to_call
from accord.dialects.responses.mcp_stream import Answered, Approved, McpStream, TurnEnded
from accord.dialects.responses.mcp_tools import endpoints
from accord.dialects.responses.request import fields_renamed
from accord.dialects.responses.tools import model_name
from accord.engine import Conversation, Delta, Generation, Sampling, Usage
from accord.engine.generation import Consumer
from accord.errors import InvalidRequest, Overloaded
from accord.generated import models
from accord.handlers.call import Call
from accord.handlers.context import Context, conversation_of
from accord.handlers.mcp_lists import in_time
from accord.mcp_servers import Endpoint, McpError, Outcome, Session
from accord.mcp_servers.outcomes import NOT_CALLED

RETRY_SECONDS = 0.5
QUEUE_SECONDS = 60.0
"""Seconds that a turn waits for a full engine, because earlier turns would be lost."""


def uses_mcp(kept: Sequence[Item]) -> bool:
    """Whether a request's tools include an MCP server's."""
    return any(tool["type"] == "mcp" for tool in kept)


@dataclass(slots=True)
class Turns:
    """The turns of a response, as the deltas of one generation (see `Deltas`).

    The reader of the response has created its `stream`, which has the pending calls.
    """

    call: Call
    body: models.ResponseRequest
    context: Context
    sampling: Sampling
    model: str
    request_id: str
    approved: list[Item]
    generation: Generation
    """The generation of the response: its usage is that of all turns."""
    first: Generation | None = None
    """The first turn, if it has started."""
    stream: McpStream | None = None
    turns: int = 0
    calls: int = 0
    _sessions: dict[str, Session] = field(default_factory=dict)
    _endpoints: dict[str, Endpoint] = field(default_factory=dict)
    _is_last: bool = False

    async def for_each(self, consume: Consumer) -> None:
        stream = self.stream
        assert stream is not None
        try:
            for request in self.approved:
                await _forward(consume, Approved(0, request=request))
            while True:
                for call in list(stream.waiting):
                    await _forward(consume, Answered(0, call=call, outcome=await self._outcome(call)))
                if not stream.continues or self._is_last:
                    return
                if self._tokens_left == 0:
                    stream.finish_reason = "length"
                    return
                turn = await self._next()
                async with aclosing(turn.deltas) as steps:
                    await steps.for_each(consume)
                self._count(turn.usage)
                await _forward(consume, TurnEnded(0))
        finally:
            await self._close()

    async def aclose(self) -> None:
        if self.first is not None:
            await self.first.deltas.aclose()

    async def begin(self, asked: Conversation) -> Generation:
        """Start the first turn, unless calls must run before it; return the generation of all turns."""
        if not self.approved:
            with fields_renamed():
                self.first = await self._ask(asked)
            self.generation.ignored = self.first.ignored
        return self.generation

    # --- a turn of the model

    async def _next(self) -> Generation:
        turn, self.first = self.first, None
        if turn is None:
            turn = await self._later_turn()
        self._is_last = self.calls >= self._most_calls
        self.generation.prompts[:] = turn.prompts
        return turn

    async def _later_turn(self) -> Generation:
        """Start another turn. Waits while the engine is full, because earlier turns would be lost."""
        assert self.stream is not None
        made = [_as_item(item) for item in self.stream.output[self.stream.before :]]
        body = self.body.model_copy(update={"tool_choice": choice_after_first_turn(self.body.tool_choice)})
        loop = asyncio.get_running_loop()
        until = loop.time() + QUEUE_SECONDS
        with fields_renamed():
            asked = await conversation_of(
                self.call,
                body,
                self.context.history + made,
                self.context.tools,
                Ignored(),
                self.context.shown,
            )
            if self.calls >= self._most_calls:
                asked = _without_calls(asked, self.context)
            while True:
                try:
                    return await self._ask(asked)
                except Overloaded:
                    if loop.time() >= until:
                        raise
                    await in_time(self.call, asyncio.sleep(RETRY_SECONDS))

    async def _ask(self, asked: Conversation) -> Generation:
        sampled = self.sampling
        if self.turns:
            left = self._tokens_left
            sampled = replace(sampled, max_tokens=left, kv_transfer_params=None, ec_transfer_params=None)
        turn = await self.call.engine.chat(
            asked,
            sampled,
            request_id=f"{self.request_id}-{self.turns + 1}" if self.turns else self.request_id,
            stream=bool(self.body.stream or self.body.background) or sampled.logprobs is not None,
            model=self.model,
        )
        self.turns += 1
        return turn

    @property
    def _tokens_left(self) -> int | None:
        most = self.sampling.max_tokens
        return None if most is None else max(most - self.generation.usage.completion_tokens, 0)

    def _count(self, usage: Usage) -> None:
        total = self.generation.usage
        total.prompt_tokens += usage.prompt_tokens
        total.completion_tokens += usage.completion_tokens
        total.cached_tokens += usage.cached_tokens
        total.cache_write_tokens += usage.cache_write_tokens
        total.reasoning_tokens += usage.reasoning_tokens

    # --- a call of an MCP server's tool

    @property
    def _most_calls(self) -> int:
        most = self.call.services.mcp.limits.calls
        return most if self.body.max_tool_calls is None else min(most, self.body.max_tool_calls)

    async def _outcome(self, call: McpCallItem) -> Outcome:
        if self.calls >= self._most_calls:
            message = f"A response may make {self._most_calls} calls, and has made them."
            return Outcome(error=McpError(message, NOT_CALLED).error)
        self.calls += 1
        offered = self.context.tools.called(model_name(call.name, call.label))
        if offered is None or offered.kind != "mcp":
            return Outcome(error=McpError("The request does not allow this tool.", NOT_CALLED).error)
        arguments = given_arguments("".join(call.arguments))
        if arguments is None:
            return Outcome(error=McpError("The arguments are not a JSON object.", NOT_CALLED).error)
        return await in_time(self.call, self._session(call.label).call(call.name, arguments))

    def _session(self, label: str) -> Session:
        """Return the session with an MCP server; the calls of a response share one."""
        if label not in self._sessions:
            if not self._endpoints:
                self._endpoints = endpoints(self.body.tools or (), self.call.services.mcp)
            self._sessions[label] = Session(self._endpoints[label], self.call.services.mcp.limits)
        return self._sessions[label]

    async def _close(self) -> None:
        for session in self._sessions.values():
            await session.aclose()


def turns_of(
    call: Call,
    body: models.ResponseRequest,
    context: Context,
    sampling: Sampling,
    model: str,
    request_id: str,
) -> Turns:
    """Return the turns of a response that uses MCP servers."""
    approved = to_call(context.history)
    labels = {tool["server_label"] for tool in context.stored_tools if tool["type"] == "mcp"}
    for request in approved:
        if request["server_label"] not in labels:
            raise InvalidRequest(
                f"input: the approved call '{request['id']}' belongs to the MCP server "
                f"'{request['server_label']}', which is not among tools.",
                param="input",
            )
    turns = Turns(call, body, context, sampling, model, request_id, approved, Generation([], _NoDeltas()))
    turns.generation.deltas = turns
    return turns


class _NoDeltas:
    """The deltas of a generation that has none yet."""

    async def for_each(self, consume: Consumer) -> None:
        """Return no deltas."""

    async def aclose(self) -> None:
        """Do nothing: there is no request to abort."""


async def _forward(consume: Consumer, delta: Delta) -> None:
    if (step := consume([delta])) is not None:
        await step


def _without_calls(asked: Conversation, context: Context) -> Conversation:
    """Forbid further calls of MCP tools; the prompt declares them as before."""
    of_mcp = {tool.model_name for tool in context.tools if tool.kind == "mcp"}
    offered = asked.callable_tools or asked.tools or []
    left = [tool for tool in offered if tool["function"]["name"] not in of_mcp]
    return replace(asked, callable_tools=left) if left else replace(asked, tool_choice="none")


def _as_item(item: models.ResponseOutputItem) -> Item:
    return item.model_dump(mode="json", exclude_unset=True, by_alias=True)
