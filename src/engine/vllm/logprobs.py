"""vLLM's log probabilities as Accord's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from accord.engine.deltas import MIN_LOGPROB, TokenLogprob
from accord.engine.vllm.spellings import spelling


def _entry(token_id: int, logprob: Any, tokenizer: Any, as_token_ids: bool) -> TokenLogprob:
    """Return what is told of one token: as it is by itself. vLLM has a whole character's text, or none."""
    text, utf8 = spelling(tokenizer, token_id)
    token = f"token_id:{token_id}" if as_token_ids else text
    if logprob is None:
        return TokenLogprob(token, token_id, None, utf8=utf8)
    value = logprob.logprob if logprob.logprob > MIN_LOGPROB else MIN_LOGPROB  # NaN is not greater either
    return TokenLogprob(token, token_id, value, logprob.rank or None, utf8=utf8)


def token_logprobs(
    token_ids: Sequence[int],
    positions: Iterable[dict[int, Any] | None],
    top: int,
    tokenizer: Any,
    as_token_ids: bool,
) -> list[TokenLogprob]:
    """Return for each token its log probability and the `top` most likely tokens, the likeliest first.

    All tokens that vLLM tells of, where `top` is -1.
    """
    result: list[TokenLogprob] = []
    for token_id, position in zip(token_ids, positions, strict=False):
        if position is None or token_id not in position:
            result.append(_entry(token_id, None, tokenizer, as_token_ids))
            continue
        entry = _entry(token_id, position[token_id], tokenizer, as_token_ids)
        count = len(position) if top == -1 else top
        likeliest = sorted(
            ((i, p) for i, p in position.items() if p.rank is not None and p.rank <= count),
            key=lambda item: item[1].rank,
        )
        entry.top = [_entry(i, p, tokenizer, as_token_ids) for i, p in likeliest[:count]]
        result.append(entry)
    return result


def chosen_logprobs(
    token_ids: Sequence[int],
    positions: Iterable[dict[int, Any]],
    chosen: Sequence[int],
    tokenizer: Any,
    as_token_ids: bool = False,
) -> list[TokenLogprob]:
    """Return for each token its log probability and those of the `chosen` tokens, in their order.

    vLLM counts chosen tokens where it has a rank otherwise, so that the rank of a chosen one is not known.
    """
    result: list[TokenLogprob] = []
    for token_id, position in zip(token_ids, positions, strict=False):
        entry = _entry(token_id, position.get(token_id), tokenizer, as_token_ids)
        entry.top = [_entry(i, position.get(i), tokenizer, as_token_ids) for i in chosen]
        for each in entry.top:
            each.rank = None
        if token_id in chosen:
            entry.rank = None
        result.append(entry)
    return result
