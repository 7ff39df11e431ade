"""Receives the engine's messages without pyzmq's bookkeeping, and processes them where they are received.

pyzmq's asyncio socket supports any number of waiting tasks that receive, send and poll concurrently, and asks
ZeroMQ seven times per message whether there is another one, with a system call each time. The engine's
outputs have one reader, for which two times suffice.

In vLLM this reader is a task that decodes a message and puts it into a queue, from which a second task takes
and processes it. Each task is resumed in another turn of the event loop. Here both run where the message is
received: a task that awaits a `Resumed` is resumed by the call that has its result. If there is another
message then, it is received in the event loop's next turn, so that all else has its turn in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import Any

import zmq
import zmq.asyncio

from accord.engine.vllm.shortcuts.shortcut import Patches, Shortcut, missing, other_parameters, result_of

_EXAMPLES = [[b"", b"one"], [b"two"], [b"three" * 1000], [b"four"]]
# As plain integers: zmq's flags make a new object with each operation.
_EVENTS, _POLLIN, _DONTWAIT = int(zmq.EVENTS), int(zmq.POLLIN), int(zmq.DONTWAIT)


class Receiving(Shortcut):
    """Receives for vLLM's task that reads the engine's outputs, and for the one that processes them."""

    name = "receiving"
    what = "Receives the engine's messages for their only reader, and processes each at once."

    def fits(self) -> str | None:
        socket, outputs = self._socket, getattr(self._core, "outputs_queue", None)
        if not isinstance(socket, zmq.asyncio.Socket) or type(outputs) is not asyncio.Queue:
            return "vLLM does not receive the engine's outputs in the event loop"
        if getattr(self._core.resources, "output_queue_task", None) is not None:
            return "vLLM receives already"
        return (
            other_parameters(type(socket), "recv_multipart", "self flags copy track")
            or other_parameters(type(socket), "_handle_events", "self fd events")
            or missing(socket, "_get_loop")
            or self._differs()
        )

    def _differs(self) -> str | None:
        """Receive some messages, from the third on by pyzmq itself and through the queue."""
        received = result_of(_received())
        return None if received == _EXAMPLES else "messages arrive differently than they were sent"

    @property
    def _core(self) -> Any:
        return getattr(self.backend.llm, "engine_core", None)

    @property
    def _socket(self) -> Any:
        return getattr(getattr(self._core, "resources", None), "output_socket", None)

    def install(self) -> None:
        self._only_reader = OnlyReader(self._socket, self._core.outputs_queue)
        self._only_reader.install(self.patches)

    def uninstall(self) -> None:
        super().uninstall()
        if hasattr(self, "_only_reader"):
            self._only_reader.leave()


class Resumed(asyncio.Future[Any]):
    """A future that one task awaits. `resume` runs the task at once, not in the event loop's next turn."""

    _run: Callable[[Any], object] | None = None
    _context: Context | None = None

    def add_done_callback(self, fn: Callable[[Any], object], *, context: Context | None = None) -> None:
        if self.done():
            super().add_done_callback(fn, context=context)
        else:
            self._run, self._context = fn, context

    def cancel(self, msg: Any | None = None) -> bool:
        cancelled = super().cancel(msg)
        if cancelled:
            self.get_loop().call_soon(self.resume)
        return cancelled

    def resume(self) -> None:
        """Run the task, after the result is set. Not within another task."""
        if self._run is not None:
            self._context.run(self._run, self)  # type: ignore[union-attr]  # it comes with `_run`
            self._run = None  # it refers to the task


class OutputQueue:
    """Takes the place of `queue`, with one task that gets what another one puts."""

    def __init__(self, queue: asyncio.Queue[Any]) -> None:
        self._queue: Any = queue
        self._put, self._get_nowait = queue.put_nowait, queue.get_nowait
        self._getting: Resumed | None = None
        self.resumed_here = False
        """Whether the caller calls `resume` once the task that puts is suspended."""
        self._has_got: Resumed | None = None

    def install(self, patches: Patches) -> None:
        patches.replace(self._queue, "get", self.get)
        patches.replace(self._queue, "put_nowait", self.put_nowait)

    def leave(self) -> None:
        if self._getting is not None:
            self._queue.put_nowait = self._put_the_last

    def get(self) -> Resumed:
        """Get an item, as the queue's method does."""
        getting = Resumed()
        if self._queue.empty():
            self._getting = getting
        else:
            getting.set_result(self._get_nowait())
        return getting

    def put_nowait(self, item: Any) -> None:
        """Put an item, as the queue's method does."""
        getting, self._getting = self._getting, None
        if getting is None or getting.done():
            self._put(item)
            return
        getting.set_result(item)
        if self.resumed_here:
            self._has_got = getting
        else:
            getting.get_loop().call_soon(getting.resume)

    def resume(self) -> None:
        """Run the task that has got an item."""
        if self._has_got is not None:
            got, self._has_got = self._has_got, None
            got.resume()

    def _put_the_last(self, item: Any) -> None:
        del self._queue.put_nowait
        self.put_nowait(item)


class OnlyReader:
    """Receives from a socket with one receiving task and no sending one, which puts into `queue`."""

    def __init__(self, socket: zmq.asyncio.Socket, queue: asyncio.Queue[Any]) -> None:
        self._asyncio_socket: Any = socket
        self._socket: Any = zmq.Socket.shadow(socket.underlying)
        self._queue = OutputQueue(queue)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: Resumed | None = None
        self._flags, self._copy, self._track = 0, True, False

    def install(self, patches: Patches) -> None:
        patches.replace(self._asyncio_socket, "recv_multipart", self.recv_multipart)
        patches.replace(self._asyncio_socket, "_handle_events", self._handle_events)
        self._queue.install(patches)

    def leave(self) -> None:
        """Finish the receive that is pending; later ones are pyzmq's."""
        if self._waiting is not None and not self._waiting.done():
            self._asyncio_socket._handle_events = self._handle_the_last
        self._queue.leave()

    def recv_multipart(self, flags: int = 0, copy: bool = True, track: bool = False) -> Resumed:
        """Receive a message, as pyzmq's method does."""
        if self._loop is None:
            # pyzmq has `_handle_events` called from now on, until the socket closes.
            self._loop = self._asyncio_socket._get_loop()
        self._flags, self._copy, self._track = flags, copy, track
        self._waiting = waiting = Resumed(loop=self._loop)
        try:
            if self._socket.getsockopt(_EVENTS) & _POLLIN:
                self._loop.call_soon(self._handle_events)
        except zmq.ZMQError as error:  # it is closed
            waiting.set_exception(error)
        return waiting

    def _handle_events(self, fd: int = 0, events: int = 0) -> None:
        """Handle a possible message. ZeroMQ signals it once, until its state is read."""
        if self._socket.closed:
            return
        waiting = self._waiting
        if waiting is None or waiting.done():  # the next receive looks first
            self._socket.getsockopt(_EVENTS)
            return
        try:
            waiting.set_result(self._receive())
        except zmq.Again:
            return
        except Exception as error:
            waiting.set_exception(error)
        self._queue.resumed_here = True
        try:
            waiting.resume()
        finally:
            self._queue.resumed_here = False
            self._queue.resume()

    def _receive(self) -> list[Any]:
        if self._copy or self._flags or self._track:
            received: list[Any] = self._socket.recv_multipart(
                self._flags | _DONTWAIT, self._copy, self._track
            )
            return received
        frames = [frame := self._socket.recv(_DONTWAIT, False)]
        while frame.more:
            frames.append(frame := self._socket.recv(_DONTWAIT, False))
        return frames

    def _handle_the_last(self, fd: int = 0, events: int = 0) -> None:
        self._handle_events()
        if self._waiting is None or self._waiting.done():
            del self._asyncio_socket._handle_events
            self._asyncio_socket._handle_events(fd, events)


async def _received() -> list[list[bytes]]:
    context = zmq.asyncio.Context()
    receiver, sender = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    queue: asyncio.Queue[list[bytes]] = asyncio.Queue()

    async def read() -> None:
        while True:
            queue.put_nowait([frame.bytes for frame in await receiver.recv_multipart(copy=False)])

    async def got() -> list[bytes]:
        return await queue.get()

    try:
        receiver.bind("inproc://example")
        sender.connect("inproc://example")
        patches, reader = Patches(), OnlyReader(receiver, queue)
        reader.install(patches)
        reading = asyncio.create_task(read())
        await sender.send_multipart(_EXAMPLES[0])
        received = [await queue.get()]
        waiting = asyncio.create_task(got())
        await asyncio.sleep(0)
        patches.undo()
        reader.leave()
        await sender.send_multipart(_EXAMPLES[1])
        await sender.send_multipart(_EXAMPLES[2])
        received += [await waiting, await queue.get()]
        later = asyncio.create_task(got())
        await sender.send_multipart(_EXAMPLES[3])
        received.append(await later)
        reading.cancel()
        return received
    finally:
        context.destroy(linger=0)


SHORTCUT = Receiving
