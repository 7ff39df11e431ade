"""Server-sent events: the loop that all dialects share, and the escaping of text in events."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable, Iterator
from json.encoder import encode_basestring_ascii
from typing import Any, Protocol

from accord.engine import Delta, Generation
from accord.errors import ApiError, EngineFailure
from accord.telemetry.request import current

logger = logging.getLogger(__name__)

Write = Callable[[bytes], Coroutine[Any, Any, None]]
"""Sends complete events. It may be called outside of the task that waits for the stream's end.

Raises WriteFailed, with the cause, if it cannot: no event about that can be written either.
"""


WriteAtOnce = Callable[[bytes], bool]
"""Sends complete events if that needs no waiting, or returns False. It saves each token a coroutine.

Raises WriteFailed, as `Write` does.
"""


class WriteFailed(Exception):
    """Events could not be written."""


def never_at_once(events: bytes) -> bool:
    """Leave all events to `Write`."""
    return False


class EventStream(Protocol):
    """The events of a stream. The caller must close it."""

    async def send_to(self, write: Write, at_once: WriteAtOnce = never_at_once) -> None:
        """Write all events; return after the last one."""
        ...

    async def aclose(self) -> None:
        """Stop the source of the events."""
        ...


class Encoder(Protocol):
    """Encodes deltas as one API's events. Each method returns the bytes of none, one or several events."""

    def begin(self) -> bytes:
        """Return the events before the first delta."""
        ...

    def step(self, deltas: list[Delta]) -> bytes:
        """Return the events for the deltas of one step."""
        ...

    def end(self) -> bytes | Iterator[bytes]:
        """Return the events after the last delta; large ones are made one by one."""
        ...

    def fail(self, error: ApiError) -> bytes:
        """Return the last events of a stream that fails with `error`."""
        ...


def escaped(text: str) -> bytes:
    """Return `text` as a JSON string. Pure ASCII, so a line break in a text never ends an event."""
    return encode_basestring_ascii(text).encode("ascii")


def integers(values: Iterable[int]) -> bytes:
    """Return `values` as a JSON array."""
    return b"[" + ",".join(map(str, values)).encode() + b"]"


def stop_reason_json(reason: int | str | None) -> bytes:
    """Return vLLM's `stop_reason` as a field that follows others; "" if there is none."""
    if reason is None:
        return b""
    return b',"stop_reason":' + (escaped(reason) if isinstance(reason, str) else b"%d" % reason)


class GenerationEvents:
    """The events of a generation in an encoder's dialect. Errors become its last event.

    `before_the_end` is awaited before the last events are written. Unless it returns None, its result is
    written instead of them.
    """

    def __init__(
        self,
        generation: Generation,
        encoder: Encoder,
        before_the_end: Callable[[], Awaitable[bytes | None]] | None = None,
    ) -> None:
        self.generation = generation
        self.encoder = encoder
        self.before_the_end = before_the_end

    async def send_to(self, write: Write, at_once: WriteAtOnce = never_at_once) -> None:
        encoder = self.encoder

        def consume(deltas: list[Delta]) -> Coroutine[Any, Any, None] | None:
            events = encoder.step(deltas)
            return None if not events or at_once(events) else write(events)

        try:
            if opening := encoder.begin():
                await write(opening)
            await self.generation.deltas.for_each(consume)
            last: bytes | Iterator[bytes] = encoder.end()
        except WriteFailed:
            raise
        except ApiError as error:
            current().failed = True
            last = encoder.fail(error)
        except Exception:
            current().failed = True
            logger.exception("A stream failed.")
            last = encoder.fail(EngineFailure("The server failed while streaming the answer."))
        await self.generation.deltas.aclose()
        if self.before_the_end is not None:
            last = await self.before_the_end() or last
        await self.write_last(write, last)

    async def write_last(self, write: Write, last: bytes | Iterator[bytes]) -> None:
        """Write the last events; other requests run between large ones."""
        if isinstance(last, bytes):
            await write(last)
            return
        for events in last:
            await write(events)
            await asyncio.sleep(0)

    async def aclose(self) -> None:
        await self.generation.deltas.aclose()


class WrittenEvents:
    """Events that a generator yields, each item one send."""

    def __init__(self, events: AsyncGenerator[bytes, None]) -> None:
        self.events = events

    async def send_to(self, write: Write, at_once: WriteAtOnce = never_at_once) -> None:
        async for events in self.events:
            await write(events)

    async def aclose(self) -> None:
        await self.events.aclose()
