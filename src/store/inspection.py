"""Reports on a database's contents and integrity, read-only, while servers use it."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, Table, func, inspect, select, text
from sqlalchemy import exc as errors
from sqlalchemy.ext.asyncio import AsyncConnection

from accord.store.address import Address, reason
from accord.store.database import Database
from accord.store.schema import VERSION, known_versions, stored_version
from accord.store.tables import (
    CHAT_COMPLETIONS,
    CONVERSATION_ITEMS,
    CONVERSATIONS,
    ITEMS,
    METADATA,
    RESPONSES,
)

KINDS = {"responses": RESPONSES, "conversations": CONVERSATIONS, "chat completions": CHAT_COMPLETIONS}
"""Names of the kinds of expiring rows, for people."""
_ITEMS = {"response items": ITEMS, "conversation items": CONVERSATION_ITEMS}
_FAULTS_SHOWN = 5


@dataclass
class Report:
    """The lines of the report, each a subject and a text. `problems` are the lines about faults."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, what: str, value: str, *, wrong: bool = False) -> None:
        self.lines.append((what, value))
        if wrong:
            self.problems.append(f"{what}: {value}")


@asynccontextmanager
async def opened(address: Address) -> AsyncGenerator[Database, None]:
    """Open the database without migrating its schema."""
    database = Database(address)
    try:
        yield database
    finally:
        await database.close()


async def inspected(address: Address) -> Report:
    """Return the report. An unreachable or unreadable database is a problem, not an error."""
    report = Report()
    report.add("database", str(address))
    if address.file is not None and not address.file.exists():
        report.add("state", "does not exist yet: the first server that uses it creates it")
        return report
    try:
        async with opened(address) as database, database.connection() as connection:
            await _inspect(database, connection, report)
    except (errors.SQLAlchemyError, OSError, TimeoutError) as error:
        report.add("state", f"cannot be read: {reason(error)}", wrong=True)
    return report


async def _inspect(database: Database, connection: AsyncConnection, report: Report) -> None:
    engine = "SELECT 'SQLite ' || sqlite_version()" if database.file else "SELECT version()"
    report.add("engine", str(await connection.scalar(text(engine))).partition(" on ")[0])
    version = await connection.run_sync(stored_version)
    _add_schema(version, report)
    if database.file:
        await _inspect_sqlite(connection, report)
    else:
        await _inspect_postgresql(connection, report)
    if version is not None:
        tables = await connection.run_sync(_tables)
        await _count(connection, tables, report)


def _add_schema(version: str | None, report: Report) -> None:
    if version is None:
        report.add("schema", "none yet: the first server that uses it creates it")
    elif version == VERSION:
        report.add("schema", f"{version}, this release's")
    elif version in known_versions():
        report.add("schema", f"{version}; a server of this release migrates it to {VERSION} when it starts")
    else:
        report.add(
            "schema", f"{version}, of a later release; this one supports {VERSION} and older", wrong=True
        )


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def _inspect_sqlite(connection: AsyncConnection, report: Report) -> None:
    page_size, pages, free = [
        int(await connection.scalar(text(f"PRAGMA {name}")) or 0)
        for name in ("page_size", "page_count", "freelist_count")
    ]
    report.add("size", f"{mebibytes(pages * page_size)}, of which {mebibytes(free * page_size)} are free")
    faults = list(await connection.scalars(text(f"PRAGMA integrity_check({_FAULTS_SHOWN})")))
    report.add(
        "integrity", "; ".join(" ".join(str(fault).split()) for fault in faults), wrong=faults != ["ok"]
    )
    dangling = (await connection.execute(text("PRAGMA foreign_key_check"))).all()
    report.add("dangling rows", f"{len(dangling)}", wrong=bool(dangling))


async def _inspect_postgresql(connection: AsyncConnection, report: Report) -> None:
    standby = bool(await connection.scalar(text("SELECT pg_is_in_recovery()")))
    report.add("role", "a standby, which accepts no writes" if standby else "primary", wrong=standby)
    there = await connection.run_sync(_tables)
    names = [name for name in METADATA.tables if name in there]
    ours = "FROM unnest(CAST(:names AS text[])) AS name"
    sizes = text(f"SELECT sum(pg_total_relation_size(to_regclass(name))) {ours}")
    dead = text(f"SELECT sum(n_dead_tup) {ours} JOIN pg_stat_user_tables ON relid = to_regclass(name)")
    size = int(await connection.scalar(sizes, {"names": names}) or 0)
    rows = int(await connection.scalar(dead, {"names": names}) or 0)
    report.add("size", f"{mebibytes(size)}, with {rows:,} dead rows")


async def _count(connection: AsyncConnection, tables: set[str], report: Report) -> None:
    """Report the number of each kind, and the oldest."""
    for name, table in {**KINDS, **_ITEMS}.items():
        if table.name not in tables:
            continue
        if "stored_at" in table.c:
            await _count_kind(connection, name, table, report)
        else:
            report.add(name, f"{await connection.scalar(select(func.count()).select_from(table)):,}")


async def _count_kind(connection: AsyncConnection, name: str, table: Table, report: Report) -> None:
    counted = select(func.count(), func.min(table.c.stored_at)).select_from(table)
    number, oldest = (await connection.execute(counted)).one()
    report.add(name, f"{number:,}" + (f", the oldest of {_moment(oldest)}" if number else ""))
    if table is not RESPONSES:
        return
    states = select(table.c.status, func.count()).group_by(table.c.status).order_by(table.c.status)
    for status, of_it in await connection.execute(states):
        report.add(f"  {status}", f"{of_it:,}")
    over = select(func.count()).select_from(table).where(table.c.lease_until < time.time())
    if lost := await connection.scalar(over):
        report.add("  without a server", f"{lost:,}: the next server that checks marks them as failed")


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def mebibytes(size: int) -> str:
    """Return a number of bytes for people."""
    return f"{size / 2**20:,.1f} MiB"
