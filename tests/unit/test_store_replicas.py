"""Several servers with one database: leases, ended servers, and creation of the schema."""

import asyncio
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from accord.store import Address, Storage, StorageUnusable, opening, schema
from accord.store.database import Database
from accord.store.lock import FileLock
from accord.store.opening import prepare
from accord.store.schema import VERSION, VERSION_TABLE, alembic_config
from accord.store.sql import LOST, UNKEPT, ResponseStore
from accord.store.tables import METADATA
from tests.unit.conftest import OpenStore
from tests.unit.records import found, record, response


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every server has had the time to say that it lives."""
    monkeypatch.setattr(ResponseStore, "leases_are_reliable", True)


async def test_responses_of_an_ended_server_are_failed_by_another(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, alive, third = [await open_store() for _ in range(3)]
    monkeypatch.setattr("accord.store.sql.LEASE_SECONDS", -1)
    await ended.create(record(0, status="in_progress"))
    monkeypatch.setattr("accord.store.sql.LEASE_SECONDS", 60)
    await alive.create(record(1, status="in_progress"))
    assert await third.fail_lost() == 1
    lost = (await found(alive, 0)).response
    assert (lost["status"], lost["error"]) == ("failed", LOST)
    assert not await ended.update("resp_0", response(0))
    assert (await found(third, 1)).response["status"] == "in_progress"
    assert await alive.update("resp_1", response(1))


@pytest.mark.usefixtures("patient")
async def test_a_reader_is_notified_at_once(open_store: OpenStore, monkeypatch: pytest.MonkeyPatch) -> None:
    ended, reader = await open_store(), await open_store()
    monkeypatch.setattr("accord.store.sql.LEASE_SECONDS", -1)
    await ended.create(record(0, status="queued"))
    assert (await found(reader, 0)).response["status"] == "failed"


async def test_no_lease_expires_before_all_servers_could_renew_theirs(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent, reader = await open_store(), await open_store()
    monkeypatch.setattr("accord.store.sql.LEASE_SECONDS", -0.001)
    await silent.create(record(0, status="queued"))
    monkeypatch.setattr("accord.store.sql.LEASE_SECONDS", 60)
    assert not reader.leases_are_reliable
    assert (await found(reader, 0)).response["status"] == "queued"
    assert await silent.unfinished(["resp_0"], renew=True) == {"resp_0"}
    assert await reader.fail_lost() == 0


async def test_a_server_never_gives_up_its_own(store: ResponseStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accord.store.sql.LEASE_SECONDS", -1)
    await store.create(record(0, status="in_progress"))
    assert await store.fail_lost() == 0
    assert await store.update("resp_0", response(0))


async def test_only_responses_that_a_server_could_not_store_are_failed(open_store: OpenStore) -> None:
    making, other = await open_store(), await open_store()
    for number in range(3):
        await making.create(record(number, status="in_progress"))
    making.unstored |= {"resp_0", "resp_1"}
    assert await other.cancel("resp_1", "")
    assert await making.fail_unstored() == 1
    failed = (await found(other, 0)).response
    assert (failed["status"], failed["error"]) == ("failed", UNKEPT)
    assert (await found(other, 1)).response["status"] == "cancelled"
    assert (await found(other, 2)).response["status"] == "in_progress"
    assert making.unstored == set()


async def test_cancelled_and_deleted_by_another_server(open_store: OpenStore) -> None:
    making, other = await open_store(), await open_store()
    for number in range(3):
        await making.create(record(number, status="in_progress"))
    assert await other.cancel("resp_0", "")
    assert await other.delete("resp_1", "")
    ids = ["resp_0", "resp_1", "resp_2"]
    assert await making.unfinished(ids, renew=False) == {"resp_2"}
    assert await making.unfinished(ids, renew=True) == {"resp_2"}
    assert (await found(making, 0)).response["status"] == "cancelled"


async def test_responses_in_a_file_without_other_servers_are_failed(sqlite_address: Address) -> None:
    crashed = Storage(sqlite_address)
    await crashed.open()
    await crashed.responses.create(record(0, status="in_progress"))
    beside = Storage(sqlite_address)
    await beside.open()
    assert (await found(beside.responses, 0)).response["status"] == "in_progress"
    await beside.close()
    await crashed.close()
    restarted = Storage(sqlite_address)
    await restarted.open()
    assert (await found(restarted.responses, 0)).response["status"] == "failed"
    await restarted.close()


# --- the schema

_OPENS = """
import asyncio, sys
from accord.store import Address, Storage

async def main():
    storage = Storage(Address.parsed(sys.argv[1]))
    await storage.open()
    await storage.close()

asyncio.run(main())
"""


async def test_servers_that_start_at_once_make_the_tables_once(address: Address) -> None:
    url = address.url or f"sqlite:///{address.file}"
    command = [sys.executable, "-c", _OPENS, url]
    error = asyncio.subprocess.PIPE
    started = [await asyncio.create_subprocess_exec(*command, stderr=error) for _ in range(4)]
    storages = [Storage(address) for _ in range(4)]
    await asyncio.gather(*(storage.open() for storage in storages))
    for process in started:
        _, output = await process.communicate()
        assert process.returncode == 0, output
    async with storages[0].responses.database.connection() as connection:
        assert list(await connection.scalars(text(f"SELECT version_num FROM {VERSION_TABLE}"))) == [VERSION]
    await asyncio.gather(*(storage.close() for storage in storages))


async def test_servers_make_the_file_one_after_the_other(
    sqlite_address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    making, most = 0, 0
    migrate = schema.migrate

    async def counted(database: Database) -> None:
        nonlocal making, most
        making += 1
        most = max(most, making)
        await migrate(database)
        making -= 1

    monkeypatch.setattr(opening, "migrate_schema", counted)
    servers = [Storage(sqlite_address) for _ in range(8)]
    await asyncio.gather(*(server.open() for server in servers))
    assert most == 1
    await asyncio.gather(*(server.close() for server in servers))


async def test_a_server_that_could_not_open_the_file_does_not_keep_it_from_others(
    sqlite_address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ResponseStore, "fail_lost", Mock(side_effect=OSError("no space")))
    with pytest.raises(OSError, match="no space"):
        await Storage(sqlite_address).open()
    assert sqlite_address.file is not None
    others = FileLock(sqlite_address.file)
    assert others.is_alone()
    others.close()


async def test_the_versions_make_what_the_tables_say(store: ResponseStore) -> None:
    def difference(connection: Connection) -> object:
        context = MigrationContext.configure(
            connection,
            opts={"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": True},
        )
        return compare_metadata(context, METADATA)

    async with store.database.connection() as connection:
        assert await connection.run_sync(difference) == []
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [VERSION]


async def test_the_first_release_s_database_is_brought_up_to_date_in_place(
    address: Address, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accord.store.schema.VERSION", "0001")
    await asyncio.to_thread(prepare, address)
    columns = "id, owner, status, stored_at, response, streamed"
    kept = f"INSERT INTO accord_responses ({columns}) VALUES (:id, '', 'completed', 1, '{{}}', false)"
    database = Database(address)
    async with database.connection(writing=True) as connection:
        await connection.execute(text(kept), {"id": "resp_0"})
    monkeypatch.undo()
    store = await open_store()
    # A server of the first release, which was running before, goes on.
    async with database.connection(writing=True) as connection:
        await connection.execute(text(kept), {"id": "resp_1"})
    await database.close()
    for number in range(2):
        assert (await found(store, number)).response["status"] == "completed"
        [turn] = await store.chain(f"resp_{number}", "")
        assert turn.conversation_id is None


async def test_a_database_of_a_later_release_is_refused(address: Address, open_store: OpenStore) -> None:
    store = await open_store()
    async with store.database.connection(writing=True) as connection:
        await connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StorageUnusable, match="later release"):
        await Storage(address).open()


async def test_a_file_that_is_not_a_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("This is a text, not a database." * 100)
    with pytest.raises(StorageUnusable, match="not a database"):
        await Storage(Address(file=file)).open()
    with pytest.raises(StorageUnusable, match="cannot be written"):
        await Storage(Address(file=file / "responses.sqlite3")).open()
