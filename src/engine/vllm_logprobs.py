"""vLLM's log probabilities as Accord's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from accord.engine.deltas import TokenLogprob

MIN_LOGPROB = -9999.0
"""JSON has no -inf."""


def _entry(token_id: int, logprob: Any, tokenizer: Any, as_token_ids: bool) -> TokenLogprob:
    if as_token_ids:
        token = f"token_id:{token_id}"
    elif logprob is not None and logprob.decoded_token is not None:
        token = logprob.decoded_token
    else:
        token = tokenizer.decode([token_id])
    if logprob is None:
        return TokenLogprob(token, token_id, None)
    return TokenLogprob(token, token_id, max(logprob.logprob, MIN_LOGPROB), logprob.rank)


def token_logprobs(
    token_ids: Sequence[int],
    positions: Iterable[dict[int, Any] | None],
    top: int,
    tokenizer: Any,
    as_token_ids: bool,
) -> list[TokenLogprob]:
    """Return for each token its log probability and the `top` most likely tokens, the likeliest first."""
    result: list[TokenLogprob] = []
    for token_id, position in zip(token_ids, positions, strict=False):
        if position is None or token_id not in position:
            result.append(_entry(token_id, None, tokenizer, as_token_ids))
            continue
        entry = _entry(token_id, position[token_id], tokenizer, as_token_ids)
        likeliest = sorted(
            ((i, p) for i, p in position.items() if p.rank is not None and p.rank <= top),
            key=lambda item: item[1].rank,
        )
        entry.top = [_entry(i, p, tokenizer, as_token_ids) for i, p in likeliest[:top]]
        result.append(entry)
    return result
