"""Counts how often other tasks run in the event loop."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

Result = TypeVar("Result")


async def turns_of_others(work: Awaitable[Result]) -> tuple[int, Result]:
    """Return how often another task ran during some work, and the result of that work."""
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    result = await work
    task.cancel()
    return turns, result
