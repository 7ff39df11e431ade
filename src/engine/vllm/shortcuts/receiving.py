"""Receives the engine's messages without pyzmq's bookkeeping for each.

pyzmq's asyncio socket supports any number of waiting tasks that receive, send and poll concurrently, and asks
ZeroMQ seven times per message whether there is another one, with a system call each time. The engine's
outputs have one reader, for which two times suffice.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import zmq
import zmq.asyncio

from accord.engine.vllm.shortcuts.shortcut import Patches, Shortcut, missing, other_parameters

_EXAMPLES = [[b"one"], [b"", b"two"], [b"three" * 1000], [b"four"]]


class Receiving(Shortcut):
    """Receives for vLLM's task that reads the engine's outputs."""

    name = "receiving"
    what = "Receives the engine's messages for their only reader, without a queue of waiting tasks."

    def fits(self) -> str | None:
        socket = self._socket
        if not isinstance(socket, zmq.asyncio.Socket):
            return "vLLM does not receive the engine's outputs in the event loop"
        return (
            other_parameters(type(socket), "recv_multipart", "self flags copy track")
            or other_parameters(type(socket), "_handle_events", "self fd events")
            or missing(socket, "_get_loop")
            or self._differs()
        )

    def _differs(self) -> str | None:
        """Receive some messages, from the third on by pyzmq itself."""
        with ThreadPoolExecutor(1) as threads:  # in its own event loop
            received = threads.submit(asyncio.run, _received()).result()
        return None if received == _EXAMPLES else "messages arrive differently than they were sent"

    @property
    def _socket(self) -> Any:
        core = getattr(self.backend.llm, "engine_core", None)
        return getattr(getattr(core, "resources", None), "output_socket", None)

    def install(self) -> None:
        self._only_reader = OnlyReader(self._socket)
        self._only_reader.install(self.patches)

    def uninstall(self) -> None:
        super().uninstall()
        if hasattr(self, "_only_reader"):
            self._only_reader.leave()


class OnlyReader:
    """Receives from a socket with one receiving task and no sending one."""

    def __init__(self, socket: zmq.asyncio.Socket) -> None:
        self._asyncio_socket: Any = socket
        self._socket: Any = zmq.Socket.shadow(socket.underlying)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: asyncio.Future[Any] | None = None
        self._options: dict[str, Any] = {}

    def install(self, patches: Patches) -> None:
        patches.replace(self._asyncio_socket, "recv_multipart", self.recv_multipart)
        patches.replace(self._asyncio_socket, "_handle_events", self._handle_events)

    def leave(self) -> None:
        """Finish the receive that is pending; later ones are pyzmq's."""
        if self._waiting is not None and not self._waiting.done():
            self._asyncio_socket._handle_events = self._handle_the_last

    def recv_multipart(
        self, flags: int = 0, copy: bool = True, track: bool = False
    ) -> asyncio.Future[list[Any]]:
        """Receive a message, as pyzmq's method does."""
        if self._loop is None:
            # pyzmq has `_handle_events` called from now on, until the socket closes. Kept, as to ask for the
            # running loop asks the kernel for the process's id.
            self._loop = self._asyncio_socket._get_loop()
        self._options = {"flags": flags | zmq.DONTWAIT, "copy": copy, "track": track}
        self._waiting = waiting = self._loop.create_future()
        if self._socket.get(zmq.EVENTS) & zmq.POLLIN:
            self._receive(waiting)
        return waiting

    def _handle_events(self, fd: int = 0, events: int = 0) -> None:
        """Handle a possible message. ZeroMQ signals it once, until its state is read."""
        if self._socket.closed or not self._socket.get(zmq.EVENTS) & zmq.POLLIN:
            return
        waiting = self._waiting
        if waiting is not None and not waiting.done():  # otherwise the next receive looks first
            self._receive(waiting)

    def _receive(self, waiting: asyncio.Future[Any]) -> None:
        try:
            waiting.set_result(self._socket.recv_multipart(**self._options))
        except Exception as error:
            waiting.set_exception(error)

    def _handle_the_last(self, fd: int = 0, events: int = 0) -> None:
        self._handle_events()
        if self._waiting is None or self._waiting.done():
            del self._asyncio_socket._handle_events


async def _received() -> list[list[bytes]]:
    context = zmq.asyncio.Context()
    receiver, sender = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    try:
        receiver.bind("inproc://example")
        sender.connect("inproc://example")
        patches, reader = Patches(), OnlyReader(receiver)
        reader.install(patches)
        await sender.send_multipart(_EXAMPLES[0])
        received = [await receiver.recv_multipart()]
        waiting = asyncio.ensure_future(receiver.recv_multipart())
        patches.undo()
        reader.leave()
        await sender.send_multipart(_EXAMPLES[1])
        await sender.send_multipart(_EXAMPLES[2])
        received += [await waiting, await receiver.recv_multipart()]
        later = asyncio.ensure_future(receiver.recv_multipart())
        await sender.send_multipart(_EXAMPLES[3])
        return [*received, await later]
    finally:
        context.destroy(linger=0)


SHORTCUT = Receiving
