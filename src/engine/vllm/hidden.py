"""Removes the reasoning from an answer's token ids and log probabilities if the client does not want it.

vLLM removes the reasoning's text, but still reports its tokens and their log probabilities.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import Any

from accord.engine.deltas import Delta
from accord.engine.vllm.spellings import spelling


class HiddenReasoning:
    """Removes the reasoning from one choice.

    `reasons` is whether the choice begins with reasoning, `end` the token that ends it, if there is one.
    """

    def __init__(self, tokenizer: Any, *, reasons: bool, end: int | None) -> None:
        self.tokenizer = tokenizer
        self.end = end
        self._hiding = reasons

    def step(self, delta: Delta) -> None:
        """Remove reasoning from a step of a stream; a step of reasoning only becomes empty."""
        visible = bool(delta.text or delta.tool_calls)
        if delta.reasoning or (self._hiding and not visible):
            self._hiding = not visible
            _keep_from(delta, self._after_end(delta.token_ids or [], 0) if visible else None)
        else:
            self._hiding = False
        delta.reasoning = ""

    def whole(self, delta: Delta) -> None:
        """Remove reasoning from a complete answer."""
        if delta.reasoning:
            token_ids = delta.token_ids or []
            _keep_from(delta, self._after_end(token_ids, self._after_text(delta.reasoning, token_ids)))
        delta.reasoning = ""

    def _after_end(self, token_ids: list[int], start: int | None) -> int | None:
        """Return the index of the first token after the reasoning; None if it is not known."""
        if start is not None and self.end in token_ids[start:]:
            return token_ids.index(self.end, start) + 1
        return start or None

    def _after_text(self, text: str, token_ids: list[int]) -> int | None:
        """Return how many of the tokens make up `text`."""
        spelled = [spelling(self.tokenizer, token_id).utf8 for token_id in token_ids]
        wanted = text.strip().encode()
        begins = b"".join(spelled).find(wanted)
        if begins < 0:
            return None
        return bisect_left(list(accumulate(map(len, spelled))), begins + len(wanted)) + 1


def _keep_from(delta: Delta, start: int | None) -> None:
    """Keep the tokens and log probabilities from `start` on; none if it is None."""
    delta.token_ids = [] if start is None else (delta.token_ids or [])[start:]
    if delta.logprobs is not None:
        delta.logprobs = [] if start is None else delta.logprobs[start:]
