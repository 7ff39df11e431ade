"""One request's run in the engine."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from typing import Any

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


@dataclass(slots=True)
class Generation:
    """Iterate for the deltas of each step; leave the iteration early and the engine drops the request.

    Choice `i` of prompt `p` has the index `p * n + i`. `usage` counts while the iteration goes on.
    """

    prompts: list[RenderedPrompt]
    deltas: AsyncGenerator[list[Delta], None]
    usage: Usage = field(default_factory=Usage)

    def __aiter__(self) -> AsyncIterator[list[Delta]]:
        return self.deltas
