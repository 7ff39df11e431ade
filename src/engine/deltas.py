"""Deltas: what one step of the engine adds to one choice, as small objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

FinishReason = Literal["stop", "length"]

MIN_LOGPROB = -9999.0
"""The log probability of impossible tokens, as JSON has no -inf."""


class TokenLogprob(Struct):
    """A token, its log probability (at least MIN_LOGPROB), and the most likely tokens in its place.

    `logprob` is None for a prompt's first token, which nothing predicts.
    """

    token: str
    token_id: int
    logprob: float | None
    rank: int | None = None
    top: list[TokenLogprob] | None = None
    utf8: bytes | None = None
    """The token's bytes, perhaps a part of a character; None if they are those of `token`."""

    @property
    def own_bytes(self) -> bytes:
        return self.token.encode() if self.utf8 is None else self.utf8


class ToolCallDelta(Struct):
    """A part of a tool call: `id` and `name` come once, with the call's first part."""

    index: int
    id: str | None = None
    name: str | None = None
    arguments: str = ""


class Delta(Struct):
    """The delta of one step and choice. `finish_reason` is set on the choice's last delta.

    One is made for each token, which msgspec does in a third of a dataclass's time.
    """

    index: int
    text: str = ""
    reasoning: str = ""
    tool_calls: list[ToolCallDelta] | None = None
    token_ids: list[int] | None = None
    logprobs: Sequence[TokenLogprob] | None = None
    finish_reason: FinishReason | None = None
    stop_reason: int | str | None = None


class Usage(Struct):
    """The token counts so far, over all prompts and choices of a request."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    """Prompt tokens written to the prefix cache: computed ones, in whole blocks."""
    reasoning_tokens: int = 0
