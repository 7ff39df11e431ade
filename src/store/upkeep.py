"""What is done beside serving: failing what ended servers have left, and deleting what is kept too long."""

from __future__ import annotations

import asyncio
import logging
import math
import time

from accord.errors import NotReady
from accord.store.responses import Retention
from accord.store.sql import ResponseStore

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 10
EXPIRY_SECONDS = 60

_DELETED_AT_ONCE = 200
_PAUSE_SECONDS = 0.05
_JUMP_SECONDS = 3600.0


async def keep_up(store: ResponseStore, retention: Retention) -> None:
    """Sweep and expire, for as long as the server runs."""
    clock = Clock()
    next_expiry = 0.0
    while True:
        try:
            if store.may_give_up:
                await give_up_lost(store)
            if time.monotonic() >= next_expiry:
                await expire(store, retention, clock)
                next_expiry = time.monotonic() + EXPIRY_SECONDS
        except NotReady:
            pass  # logged and counted already, and tried again
        except Exception:
            logger.exception("Stored responses could not be looked after.")
        await asyncio.sleep(SWEEP_SECONDS)


async def give_up_lost(store: ResponseStore, *, alone: bool = False) -> None:
    """Fail what ended servers were making."""
    if lost := await store.give_up_lost(alone=alone):
        logger.warning("%d background responses are failed: the server that made them has ended.", lost)


async def expire(store: ResponseStore, retention: Retention, clock: Clock) -> None:
    """Delete what is too old and what is too much."""
    if retention.max_age is not None and clock.is_steady():
        await _delete_oldest(store, math.inf, time.time() - retention.max_age)
    if retention.max_count is not None:
        await _delete_oldest(store, await store.count() - retention.max_count)


async def _delete_oldest(store: ResponseStore, number: float, stored_before: float | None = None) -> None:
    """Delete a little at a time: others use the database meanwhile."""
    while number > 0:
        at_once = int(min(number, _DELETED_AT_ONCE))
        deleted = await store.delete_oldest(at_once, stored_before)
        if deleted < at_once:
            return
        number -= deleted
        await asyncio.sleep(_PAUSE_SECONDS)


class Clock:
    """The wall clock against one that only counts: a jump must not make everything look old."""

    def __init__(self) -> None:
        self._offset = self._now()
        self._told = False

    @staticmethod
    def _now() -> float:
        return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)

    def is_steady(self) -> bool:
        """Whether the clock is where it has gone to by itself since the server's start."""
        jump = self._now() - self._offset
        steady = abs(jump) < _JUMP_SECONDS
        if not steady and not self._told:
            logger.warning("The clock jumped by %.0f s: no response is deleted for its age any more.", jump)
        self._told = not steady
        return steady
