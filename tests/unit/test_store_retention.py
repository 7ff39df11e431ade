"""Expiry: objects that are too old or too many are deleted in small steps."""

import asyncio
import time

import pytest
from sqlalchemy import update

from accord.store import Retention, maintenance
from accord.store.database import unreachable
from accord.store.maintenance import Clock, expire, maintain
from accord.store.sql import ResponseStore
from accord.store.statements import Position
from accord.store.tables import RESPONSES
from tests.unit.conftest import OpenStore
from tests.unit.records import fill, found, record

DAY = 24 * 3600.0


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintenance, "_DELETE_BATCH", 2)
    monkeypatch.setattr(maintenance, "_PAUSE_SECONDS", 0)


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


async def test_failures_of_failing_do_not_prevent_expiry(
    store: ResponseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    delete_oldest = store.delete_oldest
    deleted = asyncio.Event()

    async def full() -> int:
        raise unreachable()

    async def noted(limit: int, until: Position | None = None) -> int:
        number = await delete_oldest(limit, until)
        deleted.set()
        return number

    await fill(store, 3)
    store.unstored.add("resp_3")
    monkeypatch.setattr(store, "fail_unstored", full)
    monkeypatch.setattr(store, "delete_oldest", noted)
    task = asyncio.create_task(maintain(store, Retention(max_count=2)))
    async with asyncio.timeout(5):
        await deleted.wait()
    task.cancel()
    assert await kept(store, 3) == [1, 2]


async def test_without_bounds_all_stay(store: ResponseStore) -> None:
    await fill(store, 3)
    await grow_old(store, 10_000, 0, 1)
    await expire(store, Retention(), Clock())
    assert await kept(store, 3) == [0, 1, 2]


async def test_running_responses_do_not_expire(store: ResponseStore) -> None:
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


async def test_two_servers_that_expire_at_once_keep_what_is_to_stay(open_store: OpenStore) -> None:
    first, second = await open_store(), await open_store()
    await fill(first, 30)
    bound = Retention(max_count=15)
    await asyncio.gather(expire(first, bound, Clock()), expire(second, bound, Clock()))
    assert await kept(first, 30) == list(range(15, 30))


async def test_where_a_client_deletes_meanwhile_more_of_the_others_stay(
    store: ResponseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(store, 8)
    delete_oldest = store.delete_oldest

    async def with_a_client(limit: int, until: Position | None = None) -> int:
        deleted = await delete_oldest(limit, until)
        await store.delete("resp_7", "")
        return deleted

    monkeypatch.setattr(store, "delete_oldest", with_a_client)
    await expire(store, Retention(max_count=3), Clock())
    assert await kept(store, 8) == [4, 5, 6]


async def test_responses_of_one_moment_are_counted_one_by_one(store: ResponseStore) -> None:
    await fill(store, 6)
    async with store.database.connection(writing=True) as connection:
        await connection.execute(update(RESPONSES).values(stored_at=1e9))
    await expire(store, Retention(max_count=4), Clock())
    assert await kept(store, 6) == [2, 3, 4, 5]


async def test_two_servers_expire_at_once(open_store: OpenStore) -> None:
    first, second = await open_store(), await open_store()
    await fill(first, 30)
    await grow_old(first, 31, *range(30))
    old = Retention(max_age=30 * DAY)
    await asyncio.gather(expire(first, old, Clock()), expire(second, old, Clock()))
    assert await first.count() == 0
