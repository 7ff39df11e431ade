"""A PostgreSQL that fails over to its standby, and backups that are restored."""

import asyncio
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from accord.errors import NotReady
from accord.server.store_commands import store_command
from accord.store import Address, Storage
from tests.postgresql import PostgreSQL, running_postgresql, running_standby
from tests.unit.records import fill, found, record

WRITERS = 4


@pytest.fixture
def pair() -> Iterator[tuple[PostgreSQL, PostgreSQL]]:
    """A primary, and a standby that each commit waits for."""
    with running_postgresql() as primary, running_standby(primary) as standby:
        yield primary, standby


async def test_a_database_that_fails_over_loses_no_completed_response(
    pair: tuple[PostgreSQL, PostgreSQL], capsys: pytest.CaptureFixture[str]
) -> None:
    primary, standby = pair
    url = primary.new_database()
    name = url.rpartition("/")[2]
    hosts = f"127.0.0.1:{primary.port},127.0.0.1:{standby.port}"
    storage = Storage(Address.parsed(f"postgresql://accord@{hosts}/{name}?target_session_attrs=read-write"))
    await storage.open()
    kept: list[int] = []
    refused = 0
    promoted = False
    enough = asyncio.Event()

    async def write(first: int) -> None:
        nonlocal refused
        after = 0
        number = first
        while after < 20:
            try:
                await storage.responses.create(record(number))
                kept.append(number)
                after += promoted
            except NotReady:
                refused += 1
                await asyncio.sleep(0.1)
            number += WRITERS
            if len(kept) > 100:
                enough.set()

    try:
        async with asyncio.timeout(120), asyncio.TaskGroup() as group:
            for first in range(WRITERS):
                group.create_task(write(first))
            await enough.wait()
            assert await asyncio.to_thread(store_command, "check", ["--database-url", standby.url(name)]) == 1
            assert "a standby, which accepts no writes" in capsys.readouterr().err
            await asyncio.to_thread(primary.stop)
            await asyncio.to_thread(standby.promote)
            promoted = True
        assert refused
        for number in kept:
            assert (await found(storage.responses, number)).response["status"] == "completed"
    finally:
        await storage.close()
    assert await asyncio.to_thread(store_command, "check", ["--database-url", standby.url(name)]) == 0
    print(f"{len(kept)} kept, {refused} refused meanwhile, none lost")  # noqa: T201  for a person


async def test_a_backup_of_sqlite_is_restored(
    tmp_path: Path, sqlite_address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = tmp_path / "backup.sqlite3"
    serving = Storage(sqlite_address)
    await serving.open()
    await fill(serving.responses, 20)
    await serving.responses.create(record(20, status="in_progress"))
    await asyncio.to_thread(back_up, sqlite_address, backup)
    await serving.responses.create(record(21))
    await serving.close()
    assert await asyncio.to_thread(store_command, "check", ["--database-url", f"sqlite:///{backup}"]) == 0
    assert "21, the oldest" in capsys.readouterr().out
    await restored(Address(file=backup), alone=True)


def back_up(address: Address, backup: Path) -> None:
    """Do what docs/storage.md says, with the program where it is installed."""
    if shutil.which("sqlite3"):
        subprocess.run(["sqlite3", str(address.file), f".backup '{backup}'"], check=True)
        return
    with closing(sqlite3.connect(str(address.file))) as source, closing(sqlite3.connect(backup)) as copy:
        source.backup(copy)


async def test_a_backup_of_postgresql_is_restored(
    postgresql: PostgreSQL, capsys: pytest.CaptureFixture[str]
) -> None:
    url, other = postgresql.new_database(), postgresql.new_database()
    serving = Storage(Address.parsed(url))
    await serving.open()
    await fill(serving.responses, 20)
    await serving.responses.create(record(20, status="in_progress"))
    await asyncio.to_thread(postgresql.run, "pg_dump", "--format", "custom", "--file", "accord.dump", url)
    await serving.responses.create(record(21))
    await serving.close()
    restore = ("pg_restore", "--clean", "--if-exists", "--dbname", other, "accord.dump")
    await asyncio.to_thread(postgresql.run, *restore)
    assert await asyncio.to_thread(store_command, "check", ["--database-url", other]) == 0
    assert "21, the oldest" in capsys.readouterr().out
    await restored(Address.parsed(other), alone=False)


async def restored(address: Address, *, alone: bool) -> None:
    """See that everything up to the backup is there, and can be gone on with."""
    storage = Storage(address)
    await storage.open()
    assert len(await storage.responses.chain("resp_19", "")) == 20
    status = (await found(storage.responses, 20)).response["status"]
    assert status == ("failed" if alone else "in_progress")  # until its lease is over
    assert await storage.responses.get("resp_21", "") is None
    await storage.responses.create(record(22, previous=19))
    await storage.close()
