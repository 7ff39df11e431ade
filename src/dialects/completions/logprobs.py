"""Log probabilities as completions say them: four arrays of one length."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterable

from accord.engine import TokenLogprob
from accord.generated import models


class TextOffsets:
    """Where each token begins in the text, in characters, one token after the other."""

    def __init__(self, offset: int = 0) -> None:
        self.offset = offset
        self._text = getincrementaldecoder("utf-8")("ignore")

    def of(self, entry: TokenLogprob) -> int:
        """Return where the next token begins: a part of a character where that does."""
        begins = self.offset
        self.offset += len(self._text.decode(entry.own_bytes))
        return begins


def completion_logprobs(entries: Iterable[TokenLogprob], offsets: TextOffsets) -> models.CompletionLogprobs:
    """Return the tokens' log probabilities."""
    result = models.CompletionLogprobs(tokens=[], token_logprobs=[], top_logprobs=[], text_offset=[])
    for entry in entries:
        result.tokens.append(_token(entry))
        result.token_logprobs.append(entry.logprob)
        result.top_logprobs.append(_top(entry))
        result.text_offset.append(offsets.of(entry))
    return result


def _top(entry: TokenLogprob) -> dict[str, float] | None:
    if entry.logprob is None:
        return None
    likely = {_token(top): top.logprob for top in entry.top or () if top.logprob is not None}
    return likely | {_token(entry): entry.logprob}


def _token(entry: TokenLogprob) -> str:
    """Return the token's text; of a part of a character as OpenAI writes it, so that it is no other's."""
    if "\\x" in entry.token and entry.token.encode() != entry.own_bytes:
        return f"bytes:{entry.token}"
    return entry.token
