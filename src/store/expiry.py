"""Deletes expired and surplus rows of any table with `stored_at` and `id`."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import ColumnElement, Table, delete, select, tuple_

from accord.store.database import Database
from accord.store.statements import Position


class Expiring(Protocol):
    """A store whose rows have a time limit and a maximum number."""

    async def newest_beyond(self, count: int) -> Position | None:
        """Return the newest row beyond the `count` newest; None if there is none."""
        ...

    async def delete_oldest(self, limit: int, until: Position | None = None) -> int:
        """Delete at most `limit`, the oldest first, none after `until`. Return how many."""
        ...


async def newest_beyond(database: Database, table: Table, count: int) -> Position | None:
    """Return the position of the newest row beyond the `count` newest; None if there is none."""
    age = table.c.stored_at, table.c.id
    newest = select(*age).order_by(*(column.desc() for column in age))
    async with database.connection() as connection:
        row = (await connection.execute(newest.offset(count).limit(1))).one_or_none()
    return None if row is None else (row.stored_at, row.id)


async def delete_oldest(
    database: Database, table: Table, limit: int, until: Position | None, *conditions: ColumnElement[bool]
) -> int:
    """Delete at most `limit` rows for which the `conditions` hold, the oldest first, none after `until`."""
    age = table.c.stored_at, table.c.id
    if until is not None:
        conditions = (*conditions, tuple_(*age) <= until)
    # Rows that another server deletes at this moment are left to it.
    oldest = select(table.c.id).where(*conditions).order_by(*age).limit(limit)
    oldest = oldest.with_for_update(skip_locked=True)
    async with database.connection(writing=True) as connection:
        gone = await connection.execute(delete(table).where(table.c.id.in_(oldest)))
    return gone.rowcount
