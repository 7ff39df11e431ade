"""Log probabilities that several APIs have in one form: OpenAI's of tokens, vLLM's of the prompt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from accord.engine import RenderedPrompt, TokenLogprob
from accord.generated import models

T = TypeVar("T")


def openai_logprobs(entries: Iterable[TokenLogprob], token: Callable[..., T], top: type[Any]) -> list[T]:
    """Return each token's log probability as a `token`, and those of the most likely ones as `top`s."""
    return [
        token(
            token=entry.token,
            logprob=entry.logprob or 0.0,
            bytes=list(entry.own_bytes),
            top_logprobs=[
                top(token=each.token, logprob=each.logprob or 0.0, bytes=list(each.own_bytes))
                for each in entry.top or ()
            ],
        )
        for entry in entries
    ]


def prompt_logprobs(prompt: RenderedPrompt) -> list[dict[str, models.PromptLogprob] | None]:
    """Return for each of the prompt's tokens its own log probability and the likeliest, by token id."""
    return [_position(entry) for entry in prompt.logprobs or ()]


def _position(entry: TokenLogprob) -> dict[str, models.PromptLogprob] | None:
    if entry.logprob is None:
        return None
    return {
        str(e.token_id): models.PromptLogprob(logprob=e.logprob, rank=e.rank, decoded_token=e.token)
        for e in [entry, *(entry.top or ())]
        if e.logprob is not None
    }
