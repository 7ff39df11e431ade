"""Limits of a connection, with a real uvicorn on loopback."""

import asyncio
from collections.abc import Callable

import pytest
import uvloop
from starlette.types import Receive, Scope, Send

from accord.server.protocol import MAX_PIPELINED, ConnectionLimits
from tests.loopback import Connection, serving

SOON = ConnectionLimits(head_bytes=4096, receive_seconds=0.3, send_seconds=0.3)
PATIENT = ConnectionLimits(head_bytes=4096, receive_seconds=60, send_seconds=60)
GET = b"GET /v1/version HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture(scope="module")
def event_loop_policy() -> asyncio.AbstractEventLoopPolicy:
    """The loop that Accord runs on."""
    policy: asyncio.AbstractEventLoopPolicy = uvloop.EventLoopPolicy()
    return policy


async def plain(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers at once with the length of the body."""
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if not message.get("more_body", False):
            break
    await respond(send, str(size).encode())


async def deaf(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers without a look at the body, and closes."""
    await respond(send, b"no", [(b"connection", b"close")])


async def respond(send: Send, body: bytes, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length, *(headers or [])]})
    await send({"type": "http.response.body", "body": body})


async def flood(connection: Connection, piece: bytes) -> None:
    """Send `piece` again and again, until the server has had enough."""
    try:
        while True:
            await connection.send(piece)
    except ConnectionError:
        pass


@pytest.mark.parametrize(
    "head",
    [
        GET[:-2] + b"a: " + b"b" * 5000 + b"\r\n\r\n",
        GET[:-2] + b"a: b\r\n" * 1000 + b"\r\n",
        b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n\r\n",
        GET[:-2] + b"b" * 5000 + b": a\r\n\r\n",
    ],
)
async def test_a_head_that_is_too_large_is_refused(head: bytes) -> None:
    async with serving(plain, PATIENT) as server, server.connected() as connection:
        await connection.send(head)
        answer = await connection.answer()
        assert answer.status == 431
        assert answer.error["code"] == "headers_too_large"
        assert "4096" in answer.error["message"]
        assert answer.headers["connection"] == "close"
        assert await connection.is_closed()


@pytest.mark.parametrize("piece", [b"a: b\r\n", b"b", b"\x00"])
async def test_a_head_without_an_end_is_refused_while_it_comes(piece: bytes) -> None:
    async with serving(plain, PATIENT) as server, server.connected() as connection:
        flooding = asyncio.create_task(flood(connection, GET[:-2] + b"x: " + piece * 20_000))
        assert (await connection.answer()).status in (400, 431)
        flooding.cancel()


async def test_the_largest_head_is_answered_however_it_is_split() -> None:
    head = GET[:-2] + b"a: " + b"b" * 4000 + b"\r\n\r\n"
    async with serving(plain, PATIENT) as server, server.connected() as connection:
        for _ in range(3):
            for start in range(0, len(head), 500):
                await connection.send(head[start : start + 500])
                await asyncio.sleep(0)
            assert (await connection.answer()).status == 200


@pytest.mark.parametrize("start", [b"G", b"GET / HTTP/1.1\r\n", GET[:-2] + b"a: b"])
async def test_a_head_that_comes_slowly_is_refused(start: bytes) -> None:
    async with serving(plain, SOON) as server, server.connected() as connection:
        await connection.send(start)
        answer = await connection.answer()
        assert answer.status == 408
        assert answer.error["code"] == "headers_timeout"
        assert await connection.is_closed()


async def test_a_connection_on_which_nothing_comes_is_closed_silently() -> None:
    async with serving(plain, SOON) as server, server.connected() as connection:
        assert await connection.is_closed()


async def test_line_breaks_do_not_keep_a_connection() -> None:
    async with serving(plain, SOON) as server, server.connected() as connection:
        await connection.send(GET)
        await connection.answer()
        await connection.send(b"\r\n")
        assert await connection.is_closed()


async def test_a_second_request_has_a_deadline_of_its_own() -> None:
    async with serving(plain, SOON) as server, server.connected() as connection:
        await connection.send(GET)
        assert (await connection.answer()).status == 200
        await connection.send(GET[:10])
        assert (await connection.answer()).status == 408


@pytest.mark.parametrize("framing", [b"content-length: 50000000\r\n", b"transfer-encoding: chunked\r\n"])
async def test_an_answer_before_the_end_of_the_body_is_read_by_a_client_that_only_sends(
    framing: bytes,
) -> None:
    """A client that writes its whole body before it reads anything still learns what was said."""
    async with serving(deaf) as server, server.connected() as connection:
        await connection.send(b"POST / HTTP/1.1\r\nHost: a\r\n" + framing + b"\r\n")
        piece = b"x" * 100_000
        piece = piece if b"length" in framing else b"186a0\r\n" + piece + b"\r\n"
        for _ in range(100):
            await connection.send(piece)
        assert (await connection.answer()).body == b"no"
        assert await connection.is_closed()


async def test_a_body_that_never_ends_ends_with_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accord.server.protocol.LINGER_SECONDS", 0.2)
    async with serving(deaf) as server, server.connected() as connection:
        await connection.send(b"POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: chunked\r\n\r\n")
        await asyncio.wait_for(flood(connection, b"1\r\nx\r\n" * 1000), 10)
        await server.until(lambda: not server.connections)


@pytest.mark.parametrize("tail", [b"1;" + b"a" * 300_000, b"0\r\nx: " + b"a" * 300_000])
async def test_parameters_are_limited(tail: bytes) -> None:
    async with serving(plain, PATIENT) as server, server.connected() as connection:
        await connection.send(b"POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n")
        flooding = asyncio.create_task(flood(connection, tail))
        assert (await connection.answer()).status in (400, 431)
        flooding.cancel()


async def test_trailers_are_not_headers() -> None:
    seen: list[list[tuple[bytes, bytes]]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await plain(scope, receive, send)
        seen.append(scope["headers"])

    async with serving(app) as server, server.connected() as connection:
        await connection.send(
            b"POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: chunked\r\n\r\n"
            b"1\r\nx\r\n0\r\nauthorization: Bearer stolen\r\n\r\n"
        )
        assert (await connection.answer()).body == b"1"
    assert [name for name, _ in seen[0]] == [b"host", b"transfer-encoding"]


async def endless(send: Send, sent: list[int]) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await send({"type": "http.response.body", "body": b"x" * 1000, "more_body": True})
        sent.append(1000)
        await asyncio.sleep(0)


async def test_a_client_that_does_not_read_is_disconnected() -> None:
    gone = asyncio.Event()
    sent: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        streaming = asyncio.create_task(endless(send, sent))
        await receive()
        while (await receive())["type"] != "http.disconnect":
            pass
        streaming.cancel()
        gone.set()

    async with serving(app, SOON) as server, server.connected(receive_buffer=4096) as connection:
        await connection.send(GET)
        await asyncio.wait_for(gone.wait(), 10)
        held = sum(sent)
        assert held < 16 * 2**20, "the kernel's buffers and 64 KiB here, not the stream"
        await server.until(lambda: not server.connections)


async def test_a_client_that_reads_slowly_reads_to_the_end() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await respond(send, b"x" * 8_000_000)

    async with serving(app, SOON) as server, server.connected(receive_buffer=4096) as connection:
        await connection.send(GET)
        head = await connection.reader.readuntil(b"\r\n\r\n")
        assert b"200" in head
        left = 8_000_000
        while left:
            piece = await connection.reader.read(400_000)
            assert piece
            left -= len(piece)
            await asyncio.sleep(0.05)


async def test_an_answer_that_nobody_reads_does_not_outlive_its_connection() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await respond(send, b"x" * 8_000_000, [(b"connection", b"close")])

    async with serving(app, SOON) as server, server.connected(receive_buffer=4096) as connection:
        await connection.send(GET)
        await server.until(lambda: server.server.server_state.total_requests == 1)
        await server.until(lambda: not server.connections)


async def test_requests_ahead_of_an_answer_are_bounded() -> None:
    going = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await going.wait()
        await respond(send, b"")

    async with serving(app) as server, server.connected() as connection:
        await connection.send(GET * 1000)
        await asyncio.sleep(0.05)
        going.set()
        statuses = [(await connection.answer()).status for _ in range(MAX_PIPELINED + 2)]
        assert statuses == [200] * (MAX_PIPELINED + 1) + [400]
        assert await connection.is_closed()


async def test_nonsense_behind_a_request_does_not_break_its_answer() -> None:
    going = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await going.wait()
        await send({"type": "http.response.body", "body": b"two"})

    async with serving(app) as server, server.connected() as connection:
        await connection.send(GET + b"\x00\x01 nonsense\r\n\r\n")
        await connection.reader.readuntil(b"one\r\n")
        going.set()
        assert await connection.reader.readexactly(8 + 5) == b"3\r\ntwo\r\n0\r\n\r\n"
        assert (await connection.answer()).status == 400
        assert await connection.is_closed()


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 6\r\n\r\nhello",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n",
        b"GET / HTTP/1.1\nHost: a\n\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nx: a\x00b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nx\x00: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nx: a\rSet-Cookie: b\r\n\r\n",
        b"GET / HTTP/1.1\r\n: empty\r\n\r\n",
        b"GET / HTTP/1.1\r\nnothing\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"CONNECT example.com:80 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a/../b\r\n\r\n",
        b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
async def test_ambiguous_http_is_refused(request_bytes: bytes) -> None:
    async with serving(plain, SOON) as server, server.connected() as connection:
        await connection.send(request_bytes)
        answer = await connection.answer()
        assert answer.status in (400, 408)
        assert answer.error["type"] == "invalid_request_error"
        assert await connection.is_closed()


async def test_the_error_has_the_shape_of_its_path() -> None:
    async with serving(plain, SOON) as server, server.connected() as connection:
        await connection.send(b"POST /v1/messages HTTP/1.1\r\nHost: a\r\nx: y")
        answer = await connection.answer()
        assert answer.error["type"] == "timeout_error"
        assert b'"type": "error"' in answer.body
        assert answer.headers["request-id"] == answer.headers["x-request-id"]


async def test_no_connection_is_left() -> None:
    async with serving(plain, SOON) as server:
        openers: list[Callable[[], bytes]] = [lambda: GET, lambda: GET[:9], lambda: b"", lambda: b"\x00"]
        for opener in openers * 10:
            async with server.connected() as connection:
                await connection.send(opener())
        await server.until(lambda: not server.connections)
