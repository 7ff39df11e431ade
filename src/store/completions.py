"""Stored chat completions in the database."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from accord.errors import InvalidRequest
from accord.store.database import Database, operation
from accord.store.encoding import dumped, key, loaded
from accord.store.expiry import delete_oldest, newest_beyond
from accord.store.large_completions import StoredCompletion, stored_completion
from accord.store.responses import Json
from accord.store.statements import Position, in_batches_of_rows
from accord.store.tables import CHAT_COMPLETIONS as COMPLETIONS
from accord.store.tables import CHAT_METADATA as METADATA
from accord.telemetry.metrics import CHAT_COMPLETIONS_EXPIRED

_AGE = COMPLETIONS.c.stored_at, COMPLETIONS.c.id


@dataclass(frozen=True, slots=True)
class NewCompletion:
    """A chat completion to be stored: its JSON, its metadata, and the messages of its request."""

    id: str
    model: str
    completion: str
    metadata: dict[str, str]
    messages: list[Json]


def _row_id(completion_id: str, owner: str) -> str:
    """Return the key of a completion. A client may choose its id, so two owners may use the same."""
    return key(f"{owner}/{completion_id}")


class CompletionStore:
    """Stores chat completions. Methods raise NotReady if the database is unavailable.

    Methods that take an `owner` find only the completions of that owner.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    @operation
    async def create(self, new: NewCompletion, owner: str) -> None:
        """Store a completion, replacing one with the same id."""
        id_ = _row_id(new.id, owner)
        values = {
            "owner": owner,
            "model": key(new.model),
            "stored_at": time.time(),
            "completion": new.completion,
            "metadata": dumped(new.metadata),
            "messages": dumped(new.messages),
        }
        dialect: Any = sqlite if self.database.file else postgresql
        kept = dialect.insert(COMPLETIONS).values(id=id_, **values)
        async with self.database.connection(writing=True) as connection:
            await connection.execute(kept.on_conflict_do_update(index_elements=["id"], set_=values))
            await _replace_metadata(connection, id_, new.metadata)

    @operation
    async def get(self, completion_id: str, owner: str) -> StoredCompletion | None:
        """Return a completion."""
        asked = _described().where(COMPLETIONS.c.id == _row_id(completion_id, owner))
        async with self.database.connection() as connection:
            row = (await connection.execute(asked)).one_or_none()
        return None if row is None else await stored_completion(row.completion, loaded(row.metadata))

    @operation
    async def messages(self, completion_id: str, owner: str) -> list[Json] | None:
        """Return the messages of a completion's request."""
        asked = select(COMPLETIONS.c.messages).where(COMPLETIONS.c.id == _row_id(completion_id, owner))
        async with self.database.connection() as connection:
            messages = await connection.scalar(asked)
        if messages is None:
            return None
        stored: list[Json] = json.loads(messages)
        return stored

    @operation
    async def update(
        self, completion_id: str, owner: str, metadata: dict[str, str]
    ) -> StoredCompletion | None:
        """Replace a completion's metadata, and return it."""
        id_ = _row_id(completion_id, owner)
        changed = update(COMPLETIONS).where(COMPLETIONS.c.id == id_).values(metadata=dumped(metadata))
        async with self.database.connection(writing=True) as connection:
            completion = await connection.scalar(changed.returning(COMPLETIONS.c.completion))
            if completion is None:
                return None
            await _replace_metadata(connection, id_, metadata)
        return await stored_completion(completion, metadata)

    @operation
    async def delete(self, completion_id: str, owner: str) -> bool:
        """Delete a completion. False if there is none."""
        meant = COMPLETIONS.c.id == _row_id(completion_id, owner)
        async with self.database.connection(writing=True) as connection:
            gone = await connection.execute(delete(COMPLETIONS).where(meant))
        return gone.rowcount > 0

    @operation
    async def page(
        self,
        owner: str,
        *,
        model: str | None,
        metadata: dict[str, str],
        after: str | None,
        limit: int,
        newest_first: bool,
    ) -> tuple[list[StoredCompletion], bool]:
        """Return at most `limit` completions that have the `model` and `metadata`, and whether more follow.

        They are ordered by time, and begin after the completion `after`. Raises InvalidRequest if `after`
        does not exist.
        """
        conditions: list[ColumnElement[bool]] = [COMPLETIONS.c.owner == owner]
        if model is not None:
            conditions.append(COMPLETIONS.c.model == key(model))
        conditions += [_has(name, value) for name, value in metadata.items()]
        async with self.database.connection() as connection:
            if after is not None:
                start = select(*_AGE).where(COMPLETIONS.c.id == _row_id(after, owner))
                row = (await connection.execute(start)).one_or_none()
                if row is None:
                    raise InvalidRequest(f"after: there is no chat completion '{after}'.", param="after")
                row_position = tuple_(*_AGE)
                position: Position = (row.stored_at, row.id)
                conditions.append(row_position < position if newest_first else row_position > position)
            order = [column.desc() for column in _AGE] if newest_first else list(_AGE)
            asked = _described().where(*conditions).order_by(*order).limit(limit + 1)
            rows = (await connection.execute(asked)).all()
        found = [
            await stored_completion(completion, loaded(metadata_))
            async for metadata_, completion in in_batches_of_rows(rows[:limit])
        ]
        return found, len(rows) > limit

    # --- expiry

    @operation
    async def newest_beyond(self, count: int) -> Position | None:
        """Return the newest completion that is not one of the `count` newest; None if there is none."""
        return await newest_beyond(self.database, COMPLETIONS, count)

    @operation
    async def delete_oldest(self, limit: int, until: Position | None = None) -> int:
        """Delete at most `limit` completions, the oldest first, none after `until`."""
        gone = await delete_oldest(self.database, COMPLETIONS, limit, until)
        CHAT_COMPLETIONS_EXPIRED.inc(gone)
        return gone


def _described() -> Select[Any]:
    return select(COMPLETIONS.c.metadata, COMPLETIONS.c.completion)


def _has(name: str, value: str) -> ColumnElement[bool]:
    """Whether a completion's metadata has this pair."""
    return exists().where(
        METADATA.c.completion_id == COMPLETIONS.c.id,
        METADATA.c.name == key(name),
        METADATA.c.value == key(value),
    )


async def _replace_metadata(connection: AsyncConnection, id_: str, metadata: dict[str, str]) -> None:
    await connection.execute(delete(METADATA).where(METADATA.c.completion_id == id_))
    rows = {key(name): key(value) for name, value in metadata.items()}
    if rows:
        await connection.execute(
            insert(METADATA),
            [{"completion_id": id_, "name": name, "value": value} for name, value in rows.items()],
        )
