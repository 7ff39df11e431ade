"""Balances connections over the processes that listen on one socket: the least loaded one accepts the next.

An event loop's own server accepts every pending connection in whichever process wakes first: four concurrent
streams were all in one process. vLLM's server does the same (launchers/launcher.py, NoSignalServer).
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Coroutine
from typing import Any

import uvicorn

from accord.server.frontends.counters import NOT_ACCEPTING, Column, Row

logger = logging.getLogger(__name__)

CHECKS = 5
CHECK_SECONDS = 0.001
"""How often, and for how long, a connection waits for a less loaded process, which may be busy."""
PAUSE_SECONDS = 1.0
"""The delay after an error, such as no free file descriptors; asyncio's own server has the same."""


class LeastLoadedServer(uvicorn.Server):
    """A server that accepts a connection if no other process has fewer."""

    row: Row

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._accepting: set[asyncio.Task[None]] = set()
        self._connecting = 0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        self._publish_load()
        for listener in sockets or ():
            listener.listen(self.config.backlog)
            listener.setblocking(False)
            self._begin(self._accept(listener))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._accepting.add(task)
        task.add_done_callback(self._accepting.discard)

    def _publish_load(self) -> None:
        self.row.set(Column.CONNECTIONS, len(self.server_state.connections) + self._connecting)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await _readable(loop, listener)
            self._publish_load()
            for _ in range(CHECKS):
                if self.row.least_loaded:
                    break
                await asyncio.sleep(CHECK_SECONDS)
            try:
                connection, _ = listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                continue  # another process has accepted it
            except OSError as error:
                logger.error("A connection cannot be accepted: %s.", error.strerror)
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            self._connecting += 1
            self._publish_load()
            self._begin(self._connect(loop, connection))  # so a TLS handshake does not delay the next one

    async def _connect(self, loop: asyncio.AbstractEventLoop, connection: socket.socket) -> None:
        try:
            await loop.connect_accepted_socket(self._protocol, connection, ssl=self.config.ssl)
        except asyncio.CancelledError:
            connection.close()
            raise
        except Exception as error:
            logger.debug("A connection failed before its first request: %s", error)
            connection.close()
        finally:
            self._connecting -= 1
            self._publish_load()

    def _protocol(self) -> asyncio.Protocol:
        make: Any = self.config.http_protocol_class
        protocol: asyncio.Protocol = make(
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
            _loop=asyncio.get_running_loop(),
        )
        return protocol

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        tasks = list(self._accepting)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.row.set(Column.CONNECTIONS, NOT_ACCEPTING)
        await super().shutdown(sockets)


async def _readable(loop: asyncio.AbstractEventLoop, listener: socket.socket) -> None:
    ready: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(listener, wake)
    try:
        await ready
    finally:
        loop.remove_reader(listener)
