from collections.abc import AsyncGenerator

import pytest

from accord.dialects.sse import GenerationEvents, WriteFailed
from accord.engine import Delta, Generation
from accord.errors import ApiError, NotReady
from tests.deltas import GivenDeltas, written


class Letters:
    """An encoder that says little, to see what the loop does."""

    def begin(self) -> bytes:
        return b"<"

    def step(self, deltas: list[Delta]) -> bytes:
        return b"".join(delta.text.encode() for delta in deltas)

    def end(self) -> bytes:
        return b">"

    def fail(self, error: ApiError) -> bytes:
        return f"!{error.status}".encode()


class Source:
    """Deltas from a list; remembers that it was closed."""

    def __init__(self, texts: list[str], error: Exception | None = None) -> None:
        self.texts = texts
        self.error = error
        self.closed = False

    async def deltas(self) -> AsyncGenerator[list[Delta], None]:
        try:
            for text in self.texts:
                yield [Delta(0, text=text)]
            if self.error:
                raise self.error
        finally:
            self.closed = True


def events(source: Source) -> GenerationEvents:
    return GenerationEvents(Generation([], GivenDeltas(source.deltas())), Letters())


async def said(source: Source) -> bytes:
    return await written(events(source))


async def test_events_come_in_order_and_empty_ones_not_at_all() -> None:
    assert await said(Source(["a", "", "b"])) == b"<ab>"


async def test_a_known_error_is_the_last_event() -> None:
    error = NotReady("gone", code="engine_failed", retry_after=1)
    assert await said(Source(["a"], error)) == b"<a!503"


async def test_an_unknown_error_is_reported_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    assert await said(Source(["a"], RuntimeError("secret"))) == b"<a!500"
    assert "secret" in caplog.text


async def test_a_stream_left_early_closes_the_generation() -> None:
    source = Source(["a", "b", "c"])

    async def write(event: bytes) -> None:
        if event == b"b":
            raise WriteFailed

    stream = events(source)
    with pytest.raises(WriteFailed):
        await stream.send_to(write)
    await stream.aclose()
    assert source.closed
