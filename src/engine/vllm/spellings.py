"""The spelling of each single token: its bytes, and its text if the bytes are whole characters.

A tokenizer's `decode` does not return it for a token that is part of a character, and may strip a leading
space. The vocabulary has the bytes: as letters (byte-level BPE), as `<0xF0>` (SentencePiece's byte fallback),
or as they are (Mistral's tekken).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from msgspec import Struct
from vllm.utils.mistral import is_mistral_tokenizer

KEPT = 65_536
"""Size of the cache of spellings: more than the tokens of usual texts, fewer than some vocabularies."""
_BYTE = re.compile(r"<0x([0-9A-F]{2})>")
_SPACE = "\u2581"
"""SentencePiece's character for a space."""


class Spelling(Struct, frozen=True):
    r"""A token's text, in which bytes that are no character are written as `\xf0`, and its bytes.

    Unlike tuples, the thousands in the cache are no objects for the garbage collector.
    """

    text: str
    utf8: bytes


def spelling(tokenizer: Any, token_id: int) -> Spelling:
    """Return how a token is written."""
    return speller(tokenizer)(token_id)


@lru_cache(maxsize=4)
def speller(tokenizer: Any) -> Callable[[int], Spelling]:
    """Return a function that returns the spelling of each token of `tokenizer`."""
    bytes_of = _bytes_of(tokenizer)

    @lru_cache(maxsize=KEPT)
    def spelled(token_id: int) -> Spelling:
        utf8 = bytes_of(token_id)
        if utf8 is None:
            return Spelling(f"token_id:{token_id}", b"")
        return Spelling(utf8.decode("utf-8", "backslashreplace"), utf8)

    return spelled


def _bytes_of(tokenizer: Any) -> Callable[[int], bytes | None]:
    """Return a function that returns a token's bytes; None for a token that has none."""
    if is_mistral_tokenizer(tokenizer):
        return _tekken(tokenizer.tokenizer) if tokenizer.is_tekken else _sentencepiece(tokenizer)
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is not None and backend.decoder is not None:
        steps = _steps(json.loads(backend.decoder.__getstate__()))
        if "ByteLevel" in steps:
            return _byte_level(tokenizer)
        if {"ByteFallback", "Metaspace"} & steps:
            return _sentencepiece(tokenizer)
    return _decoded(tokenizer)


def _steps(decoder: dict[str, Any]) -> set[str]:
    return {decoder["type"]}.union(*map(_steps, decoder.get("decoders", ())))


def _tekken(vocabulary: Any) -> Callable[[int], bytes | None]:
    from mistral_common.tokens.tokenizers.base import SpecialTokenPolicy

    def bytes_of(token_id: int) -> bytes | None:
        if token_id >= vocabulary.n_words:
            return None
        if token_id < vocabulary.num_special_tokens:
            return str(vocabulary.id_to_piece(token_id)).encode()
        return bytes(vocabulary.id_to_byte_piece(token_id, SpecialTokenPolicy.KEEP))

    return bytes_of


def _byte_level(tokenizer: Any) -> Callable[[int], bytes | None]:
    added = set(tokenizer.get_added_vocab().values())
    letters = _letters()

    def bytes_of(token_id: int) -> bytes | None:
        [piece] = tokenizer.convert_ids_to_tokens([token_id])
        if piece is None:
            return None
        if token_id in added:
            return str(piece).encode()
        return b"".join(letters.get(letter) or letter.encode() for letter in piece)

    return bytes_of


def _letters() -> dict[str, bytes]:
    """Return the byte of each letter in byte-level BPE, where printable characters stand for themselves."""
    printed = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = (byte for byte in range(256) if byte not in printed)
    return {chr(byte): bytes([byte]) for byte in printed} | {
        chr(256 + n): bytes([byte]) for n, byte in enumerate(others)
    }


def _sentencepiece(tokenizer: Any) -> Callable[[int], bytes | None]:
    added = set(tokenizer.get_added_vocab().values())

    def bytes_of(token_id: int) -> bytes | None:
        [piece] = tokenizer.convert_ids_to_tokens([token_id])
        if piece is None:
            return None
        if byte := _BYTE.fullmatch(piece):
            return bytes([int(byte[1], 16)])
        return str(piece if token_id in added else piece.replace(_SPACE, " ")).encode()

    return bytes_of


def _decoded(tokenizer: Any) -> Callable[[int], bytes | None]:
    """Fall back to `decode`: the text of a single token."""

    def bytes_of(token_id: int) -> bytes | None:
        text = str(tokenizer.decode([token_id]))
        return None if "\ufffd" in text else text.encode()

    return bytes_of
