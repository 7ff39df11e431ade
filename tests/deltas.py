"""Deltas that a test provides instead of the engine."""

from collections.abc import AsyncGenerator

from accord.dialects.sse import EventStream
from accord.engine import Delta
from accord.engine.generation import Consumer


class GivenDeltas:
    """Passes on the deltas of a generator, one step at a time."""

    def __init__(self, steps: AsyncGenerator[list[Delta], None]) -> None:
        self.steps = steps

    async def for_each(self, consume: Consumer) -> None:
        async for deltas in self.steps:
            if (step := consume(deltas)) is not None:
                await step

    async def aclose(self) -> None:
        await self.steps.aclose()


async def written(stream: EventStream) -> bytes:
    """Return all events of a stream, none of which is empty."""
    events: list[bytes] = []

    async def write(event: bytes) -> None:
        assert event
        events.append(event)

    await stream.send_to(write)
    return b"".join(events)
