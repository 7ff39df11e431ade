"""A generation: one request that runs in the engine."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol

from msgspec import Struct, field

from accord.engine.deltas import Delta, TokenLogprob, Usage


class RenderedPrompt(Struct):
    """A rendered prompt. `text` is None if only token ids were given."""

    token_ids: list[int]
    text: str | None = None
    token_offsets: list[list[int]] | None = None
    """The offset of each token in the text of a rendered prompt, if requested."""
    logprobs: Sequence[TokenLogprob] | None = None
    """The log probability of each prompt token, if requested; available with the first delta."""
    kv_transfer_params: dict[str, Any] | None = None
    """The KV transfer parameters for the decode server; available after the last delta."""
    ec_transfer_params: dict[str, Any] | None = None
    """The same for a connector of encoder outputs."""


class Rendering(Struct):
    """A rendered prompt with the fields of a request to `/inference/v1/generate`, by vLLM's names."""

    prompt: RenderedPrompt
    sampling_params: dict[str, Any]
    """Sampling parameters as JSON; without `max_tokens` if the prompt leaves no room for an answer."""
    reasoning_ended: bool | None = None
    reasoning_parser_kwargs: dict[str, Any] | None = None
    features: dict[str, Any] | None = None
    """The processed media of the prompt; None if it has none."""


Consumer = Callable[[list[Delta]], Coroutine[Any, Any, None] | None]
"""Consumes the deltas of one step. A returned coroutine runs to its end before the next step."""


class Deltas(Protocol):
    """The steps of a generation. The caller must close it."""

    async def for_each(self, consume: Consumer) -> None:
        """Pass every step to `consume`; return after the last one.

        `consume` may be called outside of the task that waits here, and must not rely on its context.
        """
        ...

    async def aclose(self) -> None:
        """Abort the request if it has not ended."""
        ...


class GivenDeltas:
    """Deltas that are known in advance; see `Deltas`."""

    def __init__(self, deltas: list[Delta]) -> None:
        self.deltas = deltas

    async def for_each(self, consume: Consumer) -> None:
        if (step := consume(self.deltas)) is not None:
            await step

    async def aclose(self) -> None:
        """Do nothing: there is no request to abort."""


class GeneratedTokens(Struct, kw_only=True):
    """Tokens that another server generated for one choice: all, or those after the chunks `before`."""

    index: int
    token_ids: list[int]
    logprobs: list[TokenLogprob] | None = None
    """Without the tokens' texts."""
    finish_reason: str | None = None
    stop_reason: int | str | None = None
    before: list[list[int]] = field(default_factory=list)
    field: str = "token_ids"
    """The field of the client's request with the tokens, for errors."""
    field_before: str = "token_ids"
    """The field of the chunks before."""


class GeneratedAnswer(Struct, kw_only=True):
    """Tokens that another server generated for one prompt."""

    choices: list[GeneratedTokens]
    prompt_token_ids: list[int] | None = None
    """If None, the prompt is rendered from the request, if there is one."""
    prompt_field: str = "prompt_token_ids"
    """The field of the client's request with them, for errors."""
    prompt_logprobs: list[dict[int, TokenLogprob] | None] | None = None
    prompt_logprobs_field: str = "prompt_logprobs"
    kv_transfer_params: dict[str, Any] | None = None
    ec_transfer_params: dict[str, Any] | None = None


class Derendering(Struct):
    """The parsed deltas of generated tokens. `before` are those of earlier chunks."""

    prompts: list[RenderedPrompt]
    deltas: list[Delta]
    before: list[Delta]
    usage: Usage


class Generation(Struct):
    """One request in the engine.

    Choice `i` of prompt `p` has the index `p * n + i`. `usage` is updated during the generation.
    """

    prompts: list[RenderedPrompt]
    deltas: Deltas
    usage: Usage = field(default_factory=Usage)
    ignored: list[str] = field(default_factory=list)
    """Fields of the client's request without effect in the engine."""
