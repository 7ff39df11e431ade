"""Whole answers, put together from deltas, for responses that are not streamed."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field

from accord.engine import Generation, TokenLogprob
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


async def answers(generation: Generation) -> list[Answer]:
    """Run `generation` to its end and return its choices by index."""
    found: dict[int, Answer] = {}
    async with aclosing(generation.deltas) as steps:
        async for deltas in steps:
            for delta in deltas:
                answer = found.setdefault(delta.index, Answer(delta.index))
                answer.text += delta.text
                answer.reasoning += delta.reasoning
                answer.token_ids += delta.token_ids or ()
                answer.logprobs += delta.logprobs or ()
                for call in delta.tool_calls or ():
                    if call.index == len(answer.tool_calls):
                        answer.tool_calls.append(ToolCall(call.id or "", call.name or "", ""))
                    answer.tool_calls[call.index].arguments += call.arguments
                if delta.finish_reason is not None:
                    answer.finish_reason = delta.finish_reason
                    answer.stop_reason = delta.stop_reason
    return [found[index] for index in sorted(found)]
