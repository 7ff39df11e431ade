"""One request and its response on a connection: uvicorn's cycle, and what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from accord.server.exchange import CONNECTION


class ResponseCycle(RequestResponseCycle):
    """uvicorn's request cycle, with a fast path for the most frequent message: a piece of a stream.

    The scope has it as `accord.server.exchange.Connection`.
    """

    _leave: Callable[[], None] | None = None

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

    async def send(self, message: ASGISendEvent) -> None:
        if self.chunked_encoding and not (
            self.response_complete or self.disconnected or self.flow.write_paused
        ):
            body: Any = message.get("body")
            if body and message.get("more_body"):
                self.transport.write(b"%x\r\n%b\r\n" % (len(body), body))
                return
        await super().send(message)


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
