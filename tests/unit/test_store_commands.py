"""`accord store check` and `accord store vacuum`, while a server uses the database."""

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from accord.server.store_commands import store_command
from accord.store import Address, ResponseRecord, Storage
from accord.store.opening import prepare
from accord.store.schema import VERSION_TABLE
from accord.store.sql import ResponseStore
from tests.unit.records import fill, found, record, response

Command = Callable[..., Awaitable[tuple[int, dict[str, str], str]]]


@pytest.fixture
def store_says(address: Address, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command on the database; return the exit code, its lines and what is wrong."""

    async def run(command: str, *arguments: str) -> tuple[int, dict[str, str], str]:
        url = f"sqlite:///{address.file}" if address.file else address.url
        code = await asyncio.to_thread(store_command, command, ["--database-url", url, *arguments])
        said = capsys.readouterr()
        lines = [line.strip().partition("  ") for line in said.out.splitlines()]
        return code, {what: value.strip() for what, _, value in lines}, said.err

    return run


async def test_check_reports_the_contents(store: ResponseStore, store_says: Command) -> None:
    await fill(store, 3)
    await store.create(record(3, status="in_progress"))
    code, said, wrong = await store_says("check")
    assert (code, wrong) == (0, "")
    assert said["schema"] == "0002, this release's"
    assert said["responses"].startswith("4, the oldest of 20")
    assert (said["completed"], said["in_progress"]) == ("3", "1")
    assert said["response items"] == "7"
    assert said["conversations"] == "0"
    assert "MiB" in said["size"]
    if store.database.file:
        assert (said["integrity"], said["dangling rows"]) == ("ok", "0")
    else:
        assert said["role"] == "primary"
        assert said["engine"].startswith("PostgreSQL")
    assert "without a server" not in said


async def test_check_counts_abandoned_responses(
    store: ResponseStore, store_says: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accord.store.sql.LEASE_SECONDS", -1)
    await store.create(record(0, status="in_progress"))
    code, said, _ = await store_says("check")
    assert code == 0
    assert said["without a server"].startswith("1: ")


async def test_check_changes_nothing(
    address: Address, store_says: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said, _ = await store_says("check")
    assert code == 0
    assert "creates it" in said["state" if address.file else "schema"]
    assert address.file is None or not address.file.exists()
    monkeypatch.setattr("accord.store.schema.VERSION", "0001")
    await asyncio.to_thread(prepare, address)
    monkeypatch.undo()
    for _ in range(2):
        code, said, _ = await store_says("check")
        assert code == 0
        assert said["schema"] == "0001; a server of this release migrates it to 0002 when it starts"
        assert said["responses"] == "0"
        assert "conversations" not in said


async def test_a_database_of_a_later_release_is_a_problem(store: ResponseStore, store_says: Command) -> None:
    async with store.database.connection(writing=True) as connection:
        await connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    for command in ("check", "vacuum"):
        code, _, wrong = await store_says(command)
        assert code == 1
        assert "9999" in wrong
        assert len(wrong.splitlines()) == 1


def run(file: Path, command: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = store_command(command, ["--database-url", f"sqlite:///{file}"])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_damage_and_dangling_rows_are_reported(
    sqlite_address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(sqlite_address)
    file = sqlite_address.file
    assert file is not None
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO accord_response_items VALUES ('resp_none', 0, 0, 'msg', '{}')")
        connection.commit()
    code, _, wrong = run(file, "check", capsys)
    assert (code, wrong) == (1, "accord: dangling rows: 1\n")
    with file.open("r+b") as damaged:
        damaged.truncate(file.stat().st_size - 4096)
    for sibling in file.parent.glob("*-wal"):
        sibling.unlink()
    code, _, wrong = run(file, "check", capsys)
    assert code == 1
    assert "integrity" in wrong or "cannot be read" in wrong
    file.write_text("This is a text, not a database." * 100)
    for command in ("check", "vacuum"):
        code, _, wrong = run(file, command, capsys)
        assert code == 1
        assert "not a database" in wrong
    code, _, wrong = run(file / "below", "vacuum", capsys)
    assert code == 1
    assert len(wrong.splitlines()) == 1


def test_an_unreachable_database_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    url = "postgresql://accord:secret@127.0.0.1:1/accord"
    for command in ("check", "vacuum"):
        assert store_command(command, ["--database-url", url]) == 1
        said = capsys.readouterr()
        assert "secret" not in said.out + said.err
        assert len(said.err.splitlines()) == 1
    assert store_command("check", ["--database-url", "mysql://here"]) == 2


async def test_vacuum_deletes_what_has_expired(store: ResponseStore, store_says: Command) -> None:
    await fill(store, 10)
    code, said, wrong = await store_says("vacuum", "--responses-max-count", "4")
    assert (code, wrong) == (0, "")
    assert said["responses deleted"] == "6"
    assert await store.get("resp_5", "") is None
    assert (await found(store, 9)).response["status"] == "completed"


def large(number: int) -> ResponseRecord:
    return ResponseRecord(f"resp_{number}", None, response(number, text="x" * 50_000), [])


async def test_vacuum_gives_the_room_back_while_a_server_writes(
    sqlite_address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    storage = Storage(sqlite_address)
    await storage.open()
    try:
        for number in range(100):
            await storage.responses.create(large(number))
        vacuuming = asyncio.create_task(vacuumed_by_command(sqlite_address, 10, capsys))
        written = 100
        while not vacuuming.done():
            await storage.responses.create(record(written))
            written += 1
            await asyncio.sleep(0.02)
        before, after = await vacuuming
        assert after < before / 2
        assert (await found(storage.responses, written - 1)).response["status"] == "completed"
    finally:
        await storage.close()


async def vacuumed_by_command(
    address: Address, keep: int, capsys: pytest.CaptureFixture[str]
) -> tuple[float, float]:
    """Return the sizes in MiB, before and after."""
    arguments = ["--database-url", f"sqlite:///{address.file}", "--responses-max-count", str(keep)]
    assert await asyncio.to_thread(store_command, "vacuum", arguments) == 0
    said = capsys.readouterr().out
    [before, after] = [float(size) for size in re.findall(r"([0-9.]+) MiB", said)]
    return before, after


async def test_a_file_of_the_first_release_is_written_anew_once(
    sqlite_address: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    file = sqlite_address.file
    assert file is not None
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")  # which fixes how the file is laid out
    storage = Storage(sqlite_address)
    await storage.open()
    for number in range(100):
        await storage.responses.create(large(number))
    for left in (50, 5):
        before, after = await vacuumed_by_command(sqlite_address, left, capsys)
        assert after < before
    assert (await found(storage.responses, 99)).response["status"] == "completed"
    await storage.close()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
