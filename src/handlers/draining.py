"""Draining: the server accepts no new work and waits for running requests."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from accord.errors import NotReady

RETRY_SECONDS = 1
"""Another replica answers at once."""

T = TypeVar("T")


def stopping() -> NotReady:
    """Return the error for a request that arrives too late, or takes longer than the grace period."""
    return NotReady("The server is stopping.", code="server_stopping", retry_after=RETRY_SECONDS)


class Draining:
    """The requests in progress, and whether new ones are accepted."""

    def __init__(self) -> None:
        self.begun = False
        self.open = 0
        self._time_is_up = asyncio.Event()

    def begin(self) -> None:
        """Accept no new work from now on."""
        self.begun = True

    def end(self) -> None:
        """Cancel everything that is still waiting: the grace period is over."""
        self._time_is_up.set()

    async def in_time(self, work: Coroutine[Any, Any, T]) -> T:
        """Return the result of `work`. When the grace period ends first, raise the error of `stopping`."""
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
        """Count a request while it is handled. A draining server refuses work, but answers probes."""
        if is_work and self.begun:
            refusal = stopping()
            refusal.headers["connection"] = "close"
            raise refusal
        self.open += 1

    def end_request(self) -> None:
        """Stop counting a request."""
        self.open -= 1
