"""Complete answers, collected from deltas, for responses that are not streamed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from itertools import chain

from msgspec import Struct, field
from pydantic_core import from_json

from accord.engine import Delta, Generation, TokenLogprob
from accord.engine.deltas import FinishReason


def is_json(arguments: str) -> bool:
    """Whether the arguments of a call are complete JSON. A call without arguments is complete."""
    try:
        from_json(arguments or "{}")
    except ValueError:
        return False
    return True


class ToolCall(Struct):
    """A complete tool call."""

    id: str
    name: str
    arguments: str


class Answer(Struct):
    """One complete choice."""

    index: int
    text: str = ""
    reasoning: str = ""
    tool_calls: list[ToolCall] = field(default_factory=list)
    token_ids: list[int] = field(default_factory=list)
    finish_reason: FinishReason = "stop"
    stop_reason: int | str | None = None
    _calls: dict[int, ToolCall] = field(default_factory=dict)
    """The calls by index."""
    _logprobs: list[Sequence[TokenLogprob]] = field(default_factory=list)
    """Those of each step that has some."""

    @property
    def logprobs(self) -> Sequence[TokenLogprob]:
        """The log probabilities of all tokens. Those of a single step may be created while they are read."""
        return self._logprobs[0] if len(self._logprobs) == 1 else list(chain.from_iterable(self._logprobs))

    def add(self, delta: Delta) -> None:
        """Add the delta of one step."""
        self.text += delta.text
        self.reasoning += delta.reasoning
        self.token_ids += delta.token_ids or ()
        if delta.logprobs:
            self._logprobs.append(delta.logprobs)
        for part in delta.tool_calls or ():
            call = self._calls.get(part.index)
            if call is None:
                call = self._calls[part.index] = ToolCall(part.id or "", part.name or "", "")
                self.tool_calls.append(call)
            call.arguments += part.arguments
        if delta.finish_reason is not None:
            self.finish_reason = delta.finish_reason
            self.stop_reason = delta.stop_reason


async def answers(generation: Generation) -> list[Answer]:
    """Run `generation` to its end and return its choices by index."""
    found: dict[int, Answer] = {}

    def consume(deltas: list[Delta]) -> None:
        for delta in deltas:
            found.setdefault(delta.index, Answer(delta.index)).add(delta)

    async with aclosing(generation.deltas) as steps:
        await steps.for_each(consume)
    return [found[index] for index in sorted(found)]
