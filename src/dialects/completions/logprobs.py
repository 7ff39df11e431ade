"""Log probabilities in the form of completions: four arrays of one length."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterable

from pydantic_core import to_json

from accord.engine import TokenLogprob


class TextOffsets:
    """The offset of each token in the text, in characters, computed token by token."""

    def __init__(self, offset: int = 0) -> None:
        self.offset = offset
        self._text = getincrementaldecoder("utf-8")("ignore")

    def of(self, entry: TokenLogprob) -> int:
        """Return the offset of the next token; for a part of a character, the offset of the character."""
        begins = self.offset
        self.offset += len(self._text.decode(entry.own_bytes))
        return begins


def completion_logprobs(entries: Iterable[TokenLogprob], offsets: TextOffsets) -> bytes:
    """Return the tokens' log probabilities as JSON."""
    tokens, logprobs, likeliest, begins = [], [], [], []
    for entry in entries:
        tokens.append(_token(entry))
        logprobs.append(entry.logprob)
        likeliest.append(_top(entry))
        begins.append(offsets.of(entry))
    fields = {"tokens": tokens, "token_logprobs": logprobs, "top_logprobs": likeliest, "text_offset": begins}
    return to_json(fields, ensure_ascii=True)


def _top(entry: TokenLogprob) -> dict[str, float] | None:
    if entry.logprob is None:
        return None
    likely = {_token(top): top.logprob for top in entry.top or () if top.logprob is not None}
    return likely | {_token(entry): entry.logprob}


def _token(entry: TokenLogprob) -> str:
    """Return the token's text; a part of a character in OpenAI's notation, which is unique."""
    if "\\x" in entry.token and entry.token.encode() != entry.own_bytes:
        return f"bytes:{entry.token}"
    return entry.token
