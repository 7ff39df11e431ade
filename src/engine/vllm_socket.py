"""The engine's outputs, received with less around them.

zmq.asyncio makes a future, asks the socket for its events several times and schedules callbacks for each
message; at one message a step, with a step a token, that is most of what a lone stream costs. Reading until
nothing is left, then waiting until there is something, is enough.
"""

from __future__ import annotations

import asyncio
from typing import Any

import zmq
from vllm.v1.engine.async_llm import AsyncLLM


class Receiver:
    """Receives from a socket of zmq.asyncio without its machinery."""

    def __init__(self, socket: Any) -> None:
        self.socket: zmq.Socket[bytes] = zmq.Socket.shadow(socket.underlying)
        self.fd = int(self.socket.getsockopt(zmq.FD))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready: asyncio.Future[None] | None = None

    async def recv_multipart(self, copy: bool = True) -> Any:
        """As zmq.asyncio's."""
        try:
            while True:
                try:
                    # Which says zmq.Again only once it has taken note of all that its file descriptor told.
                    return self.socket.recv_multipart(zmq.NOBLOCK, copy=copy)
                except zmq.Again:
                    await self._readable()
        except asyncio.CancelledError:
            if self._loop is not None:
                self._loop.remove_reader(self.fd)
            raise

    async def _readable(self) -> None:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(self.fd, self._wake)
        self._ready = self._loop.create_future()
        await self._ready

    def _wake(self) -> None:
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(None)


def receive_outputs_directly(llm: AsyncLLM) -> None:
    """Have vLLM's client receive its engine's outputs in this way; before it has begun to."""
    socket = llm.engine_core.resources.output_socket
    socket.recv_multipart = Receiver(socket).recv_multipart
