"""Log probabilities that chat and completions share: vLLM's `prompt_logprobs`."""

from __future__ import annotations

from accord.engine import RenderedPrompt, TokenLogprob
from accord.generated import models


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
