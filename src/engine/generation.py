"""One request's run in the engine."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol

from accord.engine.deltas import Delta, TokenLogprob, Usage


@dataclass(slots=True)
class RenderedPrompt:
    """A prompt as the model reads it. `text` is None where only token ids were given."""

    token_ids: list[int]
    text: str | None = None
    logprobs: list[TokenLogprob] | None = None
    """Of each prompt token, when asked for; there by the time of the first delta."""
    kv_transfer_params: dict[str, Any] | None = None
    """What a KV connector tells the server that goes on with this prompt; there after the last delta."""
    ec_transfer_params: dict[str, Any] | None = None
    """The same, of a connector for what encoders have computed."""


@dataclass(slots=True)
class Rendering:
    """A prompt with what `/inference/v1/generate` has to be told, so that it answers as the request itself.

    Field names are vLLM's.
    """

    prompt: RenderedPrompt
    sampling_params: dict[str, Any]
    """By vLLM's names, as JSON; without `max_tokens` where the prompt leaves no room for an answer."""
    reasoning_ended: bool | None = None
    reasoning_parser_kwargs: dict[str, Any] | None = None


Take = Callable[[list[Delta]], Coroutine[Any, Any, None] | None]
"""Takes the deltas of one step. A coroutine that it returns is run, to its end, before the next step."""


class Deltas(Protocol):
    """What the engine generates, a step at a time. Whoever is given it closes it, however it went."""

    async def each(self, take: Take) -> None:
        """Hand every step to `take`; return after the last one. Raises what ends the generation early.

        `take` may be called outside of the task that waits here, and must not rely on its context.
        """
        ...

    async def aclose(self) -> None:
        """Drop the request where it has not ended."""
        ...


@dataclass(slots=True)
class Generation:
    """One request in the engine.

    Choice `i` of prompt `p` has the index `p * n + i`. `usage` counts while the generation goes on.
    """

    prompts: list[RenderedPrompt]
    deltas: Deltas
    usage: Usage = field(default_factory=Usage)
