"""Log probabilities as completions say them: four arrays of one length."""

from __future__ import annotations

from collections.abc import Iterable

from accord.engine import TokenLogprob
from accord.generated import models


def completion_logprobs(entries: Iterable[TokenLogprob], offset: int) -> models.CompletionLogprobs:
    """Return the tokens' log probabilities; the first token begins at `offset` characters."""
    result = models.CompletionLogprobs(tokens=[], token_logprobs=[], top_logprobs=[], text_offset=[])
    for entry in entries:
        result.tokens.append(entry.token)
        result.token_logprobs.append(entry.logprob)
        result.top_logprobs.append(_top(entry))
        result.text_offset.append(offset)
        offset += len(entry.token)
    return result


def _top(entry: TokenLogprob) -> dict[str, float] | None:
    if entry.logprob is None:
        return None
    likely = {top.token: top.logprob for top in entry.top or () if top.logprob is not None}
    return likely | {entry.token: entry.logprob}
