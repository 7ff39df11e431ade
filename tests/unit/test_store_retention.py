"""What is kept too long or too much is deleted, a little at a time."""

import time

import pytest
from sqlalchemy import update

from accord.store import Retention
from accord.store import upkeep as upkeep_module
from accord.store.sql import ResponseStore
from accord.store.tables import RESPONSES
from accord.store.upkeep import Clock, expire
from tests.unit.conftest import OpenStore
from tests.unit.records import fill, found, record

DAY = 24 * 3600.0


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep_module, "_DELETED_AT_ONCE", 2)
    monkeypatch.setattr(upkeep_module, "_PAUSE_SECONDS", 0)


async def grow_old(store: ResponseStore, days: float, *numbers: int) -> None:
    ids = [f"resp_{number}" for number in numbers]
    async with store.database.connection(writing=True) as connection:
        await connection.execute(
            update(RESPONSES).where(RESPONSES.c.id.in_(ids)).values(stored_at=time.time() - days * DAY)
        )


async def kept(store: ResponseStore, count: int) -> list[int]:
    return [number for number in range(count) if await store.get(f"resp_{number}", "")]


async def test_the_old_go_and_the_new_stay(store: ResponseStore) -> None:
    await fill(store, 8)
    await grow_old(store, 31, 0, 1, 2, 3, 4)
    await expire(store, Retention(max_age=30 * DAY), Clock())
    assert await kept(store, 8) == [5, 6, 7]
    assert await store.items(["msg_in_0", "msg_in_5"], "") == {"msg_in_5": {"id": "msg_in_5"}}


async def test_the_oldest_go_where_there_are_too_many(store: ResponseStore) -> None:
    await fill(store, 8)
    await expire(store, Retention(max_count=3), Clock())
    assert await kept(store, 8) == [5, 6, 7]
    await expire(store, Retention(max_count=3), Clock())
    assert await store.count() == 3


async def test_without_bounds_all_stay(store: ResponseStore) -> None:
    await fill(store, 3)
    await grow_old(store, 10_000, 0, 1)
    await expire(store, Retention(), Clock())
    assert await kept(store, 3) == [0, 1, 2]


async def test_what_is_being_made_is_not_deleted(store: ResponseStore) -> None:
    await store.create(record(0, status="in_progress"))
    await grow_old(store, 31, 0)
    await expire(store, Retention(max_age=30 * DAY, max_count=1), Clock())
    assert (await found(store, 0)).response["status"] == "in_progress"


async def test_a_clock_that_jumps_deletes_nothing(
    store: ResponseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(store, 3)
    clock = Clock()
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 365 * DAY)
    await expire(store, Retention(max_age=30 * DAY), clock)
    assert await kept(store, 3) == [0, 1, 2]


async def test_two_servers_expire_at_once(open_store: OpenStore) -> None:
    import asyncio

    first, second = await open_store(), await open_store()
    await fill(first, 30)
    await grow_old(first, 31, *range(30))
    old = Retention(max_age=30 * DAY)
    await asyncio.gather(expire(first, old, Clock()), expire(second, old, Clock()))
    assert await first.count() == 0
