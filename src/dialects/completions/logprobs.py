"""Log probabilities in the form of completions: four arrays of one length."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic_core import to_json

from accord.dialects.logprobs import sliced
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


_FIELDS = ("tokens", "token_logprobs", "top_logprobs", "text_offset")


def completion_logprobs(entries: Sequence[TokenLogprob], offsets: TextOffsets) -> bytes:
    """Return the tokens' log probabilities as JSON."""
    return to_json(dict(zip(_FIELDS, _arrays(entries, offsets), strict=True)), ensure_ascii=True)


def completion_logprobs_slices(entries: Iterable[TokenLogprob], offsets: TextOffsets) -> Iterator[bytes]:
    """Yield an empty slice for each part of the arrays that is built, and then the JSON in one piece."""
    arrays: list[list[bytes]] = [[] for _ in _FIELDS]
    for some in sliced(entries):
        for array, added in zip(arrays, _arrays(some, offsets), strict=True):
            array.append(to_json(added, ensure_ascii=True)[1:-1])
        yield b""
    fields = (b'"%b":[%b]' % (n.encode(), b",".join(a)) for n, a in zip(_FIELDS, arrays, strict=True))
    yield b"{" + b",".join(fields) + b"}"


def _arrays(entries: Sequence[TokenLogprob], offsets: TextOffsets) -> tuple[list[Any], ...]:
    return (
        [_token(entry) for entry in entries],
        [entry.logprob for entry in entries],
        [_top(entry) for entry in entries],
        [offsets.of(entry) for entry in entries],
    )


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
