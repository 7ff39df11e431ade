"""Sends requests to the engine without pyzmq's bookkeeping for each.

pyzmq's asyncio socket makes a future, combines flags and checks each part of a message that it sends. ZeroMQ
takes nearly every message at once, for which one call a part suffices.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Any

import zmq
import zmq.asyncio
from vllm.v1.engine.core_client import AsyncMPClient

from accord.engine.vllm.shortcuts.shortcut import Shortcut, missing, other_parameters, result_of

LAST = int(zmq.DONTWAIT)
MORE = int(zmq.DONTWAIT | zmq.SNDMORE)
COPIED = 65536
"""Shorter parts are copied, which costs less than to share their memory; pyzmq's own limit."""

Send = Callable[[tuple[Any, ...], Any], Awaitable[Any]]
_EXAMPLES: list[tuple[Any, ...]] = [(b"one",), (b"", b"two"), (b"three" * 20000, memoryview(b"four"))]


class Sending(Shortcut):
    """Replaces the method of vLLM's client by which everything is sent to the engine."""

    name = "sending"
    what = "Sends the engine's messages at once, without a future for each."

    def fits(self) -> str | None:
        core = getattr(self.backend.llm, "engine_core", None)
        if not isinstance(core, AsyncMPClient):
            return "vLLM does not run the engine in another process"
        socket = core.input_socket
        if not isinstance(socket, zmq.asyncio.Socket):
            return "vLLM does not send to the engine in the event loop"
        return (
            other_parameters(AsyncMPClient, "_send_input_message", "self message engine")
            or missing(core, "ensure_alive")
            or missing(socket, "_send_futures", "_recv_futures")
            or self._differs()
        )

    def _differs(self) -> str | None:
        """Send some messages both ways."""
        both = result_of(_received())
        return None if both[0] == both[1] else "messages arrive differently than vLLM's"

    def install(self) -> None:
        core = self.backend.llm.engine_core
        sender = Sender(core, core._send_input_message)
        self.patches.replace(core, "_send_input_message", sender.send)


class Sender:
    """Sends for vLLM's client `core`; `vllms` is its own way, for a message that has to wait."""

    def __init__(self, core: AsyncMPClient, vllms: Send) -> None:
        self._core = core
        self._vllms = vllms
        self._asyncio_socket: Any = core.input_socket
        self._socket: Any = zmq.Socket.shadow(self._asyncio_socket.underlying)

    def send(self, message: tuple[Any, ...], engine: Any) -> Awaitable[Any]:
        """Send one message, as vLLM's method does."""
        self._core.ensure_alive()
        if self._asyncio_socket._send_futures or self._asyncio_socket._recv_futures:
            return self._vllms(message, engine)  # others come first, or have to be told
        send = self._socket.send
        try:
            send(engine, MORE)
        except zmq.Again:
            return self._vllms(message, engine)
        *others, last = message
        for part in others:
            send(part, MORE, len(part) < COPIED)
        send(last, LAST, len(last) < COPIED)
        return _SENT


class _Sent:
    """What has been done already."""

    def __await__(self) -> Generator[None, None, None]:
        return
        yield


_SENT = _Sent()


async def _received() -> list[list[list[bytes]]]:
    """Return what arrives of the examples by vLLM's way, and by the shorter."""
    context = zmq.asyncio.Context()
    engine, core = context.socket(zmq.DEALER), AsyncMPClient.__new__(AsyncMPClient)
    core.input_socket = context.socket(zmq.ROUTER)
    core.ensure_alive = lambda: None
    try:
        core.input_socket.bind("inproc://example")
        engine.setsockopt(zmq.IDENTITY, b"engine")
        engine.connect("inproc://example")
        await engine.send(b"here")
        await core.input_socket.recv_multipart()
        both = []
        for send in (core._send_input_message, Sender(core, core._send_input_message).send):
            for message in _EXAMPLES:
                await send(message, b"engine")
            both.append([await engine.recv_multipart() for _ in _EXAMPLES])
        return both
    finally:
        context.destroy(linger=0)


SHORTCUT = Sending
