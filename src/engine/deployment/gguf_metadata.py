"""Reads the metadata of a GGUF file without its tensors and vocabulary."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, BinaryIO

_SCALARS = dict(enumerate(("B", "b", "H", "h", "I", "i", "f", "?", None, None, "Q", "q", "d")))
_STRING, _ARRAY = 8, 9


def gguf_metadata(file: Path) -> dict[str, Any]:
    """Return the `general.` entries of the file's header, which come before all others."""
    entries: dict[str, Any] = {}
    with file.open("rb") as stream:
        magic, _version, _tensors, count = struct.unpack("<4sIQQ", stream.read(24))
        if magic != b"GGUF":
            raise ValueError(f"{file} is not a GGUF file")
        for _ in range(count):
            key = _string(stream)
            if not key.startswith("general."):
                break
            entries[key] = _value(stream, _scalar(stream, "I"))
    return entries


def _value(stream: BinaryIO, kind: int) -> Any:
    if kind == _STRING:
        return _string(stream)
    if kind == _ARRAY:
        member, length = _scalar(stream, "I"), _scalar(stream, "Q")
        return [_value(stream, member) for _ in range(length)]
    return _scalar(stream, _SCALARS[kind] or "")


def _scalar(stream: BinaryIO, code: str) -> Any:
    return struct.unpack(f"<{code}", stream.read(struct.calcsize(f"<{code}")))[0]


def _string(stream: BinaryIO) -> str:
    text: str = stream.read(_scalar(stream, "Q")).decode()
    return text
