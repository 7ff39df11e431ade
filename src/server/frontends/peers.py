"""Requests between frontends: to follow or stop background responses, and to apply changes of adapters.

Each frontend serves the others on a Unix socket in a folder that only this user can enter. A request is one
line of JSON. The answer begins with one byte. For `stop` it is 1 if the response was running there, for
`adapters` it is 1 once the changes of adapters are applied. For `follow` it is 1 if the response runs there;
then chunks of the event stream follow, each preceded by its length. The length 0 marks the end of the
response: without it the frontend itself has ended.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from accord.handlers.background import RunningResponses

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 10.0
"""Seconds after which a silent frontend counts as not running the response."""
ADAPTER_SECONDS = 60.0
"""Seconds after which a frontend applies changes later: its engine is starting, or it has ended."""

_NO, _YES = b"\x00", b"\x01"
_LENGTH = 4


def socket_path(folder: Path, index: int) -> Path:
    """Return the address at which frontend `index` serves the others."""
    return folder / f"{index}.sock"


class PeerServer:
    """Serves the other frontends: the responses that run in this process, and changes of adapters."""

    def __init__(
        self,
        folder: Path,
        index: int,
        running: RunningResponses,
        follow_adapters: Callable[[], Awaitable[None]],
    ) -> None:
        self._path = socket_path(folder, index)
        self._running = running
        self._follow_adapters = follow_adapters
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Start serving."""
        self._path.unlink(missing_ok=True)  # of the frontend that this one replaces
        self._server = await asyncio.start_unix_server(self._answer, self._path)

    def close(self) -> None:
        """Stop accepting requests; running ones continue."""
        if self._server is not None:
            self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            asked = json.loads(await reader.readuntil())
            if asked["do"] == "adapters":
                writer.write(_YES if await self._have_followed() else _NO)
            else:
                await self._answer_about_response(asked, writer)
            await writer.drain()
        writer.close()

    async def _have_followed(self) -> bool:
        try:
            await self._follow_adapters()
        except Exception as error:  # the engine has failed; the next one applies them
            logger.warning("The adapter changes of another process are not applied yet: %s", error)
            return False
        return True

    async def _answer_about_response(self, asked: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        response = self._running.get(asked["id"])
        writer.write(_NO if response is None else _YES)
        if response is not None and asked["do"] == "stop":
            await response.cancel()
        elif response is not None:
            async for events in response.follow(asked["after"]):
                writer.write(len(events).to_bytes(_LENGTH) + events)
                await writer.drain()
            writer.write(bytes(_LENGTH))


class Peers:
    """The other frontends; implements `handlers.background.PeerProcesses`."""

    def __init__(self, folder: Path, count: int, index: int) -> None:
        self._paths = [socket_path(folder, other) for other in range(count) if other != index]

    async def stop(self, response_id: str) -> bool:
        """Stop a response, wherever it runs; False if it runs nowhere."""
        for path in self._paths:
            if (asked := await _ask(path, do="stop", id=response_id)) is not None:
                reader, writer = asked
                await reader.read()  # until it has been stopped
                writer.close()
                return True
        return False

    async def follow(self, response_id: str, starting_after: int | None) -> Followed | None:
        """Return the events of a response after number `starting_after`; None if it runs nowhere."""
        for path in self._paths:
            if (asked := await _ask(path, do="follow", id=response_id, after=starting_after)) is not None:
                return Followed(*asked)
        return None

    async def follow_adapters(self) -> None:
        """Return when all frontends that can apply the changes of adapters have done so."""
        asking = (_ask(path, ADAPTER_SECONDS, do="adapters") for path in self._paths)
        for asked in await asyncio.gather(*asking):
            if asked is not None:
                asked[1].close()


class Followed:
    """The events from another frontend. `complete` is whether their end has arrived."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.complete = False

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        try:
            while length := int.from_bytes(await self._reader.readexactly(_LENGTH)):
                yield await self._reader.readexactly(length)
            self.complete = True
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            self._writer.close()


async def _ask(
    path: Path, seconds: float = ANSWER_SECONDS, **question: Any
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
    """Return the connection if the answer is yes. A frontend that cannot be reached counts as no."""
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(json.dumps(question).encode() + b"\n")
            if await reader.read(1) == _YES:
                return reader, writer
    except OSError as error:  # TimeoutError is one
        logger.debug("A frontend does not answer on %s: %s", path, error)
        return None
    writer.close()
    return None
