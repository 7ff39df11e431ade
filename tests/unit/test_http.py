"""HTTP at the byte level, with the whole application under a real uvicorn."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from email.utils import parsedate_to_datetime
from typing import Any, cast

import pytest
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.engine import Delta, Generation, RenderedPrompt, Usage
from accord.engine.supervisor import EngineState
from accord.errors import EngineFailure
from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.server.cycles import MOST_JOINED, ExpectContinueCycle, ResponseCycle
from accord.server.dispatch import KEEP_ALIVE
from accord.server.exchange import CONNECTION
from accord.server.response_validation import ResponseValidation
from tests.deltas import GivenDeltas
from tests.loopback import Answer, Connection, Loopback, serving
from tests.unloaded import UnloadedEngine

GET = b"GET /v1/version HTTP/1.1\r\nHost: a\r\n\r\n"
TURN = {"role": "user", "content": "Hi"}
DIALECTS: dict[str, dict[str, Any]] = {
    "/v1/chat/completions": {"messages": [TURN]},
    "/v1/completions": {"prompt": "Hi"},
    "/v1/responses": {"input": "Hi", "store": False},
    "/v1/messages": {"messages": [TURN], "max_tokens": 5},
}
CHAT = "/v1/chat/completions"


@pytest.fixture(scope="module")
def event_loop_policy() -> asyncio.AbstractEventLoopPolicy:
    """The loop that Accord runs on."""
    policy: asyncio.AbstractEventLoopPolicy = uvloop.EventLoopPolicy()
    return policy


class Backend:
    """Answers with one word, once it is told to; or with an error."""

    modalities: frozenset[str] = frozenset()
    limits_thinking = False
    errored = False
    max_model_len = 4096

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.ended = asyncio.Event()
        self.default_sampling: dict[str, Any] = {}
        self.told = asyncio.Event()
        self.told.set()
        self.first: list[Delta] = []
        self.error: Exception | None = None
        self.prompts: list[Any] = []

    def admit(self, _: int) -> None:
        """Take on everything."""

    async def chat(self, prompt: Any, *_: Any) -> Generation:
        self.prompts.append(prompt)

        async def deltas() -> AsyncGenerator[list[Delta], None]:
            self.begun.set()
            try:
                if self.first:
                    yield self.first
                    yield []  # as where a parser holds back what comes
                await self.told.wait()
            finally:
                self.ended.set()
            if self.error is not None:
                raise self.error
            yield [Delta(0, text="word", token_ids=[7], finish_reason="stop")]

        return Generation([RenderedPrompt([1, 2])], GivenDeltas(deltas()), Usage(prompt_tokens=2))

    complete = chat


ENGINE = UnloadedEngine()


@pytest.fixture(scope="module")
def app() -> ASGIApp:
    """The application, whose streams are kept alive so often that no test has to wait."""
    return ResponseValidation(connexion_app(Services(ENGINE, "0", "0", keep_alive_seconds=0.04)), "raise")


@pytest.fixture
async def backend() -> Backend:
    backend: Any = Backend()
    ENGINE._supervisor.backend, ENGINE._supervisor.state = backend, EngineState.READY
    return cast(Backend, backend)


@pytest.fixture
async def server(app: ASGIApp, backend: Backend) -> AsyncIterator[Loopback]:
    async with serving(app) as server:
        yield server


def post(path: str, body: Any, head: str = "Host: a\r\n", version: str = "1.1") -> bytes:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return (
        f"POST {path} HTTP/{version}\r\n{head}Content-Type: application/json\r\n"
        f"Content-Length: {len(data)}\r\n\r\n"
    ).encode() + data


async def exchanged(server: Loopback, *sent: bytes) -> Answer:
    """The answer to what is sent, a piece at a time."""
    async with server.connected() as connection:
        for piece in sent:
            await connection.send(piece)
            await asyncio.sleep(0)
        return await connection.answer()


# Offers of another protocol


JAVA = (
    "Host: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n"
)
WEBSOCKET = "Host: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"


@pytest.mark.parametrize("size", [10_000, 100, 7, 1])
@pytest.mark.parametrize("offer", [JAVA, WEBSOCKET])
async def test_an_offer_of_another_protocol_is_ignored_and_the_body_is_read(
    server: Loopback, offer: str, size: int
) -> None:
    """As Java's HttpClient makes it with its first request on every connection; however it is cut."""
    request = post(CHAT, DIALECTS[CHAT], offer) + post(CHAT, {})
    async with server.connected() as connection:
        for start in range(0, len(request), size):
            await connection.send(request[start : start + size])
            await asyncio.sleep(0)
        answer = await connection.answer()
        assert answer.status == 200
        assert json.loads(answer.body)["choices"][0]["message"]["content"] == "word"
        assert "upgrade" not in answer.headers
        assert (await connection.answer()).status == 400, "the next request on the connection is read, too"


async def test_a_chunked_body_behind_an_offer_is_read(server: Loopback) -> None:
    body = json.dumps(DIALECTS[CHAT]).encode()
    head = (
        f"POST {CHAT} HTTP/1.1\r\n{JAVA}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    answer = await exchanged(server, head.encode() + b"%x\r\n%b\r\n" % (len(body), body), b"0\r\n\r\n")
    assert answer.status == 200


async def test_a_request_without_a_body_keeps_its_connection_though_it_offers_another_protocol(
    server: Loopback,
) -> None:
    offering = GET[:-2] + b"connection: upgrade\r\nupgrade: h2c\r\n\r\n"
    async with server.connected() as connection:
        await connection.send(offering * 3 + GET)
        assert [(await connection.answer()).status for _ in range(4)] == [200] * 4


async def test_an_invalid_request_behind_an_upgrade_is_refused(server: Loopback) -> None:
    head = f"POST {CHAT} HTTP/1.1\r\n{JAVA}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert (await exchanged(server, head.encode())).status == 400


# HTTP/1.0, which is what nginx speaks to a server unless it is told otherwise


@pytest.mark.parametrize("path", DIALECTS)
@pytest.mark.parametrize("head", ["", "Host: a\r\n", "Connection: close\r\n", "Connection: keep-alive\r\n"])
async def test_a_stream_to_an_old_client_has_no_chunks_and_ends_with_the_connection(
    server: Loopback, path: str, head: str
) -> None:
    request = post(path, DIALECTS[path] | {"stream": True}, head, version="1.0")
    answer = await exchanged(server, request)
    assert answer.status == 200
    assert "transfer-encoding" not in answer.headers
    assert answer.headers["connection"] == "close"
    assert b"\r\n" not in answer.body
    assert answer.body.endswith(b"\n\n")
    assert b"word" in answer.body


@pytest.mark.parametrize("head", ["", "Connection: keep-alive\r\n", "Expect: 100-continue\r\n"])
async def test_a_whole_answer_to_an_old_client_has_its_length(server: Loopback, head: str) -> None:
    async with server.connected() as connection:
        await connection.send(post(CHAT, DIALECTS[CHAT], head, version="1.0"))
        answer = await connection.answer()
        assert answer.status == 200, "HTTP/1.0 has no interim answers"
        assert int(answer.headers["content-length"]) == len(answer.body)
        assert answer.headers["connection"] == "close"
        assert await connection.is_closed()


async def test_a_large_piece_of_a_stream_is_one_chunk(server: Loopback, backend: Backend) -> None:
    backend.first = [Delta(0, "a" * MOST_JOINED)]
    answer = await exchanged(server, post(CHAT, DIALECTS[CHAT] | {"stream": True}))
    assert b'"%b"' % (b"a" * MOST_JOINED) in answer.body
    assert answer.body.endswith(b"data: [DONE]\n\n")


# Headers


async def test_every_answer_has_a_date(server: Loopback) -> None:
    stream = post(CHAT, DIALECTS[CHAT] | {"stream": True})
    nothing = b"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
    for request in (GET, stream, nothing, post(CHAT, b"{"), b"GET / HTTP/1.1\r\n\r\n", b"\x00\r\n\r\n"):
        answer = await exchanged(server, request)
        assert parsedate_to_datetime(answer.headers["date"]), request


@pytest.mark.parametrize("path", DIALECTS)
async def test_response_buffering_of_proxies_is_disabled(server: Loopback, path: str) -> None:
    answer = await exchanged(server, post(path, DIALECTS[path] | {"stream": True}))
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/models", "GET, HEAD"),
        ("GET", "/v1/completions", "POST"),
        ("PUT", "/v1/responses/resp_1", "DELETE, GET, HEAD"),
        ("POST", "/docs", "GET, HEAD"),
    ],
)
async def test_allow_names_every_method_that_works(
    server: Loopback, method: str, path: str, allowed: str
) -> None:
    answer = await exchanged(
        server, f"{method} {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n".encode()
    )
    assert answer.status == 405
    assert answer.headers["allow"] == allowed
    assert allowed in answer.error["message"]


@pytest.mark.parametrize("path", ["/v1/version", "/v1/models", "/metrics", "/openapi.json"])
async def test_head_is_get_without_its_body(server: Loopback, path: str) -> None:
    async with server.connected() as connection:
        await connection.send(f"HEAD {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode() + GET)
        answer = await connection.answer(head=True)
        assert answer.status == 200
        assert int(answer.headers["content-length"]) > 0
        assert (await connection.answer()).status == 200


# Connections


async def test_requests_that_are_sent_ahead_are_answered_in_their_order(server: Loopback) -> None:
    stream = post(CHAT, DIALECTS[CHAT] | {"stream": True})
    async with server.connected() as connection:
        await connection.send(GET + post(CHAT, DIALECTS[CHAT]) + stream + post(CHAT, b"{") + GET)
        answers = [await connection.answer() for _ in range(5)]
        assert [answer.status for answer in answers] == [200, 200, 200, 400, 200]
        assert answers[2].body.endswith(b"data: [DONE]\n\n")


async def test_the_application_has_the_connection_of_each_request() -> None:
    """What watches for a client's disconnection without a task, and writes an event without a coroutine."""
    connections = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        connections.append(scope[CONNECTION])
        assert scope[CONNECTION].has_body
        assert send == scope[CONNECTION].send
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    expects = post(CHAT, {}, "Host: a\r\nExpect: 100-continue\r\n")
    async with serving(answer) as server, server.connected() as connection:
        await connection.send(post(CHAT, {}) + expects + post(CHAT, {}))
        for _ in range(3):
            assert (await connection.answer()).status == 200
    assert [type(each) for each in connections] == [ResponseCycle, ExpectContinueCycle, ResponseCycle]


async def test_a_request_is_aborted_when_its_client_leaves_with_another_one_queued(
    server: Loopback, backend: Backend
) -> None:
    backend.told.clear()
    async with server.connected() as connection:
        await connection.send(post(CHAT, DIALECTS[CHAT]))
        await backend.begun.wait()
        await connection.send(GET)
    async with asyncio.timeout(10):
        await backend.ended.wait()


async def test_a_client_that_expects_continue_sends_its_body_after_it(server: Loopback) -> None:
    """As curl does where a body is larger than a mebibyte."""
    request = post(
        CHAT, {"messages": [TURN | {"content": "x" * 2_000_000}]}, "Host: a\r\nExpect: 100-continue\r\n"
    )
    head, _, body = request.partition(b"\r\n\r\n")
    async with server.connected() as connection:
        await connection.send(head + b"\r\n\r\n")
        assert await connection.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        await connection.send(body + GET)
        assert (await connection.answer()).status == 200
        assert (await connection.answer()).status == 200


async def test_a_body_that_was_not_asked_for_is_not_taken_for_a_request(server: Loopback) -> None:
    """Nobody knows whether a client that was refused sends its body still, so the connection ends."""
    request = post("/v1/nothing", GET, "Host: a\r\nExpect: 100-continue\r\n")
    head, _, body = request.partition(b"\r\n\r\n")
    async with server.connected() as connection:
        await connection.send(head + b"\r\n\r\n")
        answer = await connection.answer()
        assert answer.status == 404
        assert answer.headers["connection"] == "close"
        await connection.send(body)
        assert await connection.is_closed()


async def test_an_idle_connection_is_kept_for_a_while(app: ASGIApp) -> None:
    async with serving(app, keep_alive=1) as server, server.connected() as connection:
        for _ in range(3):
            await connection.send(GET)
            answer = await connection.answer()
            assert answer.status == 200
            assert "connection" not in answer.headers
        assert await connection.is_closed()


async def test_a_client_that_requests_it_has_its_connection_closed(server: Loopback) -> None:
    async with server.connected() as connection:
        await connection.send(GET[:-2] + b"Connection: close\r\n\r\n")
        answer = await connection.answer()
        assert answer.headers["connection"] == "close"
        assert await connection.is_closed()


@pytest.mark.parametrize("stream", [False, True])
async def test_a_client_that_has_ended_its_own_side_is_answered(
    server: Loopback, backend: Backend, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    """As `printf ... | nc -N` does; also where the answer takes longer than it takes to see who is there."""
    monkeypatch.setattr("accord.server.protocol.PROBES", (0.01, 0.01, 0.01))
    backend.told.clear()
    async with server.connected() as connection:
        await connection.send(GET + post(CHAT, DIALECTS[CHAT] | {"stream": stream}))
        connection.writer.write_eof()
        assert (await connection.answer()).status == 200
        await asyncio.sleep(0.1)
        backend.told.set()
        answer = await connection.answer()
        assert answer.status == 200
        assert b"word" in answer.body
        assert await connection.is_closed()


@pytest.mark.parametrize("ahead", [1, 3])
@pytest.mark.parametrize("stream", [False, True])
async def test_the_engine_drops_what_nobody_waits_for(
    server: Loopback, backend: Backend, stream: bool, ahead: int
) -> None:
    backend.told.clear()
    async with server.connected() as connection:
        await connection.send(post(CHAT, DIALECTS[CHAT] | {"stream": stream}) * ahead)
        async with asyncio.timeout(10):
            await backend.begun.wait()
    async with asyncio.timeout(5):
        await backend.ended.wait()
        await server.until(lambda: not server.connections)
    assert len(backend.prompts) == 1


async def test_a_client_that_ends_in_the_middle_of_a_request_is_disconnected(server: Loopback) -> None:
    for sent in (GET[:10], post(CHAT, DIALECTS[CHAT])[:-5], b""):
        async with server.connected() as connection:
            await connection.send(sent)
            connection.writer.write_eof()
            assert b" 200 " not in await connection.reader.read()


# Silent streams


async def read_keep_alives(connection: Connection, skipped: bytes, count: int) -> bytes:
    received = b""
    while received.count(skipped) < count:
        piece = await connection.reader.read(65536)
        assert piece, received
        received += piece
    return received


@pytest.mark.parametrize("spoke", [False, True])
@pytest.mark.parametrize("path", DIALECTS)
async def test_a_stream_is_kept_alive_while_the_engine_is_silent(
    server: Loopback, backend: Backend, path: str, spoke: bool
) -> None:
    """So that a proxy that cuts what is idle for a minute lets a long prefill be, and a held-back call."""
    skipped = KEEP_ALIVE["anthropic" if path == "/v1/messages" and spoke else "openai"]
    backend.told.clear()
    backend.first = [Delta(0, text="first ", token_ids=[6])] if spoke else []
    async with server.connected() as connection:
        await connection.send(post(path, DIALECTS[path] | {"stream": True}))
        received = await read_keep_alives(connection, skipped, 3)
        assert received.startswith(b"HTTP/1.1 200 OK\r\n")
        assert (b"first" in received) == spoke
        backend.told.set()
        while not received.endswith(b"0\r\n\r\n"):
            received += await connection.reader.read(65536)
        assert b"word" in received.rpartition(skipped)[2]


async def test_an_error_after_silence_is_an_event(server: Loopback, backend: Backend) -> None:
    backend.told.clear()
    backend.error = EngineFailure("The engine has failed.")
    async with server.connected() as connection:
        await connection.send(post("/v1/messages", DIALECTS["/v1/messages"] | {"stream": True}))
        await read_keep_alives(connection, KEEP_ALIVE["openai"], 2)
        backend.told.set()
        last = await connection.reader.readuntil(b"0\r\n\r\n")
        assert b"event: error\n" in last
        assert b"The engine has failed." in last
