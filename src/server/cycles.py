"""One request and its response on a connection: uvicorn's cycle, and what it lacks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from accord.server.exchange import CONNECTION

MOST_JOINED = 65536
"""The longest body, in bytes, that is copied to be written with its head, or with its length."""


class ResponseCycle(RequestResponseCycle):
    """uvicorn's request cycle, with a fast path for the most frequent message: a piece of a stream.

    The head of a short answer in one piece waits for its body, as each write is a system call.

    The scope has it as `accord.server.exchange.Connection`.
    """

    _leave: Callable[[], None] | None = None
    _head: _Head | None = None

    async def run_asgi(self, app: Any) -> None:
        scope: Any = self.scope
        scope[CONNECTION] = self
        try:
            await super().run_asgi(app)
        finally:
            del scope[CONNECTION]  # a reference circle would keep both until garbage collection

    @property
    def has_body(self) -> bool:
        return not self.more_body

    def when_lost(self, leave: Callable[[], None] | None) -> None:
        self._leave = leave
        self.report_lost()

    def report_lost(self) -> None:
        """Notify the request's handler if the client has disconnected."""
        if self.disconnected and not self.response_complete and self._leave is not None:
            self._leave()

    def write_at_once(self, piece: bytes) -> bool:
        if (
            self.response_complete
            or self.disconnected
            or self.flow.write_paused
            or not (piece and self.chunked_encoding)
        ):
            return False
        if len(piece) <= MOST_JOINED:
            self.transport.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        else:  # a copy of megabytes would hold the event loop
            self.transport.write(b"%x\r\n" % len(piece))
            self.transport.write(piece)
            self.transport.write(b"\r\n")
        return True

    async def send(self, message: ASGISendEvent) -> None:
        piece: Any = message
        if piece.get("more_body") and self.write_at_once(piece.get("body", b"")):
            return
        if not self.response_started and _is_short(message) and self.scope["method"] != "HEAD":
            transport = self.transport
            self._head = self.transport = _Head()
            try:
                await super().send(message)
            finally:
                self.transport = transport
            return
        if self._head is not None:
            head, self._head = self._head.written, None
            self.expected_content_length += len(head)
            rest: Any = message
            rest = {**rest, "body": head + rest.get("body", b"")}
            await super().send(rest)
            return
        await super().send(message)


class _Head(asyncio.Transport):
    """Stands in for a transport while uvicorn writes an answer's head."""

    written = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data


def _is_short(message: Any) -> bool:
    """Whether a message begins an answer with a short body, of which the length is known."""
    for name, value in message.get("headers", ()):
        if name == b"content-length":
            return int(value) <= MOST_JOINED
    return False


class ExpectContinueCycle(ResponseCycle):
    """For a client that waits for `100 Continue`.

    After a refusal it may send its body or not, so the connection is closed.
    """

    async def send(self, message: ASGISendEvent) -> None:
        if not self.response_started and self.waiting_for_100_continue and self.more_body:
            self.keep_alive = False
        await super().send(message)


class Http10Cycle(ResponseCycle):
    """For HTTP/1.0, which has no chunked encoding: a response without a length ends with the connection."""

    until_close = False

    async def send(self, message: ASGISendEvent) -> None:
        content: Any = message
        if not self.response_started:
            self.until_close = all(name != b"content-length" for name, _ in content["headers"])
            self.chunked_encoding = False if self.until_close else None
        elif self.until_close:
            self.expected_content_length = len(content.get("body", b""))
        await super().send(message)
