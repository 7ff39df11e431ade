"""Limits of bodies: size, time and complexity; refused before any other work."""

import asyncio
import gc
import json
import resource
import time
from typing import Any

import pytest

from accord.errors import InvalidRequest, Overloaded
from accord.generated import models
from accord.handlers.call import Call, Services
from accord.server.app import connexion_app
from accord.server.bodies import MAX_MEMBERS, MAX_OBJECTS, BodyLimits, read_body
from accord.server.body_validators import body_adapter
from accord.server.validation import validated
from tests.loopback import Answer, Connection, serving
from tests.unloaded import UnloadedEngine

SMALL = BodyLimits(size=1000, seconds=0.3)
HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
CHAT = body_adapter(models.ChatCompletionRequest)


def services(**given: Any) -> Services:
    """An engine that is never started: what comes so far is answered with 503."""
    return Services(UnloadedEngine(), "0", "0", **given)


async def answers(*sent: bytes, limits: BodyLimits = SMALL) -> Answer:
    async with serving(connexion_app(services(), limits=limits)) as server, server.connected() as connection:
        for each in sent:
            await connection.send(each)
        return await connection.answer()


async def test_a_body_that_reports_that_it_is_too_large_is_not_read() -> None:
    answer = await answers(HEAD + b"content-length: 1001\r\n\r\n")
    assert answer.status == 413
    assert answer.error["code"] == "request_too_large"
    assert "1000" in answer.error["message"]
    assert answer.headers["connection"] == "close"


async def test_a_client_that_expects_continue_gets_the_error_before_it_sends() -> None:
    answer = await answers(HEAD + b"expect: 100-continue\r\ncontent-length: 1001\r\n\r\n")
    assert answer.status == 413


async def test_a_body_without_a_length_is_refused_while_it_is_read() -> None:
    answer = await answers(
        HEAD + b"transfer-encoding: chunked\r\n\r\n", *[b"64\r\n" + b" " * 100 + b"\r\n"] * 11
    )
    assert answer.status == 413


async def test_the_largest_body_is_taken() -> None:
    body = b'{"messages": [{"role": "user", "content": "hi"}]}'.ljust(1000)
    answer = await answers(HEAD + b"content-length: 1000\r\n\r\n" + body)
    assert answer.status == 503


@pytest.mark.parametrize("framing", [b"content-length: 100\r\n", b"transfer-encoding: chunked\r\n"])
async def test_a_body_that_comes_slowly_is_refused(framing: bytes) -> None:
    answer = await answers(HEAD + framing + b"\r\n")
    assert answer.status == 408
    assert answer.error["code"] == "body_timeout"


async def test_a_large_body_has_more_time() -> None:
    """By its bytes: one that comes steadily is never cut, and one that trickles is."""
    began = time.monotonic()

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b" " * 4096, "more_body": time.monotonic() - began < 0.6}

    body = await read_body({"headers": []}, receive, BodyLimits(seconds=0.2))
    assert len(body) >= 9 * 4096


async def test_all_bodies_together_are_bounded() -> None:
    """Clients that send large bodies slowly cannot fill the memory; what is let go makes room again."""
    limits = BodyLimits(size=1000, together=1500)
    goes_on = asyncio.Event()

    def slow_body() -> Any:
        parts = iter([(b" " * 600, True), (b" " * 300, True), (b"{}", False)])

        async def receive() -> dict[str, Any]:
            body, more = next(parts)
            if not more:
                await goes_on.wait()
            return {"type": "http.request", "body": body, "more_body": more}

        return read_body({"headers": []}, receive, limits)

    first = asyncio.create_task(slow_body())
    await asyncio.sleep(0)
    with pytest.raises(Overloaded) as refused:
        await slow_body()
    assert refused.value.code == "bodies_full"
    goes_on.set()
    assert len(await first) == 902
    assert len(await slow_body()) == 902
    assert limits.coming.size == 0


def nested(depth: int, opening: bytes = b'{"a":', closing: bytes = b"}") -> bytes:
    return b'{"messages": [], "chat_template_kwargs": ' + opening * depth + b"1" + closing * depth + b"}"


@pytest.mark.parametrize("body", [nested(250), nested(100_000), nested(100_000, b"[", b"]"), b"[" * 10**6])
def test_deep_nesting_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest, match="recursion limit exceeded"):
        validated(CHAT, body)


WIDE = [
    b'{"messages": [' + b"{}," * MAX_OBJECTS + b"{}]}",
    b'{"messages": [' + b"[]," * MAX_OBJECTS + b"[]]}",
    b'{"messages": [' + b"5," * 4_000_001 + b"5]}",
    b'{"messages": []' + b"".join(b',"%d":5' % i for i in range(MAX_MEMBERS)) + b"}",
]


@pytest.mark.parametrize("body", WIDE)
async def test_a_body_of_too_many_values_is_not_parsed(body: bytes) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    with pytest.raises(InvalidRequest, match="objects and arrays"):
        await read_body({"headers": []}, receive, BodyLimits())


async def test_brackets_in_strings_do_not_count() -> None:
    body = json.dumps({"text": '{[",\\":::::' * MAX_OBJECTS}).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    assert await read_body({"headers": []}, receive, BodyLimits()) == body


@pytest.mark.parametrize(
    "body",
    [
        b'{"messages": [' + b"5," * 2_000_000 + b"5]}",
        b'{"messages": [{"role": "user", "content": [' + b"5," * 2_000_000 + b"5]}]}",
        b'{"messages": [], "stop": [' + b"5," * 2_000_000 + b"5]}",
        b'{"messages": [], "logit_bias": {' + b",".join(b'"%d":"x"' % i for i in range(30000)) + b"}}",
    ],
)
def test_many_errors_cost_little(body: bytes) -> None:
    """Each of pydantic's errors takes 1 kB: two million of them would be two gigabytes, and seconds."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InvalidRequest):
        validated(CHAT, body)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000


@pytest.mark.parametrize(("prompts", "n", "param"), [(5, None, "prompt"), (1, 5, "n"), (2, 3, "n")])
def test_the_answers_that_one_request_asks_for_are_bounded(prompts: int, n: int | None, param: str) -> None:
    call = Call(services(max_choices=4), "req_1")
    call.check_choices(2, 2)
    with pytest.raises(InvalidRequest, match="may ask for 4") as refused:
        call.check_choices(prompts, n)
    assert refused.value.param == param


async def test_bodies_that_never_come_hold_no_memory() -> None:
    async def begun(connection: Connection) -> int:
        await connection.send(HEAD + b"content-length: 900\r\n\r\n" + b" " * 800)
        return (await connection.answer()).status

    async with serving(connexion_app(services(), limits=SMALL)) as server:
        async with asyncio.TaskGroup() as group:
            for _ in range(100):
                group.create_task(_expect_408(server.port, begun))
        await server.until(lambda: not server.connections)


async def _expect_408(port: int, begun: Any) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    assert await begun(Connection(reader, writer)) == 408
    writer.close()


async def test_a_body_is_freed_with_its_request_and_not_by_garbage_collection() -> None:
    body = json.dumps({"messages": [{"role": "user", "content": "Free me."}]}).encode()
    async with serving(connexion_app(services())) as server:
        gc.collect()
        gc.disable()
        try:
            async with server.connected() as connection:
                await connection.send(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
                assert (await connection.answer()).status == 503
            await server.until(lambda: server.connections == 0)
            kept = [each for each in gc.get_objects() if type(each) is models.ChatCompletionRequest]
            assert not [each for each in kept if "Free me." in repr(each)]
        finally:
            gc.enable()
