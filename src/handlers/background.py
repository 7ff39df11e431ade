"""Responses that are made while nobody waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol

from accord.dialects.responses.output import EventWriter, dumped
from accord.dialects.responses.response import as_json
from accord.dialects.responses.stream import ResponseStream
from accord.dialects.sse import GenerationEvents, WriteFailed, escaped
from accord.errors import EngineFailure, NotReady
from accord.generated import models
from accord.telemetry.request import current

if TYPE_CHECKING:
    from accord.store.sql import ResponseStore

logger = logging.getLogger(__name__)

NOT_KEPT = "The server failed to keep the response."
LOOK_SECONDS = 1.0
RENEW_SECONDS = 10.0

_PATIENCE_SECONDS = 5.0
_END = b"\n\n"
_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0)
"""How long to wait, in turn, for a database that is away when a response ends."""


def later_events(events: bytes, starting_after: int | None) -> bytes:
    """Return the events of a whole stream, numbered from 0, that come after number `starting_after`."""
    if starting_after is None:
        return events
    return b"".join(event + _END for event in events.split(_END)[starting_after + 1 : -1])


def last_event(response: models.Response, starting_after: int | None) -> bytes:
    """Return the one event that says how a response has ended whose events are lost."""
    if response.status == "cancelled":
        return broken_off("The response was cancelled.", "response_cancelled", starting_after)
    name = b"response." + response.status.encode()
    return _writer(starting_after).write(name, b'"response":' + dumped(response))


def broken_off(message: str, code: str | None, starting_after: int | None) -> bytes:
    """Return the one event of a stream that has none of its response's."""
    fields = b'"code":%b,"message":%b,"param":null' % (escaped(code) if code else b"null", escaped(message))
    return _writer(starting_after).write(b"error", fields)


def _writer(starting_after: int | None) -> EventWriter:
    writer = EventWriter()
    writer.number = 0 if starting_after is None else starting_after + 1
    return writer


class Events(Protocol):
    """Events of a response that another process makes."""

    complete: bool
    """Whether they were all that there are; otherwise that process has ended."""

    def __aiter__(self) -> AsyncGenerator[bytes, None]:
        """Yield them as they come, some whole ones at a time."""
        ...


class Siblings(Protocol):
    """The other processes of this server."""

    async def stop(self, response_id: str) -> bool:
        """Stop a response where it is made; False where none of them makes it."""
        ...

    async def follow(self, response_id: str, starting_after: int | None) -> Events | None:
        """Return the events after number `starting_after`; None where none of them makes the response."""
        ...


class _EndedElsewhere(Exception):
    """The response was cancelled, deleted or given up by another server, or another request."""


class BackgroundResponse:
    """A response in the making: a task that outlives the request, and its events if it is `streamed`."""

    def __init__(self, stream: ResponseStream, store: ResponseStore, streamed: bool) -> None:
        self.stream = stream
        self.store = store
        self.streamed = streamed
        self.events: list[bytes] = []
        self._over = False
        self._changed = asyncio.Event()
        self._begun = asyncio.Event()
        self._interruption = stream.cancel
        self._kept = stream.response.status
        self._pending = b""
        self._record = current()
        self._record.in_background = True
        self.task = asyncio.create_task(self._run())

    @property
    def id(self) -> str:
        return self.stream.response.id

    async def follow(self, starting_after: int | None) -> AsyncGenerator[bytes, None]:
        """Yield the events after number `starting_after`: those that there are, then each as it comes."""
        told = 0 if starting_after is None else starting_after + 1
        while True:
            changed = self._changed
            if events := self.events[told:]:
                told += len(events)
                yield b"".join(events)
            elif self._over:
                return
            else:
                await changed.wait()

    async def cancel(self) -> None:
        """Stop, as a client asked for."""
        await self._interrupt(self.stream.cancel)

    async def stop(self) -> None:
        """Stop, because the server does."""
        await self._interrupt(lambda: self.stream.fail(EngineFailure("The server was stopped.")))
        self.task.cancel()  # the database is away, and others will see that this server has ended

    async def _interrupt(self, ending: Callable[[], bytes]) -> None:
        await self._begun.wait()
        if not self.stream.over:  # else its end is being kept, whatever it is
            self._interruption = ending
            self.task.cancel()
        await asyncio.wait([self.task], timeout=_PATIENCE_SECONDS)

    async def _run(self) -> None:
        self._begun.set()
        try:
            await self._make()
        except _EndedElsewhere:
            message = "The response was ended by another request, or given up by another server."
            self._tell(self.stream.break_off(message, b'"response_cancelled"'))
        except Exception:
            logger.exception("Response %s could not be stored.", self.id)
            self.store.unkept.add(self.id)
            self._tell(self.stream.break_off(NOT_KEPT))
        finally:
            self._over = True
            self._record.in_background = False
            self._changed.set()

    async def _make(self) -> None:
        try:
            async with aclosing(GenerationEvents(self.stream.generation, self.stream)) as events:
                await events.send_to(self._write)
        except WriteFailed as failed:
            raise failed.__cause__ or failed from None
        except asyncio.CancelledError:
            if self.stream.over:  # the server stops, and has waited for its end to be kept
                raise
            self._pending += self._interruption()
            await self._keep_and_tell()

    async def _write(self, events: bytes) -> None:
        self._pending += events
        try:
            await self._keep_and_tell()
        except Exception as error:
            raise WriteFailed from error

    async def _keep_and_tell(self) -> None:
        """Keep how the response stands, where that is new, before anybody is told."""
        status = self.stream.response.status
        if status != self._kept:
            if not await (self._keep_end() if self.stream.over else self._keep_beginning()):
                raise _EndedElsewhere
            self._kept = status
        events, self._pending = self._pending, b""
        self._tell(events)

    async def _keep_beginning(self) -> bool:
        try:
            return await self.store.update(self.id, as_json(self.stream.response))
        except NotReady:
            return True  # what counts is that the end is kept

    async def _keep_end(self) -> bool:
        """Keep the response, and wait for the database if it is away: nothing else has what was made."""
        response = as_json(self.stream.response)
        whole = b"".join(self.events) + self._pending if self.streamed else None
        for wait in _WAITS:
            try:
                return await self.store.update(self.id, response, whole)
            except NotReady:
                await asyncio.sleep(wait)
        return await self.store.update(self.id, response, whole)

    def _tell(self, events: bytes) -> None:
        if not (self.streamed and events):
            return
        self.events += [event + _END for event in events.split(_END)[:-1]]
        self._changed.set()
        self._changed = asyncio.Event()


class RunningResponses:
    """The background responses that this server makes at the moment."""

    def __init__(self) -> None:
        self._responses: dict[str, BackgroundResponse] = {}
        self._watching: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._responses)

    def start(self, stream: ResponseStream, store: ResponseStore, *, streamed: bool) -> BackgroundResponse:
        """Begin to make a response that was kept already; `streamed` is one whose events can be followed."""
        response = BackgroundResponse(stream, store, streamed)
        self._responses[response.id] = response
        response.task.add_done_callback(lambda _: self._responses.pop(response.id, None))
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch(store))
        return response

    def get(self, response_id: str) -> BackgroundResponse | None:
        """Return the response if it is being made here."""
        return self._responses.get(response_id)

    async def stop(self) -> None:
        """Stop all of them; each is kept as failed."""
        if self._watching is not None:
            self._watching.cancel()
        await asyncio.gather(*(response.stop() for response in list(self._responses.values())))

    async def _watch(self, store: ResponseStore) -> None:
        """Tell the other servers that these are being made, and stop those that others have ended."""
        renewed = asyncio.get_running_loop().time()
        while self._responses:
            await asyncio.sleep(LOOK_SECONDS)
            now = asyncio.get_running_loop().time()
            renew = now - renewed >= RENEW_SECONDS
            try:
                await self.look(store, renew=renew)
            except NotReady:
                continue  # logged already
            except Exception:
                logger.exception("The background responses could not be read.")
                continue
            renewed = now if renew else renewed

    async def look(self, store: ResponseStore, *, renew: bool) -> None:
        """Stop the responses that have been cancelled, deleted or given up elsewhere.

        One that is over may have to wait for the database: its lease is renewed like the others'.
        """
        made = list(self._responses.values())
        unfinished = await store.unfinished([response.id for response in made], renew=renew)
        ended = [response for response in made if response.id not in unfinished and not response.stream.over]
        await asyncio.gather(*(response.cancel() for response in ended))
