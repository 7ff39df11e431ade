"""Deletes expired objects and returns their space to the disk, while servers use the database."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import func, select, text

from accord.store.address import Address, StorageUnusable
from accord.store.completions import CompletionStore
from accord.store.conversations import ConversationStore
from accord.store.database import Database
from accord.store.inspection import KINDS, Report, mebibytes, opened
from accord.store.maintenance import Clock, expire
from accord.store.responses import Retention
from accord.store.schema import VERSION, stored_version
from accord.store.sql import ResponseStore
from accord.store.tables import METADATA

_PAGES_AT_ONCE = 2_000
_PAUSE_SECONDS = 0.05
_WAIT_SECONDS = 60
_INCREMENTAL = 2


async def vacuumed(address: Address, retention: Retention) -> Report:
    """Delete expired and surplus objects, and return the space. Raises StorageUnusable."""
    report = Report()
    report.add("database", str(address))
    if address.file is not None and not address.file.exists():
        raise StorageUnusable(f"{address} is not there")
    async with opened(address) as database:
        async with database.connection() as connection:
            version = await connection.run_sync(stored_version)
        if version != VERSION:
            raise StorageUnusable(
                f"{address} has the schema {version or 'of no release'}, not {VERSION}: "
                "a server of this release makes it so when it starts"
            )
        before = await _counts(database)
        responses = ResponseStore(database)
        for store in (responses, ConversationStore(database), CompletionStore(database)):
            await expire(store, retention, Clock())
        after = await _counts(database)
        for kind in KINDS:
            report.add(f"{kind} deleted", f"{max(0, before[kind] - after[kind]):,}")
        if address.file is None:
            await _vacuum_postgresql(database)
    if address.file is not None:
        await asyncio.to_thread(_vacuum_sqlite, address.file, report)
    return report


async def _counts(database: Database) -> dict[str, int]:
    async with database.connection() as connection:
        return {
            kind: int(await connection.scalar(select(func.count()).select_from(table)) or 0)
            for kind, table in KINDS.items()
        }


async def _vacuum_postgresql(database: Database) -> None:
    """Free the space of dead rows for reuse; free space at the end of a table is returned to the disk."""
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for name in METADATA.tables:
            await connection.execute(text(f'VACUUM (ANALYZE) "{name}"'))


def _vacuum_sqlite(file: Path, report: Report) -> None:
    with closing(sqlite3.connect(file, timeout=_WAIT_SECONDS, isolation_level=None)) as connection:
        before = _size(connection)
        if _pragma(connection, "auto_vacuum") == _INCREMENTAL:
            while _pragma(connection, "freelist_count"):
                # Each step frees a page; `execute` would run only one.
                connection.executescript(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})")
                time.sleep(_PAUSE_SECONDS)  # servers write meanwhile
        else:  # created by the first release: rewritten once
            connection.execute(f"PRAGMA auto_vacuum = {_INCREMENTAL}")
            connection.execute("VACUUM")
        # If servers use the file just now, they vacuum it themselves later.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        report.add("size", f"{mebibytes(before)} before, {mebibytes(_size(connection))} now")


def _size(connection: sqlite3.Connection) -> int:
    return _pragma(connection, "page_count") * _pragma(connection, "page_size")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
