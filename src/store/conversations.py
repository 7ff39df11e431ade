"""Stored conversations in the database: ordered items, which responses and clients append."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from accord.errors import InvalidRequest
from accord.store.database import Database, operation
from accord.store.encoding import dumped, key, loaded
from accord.store.expiry import delete_oldest, newest_beyond
from accord.store.responses import Json
from accord.store.statements import MAX_HISTORY, Position, batches, in_batches_of_rows
from accord.store.tables import CONVERSATION_ITEMS as ITEMS
from accord.store.tables import CONVERSATIONS
from accord.telemetry.metrics import CONVERSATIONS_EXPIRED


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """A conversation without its items."""

    id: str
    created_at: int
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a conversation's items, in the requested order, and whether there are more."""

    items: list[Json]
    has_more: bool


def _owned(conversation_id: str, owner: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return CONVERSATIONS.c.id == key(conversation_id), CONVERSATIONS.c.owner == owner


async def append(connection: AsyncConnection, conversation_id: str, owner: str, items: list[Json]) -> bool:
    """Append `items` to a conversation; False if it does not exist.

    Updating its `next_place` locks the conversation until the transaction ends, so items that are added
    concurrently follow one another as whole groups. Items that it already has are not added again.
    """
    moved = (
        update(CONVERSATIONS)
        .where(*_owned(conversation_id, owner))
        .values(next_place=CONVERSATIONS.c.next_place + len(items), stored_at=time.time())
    )
    end = await connection.scalar(moved.returning(CONVERSATIONS.c.next_place))
    if end is None:
        return False
    present = await _present(connection, conversation_id, items)
    rows = {
        id_: {"conversation_id": key(conversation_id), "place": place, "item_id": id_, "item": dumped(item)}
        for place, item in enumerate(items, end - len(items))
        if (id_ := key(item["id"])) not in present
    }
    if rows:
        await connection.execute(insert(ITEMS), list(rows.values()))
    return True


async def _present(connection: AsyncConnection, conversation_id: str, items: list[Json]) -> set[str]:
    """Return those ids that are in the conversation, as they are stored."""
    found: set[str] = set()
    for ids in batches(key(item["id"]) for item in items):
        here = (ITEMS.c.conversation_id == key(conversation_id)) & ITEMS.c.item_id.in_(ids)
        found |= set(await connection.scalars(select(ITEMS.c.item_id).where(here)))
    return found


class ConversationStore:
    """Stores conversations. Methods raise NotReady if the database is unavailable.

    Methods that take an `owner` find only the conversations of that owner.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    @operation
    async def create(self, conversation: StoredConversation, owner: str, items: list[Json]) -> None:
        """Store a new conversation with its first items."""
        async with self.database.connection(writing=True) as connection:
            await connection.execute(
                insert(CONVERSATIONS).values(
                    id=conversation.id,
                    owner=owner,
                    created_at=conversation.created_at,
                    stored_at=time.time(),
                    metadata=dumped(conversation.metadata),
                    next_place=0,
                )
            )
            await append(connection, conversation.id, owner, items)

    @operation
    async def get(self, conversation_id: str, owner: str) -> StoredConversation | None:
        """Return a conversation."""
        async with self.database.connection() as connection:
            found = await connection.execute(_described().where(*_owned(conversation_id, owner)))
            return _conversation(found.one_or_none())

    @operation
    async def update(
        self, conversation_id: str, owner: str, metadata: dict[str, str]
    ) -> StoredConversation | None:
        """Replace a conversation's metadata, and return it."""
        changed = (
            update(CONVERSATIONS)
            .where(*_owned(conversation_id, owner))
            .values(metadata=dumped(metadata), stored_at=time.time())
        )
        async with self.database.connection(writing=True) as connection:
            found = await connection.execute(changed.returning(*_described().selected_columns))
            return _conversation(found.one_or_none())

    @operation
    async def delete(self, conversation_id: str, owner: str) -> bool:
        """Delete a conversation and its items. False if there is none."""
        async with self.database.connection(writing=True) as connection:
            gone = await connection.execute(delete(CONVERSATIONS).where(*_owned(conversation_id, owner)))
        return gone.rowcount > 0

    # --- items

    @operation
    async def add(self, conversation_id: str, owner: str, items: list[Json]) -> bool:
        """Append items. False if there is no such conversation."""
        async with self.database.connection(writing=True) as connection:
            return await append(connection, conversation_id, owner, items)

    @operation
    async def present(self, conversation_id: str, owner: str, items: list[Json]) -> str | None:
        """Return the id of the first of `items` that is already in the conversation."""
        async with self.database.connection() as connection:
            if not await self._exists(connection, conversation_id, owner):
                return None
            found = await _present(connection, conversation_id, items)
        return next((item["id"] for item in items if key(item["id"]) in found), None)

    @operation
    async def page(
        self, conversation_id: str, owner: str, *, after: str | None, limit: int, newest_first: bool
    ) -> Page | None:
        """Return at most `limit` items after the item `after`; None if the conversation does not exist.

        Raises InvalidRequest if the item `after` does not exist.
        """
        place = ITEMS.c.place
        asked = select(ITEMS.c.item).where(ITEMS.c.conversation_id == key(conversation_id))
        async with self.database.connection() as connection:
            if not await self._exists(connection, conversation_id, owner):
                return None
            if after is not None:
                start = await connection.scalar(_item(conversation_id, after, place))
                if start is None:
                    raise InvalidRequest(f"after: there is no item '{after}' here.", param="after")
                asked = asked.where(place < start if newest_first else place > start)
            asked = asked.order_by(place.desc() if newest_first else place).limit(limit + 1)
            rows = (await connection.execute(asked)).all()
        items = [loaded(item) async for (item,) in in_batches_of_rows(rows[:limit])]
        return Page(items, len(rows) > limit)

    @operation
    async def item(self, conversation_id: str, item_id: str, owner: str) -> Json | None:
        """Return one item."""
        async with self.database.connection() as connection:
            if not await self._exists(connection, conversation_id, owner):
                return None
            item = await connection.scalar(_item(conversation_id, item_id, ITEMS.c.item))
        return None if item is None else loaded(item)

    @operation
    async def delete_item(self, conversation_id: str, item_id: str, owner: str) -> bool:
        """Delete one item. False if there is none."""
        here = (ITEMS.c.conversation_id == key(conversation_id)) & (ITEMS.c.item_id == key(item_id))
        async with self.database.connection(writing=True) as connection:
            if not await self._exists(connection, conversation_id, owner):
                return False
            gone = await connection.execute(delete(ITEMS).where(here))
        return gone.rowcount > 0

    @operation
    async def history(
        self, conversation_id: str, owner: str, until: int | None = None
    ) -> tuple[list[Json], int] | None:
        """Return all items, or those before position `until`, and the position of the next one.

        Return None if the conversation does not exist. Raises InvalidRequest, without reading them, if the
        items are larger than `MAX_HISTORY`.
        """
        here = ITEMS.c.conversation_id == key(conversation_id)
        if until is not None:
            here &= ITEMS.c.place < until
        size = select(func.coalesce(func.sum(func.length(ITEMS.c.item)), 0)).where(here)
        head = select(CONVERSATIONS.c.next_place, size.scalar_subquery().label("size"))
        async with self.database.connection() as connection:
            row = (await connection.execute(head.where(*_owned(conversation_id, owner)))).one_or_none()
            if row is None:
                return None
            if row.size > MAX_HISTORY:
                raise InvalidRequest(
                    f"conversation: the items of '{conversation_id}' have {row.size} characters of JSON; a "
                    f"request may bring in {MAX_HISTORY}. Delete some, or create a new conversation.",
                    param="conversation",
                    code="input_too_large",
                )
            # Items that others add while these are read are left out.
            before = here & (ITEMS.c.place < row.next_place)
            rows = await connection.execute(select(ITEMS.c.item).where(before).order_by(ITEMS.c.place))
            texts = rows.all()
        return [loaded(item) async for (item,) in in_batches_of_rows(texts)], row.next_place

    @staticmethod
    async def _exists(connection: AsyncConnection, conversation_id: str, owner: str) -> bool:
        found = select(CONVERSATIONS.c.id).where(*_owned(conversation_id, owner))
        return await connection.scalar(found) is not None

    # --- expiry

    @operation
    async def newest_beyond(self, count: int) -> Position | None:
        """Return the newest conversation that is not one of the `count` newest; None if there is none."""
        return await newest_beyond(self.database, CONVERSATIONS, count)

    @operation
    async def delete_oldest(self, limit: int, until: Position | None = None) -> int:
        """Delete at most `limit` conversations, the longest unchanged first, none after `until`."""
        gone = await delete_oldest(self.database, CONVERSATIONS, limit, until)
        CONVERSATIONS_EXPIRED.inc(gone)
        return gone


def _described() -> Select[Any]:
    return select(CONVERSATIONS.c.id, CONVERSATIONS.c.created_at, CONVERSATIONS.c.metadata)


def _conversation(row: Any) -> StoredConversation | None:
    return None if row is None else StoredConversation(row.id, row.created_at, loaded(row.metadata))


def _item(conversation_id: str, item_id: str, column: ColumnElement[Any]) -> Select[Any]:
    here = (ITEMS.c.conversation_id == key(conversation_id)) & (ITEMS.c.item_id == key(item_id))
    return select(column).where(here)
