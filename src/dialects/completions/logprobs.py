"""Log probabilities in the form of completions: four arrays of one length."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
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


def completion_logprobs(entries: Iterable[TokenLogprob], offsets: TextOffsets) -> bytes:
    """Return the tokens' log probabilities as JSON."""
    return b"".join(completion_logprobs_slices(entries, offsets))


def completion_logprobs_slices(entries: Iterable[TokenLogprob], offsets: TextOffsets) -> Iterator[bytes]:
    """Yield nothing while the arrays are made, a slice of all four at a time, and then the whole."""
    arrays: dict[bytes, list[bytes]] = {
        b"tokens": [],
        b"token_logprobs": [],
        b"top_logprobs": [],
        b"text_offset": [],
    }
    for some in sliced(entries):
        members: list[list[Any]] = [
            [_token(entry) for entry in some],
            [entry.logprob for entry in some],
            [_top(entry) for entry in some],
            [offsets.of(entry) for entry in some],
        ]
        for array, added in zip(arrays.values(), members, strict=True):
            array.append(to_json(added, ensure_ascii=True)[1:-1])
        yield b""
    fields = (b'"%b":[%b]' % (name, b",".join(array)) for name, array in arrays.items())
    yield b"{" + b",".join(fields) + b"}"


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
