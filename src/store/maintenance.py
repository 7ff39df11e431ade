"""Background tasks: marking responses of ended servers as failed, and expiry."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial

from accord.errors import NotReady
from accord.store.expiry import Expiring
from accord.store.responses import Retention
from accord.store.sql import ResponseStore
from accord.store.statements import Position

logger = logging.getLogger(__name__)

LEASE_CHECK_SECONDS = 10
EXPIRY_SECONDS = 60

_DELETE_BATCH = 200
_PAUSE_SECONDS = 0.05
_JUMP_SECONDS = 3600.0


async def maintain(store: ResponseStore, retention: Retention, *others: Expiring) -> None:
    """Sweep and expire, for as long as the server runs. Neither waits for the other: a disk may be full."""
    clock = Clock()
    await asyncio.gather(
        _repeatedly(partial(fail_lost_responses, store), LEASE_CHECK_SECONDS),
        *(_repeatedly(partial(expire, kind, retention, clock), EXPIRY_SECONDS) for kind in (store, *others)),
    )


async def _repeatedly(duty: Callable[[], Awaitable[None]], seconds: int) -> None:
    """Run `duty` every so many seconds, and sooner after a failure."""
    while True:
        wait = LEASE_CHECK_SECONDS
        try:
            await duty()
            wait = seconds
        except NotReady:
            pass  # logged and counted already
        except Exception:
            logger.exception("The maintenance of stored responses failed.")
        await asyncio.sleep(wait)


async def fail_lost_responses(store: ResponseStore) -> None:
    """Mark responses as failed that this server could not store, or whose server has ended."""
    if store.unstored and (failed := await store.fail_unstored()):
        logger.warning("%d background responses failed: they could not be stored.", failed)
    if store.leases_are_reliable:
        await fail_lost(store)


async def fail_lost(store: ResponseStore, *, alone: bool = False) -> None:
    """Mark responses as failed whose server has ended."""
    if lost := await store.fail_lost(alone=alone):
        logger.warning("%d background responses failed: the server that generated them has ended.", lost)


async def expire(store: Expiring, retention: Retention, clock: Clock) -> None:
    """Delete objects that are too old or too many."""
    if retention.max_age is not None and clock.is_steady():
        await _delete_old(store, (time.time() - retention.max_age, ""))
    if retention.max_count is not None:
        await _delete_excess(store, retention.max_count)


async def _delete_old(store: Expiring, until: Position) -> None:
    """Delete in small batches, because others use the database meanwhile."""
    while True:
        if await store.delete_oldest(_DELETE_BATCH, until) < _DELETE_BATCH:
            return
        await asyncio.sleep(_PAUSE_SECONDS)


async def _delete_excess(store: Expiring, max_count: int) -> None:
    """Delete the excess; the objects to keep are looked up each time, because others delete meanwhile."""
    while until := await store.newest_beyond(max_count):
        if await store.delete_oldest(_DELETE_BATCH, until) < _DELETE_BATCH:
            return
        await asyncio.sleep(_PAUSE_SECONDS)


class Clock:
    """Compares the wall clock with a monotonic clock: a jump must not make everything look old."""

    def __init__(self) -> None:
        self._offset = self._now()
        self._warned = False

    @staticmethod
    def _now() -> float:
        return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)

    def is_steady(self) -> bool:
        """Whether the wall clock has not jumped since the server's start."""
        jump = self._now() - self._offset
        steady = abs(jump) < _JUMP_SECONDS
        if not steady and not self._warned:
            logger.warning(
                "The clock jumped by %.0f s: no stored responses expire until it is steady again.", jump
            )
        self._warned = not steady
        return steady
