"""A client that asks for a stream and does not read it: the engine's request ends, and nothing is held."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from accord.engine import Delta, Generation, RenderedPrompt
from accord.engine.deltas import Usage
from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.server.protocol import ConnectionLimits
from tests.deltas import GivenDeltas
from tests.fuzz.echo_engine import EchoEngine
from tests.loopback import serving

BODY = b'{"prompt": "hi", "stream": true}'
REQUEST = b"POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
REQUEST += b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY


class Endless(EchoEngine):
    """Streams until its request is dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = 0
        self.dropped = 0
        self.said = 0

    async def complete(self, *_: Any, **__: Any) -> Generation:
        return Generation([RenderedPrompt([1])], GivenDeltas(self._deltas()), Usage())

    async def _deltas(self) -> AsyncGenerator[list[Delta], None]:
        self.begun += 1
        try:
            while True:
                self.said += 1
                yield [Delta(0, text="word " * 100)]
                await asyncio.sleep(0)
        finally:
            self.dropped += 1


async def test_clients_that_do_not_read_are_disconnected() -> None:
    engine = Endless()
    app = connexion_app(Services(engine, "0", "0"))
    async with serving(app, ConnectionLimits(send_seconds=0.5)) as server:
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(_ask_and_wait(server, engine))
        await server.until(lambda: engine.dropped == engine.begun == 3 and not server.connections)
    assert engine.said * 500 < 3 * 16 * 2**20, "more was made than the kernel's buffers hold"


async def _ask_and_wait(server: Any, engine: Endless) -> None:
    async with server.connected(receive_buffer=4096) as connection:
        await connection.send(REQUEST)
        await server.until(lambda: engine.dropped > 0)
        await server.until(lambda: not server.connections)
