"""One request's run in the engine."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol

from msgspec import Struct, field

from accord.engine.deltas import Delta, TokenLogprob, Usage


class RenderedPrompt(Struct):
    """A prompt as the model reads it. `text` is None where only token ids were given."""

    token_ids: list[int]
    text: str | None = None
    token_offsets: list[list[int]] | None = None
    """Where each token stands in the text; of a rendered prompt, when asked for."""
    logprobs: Sequence[TokenLogprob] | None = None
    """Of each prompt token, when asked for; there by the time of the first delta."""
    kv_transfer_params: dict[str, Any] | None = None
    """What a KV connector tells the server that goes on with this prompt; there after the last delta."""
    ec_transfer_params: dict[str, Any] | None = None
    """The same, of a connector for what encoders have computed."""


class Rendering(Struct):
    """A prompt with what `/inference/v1/generate` has to be told, so that it answers as the request itself.

    Field names are vLLM's.
    """

    prompt: RenderedPrompt
    sampling_params: dict[str, Any]
    """By vLLM's names, as JSON; without `max_tokens` where the prompt leaves no room for an answer."""
    reasoning_ended: bool | None = None
    reasoning_parser_kwargs: dict[str, Any] | None = None
    features: dict[str, Any] | None = None
    """What the prompt's images, audio and videos come to; None where it has none."""


Consumer = Callable[[list[Delta]], Coroutine[Any, Any, None] | None]
"""Takes the deltas of one step. A coroutine that it returns is run, to its end, before the next step."""


class Deltas(Protocol):
    """What the engine generates, a step at a time. Whoever is given it closes it, however it went."""

    async def for_each(self, consume: Consumer) -> None:
        """Hand every step to `consume`; return after the last one. Raises what ends the generation early.

        `consume` may be called outside of the task that waits here, and must not rely on its context.
        """
        ...

    async def aclose(self) -> None:
        """Drop the request where it has not ended."""
        ...


class GivenDeltas:
    """Deltas that are all there; see `Deltas`."""

    def __init__(self, deltas: list[Delta]) -> None:
        self.deltas = deltas

    async def for_each(self, consume: Consumer) -> None:
        if (step := consume(self.deltas)) is not None:
            await step

    async def aclose(self) -> None:
        """Nothing is dropped."""


class GeneratedTokens(Struct, kw_only=True):
    """What was generated elsewhere for one choice: all of it, or what came after the chunks `before`."""

    index: int
    token_ids: list[int]
    logprobs: list[TokenLogprob] | None = None
    """Without the tokens' texts."""
    finish_reason: str | None = None
    stop_reason: int | str | None = None
    before: list[list[int]] = field(default_factory=list)
    place: str = "token_ids"
    """The field of the client's request that the tokens are from, for errors about them."""
    place_before: str = "token_ids"
    """That of the chunks before."""


class GeneratedAnswer(Struct, kw_only=True):
    """What was generated elsewhere for one prompt."""

    choices: list[GeneratedTokens]
    prompt_token_ids: list[int] | None = None
    """None has the prompt rendered from the request, where there is one."""
    prompt_place: str = "prompt_token_ids"
    """The field of the client's request that they are from."""
    prompt_logprobs: list[dict[int, TokenLogprob] | None] | None = None
    prompt_logprobs_place: str = "prompt_logprobs"
    kv_transfer_params: dict[str, Any] | None = None
    ec_transfer_params: dict[str, Any] | None = None


class Derendering(Struct):
    """What generated tokens say. `before` is what the chunks before these said."""

    prompts: list[RenderedPrompt]
    deltas: list[Delta]
    before: list[Delta]
    usage: Usage


class Generation(Struct):
    """One request in the engine.

    Choice `i` of prompt `p` has the index `p * n + i`. `usage` counts while the generation goes on.
    """

    prompts: list[RenderedPrompt]
    deltas: Deltas
    usage: Usage = field(default_factory=Usage)
    ignored: list[str] = field(default_factory=list)
    """The fields of the client's request that the engine cannot heed."""
