"""One connection: uvicorn's protocol, with limits on what a client may send, and on how slowly.

uvicorn limits neither a request's head nor its duration, and waits forever for a client that does not read.
Nothing here runs for each token: the deadline for reading starts when the kernel's buffer is full. uvicorn
also does not read the body of a request that offers another protocol, does not require `Host`, and sends
chunks to HTTP/1.0 clients.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from accord.errors import ApiError, InvalidRequest
from accord.server.cycles import ExpectContinueCycle, Http10Cycle, ResponseCycle
from accord.server.errors import refused_connection
from accord.server.heads import head_problem, headers_timeout, headers_too_large, malformed, unparsed

LINGER_SECONDS = 10.0
"""Seconds for which a client may continue to send, unread, so that it gets to read its answer."""

SLOWEST_READER = 1024
"""The least bytes per second that a client must read of pending output."""
PROBES = (0.1, 1.0, 3.0)
"""Seconds between probes of a client that sends nothing, to detect whether it is connected."""
MAX_PIPELINED = 16
"""Requests that a client may send ahead of the answer to the first one."""


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """The limits of one connection."""

    head_bytes: int = 65536
    """The maximum size of the request line and the headers."""
    receive_seconds: float = 30.0
    """Seconds for the head to arrive."""
    send_seconds: float = 60.0
    """Seconds for which a client may leave pending output unread."""


class _Refused(Exception):
    """Raised in the parser's callbacks, which cannot return an error."""

    def __init__(self, error: ApiError) -> None:
        self.error = error


class _Transport:
    """The connection as uvicorn sees it: the protocol closes it."""

    def __init__(self, protocol: BoundedProtocol, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.write = transport.write
        self.close = protocol.end
        self.is_closing = protocol.is_ending

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)


class BoundedProtocol(HttpToolsProtocol):
    """A connection with a time limit for every wait."""

    limits: ClassVar[ConnectionLimits] = ConnectionLimits()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.connection: asyncio.Transport = cast(asyncio.Transport, None)
        self.in_head = False
        self.in_body = False
        self.head_size = 0
        self.unheeded = 0
        """Bytes since the last ones that came to anything, such as a body's."""
        self.ending = False
        self.refusal: ApiError | None = None
        self.head_timer: asyncio.TimerHandle | None = None
        self.unread = 0
        self.send_timer: asyncio.TimerHandle | None = None
        self.end_timer: asyncio.TimerHandle | None = None
        self.probe_timer: asyncio.TimerHandle | None = None
        self.answering: RequestResponseCycle | None = None
        """Of the requests that have come, the first that is not answered yet; `cycle` is the last one's."""

    @classmethod
    def within(cls, limits: ConnectionLimits) -> type[BoundedProtocol]:
        """Return a protocol class with these `limits`, which uvicorn creates for each connection."""
        return type("BoundedProtocol", (cls,), {"limits": limits})

    # Connections.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        self.connection = transport
        super().connection_made(cast(asyncio.Transport, _Transport(self, transport)))
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self.ending = True
        for timer in (self.head_timer, self.send_timer, self.end_timer, self.probe_timer):
            if timer is not None:
                timer.cancel()
        self._unset_keepalive_if_required()
        if self.answering is not None:
            self.answering.disconnected = True
            self.answering.message_event.set()
        super().connection_lost(exc)
        for cycle in (self.answering, self.cycle):
            if cycle is not None:
                cast(ResponseCycle, cycle).report_lost()
        self.pipeline.clear()

    def eof_received(self) -> bool:  # type: ignore[override]  # as asyncio's
        """Answer a client that has only closed its sending side, as `nc -N` and `socat` do.

        A client that is gone looks the same until something is written to it; its kernel then answers with a
        reset.
        """
        if self.scheme == "https" or self.ending or self.in_head or self.in_body or self._is_idle():
            return False
        if self.scope["http_version"] != "1.1":
            return False  # HTTP/1.0 has no interim responses
        self.cycle.keep_alive = False
        self._probe(PROBES)
        return True

    def _probe(self, pauses: Sequence[float]) -> None:
        """Write what every client skips: before a response an interim one, within a stream a comment."""
        if self._is_idle() or self.answering is None:
            return
        if not self.answering.response_started:
            self.connection.write(STATUS_LINE[100] + b"\r\n")
        elif self.answering.chunked_encoding:
            self.connection.write(b"3\r\n:\n\n\r\n")
        if pauses:
            self.probe_timer = self.loop.call_later(pauses[0], self._probe, pauses[1:])

    def is_ending(self) -> bool:
        return self.ending

    def end(self) -> None:
        """Close when the client has read the response, within a time limit.

        A client that is still sending may continue for a while: the kernel resets a connection that is closed
        with unread data, and the client would lose the response.
        """
        if self.ending:
            return
        self.ending = True
        self._unset_keepalive_if_required()
        if not self._still_sending():
            self._watch_reader()
            self.connection.close()
            return
        self._abort_after(LINGER_SECONDS)
        self.flow.resume_reading()
        if self.connection.can_write_eof():
            try:
                self.connection.write_eof()
            except OSError:  # the client has reset the connection, and the event loop has not noticed yet
                self.connection.abort()

    def shutdown(self) -> None:
        if self.ending and self._still_sending():
            self.connection.abort()
        super().shutdown()

    def _still_sending(self) -> bool:
        return self.in_body or self.refusal is not None

    def _abort_after(self, seconds: float) -> None:
        if self.end_timer is not None:
            self.end_timer.cancel()
        self.end_timer = self.loop.call_later(seconds, self.connection.abort)

    # Reading requests.

    def data_received(self, data: bytes) -> None:
        if self.ending or self.refusal is not None:
            return
        self._unset_keepalive_if_required()
        self.unheeded += len(data)
        try:
            self._feed(data)
            if self.unheeded > self.limits.head_bytes and (self.in_head or self.in_body or self._is_idle()):
                raise _Refused(headers_too_large(self.limits.head_bytes))
        except httptools.HttpParserError as error:
            cause = error.__context__
            self._refuse(cause.error if isinstance(cause, _Refused) else unparsed(error))
        except _Refused as refused:
            self._refuse(refused.error)
        else:
            if self.in_head or (self._is_idle() and not self.in_body):
                self._await_head()

    def _feed(self, data: bytes) -> None:
        """Parse `data`. An offer of another protocol is ignored, as RFC 9110 (7.8) allows.

        The parser takes everything after such a head for the other protocol, so the head is parsed once more,
        without the offer.
        """
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as offer:
                start = b"%b %b HTTP/%b" % (
                    self.parser.get_method(),
                    self.url,
                    self.parser.get_http_version().encode(),
                )
                fields = [b"%b: %b" % field for field in self.headers if field[0] != b"upgrade"]
                data = b"\r\n".join([start, *fields, b"", data[offer.args[0] :]])
            else:
                return

    def on_message_begin(self) -> None:
        self.in_head = True
        self.head_size = self.unheeded = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count_head(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count_head(len(name) + len(value) + 4)
        if self.in_head:  # bytes after a body are not part of the contract
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT":
            return  # the head is parsed again, without the upgrade
        self._check_head()
        if len(self.pipeline) >= MAX_PIPELINED:
            raise _Refused(InvalidRequest(f"More than {MAX_PIPELINED} requests wait on this connection."))
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None
        self.in_head = False
        self.unheeded = 0
        super().on_headers_complete()
        self._specialize(self.cycle)
        self.flow.resume_reading()  # uvicorn pauses for a queued request, and would miss a disconnection
        self.in_body = True

    def on_body(self, body: bytes) -> None:
        self.unheeded = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        self.in_body = False
        self.unheeded = 0
        if self.end_timer is not None and not self.ending:
            self.end_timer.cancel()
        super().on_message_complete()

    def _check_head(self) -> None:
        """Refuse heads that two servers could parse differently, and those that are meant for a proxy."""
        version = self.parser.get_http_version()
        if version == "1.0":
            self.expect_100_continue = False  # which HTTP/1.0 does not have
        if (problem := head_problem(self.parser.get_method(), version, self.headers)) is not None:
            raise _Refused(malformed(problem))

    def _count_head(self, size: int) -> None:
        self.head_size += size
        if self.head_size > self.limits.head_bytes:
            raise _Refused(headers_too_large(self.limits.head_bytes))

    def _await_head(self) -> None:
        if self.head_timer is None:
            self.head_timer = self.loop.call_later(self.limits.receive_seconds, self._head_is_late)

    def _head_is_late(self) -> None:
        self.head_timer = None
        if not self.in_head:
            if self._is_idle():
                self.end()
            return
        self._refuse(headers_timeout(self.limits.receive_seconds))

    def _specialize(self, cycle: RequestResponseCycle) -> None:
        """Give the last request's cycle the class for its head; uvicorn has no setting for it."""
        if type(cycle) is RequestResponseCycle:
            cycle.__class__ = self._cycle_class()

    def _cycle_class(self) -> type[ResponseCycle]:
        if self.scope["http_version"] == "1.0":
            return Http10Cycle
        return ExpectContinueCycle if self.expect_100_continue else ResponseCycle

    # Writing responses.

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.answering = cycle
        self._specialize(cycle)  # before its `run_asgi` is called, if it was not queued
        super()._start_asgi_task(cycle, app)

    def _is_idle(self) -> bool:
        """Whether every request that was received has been answered."""
        return self.cycle is None or (self.cycle.response_complete and not self.pipeline)

    def _refuse(self, error: ApiError) -> None:
        """Answer an invalid request with `error` after the requests before it; then close."""
        self.refusal = error
        if self._is_idle():
            self._answer_refusal()
        elif self.in_body:  # of the request that is being read, which will never be complete
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            cast(ResponseCycle, self.cycle).report_lost()
            if self.cycle.response_started or self.pipeline:
                self.end()
            else:
                self._answer_refusal()

    def _answer_refusal(self) -> None:
        assert self.refusal is not None
        if not self.in_body or not self.cycle.response_complete:
            status = self.refusal.status
            path = self.url.decode("ascii", "replace") if self.in_head or self.in_body else ""
            headers, body = refused_connection(self.refusal, path)
            lines = [b"%b: %b\r\n" % header for header in self.server_state.default_headers]
            lines += [f"{name}: {value}\r\n".encode("latin-1") for name, value in headers.items()]
            self.connection.write(b"".join([STATUS_LINE[status], *lines, b"\r\n", body]))
        self.end()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.ending or not self._is_idle():
            return
        if self.refusal is not None:
            self._answer_refusal()
        elif self.in_body:  # nobody reads the rest of the body
            self._abort_after(LINGER_SECONDS)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.send_timer is not None and not self.ending:
            self.send_timer.cancel()
            self.send_timer = None

    def _watch_reader(self) -> None:
        """Disconnect a client that does not read. More output does not extend its time."""
        self.unread = self.connection.get_write_buffer_size()
        if self.send_timer is not None:
            self.send_timer.cancel()
        self.send_timer = self.loop.call_later(self.limits.send_seconds, self._reader_is_late)

    def _reader_is_late(self) -> None:
        read = self.unread - self.connection.get_write_buffer_size()
        if read < self.limits.send_seconds * SLOWEST_READER:
            self.connection.abort()
        else:
            self._watch_reader()
