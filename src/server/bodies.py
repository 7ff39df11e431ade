"""Reads a request's body within limits on size, time and the cost of parsing it.

The limits of a compressed body apply to its decompressed content.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from starlette.types import Message, Receive
from starlette.types import Scope as AsgiScope

from accord.errors import ApiError, InvalidRequest, Overloaded
from accord.server.codings import BodyDecoder, decoder_of
from accord.server.exchange import CONNECTION, Connection

SLOWEST = 16384
"""The minimum rate of a body in bytes per second, after its first seconds."""
MAX_OBJECTS = 100_000
"""The most objects and arrays in one body: at worst 200 MB and a second of validation."""
MAX_VALUES = 4_000_000
"""The most other values, such as token ids."""
MAX_MEMBERS = 400_000
"""The most members of all objects together."""

_CLOSES = {"connection": "close"}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)


@dataclass(slots=True)
class _Incoming:
    """The size of all bodies that are being received."""

    size: int = 0

    def add(self, size: int, most: int) -> None:
        self.size += size
        if self.size > most:
            error = Overloaded(
                f"The request bodies being received have reached the limit of {most} bytes.",
                code="bodies_full",
            )
            error.headers |= _CLOSES
            raise error


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """The limits on bodies."""

    size: int = 64 * 1024 * 1024
    """The most bytes of one body."""
    seconds: float = 30.0
    """Seconds to receive a body; more for a large one, by `SLOWEST`."""
    together: int = 2 * 1024**3
    """The most bytes of all bodies that are being received at the same time."""
    coming: _Incoming = field(default_factory=_Incoming)

    def shared_by(self, processes: int) -> BodyLimits:
        """Return the limits of each of `processes`: they divide the memory for incoming bodies."""
        return replace(self, together=max(self.size, self.together // processes))


async def read_body(scope: AsgiScope, receive: Receive, limits: BodyLimits) -> bytes:
    """Return the body. Raises an error for a body that is too large, too slow or too complex."""
    headers = dict(scope["headers"])
    if int(headers.get(b"content-length", 0)) > limits.size:
        raise _too_large(limits)
    codings = []
    if b"content-encoding" in headers:
        codings = [value for name, value in scope["headers"] if name == b"content-encoding"]
    if codings and (decoder := decoder_of(codings)) is not None:
        receive = _decoding(receive, decoder, limits)
    connection: Connection | None = None if codings else scope.get(CONNECTION)
    try:
        if connection is not None and connection.has_body:
            body = await _rest(receive, limits)
        else:
            body = await _received(receive, limits)
    except TimeoutError as error:
        raise ApiError(
            f"The body did not arrive in {limits.seconds:g} seconds.",
            status=408,
            code="body_timeout",
            headers=_CLOSES,
        ) from error
    if body.startswith(_BYTE_ORDER_MARK):  # RFC 8259 lets a parser ignore it
        body = body[len(_BYTE_ORDER_MARK) :]
    _check_complexity(body)
    return body


def _decoding(receive: Receive, decoder: BodyDecoder, limits: BodyLimits) -> Receive:
    """Return a receiver of the decompressed body; other requests run between its chunks."""
    pieces: Iterator[bytes] = iter(())
    received = 0
    more = True

    async def decoded() -> Message:
        nonlocal pieces, received, more
        while (piece := next(pieces, None)) is None:
            if not more:
                decoder.finish()
                return {"type": "http.request", "body": b"", "more_body": False}
            message = await receive()
            if message["type"] == "http.disconnect":
                return message
            part = message.get("body", b"")
            received += len(part)
            if received > limits.size:
                raise _too_large(limits)
            more = message.get("more_body", False)
            pieces = decoder.decoded(part)
        await asyncio.sleep(0)
        return {"type": "http.request", "body": piece, "more_body": True}

    return decoded


async def _rest(receive: Receive, limits: BodyLimits) -> bytes:
    """Return the body if all of it has been received already."""
    body: bytes = (await receive()).get("body", b"")
    if len(body) > limits.size:
        raise _too_large(limits)
    return body


async def _received(receive: Receive, limits: BodyLimits) -> bytes:
    parts: list[bytes] = []
    size = coming = 0
    began = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout_at(began + limits.seconds) as deadline:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    break
                part = message.get("body", b"")
                size += len(part)
                if size > limits.size:
                    raise _too_large(limits)
                parts.append(part)
                if not message.get("more_body", False):
                    break
                coming += len(part)
                limits.coming.add(len(part), limits.together)
                deadline.reschedule(began + limits.seconds + size / SLOWEST)
    finally:
        limits.coming.size -= coming
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large(limits: BodyLimits) -> ApiError:
    return ApiError(
        f"The body is larger than {limits.size} bytes.",
        status=413,
        code="request_too_large",
        headers=_CLOSES,
    )


def _check_complexity(body: bytes) -> None:
    """Refuse a body that would take far more memory as objects than as bytes.

    Strings are left out only if the count is too high, because that is slower.
    """
    if len(body) <= MAX_OBJECTS or _is_simple(body) or _is_simple(_STRING.sub(b"", body)):
        return
    raise InvalidRequest(
        f"The body has more than {MAX_OBJECTS} objects and arrays, more than {MAX_MEMBERS} members of "
        f"objects, or more than {MAX_VALUES} values.",
        code="request_too_complex",
    )


def _is_simple(body: bytes) -> bool:
    return (
        body.count(b"{") + body.count(b"[") <= MAX_OBJECTS
        and body.count(b":") <= MAX_MEMBERS
        and body.count(b",") <= MAX_VALUES
    )
