"""Converts vLLM's log probabilities to Accord's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, overload

from accord.engine.deltas import MIN_LOGPROB, TokenLogprob
from accord.engine.vllm.spellings import Spelling, speller


class LogprobReader:
    """Converts tokens with their log probabilities; each token's text is that of the token alone.

    vLLM reports the text of a complete character, or none.
    """

    def __init__(self, tokenizer: Any, as_token_ids: bool) -> None:
        self.spelling: Callable[[int], Spelling] = speller(tokenizer)
        self.as_token_ids = as_token_ids

    def entry(self, token_id: int, logprob: float, rank: int | None) -> TokenLogprob:
        """Return the entry of one token."""
        spelled = self.spelling(token_id)
        text = f"token_id:{token_id}" if self.as_token_ids else spelled.text
        value = logprob if logprob > MIN_LOGPROB else MIN_LOGPROB  # also for NaN
        return TokenLogprob(text, token_id, value, rank or None, None, spelled.utf8)

    def known(self, token_id: int, logprob: Any) -> TokenLogprob:
        """Return the entry of one token, which may be missing from vLLM's."""
        if logprob is not None:
            return self.entry(token_id, logprob.logprob, logprob.rank)
        entry = self.entry(token_id, 0.0, None)
        entry.logprob = None
        return entry

    def likeliest(self, token_id: int, position: dict[int, Any] | None, top: int) -> TokenLogprob:
        """Return a token and the `top` most likely ones, the likeliest first; for -1 all that are known."""
        if position is None or token_id not in position:
            return self.known(token_id, None)
        entry = self.known(token_id, position[token_id])
        count = len(position) if top == -1 else top
        likeliest = sorted(
            ((i, p) for i, p in position.items() if p.rank is not None and p.rank <= count),
            key=lambda item: item[1].rank,
        )
        entry.top = [self.entry(i, p.logprob, p.rank) for i, p in likeliest[:count]]
        return entry

    def chosen(self, token_id: int, position: dict[int, Any], chosen: Sequence[int]) -> TokenLogprob:
        """Return a token and the `chosen` tokens, in their order.

        For chosen tokens vLLM reports a running number instead of a rank, so their rank is unknown.
        """
        entry = self.known(token_id, position.get(token_id))
        entry.top = [self.known(i, position.get(i)) for i in chosen]
        for each in entry.top:
            each.rank = None
        if token_id in chosen:
            entry.rank = None
        return entry

    def step(self, lists: Any, top: int) -> list[TokenLogprob]:
        """Return the tokens of a step, each with the `top` most likely ones, from EngineCore's message.

        It has a token's own log probability and rank, and then those of the likeliest tokens in their order.
        """
        return [
            self._row(token_ids, values, rank, top)
            for token_ids, values, rank in zip(
                lists.logprob_token_ids.tolist(),
                lists.logprobs.tolist(),
                lists.sampled_token_ranks.tolist(),
                strict=True,
            )
        ]

    def _row(self, token_ids: list[int], values: list[float], rank: int, top: int) -> TokenLogprob:
        token_id, value = token_ids[0], values[0]
        likeliest = token_ids[1 : top + 1]
        entries = list(map(self.entry, likeliest, values[1:], range(1, top + 1)))
        if token_id in likeliest:
            rank = likeliest.index(token_id) + 1
        elif rank <= top:  # equally likely tokens took all places among the likeliest
            entries.insert(max(rank - 1, 0), self.entry(token_id, value, rank))
            del entries[top:]
        entry = self.entry(token_id, value, rank)
        entry.top = entries
        return entry


class LazyLogprobs(Sequence[TokenLogprob]):
    """The log probabilities of an answer's tokens, converted when read, and in parts if there are many."""

    def __init__(
        self, token_ids: Sequence[int], positions: Sequence[Any], read: Callable[[int, Any], TokenLogprob]
    ) -> None:
        self._token_ids = token_ids
        self._positions = positions
        self._read = read

    def __len__(self) -> int:
        return min(len(self._token_ids), len(self._positions))

    @overload
    def __getitem__(self, position: int) -> TokenLogprob: ...
    @overload
    def __getitem__(self, position: slice) -> LazyLogprobs: ...
    def __getitem__(self, position: int | slice) -> TokenLogprob | LazyLogprobs:
        if isinstance(position, slice):
            return LazyLogprobs(self._token_ids[position], self._positions[position], self._read)
        return self._read(self._token_ids[position], self._positions[position])


def token_logprobs(
    token_ids: Sequence[int],
    positions: Iterable[dict[int, Any] | None],
    top: int,
    tokenizer: Any,
    as_token_ids: bool,
) -> list[TokenLogprob]:
    """Return for each token its log probability and the `top` most likely tokens, the likeliest first.

    If `top` is -1, all tokens that vLLM reports.
    """
    reader = LogprobReader(tokenizer, as_token_ids)
    return [
        reader.likeliest(token_id, position, top)
        for token_id, position in zip(token_ids, positions, strict=False)
    ]
