"""Content codings: decompresses bodies in chunks, so that a decompression bomb is refused early.

Python has zstd from 3.14 on; before that the package backports.zstd has the same code.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, Protocol

from accord.errors import ApiError, InvalidRequest

PIECE = 256 * 1024
"""Bytes of output at a time: less than a millisecond of work."""
MAX_MEMBERS = 4096
"""The most compressed parts in one body: each takes time even if it is empty."""
_LARGEST_WINDOW = 23
"""As a power of two: RFC 9659 has no larger one in HTTP."""


class _Decompressor(Protocol):
    """The interface that zlib's and zstd's objects share."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _gzip(_: bytes) -> _Decompressor:
    return zlib.decompressobj(16 + zlib.MAX_WBITS)


def _deflate(data: bytes) -> _Decompressor:
    """Return a decompressor. RFC 9110 defines zlib's format; some clients send raw deflate."""
    return zlib.decompressobj(zlib.MAX_WBITS if data[0] & 0x8F == 0x08 else -zlib.MAX_WBITS)


_DECOMPRESSORS: dict[str, Callable[[bytes], _Decompressor]] = {"gzip": _gzip, "deflate": _deflate}
_ERRORS: tuple[type[Exception], ...] = (zlib.error,)
try:
    _zstd: Any = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
except ImportError:  # an environment older than its lock file
    pass
else:
    _OPTIONS = {_zstd.DecompressionParameter.window_log_max: _LARGEST_WINDOW}
    _DECOMPRESSORS["zstd"] = lambda _: _zstd.ZstdDecompressor(options=_OPTIONS)
    _ERRORS += (_zstd.ZstdError,)

SUPPORTED = tuple(_DECOMPRESSORS)


class BodyDecoder:
    """Decodes one coding."""

    def __init__(self, coding: str) -> None:
        self.coding = coding
        self._decompressor: _Decompressor | None = None
        self._members = 0

    def decoded(self, data: bytes) -> Iterator[bytes]:
        """Yield the decoded `data`, the next part of the body, in chunks."""
        while data or self._decompressor is not None:
            if self._decompressor is None:
                self._decompressor = self._next_member(data)
            try:
                piece = self._decompressor.decompress(data, PIECE)
            except _ERRORS as error:
                raise self._corrupt(str(error)) from error
            data = getattr(self._decompressor, "unconsumed_tail", b"")  # zstd's object stores it itself
            if piece:
                yield piece
            if self._decompressor.eof:
                data = self._decompressor.unused_data
                self._decompressor = None
            elif not data and len(piece) < PIECE:
                return

    def finish(self) -> None:
        """Raise InvalidRequest for a truncated body."""
        if self._decompressor is not None:
            raise self._corrupt("it ends too early")

    def _next_member(self, data: bytes) -> _Decompressor:
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise self._corrupt(f"it has more than {MAX_MEMBERS} parts")
        return _DECOMPRESSORS[self.coding](data)

    def _corrupt(self, reason: str) -> InvalidRequest:
        return InvalidRequest(
            f"The body is not valid {self.coding}, although its Content-Encoding says so: {reason}.",
            code="invalid_content_encoding",
        )


def decoder_of(given: list[bytes]) -> BodyDecoder | None:
    """Return the decoder for the `Content-Encoding` headers; None without a coding."""
    listed = b",".join(given).decode("latin-1").split(",")
    codings = [coding for name in listed if (coding := name.strip().lower()) not in ("", "identity")]
    if not codings:
        return None
    if len(codings) == 1 and (coding := codings[0].removeprefix("x-")) in SUPPORTED:
        return BodyDecoder(coding)
    raise ApiError(
        f"The body's Content-Encoding is '{', '.join(codings)[:100]}'; "
        f"one of {', '.join(SUPPORTED)}, or none, was expected.",
        status=415,
        code="unsupported_content_encoding",
        headers={"accept-encoding": ", ".join(SUPPORTED)},
    )
