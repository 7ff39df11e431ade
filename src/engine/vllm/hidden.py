"""What an answer says of its tokens, where the client does not want the reasoning among them.

vLLM leaves out the reasoning's text, and still tells its tokens and their log probabilities.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import Any

from accord.engine.deltas import Delta
from accord.engine.vllm.spellings import spelling


class HiddenReasoning:
    """Leaves out of one choice what it says of reasoning.

    `reasons` is whether the choice begins with reasoning, `end` the token that ends it, where there is one.
    """

    def __init__(self, tokenizer: Any, *, reasons: bool, end: int | None) -> None:
        self.tokenizer = tokenizer
        self.end = end
        self._hiding = reasons

    def step(self, delta: Delta) -> None:
        """Leave out what a step of a stream says of reasoning; and what brings nothing, while it goes on."""
        visible = bool(delta.text or delta.tool_calls)
        if delta.reasoning or (self._hiding and not visible):
            self._hiding = not visible
            _keep_from(delta, self._after_end(delta.token_ids or [], 0) if visible else None)
        else:
            self._hiding = False
        delta.reasoning = ""

    def whole(self, delta: Delta) -> None:
        """Leave out what a whole answer says of reasoning."""
        if delta.reasoning:
            token_ids = delta.token_ids or []
            _keep_from(delta, self._after_end(token_ids, self._after_text(delta.reasoning, token_ids)))
        delta.reasoning = ""

    def _after_end(self, token_ids: list[int], start: int | None) -> int | None:
        """Return where what is said after the reasoning begins; None where that is not known."""
        if start is not None and self.end in token_ids[start:]:
            return token_ids.index(self.end, start) + 1
        return start or None

    def _after_text(self, text: str, token_ids: list[int]) -> int | None:
        """Return how many of the tokens come to the end of `text`."""
        spelled = [spelling(self.tokenizer, token_id).utf8 for token_id in token_ids]
        wanted = text.strip().encode()
        begins = b"".join(spelled).find(wanted)
        if begins < 0:
            return None
        return bisect_left(list(accumulate(map(len, spelled))), begins + len(wanted)) + 1


def _keep_from(delta: Delta, start: int | None) -> None:
    """Keep what is told of the tokens from `start` on; of none where that is None."""
    delta.token_ids = [] if start is None else (delta.token_ids or [])[start:]
    if delta.logprobs is not None:
        delta.logprobs = [] if start is None else delta.logprobs[start:]
