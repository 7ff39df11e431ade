"""An application under a real uvicorn on the loopback interface, and connections at the byte level."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from accord.server.certificates import Certificates
from accord.server.protocol import BoundedProtocol, ConnectionLimits
from accord.server.serve import SecondaryServer


@dataclass(frozen=True)
class Answer:
    """An answer: its status, headers and body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> dict[str, Any]:
        error: dict[str, Any] = json.loads(self.body)["error"]
        return error


@dataclass(frozen=True)
class Connection:
    """One TCP connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self, head: bool = False) -> Answer:
        """Read one answer, strictly: anything that is not HTTP/1.1 fails."""
        lines = ["HTTP/1.1 100 Continue"]
        while lines[0] == "HTTP/1.1 100 Continue":
            lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
        version, status, _ = lines[0].split(" ", 2)
        assert version == "HTTP/1.1", lines[0]
        headers: dict[str, str] = {}
        for line in lines[1:]:
            name, separator, value = line.partition(": ")
            assert separator, line
            assert name not in headers, line
            headers[name] = value
        if headers.get("transfer-encoding") == "chunked":
            body = b"".join([chunk async for chunk in self._chunks()])
        elif head or int(status) in (204, 304):
            body = b""
        elif "content-length" not in headers:
            assert headers["connection"] == "close"
            body = await self.reader.read()
        else:
            body = await self.reader.readexactly(int(headers["content-length"]))
        return Answer(int(status), headers, body)

    async def _chunks(self) -> AsyncIterator[bytes]:
        while size := int(await self.reader.readline(), 16):
            yield await self.reader.readexactly(size)
            assert await self.reader.readexactly(2) == b"\r\n"
        assert await self.reader.readexactly(2) == b"\r\n"

    async def is_closed(self) -> bool:
        """Wait until the server closes the connection; it must send nothing before."""
        try:
            return await self.reader.read(1) == b""
        except ConnectionError:
            return True

    async def close(self) -> None:
        self.writer.close()


@dataclass(frozen=True)
class Loopback:
    """A running server, and connections to it."""

    port: int
    server: uvicorn.Server

    @property
    def connections(self) -> int:
        return len(self.server.server_state.connections)

    async def until(self, holds: Callable[[], bool]) -> None:
        while not holds():  # noqa: ASYNC110  uvicorn has no event for it
            await asyncio.sleep(0.01)

    @asynccontextmanager
    async def connected(
        self, receive_buffer: int | None = None, tls: ssl.SSLContext | None = None
    ) -> AsyncIterator[Connection]:
        end = socket.socket()
        if receive_buffer is not None:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        end.setblocking(False)
        await asyncio.get_running_loop().sock_connect(end, ("127.0.0.1", self.port))
        reader, writer = await asyncio.open_connection(
            sock=end, limit=2**20, ssl=tls, server_hostname="127.0.0.1" if tls else None
        )
        try:
            yield Connection(reader, writer)
        finally:
            writer.close()


def bound(port: int = 0) -> socket.socket:
    """Return a bound socket on the loopback interface, with a free port if none is given."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return listener


@asynccontextmanager
async def serving(
    app: ASGIApp,
    limits: ConnectionLimits | None = None,
    keep_alive: int = 75,
    certificates: Certificates | None = None,
) -> AsyncIterator[Loopback]:
    """Serve `app` as Accord serves its application, until the block ends."""
    listener = bound()
    config = uvicorn.Config(
        app,
        http=BoundedProtocol.within(limits or ConnectionLimits()),
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=keep_alive,
        ssl_context_factory=certificates.context if certificates is not None else None,
    )
    server = SecondaryServer(config)
    task = asyncio.create_task(server.serve([listener]))
    loopback = Loopback(listener.getsockname()[1], server)
    await loopback.until(lambda: server.started)
    try:
        yield loopback
    finally:
        server.should_exit = True
        server.force_exit = True
        await task
