"""Compressed bodies, decoded within the limits of their decompressed size."""

import asyncio
import gzip
import json
import random
import resource
import zlib
from typing import Any

import pytest
from backports import zstd as zstandard
from starlette.types import ASGIApp

from accord.errors import ApiError, InvalidRequest, Overloaded
from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.server.bodies import BodyLimits, read_body
from accord.server.codings import MAX_MEMBERS, PIECE
from tests.loopback import Answer, serving
from tests.turns import turns_of_others
from tests.unloaded import UnloadedEngine

CHAT = json.dumps({"messages": [{"role": "user", "content": "x" * 3000}]}).encode()
LIMIT = 100_000


def zstd(data: bytes) -> bytes:
    compressed: bytes = zstandard.compress(data)
    return compressed


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


CODERS: list[tuple[str, Any]] = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
]
CODERS += [("deflate", raw_deflate), ("GZIP", gzip.compress), ("zstd", zstd), ("identity", bytes)]
ALIASES = ("x-gzip", "GZIP")
"""Other names of gzip."""
by_coding = pytest.mark.parametrize(("coding", "compress"), CODERS)


@pytest.fixture(scope="module")
def app() -> ASGIApp:
    """An engine that is never started: a body that could be read is answered with 503."""
    services = Services(UnloadedEngine(), "0", "0")
    return connexion_app(services, limits=BodyLimits(size=LIMIT))


async def answer_to(app: ASGIApp, body: bytes, coding: str, chunk: int | None = None) -> Answer:
    """The answer to a body, which is sent at once with its length, or in chunks of a size."""
    head = "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    head += f"Content-Encoding: {coding}\r\n"
    async with serving(app) as server, server.connected() as connection:
        if chunk is None:
            await connection.send(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        else:
            await connection.send(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
            for start in range(0, len(body), chunk):
                piece = body[start : start + chunk]
                await connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))
                await asyncio.sleep(0)
            await connection.send(b"0\r\n\r\n")
        return await connection.answer()


@pytest.mark.parametrize("chunk", [None, 7])
@by_coding
async def test_a_compressed_body_is_read(app: ASGIApp, coding: str, compress: Any, chunk: int | None) -> None:
    assert (await answer_to(app, compress(CHAT), coding, chunk)).status == 503


@by_coding
async def test_a_bomb_ends_early(app: ASGIApp, coding: str, compress: Any) -> None:
    """10 MB of spaces, which are not all unpacked to be refused."""
    answer = await answer_to(app, compress(b" " * 10_000_000), coding)
    assert answer.status == 413
    assert answer.error["code"] == "request_too_large"
    assert str(LIMIT) in answer.error["message"]
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("coding", ["br", "compress", "gzip, gzip", "gzip, br", "x" * 500])
async def test_another_coding_is_refused_with_those_that_are_known(app: ASGIApp, coding: str) -> None:
    answer = await answer_to(app, b"{}", coding)
    assert answer.status == 415
    assert answer.error["code"] == "unsupported_content_encoding"
    assert coding[:50] in answer.error["message"]
    assert answer.headers["accept-encoding"] == "gzip, deflate, zstd"
    assert answer.headers["accept-encoding"] in answer.error["message"]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
@pytest.mark.parametrize(
    "body", [CHAT, b"\x00", b"\x78", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd" + b"\xff" * 20]
)
async def test_a_body_with_another_coding_is_refused(app: ASGIApp, coding: str, body: bytes) -> None:
    answer = await answer_to(app, body, coding)
    assert answer.status == 400
    assert answer.error["code"] == "invalid_content_encoding"
    assert answer.error["message"].startswith(
        f"The body is not valid {coding}, although its Content-Encoding says so: "
    )


@pytest.mark.parametrize(("coding", "compress"), [coder for coder in CODERS if coder[1] is not bytes])
async def test_a_compressed_body_that_is_truncated_is_refused(
    app: ASGIApp, coding: str, compress: Any
) -> None:
    answer = await answer_to(app, compress(CHAT)[:-5], coding)
    assert answer.status == 400
    assert answer.error["code"] == "invalid_content_encoding"


async def test_a_byte_order_mark_is_skipped(app: ASGIApp) -> None:
    """Which editors and .NET put before a text."""
    assert (await answer_to(app, b"\xef\xbb\xbf" + CHAT, "identity")).status == 503
    assert (await answer_to(app, gzip.compress(b"\xef\xbb\xbf" + CHAT), "gzip")).status == 503


async def read(body: bytes, coding: str, limits: BodyLimits, part: int = 65536) -> bytes:
    parts = [body[start : start + part] for start in range(0, len(body), part)]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    return await read_body({"headers": [(b"content-encoding", coding.encode())]}, receive, limits)


@pytest.mark.parametrize("part", [1000, 65536])
@pytest.mark.parametrize("size", [PIECE - 1, PIECE, PIECE + 1, 5 * PIECE, 3_000_001])
@pytest.mark.parametrize(("coding", "compress"), [coder for coder in CODERS if coder[0] not in ALIASES])
async def test_decompression_restores_the_body(coding: str, compress: Any, size: int, part: int) -> None:
    random.seed(size)
    words = random.choices([b"one ", b"two ", b"three ", b"\n"], k=size // 4)
    for data in (b"a" * size, b"".join(words)[:size]):
        limits = BodyLimits()
        assert await read(compress(data), coding, limits, part) == data
        assert limits.coming.size == 0


async def test_a_body_of_several_members_is_all_of_them() -> None:
    """As pigz and cat make them."""
    assert await read(gzip.compress(b"one") + gzip.compress(b"two"), "gzip", BodyLimits()) == b"onetwo"
    with pytest.raises(InvalidRequest, match="more than 4096 parts"):
        await read(gzip.compress(b"") * (MAX_MEMBERS + 1), "gzip", BodyLimits())


async def test_decompressed_bodies_count_towards_the_total_limit() -> None:
    limits = BodyLimits(together=1_000_000)
    with pytest.raises(Overloaded):
        await read(gzip.compress(b" " * 2_000_000), "gzip", limits)
    assert limits.coming.size == 0


async def test_a_bomb_takes_no_more_memory_than_a_body_may_have() -> None:
    bomb = gzip.compress(bytes(400_000_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ApiError) as refused:
        await read(bomb, "gzip", BodyLimits(size=10_000_000))
    assert refused.value.status == 413
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


async def test_the_event_loop_continues_while_a_body_is_decoded() -> None:
    turns, _ = await turns_of_others(read(gzip.compress(bytes(100 * PIECE)), "gzip", BodyLimits()))
    assert turns >= 100
