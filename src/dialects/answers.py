"""Whole answers, put together from deltas, for responses that are not streamed."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field

from accord.engine import Delta, Generation, TokenLogprob
from accord.engine.deltas import FinishReason


@dataclass(slots=True)
class ToolCall:
    """A tool call, whole."""

    id: str
    name: str
    arguments: str


@dataclass(slots=True)
class Answer:
    """One choice, whole."""

    index: int
    text: str = ""
    reasoning: str = ""
    tool_calls: list[ToolCall] = field(default_factory=list)
    token_ids: list[int] = field(default_factory=list)
    logprobs: list[TokenLogprob] = field(default_factory=list)
    finish_reason: FinishReason = "stop"
    stop_reason: int | str | None = None

    def add(self, delta: Delta) -> None:
        """Take in what one step adds."""
        self.text += delta.text
        self.reasoning += delta.reasoning
        self.token_ids += delta.token_ids or ()
        self.logprobs += delta.logprobs or ()
        for call in delta.tool_calls or ():
            if call.index == len(self.tool_calls):
                self.tool_calls.append(ToolCall(call.id or "", call.name or "", ""))
            self.tool_calls[call.index].arguments += call.arguments
        if delta.finish_reason is not None:
            self.finish_reason = delta.finish_reason
            self.stop_reason = delta.stop_reason


async def answers(generation: Generation) -> list[Answer]:
    """Run `generation` to its end and return its choices by index."""
    found: dict[int, Answer] = {}

    def take(deltas: list[Delta]) -> None:
        for delta in deltas:
            found.setdefault(delta.index, Answer(delta.index)).add(delta)

    async with aclosing(generation.deltas) as steps:
        await steps.each(take)
    return [found[index] for index in sorted(found)]
