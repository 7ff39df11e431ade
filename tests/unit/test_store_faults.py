"""The store when its process ends, its disk is full or its database is unavailable."""

import asyncio
import gc
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import event

from accord.errors import NotReady
from accord.store import Address, Storage
from accord.store.sql import ResponseStore
from tests.faults.harms import full_disk
from tests.faults.server import is_own_disk, small_disk
from tests.postgresql import PostgreSQL, running_postgresql
from tests.unit.records import found, record, response

# Keeps responses from several tasks at once, and says of each that it is kept.
_WRITES = """
import asyncio, sys
from accord.store import Address, ResponseRecord, Storage

async def write(responses, task):
    for number in range(1_000_000):
        id_ = f"resp_{task}_{number}"
        body = {"id": id_, "status": "completed", "output": [{"id": "msg_" + id_, "text": "x" * 2_000}]}
        await responses.create(ResponseRecord(id_, None, body, []))
        print(id_, flush=True)

async def main():
    storage = Storage(Address.parsed(sys.argv[1]))
    await storage.open()
    await asyncio.gather(*(write(storage.responses, task) for task in range(8)))

asyncio.run(main())
"""


@pytest.mark.parametrize("number", [1, 57, 300])
def test_a_killed_writer_loses_nothing_that_was_committed(address: Address, number: int) -> None:
    url = address.url or f"sqlite:///{address.file}"
    with subprocess.Popen([sys.executable, "-c", _WRITES, url], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        told = [writer.stdout.readline().strip() for _ in range(number)]
        writer.send_signal(signal.SIGKILL)
        told += [line.strip() for line in writer.stdout if line.endswith("\n")]
    asyncio.run(_all_are_whole(address, told))


async def _all_are_whole(address: Address, ids: list[str]) -> None:
    storage = Storage(address)
    await storage.open()
    for id_ in ids:
        stored = await storage.responses.get(id_, "")
        assert stored is not None, id_
        assert stored.response["output"] == [{"id": f"msg_{id_}", "text": "x" * 2_000}]
    await storage.close()


async def test_a_writer_whose_client_disconnects_ends_what_it_began(store: ResponseStore) -> None:
    for number in range(20):
        task = asyncio.create_task(store.create(record(number)))
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    await store.database.close()
    for number in range(1, 20):
        assert (await found(store, number)).response == response(number)


# --- no room


def _bounded(store: ResponseStore, pages: int) -> None:
    def bound(connection: object, _: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]  # a driver's connection has no type
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        cursor.close()

    event.listen(store.database.engine.sync_engine, "connect", bound)


async def _filled(store: ResponseStore) -> tuple[int, NotReady]:
    """Keep responses until there is no room for one more; return how many, and the error."""
    for number in count():
        try:
            await store.create(record(number))
        except NotReady as error:
            return number, error
    raise AssertionError


async def test_a_full_file_is_reported_and_works_again(sqlite_address: Address) -> None:
    storage = Storage(sqlite_address)
    await storage.open()
    store = storage.responses
    await store.database.engine.dispose()
    _bounded(store, 40)
    kept, error = await _filled(store)
    assert (error.status, error.code) == (503, "store_full")
    assert error.headers["retry-after"]
    assert await store.get(f"resp_{kept}", "") is None
    assert (await found(store, kept - 1)).response == response(kept - 1)
    await store.delete_oldest(kept // 2)
    await store.create(record(kept))
    assert (await found(store, kept)).response == response(kept)
    await storage.close()


@pytest.mark.parametrize("inodes", [0, 2, 3], ids=["no space", "no file more", "one file more"])
async def test_a_start_waits_for_space(tmp_path: Path, caplog: pytest.LogCaptureFixture, inodes: int) -> None:
    caplog.set_level("INFO")
    with small_disk(tmp_path / "disk", 1, inodes) as disk:
        if not is_own_disk(disk):
            pytest.skip("mounting a small disk is for root")
        storage = Storage(Address(file=disk / "responses.sqlite3"))
        refused: list[Exception] = []
        with full_disk(disk):
            storage.start(refused.append)
            while not storage.failing:  # noqa: ASYNC110  what is waited for tells nobody
                await asyncio.sleep(0.01)
            await asyncio.sleep(1)  # it is tried again meanwhile
            assert not storage.is_open
        if inodes:
            command = ["mount", "-o", "remount,nr_inodes=100", str(disk)]
            await asyncio.to_thread(subprocess.run, command, check=True)
        while not storage.is_open:
            assert not refused
            await asyncio.sleep(0.01)
        await storage.responses.create(record(0))
        assert (await found(storage.responses, 0)).response == response(0)
        assert not storage.failing
        await storage.close()
        gc.collect()  # what failed keeps its statements, and they the file
    told = [each for each in caplog.messages if str(disk) in each]
    assert told == [
        f"Not ready: the database {disk}/responses.sqlite3 cannot be opened: no space is left on its disk. "
        "Retrying until it can be.",
        f"The database {disk}/responses.sqlite3 is open.",
    ]


# --- no database


@pytest.fixture
def own_postgresql() -> Iterator[PostgreSQL]:
    with running_postgresql() as server:
        yield server


async def test_a_database_that_stops_and_starts(own_postgresql: PostgreSQL) -> None:
    storage = Storage(Address.parsed(own_postgresql.new_database()))
    await storage.open()
    store = storage.responses
    await asyncio.gather(*(store.create(record(number)) for number in range(10)))
    await store.check()
    own_postgresql.stop()
    for attempt in (store.create(record(10)), store.get("resp_0", ""), store.check()):
        with pytest.raises(NotReady) as refused:
            await attempt
        assert (refused.value.status, refused.value.code) == (503, "store_unavailable")
        assert refused.value.headers["retry-after"]
    assert not store.leases_are_reliable
    own_postgresql.start()
    await store.check()
    assert (await found(store, 9)).response == response(9)
    await store.create(record(10))
    await storage.close()


async def test_a_start_waits_for_the_database(
    own_postgresql: PostgreSQL, caplog: pytest.LogCaptureFixture
) -> None:
    storage = Storage(Address.parsed(own_postgresql.new_database()))
    own_postgresql.stop()
    refused: list[Exception] = []
    storage.start(refused.append)
    with pytest.raises(NotReady):
        _ = storage.responses
    while "Retrying until" not in caplog.text:  # noqa: ASYNC110  what is waited for tells nobody
        await asyncio.sleep(0.01)
    assert not storage.is_open
    own_postgresql.start()
    while not storage.is_open:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await storage.responses.create(record(0))
    await storage.close()
    assert refused == []
