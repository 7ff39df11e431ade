"""The load generator: any number of streams from one process, at very low cost.

The machine has few cores, which the client shares with the measured server, so while the load runs it only
sends prepared requests and records the bytes that arrive, with their times. HTTP chunks, events and JSON are
parsed afterwards. Each stream keeps its connection and sends its next request when the last answer has ended,
like a pool of clients.
"""

from __future__ import annotations

import asyncio
import gc
import json
import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import cast

import uvloop

from bench.dialects import PATHS, Answer, AnswerError, Dialect, Json, read_body, read_event

_LAST_CHUNK = b"0\r\n\r\n"


@dataclass(frozen=True)
class Request:
    """A body for one of the APIs, streamed or not."""

    dialect: Dialect
    body: Json

    def encoded(self) -> bytes:
        body = json.dumps(self.body, ensure_ascii=False).encode()  # like JavaScript's clients
        head = (
            f"POST {PATHS[self.dialect]} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
            f"anthropic-version: 2023-06-01\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


@dataclass
class Exchange:
    """A request with its answer: pieces of bytes, with the time of each."""

    request: Request
    sent: float = 0
    times: list[float] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)


@dataclass(frozen=True)
class Timed:
    """An answer with its times, in seconds from its request."""

    answer: Answer
    tokens_at: list[float]
    """When each event that carries text came; for an unstreamed answer, when it came."""
    ended_at: float


class Stream(asyncio.Protocol):
    """A connection that carries one exchange at a time."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.WriteTransport", transport)  # uvloop's is one, but not a subclass

    def carry(self, exchange: Exchange, encoded: bytes) -> asyncio.Future[None]:
        """Send the request. The returned task ends with the answer."""
        self.times, self.pieces = exchange.times, exchange.pieces
        self.left: int | None = None
        self.ended = asyncio.get_running_loop().create_future()
        exchange.sent = time.perf_counter()
        self.transport.write(encoded)
        return self.ended

    def data_received(self, data: bytes) -> None:
        self.times.append(time.perf_counter())
        self.pieces.append(data)
        if self.left is None:
            self.left = _length_left(b"".join(self.pieces))
        elif self.left >= 0:
            self.left -= len(data)
        if self.left == 0 or (self.left == -1 and self._chunks_end(data)):
            self.ended.set_result(None)

    def _chunks_end(self, data: bytes) -> bool:
        if len(data) < len(_LAST_CHUNK):
            data = b"".join(self.pieces[-len(_LAST_CHUNK) :])
        return data.endswith(_LAST_CHUNK)

    def connection_lost(self, exc: Exception | None) -> None:
        if hasattr(self, "ended") and not self.ended.done():
            self.ended.set_exception(AnswerError(f"the connection ended within an answer: {exc}"))


def _length_left(data: bytes) -> int | None:
    """Return how many bytes of the body are missing: -1 for "in chunks", None if the head is incomplete."""
    head, found, body = data.partition(b"\r\n\r\n")
    if not found:
        return None
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2]) - len(body)
    return -1


def run_load(port: int, requests: Sequence[Request], streams: int) -> list[Exchange]:
    """Send all `requests`, at most `streams` at a time; return the exchanges in the same order."""
    exchanges = [Exchange(request) for request in requests]
    encoded = [request.encoded() for request in requests]
    gc.collect()
    gc.disable()
    try:
        uvloop.run(_run(port, zip(exchanges, encoded, strict=True), streams))
    finally:
        gc.enable()
    return exchanges


async def _run(port: int, work: Iterator[tuple[Exchange, bytes]], streams: int) -> None:
    loop = asyncio.get_running_loop()

    async def one_after_the_other(stream: Stream) -> None:
        for exchange, encoded in work:
            await stream.carry(exchange, encoded)

    made = [await loop.create_connection(Stream, "127.0.0.1", port) for _ in range(streams)]
    await asyncio.gather(*(one_after_the_other(stream) for _, stream in made))
    for transport, _ in made:
        transport.close()


def read(exchange: Exchange) -> Timed:
    """Parse an exchange. Raises AnswerError for anything but a complete answer."""
    raw = b"".join(exchange.pieces)
    head, _, body = raw.partition(b"\r\n\r\n")
    ended_at = exchange.times[-1] - exchange.sent
    if not head.startswith(b"HTTP/1.1 200 "):
        raise AnswerError(raw[:2000].decode(errors="replace"))
    dialect = exchange.request.dialect
    if not exchange.request.body.get("stream"):
        return Timed(read_body(dialect, json.loads(body)), [ended_at], ended_at)
    ends = list(accumulate(map(len, exchange.pieces)))
    answer = Answer()
    tokens_at = []
    for end, data in _events(raw, len(head) + 4):
        if data != b"[DONE]" and read_event(dialect, json.loads(data), answer):
            tokens_at.append(exchange.times[bisect_left(ends, end)] - exchange.sent)
    return Timed(answer, tokens_at, ended_at)


def _events(raw: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """Yield the data of each server-sent event, with the offset in `raw` at which its chunk ended."""
    buffer = b""
    while True:
        line_end = raw.index(b"\r\n", position)
        size = int(raw[position:line_end], 16)
        if size == 0:
            return
        position = line_end + 2 + size
        buffer += raw[line_end + 2 : position]
        *events, buffer = buffer.split(b"\n\n")
        for event in events:
            for line in event.split(b"\n"):
                if line.startswith(b"data:"):
                    yield position, line[5:].strip()
        position += 2
