"""How the server stops taking work, and knows when what it has taken is done."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from accord.errors import NotReady

RETRY_SECONDS = 1
"""Another replica answers at once."""

T = TypeVar("T")


def stopping() -> NotReady:
    """Return what a client is told whose request comes too late, or takes longer than the server has."""
    return NotReady("The server is stopping.", code="server_stopping", retry_after=RETRY_SECONDS)


class Draining:
    """The requests that are being answered, and whether new work is taken."""

    def __init__(self) -> None:
        self.begun = False
        self.open = 0
        self._time_is_up = asyncio.Event()

    def begin(self) -> None:
        """Take no new work from now on."""
        self.begun = True

    def end(self) -> None:
        """Say that the grace time is over: what only waits has to end."""
        self._time_is_up.set()

    async def in_time(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what `work` does. Where the server's time is up before, raise what `stopping` returns."""
        working = asyncio.create_task(work)
        time_is_up = asyncio.create_task(self._time_is_up.wait())
        try:
            await asyncio.wait([working, time_is_up], return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
            raise stopping()
        finally:
            working.cancel()
            time_is_up.cancel()

    def begin_request(self, is_work: bool) -> None:
        """Count a request while it is answered. Work is refused once the server drains; probes never are."""
        if is_work and self.begun:
            refusal = stopping()
            refusal.headers["connection"] = "close"
            raise refusal
        self.open += 1

    def end_request(self) -> None:
        """Count a request, which was begun, no more."""
        self.open -= 1
