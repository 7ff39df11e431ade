"""Admission control: limits on concurrent requests, and the time limit of a request.

The contract defines the limited operations: those with a status 429, or, for the time limit, 504.
"""

from __future__ import annotations

import asyncio
import logging
import math
import resource
from collections.abc import Callable
from time import perf_counter
from typing import Any, Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from accord.errors import Overloaded, TimedOut
from accord.generated.operations import OPERATIONS
from accord.server.exchange import Exchange
from accord.server.rate_limits import RateLimits

logger = logging.getLogger(__name__)

FILES_WANTED = 65536
FILES_KEPT = 256
"""File descriptors reserved for the model, the engine and the log."""

ENDING_SECONDS = 1.0
"""The engine ends a request at its time limit; a request that hangs elsewhere is cancelled this much later.
"""

LONGEST_WAIT = 30


class SharedCount(Protocol):
    """The number of requests that all processes of the server are handling."""

    def set(self, here: int) -> None:
        """Publish the number of this process."""
        ...

    def total(self) -> int:
        """Return the number of all processes."""
        ...


class Bounds:
    """The limits, for the operations in the document for Connexion; several processes share `together`."""

    def __init__(
        self,
        document: dict[str, Any],
        concurrent: int | None = None,
        seconds: float | None = None,
        rates: RateLimits | None = None,
        together: SharedCount | None = None,
    ) -> None:
        self.together = together
        self.concurrent = concurrent
        self.seconds = seconds
        self.rates = rates
        self.counted = _answering(document, "429")
        self.timed = _answering(document, "504")
        self.load: Callable[[], int] = int
        """The number of running requests, which `Admission` counts."""


def _answering(document: dict[str, Any], status: str) -> frozenset[str]:
    operations = (operation for item in document["paths"].values() for operation in item.values())
    return frozenset(o["operationId"] for o in operations if status in o["responses"])


class Admission:
    """Refuses requests beyond the limits before their body is read, and enforces the time limit.

    It runs inside Connexion's routing, which determines the operation. ASGI messages do not pass through it.
    """

    def __init__(self, app: ASGIApp, bounds: Bounds) -> None:
        self.app = app
        self.bounds = bounds
        self.running = 0
        self.mean_seconds = 1.0
        bounds.load = self.load

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        operation = scope["extensions"]["connexion_routing"]["operation_id"]
        if operation not in self.bounds.counted:
            await self.app(scope, receive, send)
            return
        exchange = Exchange.of(scope)
        self._begin(exchange, operation)
        began = perf_counter()
        try:
            if self.bounds.seconds is None or operation not in self.bounds.timed:
                await self.app(scope, receive, send)
            else:
                await self._within(self.bounds.seconds, scope, receive, send)
        except Overloaded as error:
            error.headers["retry-after"] = str(self.retry_after())
            raise
        else:
            self.mean_seconds += (perf_counter() - began - self.mean_seconds) / 16
        finally:
            exchange.record.ended = True
            self._end(exchange)

    def _begin(self, exchange: Exchange, operation: str) -> None:
        """Count a request. Raises Overloaded or RateLimited if it exceeds a limit."""
        self.running += 1
        together = self.bounds.together
        if together is not None:
            together.set(self.running)
        try:
            running = self.running if together is None else together.total()
            if self.bounds.concurrent is not None and running > self.bounds.concurrent:
                raise Overloaded(
                    f"The server is handling {running - 1} requests, which is its limit.",
                    code="too_many_requests",
                    retry_after=self.retry_after(),
                )
            if self.bounds.rates is not None:
                shape = OPERATIONS[operation].error_shape
                exchange.headers |= self.bounds.rates.begin(
                    exchange.owner, exchange.record, shape, self.retry_after()
                )
        except BaseException:
            self._end(exchange)
            raise

    def _end(self, exchange: Exchange) -> None:
        self.running -= 1
        if self.bounds.together is not None:
            self.bounds.together.set(self.running)
            if self.bounds.rates is not None:
                self.bounds.rates.settle(exchange.owner)

    def load(self) -> int:
        """Return the number of running requests in all processes."""
        return self.running if self.bounds.together is None else self.bounds.together.total()

    def retry_after(self) -> int:
        """Return half of the mean duration in whole seconds: by then half of the requests have ended."""
        return min(LONGEST_WAIT, max(1, math.ceil(self.mean_seconds / 2)))

    async def _within(self, seconds: float, scope: Scope, receive: Receive, send: Send) -> None:
        """Cancel a request that takes longer. `asyncio.timeout` does the same for three times the work."""
        Exchange.of(scope).record.seconds_allowed = seconds
        task = asyncio.current_task()
        assert task is not None
        cancelled_before = task.cancelling()
        expired = False

        def expire() -> None:
            nonlocal expired
            expired = True
            task.cancel()

        timer = task.get_loop().call_later(seconds + ENDING_SECONDS, expire)
        try:
            await self.app(scope, receive, send)
        except BaseException as error:
            if expired and task.uncancel() <= cancelled_before and isinstance(error, asyncio.CancelledError):
                raise TimedOut(seconds) from error
            raise
        else:
            if expired:
                task.uncancel()
        finally:
            timer.cancel()


def raise_file_limit() -> int:
    """Raise the limit of open files; return the number of clients for which it suffices."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, FILES_WANTED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return max(1, (FILES_WANTED if soft == resource.RLIM_INFINITY else soft) - FILES_KEPT)


def limit_by_descriptors(concurrent: int) -> int:
    """Return how many concurrent requests the file descriptors allow, at most `concurrent`."""
    clients = raise_file_limit()
    if clients < concurrent:
        logger.warning(
            "For %d requests at a time there are too few file descriptors (`ulimit -n`); the limit is %d.",
            concurrent,
            clients,
        )
    return min(concurrent, clients)
