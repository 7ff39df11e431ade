"""Server-sent events: the loop that all dialects share, and the escaping of what goes into an event."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from json.encoder import encode_basestring_ascii
from typing import Protocol

from accord.engine import Delta, Generation
from accord.errors import ApiError, EngineFailure
from accord.telemetry.request import current

logger = logging.getLogger(__name__)

EventStream = AsyncGenerator[bytes, None]
"""The bytes of a stream's events, each item one send."""


class Encoder(Protocol):
    """Says deltas as one API's events. Each method returns the bytes of none, one or several events."""

    def begin(self) -> bytes:
        """What comes before the first delta."""
        ...

    def step(self, deltas: list[Delta]) -> bytes:
        """What the deltas of one step add."""
        ...

    def end(self) -> bytes:
        """What comes after the last delta."""
        ...

    def fail(self, error: ApiError) -> bytes:
        """The end of a stream that `error` cuts short."""
        ...


def escaped(text: str) -> bytes:
    """Return `text` as a JSON string. Pure ASCII, so a line break in a text never ends an event."""
    return encode_basestring_ascii(text).encode("ascii")


def integers(values: Iterable[int]) -> bytes:
    """Return `values` as a JSON array."""
    return b"[" + ",".join(map(str, values)).encode() + b"]"


def stop_reason_json(reason: int | str | None) -> bytes:
    """Return vLLM's `stop_reason` as a field that follows others; nothing where there is none."""
    if reason is None:
        return b""
    return b',"stop_reason":' + (escaped(reason) if isinstance(reason, str) else b"%d" % reason)


async def event_stream(generation: Generation, encoder: Encoder) -> EventStream:
    """Yield the events of `generation` in `encoder`'s dialect. Errors become its last event."""
    try:
        async with aclosing(generation.deltas) as steps:
            if opening := encoder.begin():
                yield opening
            async for deltas in steps:
                if events := encoder.step(deltas):
                    yield events
        yield encoder.end()
    except ApiError as error:
        current().failed = True
        yield encoder.fail(error)
    except Exception:
        current().failed = True
        logger.exception("A stream failed.")
        yield encoder.fail(EngineFailure("The server failed while it streamed the answer."))
