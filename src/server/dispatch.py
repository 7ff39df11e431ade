"""Calls the handler of a validated request, and sends its result."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from typing import Any, TypeGuard

from pydantic import BaseModel
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from accord.dialects.logprobs import WrittenAnswer
from accord.dialects.sse import EventStream, Write, WriteAtOnce, WriteFailed, never_at_once
from accord.errors import NotFound
from accord.generated.operations import OPERATIONS, Operation
from accord.handlers.call import Call, Services
from accord.server.exchange import CONNECTION, Connection, Exchange
from accord.telemetry.metrics import STREAMS_OPEN
from accord.telemetry.request import RequestRecord

Handler = Callable[..., Awaitable[Any]]

JSON_BODIES = (BaseModel, list, dict)
JSON = b"application/json"
TEXT = "text/plain; charset=utf-8"
STREAM_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
)
"""The last one disables response buffering in nginx and compatible proxies."""
COMMENT = b": keep-alive\n\n"
KEEP_ALIVE = {"openai": COMMENT, "anthropic": b'event: ping\ndata: {"type":"ping"}\n\n'}
"""The keep-alive of each API, which clients skip, once a stream's first event is sent."""
KEEP_ALIVE_CHECKS = 4
"""Checks of a stream per idle interval."""


class Dispatcher:
    """The ASGI application inside Connexion's stack: one dictionary from operation id to handler."""

    def __init__(self, services: Services, handlers: Mapping[str, Handler]) -> None:
        self.services = services
        self.handlers = handlers

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        operation_id = scope["extensions"]["connexion_routing"]["operation_id"]
        if operation_id is None:
            raise NotFound(f"There is no endpoint at {scope['path']}.", code="unknown_path")
        operation = OPERATIONS[operation_id]
        exchange = Exchange.of(scope)
        exchange.record.operation = operation_id
        self.services.draining.begin_request(is_work=operation.body is not None)
        try:
            await self._call(operation, exchange, scope.get(CONNECTION), receive, send)
        finally:
            self.services.draining.end_request()

    async def _call(
        self,
        operation: Operation,
        exchange: Exchange,
        connection: Connection | None,
        receive: Receive,
        send: Send,
    ) -> None:
        call = Call(
            self.services,
            exchange.request_id,
            exchange.owner,
            headers=exchange.headers | {"x-request-id": exchange.request_id},
            ignored=exchange.ignored,
        )
        arguments: list[Any] = [call]
        if operation.body is not None:
            arguments.append(exchange.body)
        if operation.parameters is not None:
            arguments.append(exchange.parameters)
        handler = self.handlers[operation.id]
        if operation.body is not None:
            work = _run(handler, arguments, call, exchange, send, _write_at_once(connection, send))
            await _unless_disconnected(connection, receive, work)
            return
        result = await handler(*arguments)
        if _is_stream(result):
            work = _respond(result, call, exchange, send, _write_at_once(connection, send))
            await _unless_disconnected(connection, receive, work)
        else:
            await _respond(result, call, exchange, send)


async def _run(
    handler: Handler,
    arguments: list[Any],
    call: Call,
    exchange: Exchange,
    send: Send,
    at_once: WriteAtOnce,
) -> None:
    await _respond(await handler(*arguments), call, exchange, send, at_once)


async def _unless_disconnected(
    connection: Connection | None, receive: Receive, work: Awaitable[None]
) -> None:
    """Await `work`; cancel it when the client disconnects, so that the engine aborts its request."""
    task = asyncio.current_task()
    assert task is not None
    gone = False

    def leave() -> None:
        nonlocal gone
        gone = True
        task.cancel()

    watcher = asyncio.create_task(_watch(receive, leave)) if connection is None else None
    if connection is not None:
        connection.when_lost(leave)
    try:
        await work
    except asyncio.CancelledError:
        if not gone:
            raise
        task.uncancel()
    finally:
        if connection is not None:
            connection.when_lost(None)
        if watcher is not None:
            watcher.cancel()


async def _watch(receive: Receive, leave: Callable[[], None]) -> None:
    """Watch for the client's disconnection without a `Connection`, as in tests."""
    while (await receive())["type"] != "http.disconnect":
        pass
    leave()


def _is_stream(result: Any) -> TypeGuard[EventStream]:
    return not isinstance(result, BaseModel) and hasattr(result, "send_to")


def _write_at_once(connection: Connection | None, send: Send) -> WriteAtOnce:
    """Return the connection's own way to write, unless a middleware changes what is sent."""
    return never_at_once if connection is None or send != connection.send else connection.write_at_once


async def _respond(
    result: Any, call: Call, exchange: Exchange, send: Send, at_once: WriteAtOnce = never_at_once
) -> None:
    if _is_stream(result):
        async with aclosing(result):
            await _stream(result, call, exchange, send, at_once)
        return
    if isinstance(result, WrittenAnswer):
        await _send_pieces(result, call, exchange, send)
        return
    if isinstance(result, JSON_BODIES):
        body = _json(result)
        content_type = JSON
    else:
        body = result.encode()
        content_type = call.headers.pop("content-type", TEXT).encode()
    await _start(call, exchange, send, _of_length(len(body), content_type))
    await send({"type": "http.response.body", "body": body})
    exchange.record.response_bytes = len(body)
    exchange.record.complete = True


async def _send_pieces(answer: WrittenAnswer, call: Call, exchange: Exchange, send: Send) -> None:
    """Send an answer that may be megabytes; other requests run between its pieces."""
    unsent = answer.size
    await _start(call, exchange, send, _of_length(unsent, JSON))
    for piece in answer.pieces():
        unsent -= len(piece)
        await send({"type": "http.response.body", "body": piece, "more_body": unsent > 0})
        exchange.record.response_bytes += len(piece)
        if unsent:
            await asyncio.sleep(0)
    exchange.record.complete = True


def _of_length(size: int, content_type: bytes) -> list[tuple[bytes, bytes]]:
    return [(b"content-type", content_type), (b"content-length", b"%d" % size)]


def _json(result: BaseModel | list[BaseModel] | dict[str, BaseModel]) -> bytes:
    if isinstance(result, BaseModel):
        return result.model_dump_json(exclude_unset=True, by_alias=True).encode()
    if isinstance(result, list):
        return b"[" + b",".join(map(_json, result)) + b"]"
    members = (json.dumps(name).encode() + b":" + _json(value) for name, value in result.items())
    return b"{" + b",".join(members) + b"}"


async def _stream(
    events: EventStream, call: Call, exchange: Exchange, send: Send, at_once: WriteAtOnce
) -> None:
    record = exchange.record
    record.streamed = True

    async def write(event: bytes) -> None:
        record.response_bytes += len(event)
        try:
            await send({"type": "http.response.body", "body": event, "more_body": True})
        except Exception as error:
            raise WriteFailed from error

    def write_at_once(event: bytes) -> bool:
        try:
            written = at_once(event)
        except Exception as error:
            raise WriteFailed from error
        if written:
            record.response_bytes += len(event)
        return written

    await _start(call, exchange, send, list(STREAM_HEADERS))
    keeping_alive = None
    if seconds := call.services.keep_alive_seconds:
        skipped = KEEP_ALIVE[OPERATIONS[record.operation].error_shape]
        keeping_alive = asyncio.create_task(_keep_alive(record, write, seconds, skipped))
    with STREAMS_OPEN.track_inprogress():
        try:
            await events.send_to(write, write_at_once)
        except WriteFailed as failed:
            raise failed.__cause__ or failed from None
        finally:
            if keeping_alive is not None:
                keeping_alive.cancel()
    await send({"type": "http.response.body", "body": b"", "more_body": False})
    record.complete = True


async def _keep_alive(record: RequestRecord, write: Write, seconds: float, skipped: bytes) -> None:
    """Write data that clients skip after about `seconds` without output.

    Before the first event it is a comment, because clients may process any event as the first one.

    This task compares the number of bytes written, so that writing an event costs nothing more.
    """
    written, idle, comments = record.response_bytes, 0, 0
    with suppress(WriteFailed):  # the writer of the next event gets the error
        while True:
            await asyncio.sleep(seconds / KEEP_ALIVE_CHECKS)
            idle = idle + 1 if record.response_bytes == written else 0
            if idle == KEEP_ALIVE_CHECKS:
                if record.response_bytes == comments:
                    comments += len(COMMENT)
                    await write(COMMENT)
                else:
                    await write(skipped)
                idle = 0
            written = record.response_bytes


async def _start(call: Call, exchange: Exchange, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
    headers += [(name.encode(), value.encode("latin-1")) for name, value in call.headers.items()]
    if call.ignored:
        headers.append((b"x-ignored-parameters", _header_value(call.ignored).encode()))
    await send({"type": "http.response.start", "status": call.status, "headers": headers})
    exchange.response_started = True
    exchange.record.begin_response(call.status)


def _header_value(names: list[str]) -> str:
    """Join paths of fields, as the client wrote them, without characters that headers cannot have."""
    joined = ", ".join(names)
    return "".join(c if " " <= c <= "~" else "?" for c in joined)[:1024]
