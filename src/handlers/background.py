"""Responses that are made while nobody waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from accord.dialects.responses.response import as_json
from accord.dialects.responses.stream import ResponseStream
from accord.dialects.sse import EventStream, event_stream
from accord.errors import EngineFailure
from accord.store import ResponseStore

logger = logging.getLogger(__name__)

NOT_KEPT = "The server failed to keep the response."
_END = b"\n\n"


def later_events(events: bytes, starting_after: int | None) -> bytes:
    """Return the events of a whole stream, numbered from 0, that come after number `starting_after`."""
    if starting_after is None:
        return events
    return b"".join(event + _END for event in events.split(_END)[starting_after + 1 : -1])


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
        self.task = asyncio.create_task(self._run())

    @property
    def id(self) -> str:
        return self.stream.response.id

    async def follow(self, starting_after: int | None) -> EventStream:
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

    async def _interrupt(self, ending: Callable[[], bytes]) -> None:
        await self._begun.wait()
        if not self.task.done():
            self._interruption = ending
            self.task.cancel()
            await asyncio.wait([self.task])

    async def _run(self) -> None:
        self._begun.set()
        try:
            async for events in event_stream(self.stream.generation, self.stream):
                self._pending += events
                await self._keep_and_tell()
        except asyncio.CancelledError:
            if not self.stream.over:
                self._pending += self._interruption()
            await self._keep_and_tell()
        except Exception:
            logger.exception("Response %s could not be kept.", self.id)
            self._tell(self.stream.break_off(NOT_KEPT))
        finally:
            self._over = True
            self._changed.set()

    async def _keep_and_tell(self) -> None:
        """Keep how the response stands, where that is new, before anybody is told."""
        response = self.stream.response
        if response.status != self._kept:
            whole = b"".join(self.events) + self._pending if self.stream.over and self.streamed else None
            await self.store.update(response.id, as_json(response), whole)
            self._kept = response.status
        events, self._pending = self._pending, b""
        self._tell(events)

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

    def __len__(self) -> int:
        return len(self._responses)

    def start(self, stream: ResponseStream, store: ResponseStore, *, streamed: bool) -> BackgroundResponse:
        """Begin to make a response that was kept already; `streamed` is one whose events can be followed."""
        response = BackgroundResponse(stream, store, streamed)
        self._responses[response.id] = response
        response.task.add_done_callback(lambda _: self._responses.pop(response.id, None))
        return response

    def get(self, response_id: str) -> BackgroundResponse | None:
        """Return the response if it is being made here."""
        return self._responses.get(response_id)

    async def stop(self) -> None:
        """Stop all of them; each is kept as failed."""
        await asyncio.gather(*(response.stop() for response in list(self._responses.values())))
