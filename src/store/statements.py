"""SQL statements and parts of them that the operations on stored responses share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, false, func, select, update

from accord.store.encoding import dumped, key
from accord.store.responses import Json
from accord.store.tables import CONVERSATION_ITEMS, CONVERSATIONS, ITEMS, RESPONSES

MAX_HISTORY = 64 * 1024 * 1024
"""The most characters of JSON that a chain, a conversation or referenced items may add to a request."""

_IDS_AT_ONCE = 500
_YIELD_CHARACTERS = 256 * 1024

Position = tuple[float, str]
"""The position of a row in the order of age: its time and id."""


def failing(error: Json) -> Update:
    """Mark responses as failed with `error`."""
    return update(RESPONSES).values(status="failed", error=dumped(error), lease_until=None)


def owned(response_id: str, owner: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Select a response, if it is the owner's."""
    return RESPONSES.c.id == key(response_id), RESPONSES.c.owner == owner


def item_rows(response_id: str, items: list[Json], *, is_output: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the rows of a response's items."""
    for index, item in enumerate(items):
        yield {
            "response_id": response_id,
            "is_output": is_output,
            "place": index,
            "item_id": key(item["id"]),
            "item": dumped(item),
        }


SIZE = (
    select(func.coalesce(func.sum(func.length(ITEMS.c.item)), 0))
    .where(ITEMS.c.response_id == RESPONSES.c.id)
    .scalar_subquery()
)
"""The number of characters of a response's items."""


def newest_items(
    what: Callable[[ColumnElement[Any]], ColumnElement[Any]], keys: list[str], owner: str
) -> Select[Any]:
    """Select the items with these ids, and `what` of each as `item`: the newest of several with one id.

    They are items of responses and of conversations.
    """
    of_responses = (
        select(
            ITEMS.c.item_id,
            what(ITEMS.c.item).label("item"),
            RESPONSES.c.stored_at,
            RESPONSES.c.id.label("kept_with"),
            ITEMS.c.is_output,
            ITEMS.c.place,
        )
        .join(RESPONSES, RESPONSES.c.id == ITEMS.c.response_id)
        .where(RESPONSES.c.owner == owner, ITEMS.c.item_id.in_(keys))
    )
    of_conversations = (
        select(
            CONVERSATION_ITEMS.c.item_id,
            what(CONVERSATION_ITEMS.c.item),
            CONVERSATIONS.c.stored_at,
            CONVERSATIONS.c.id,
            false(),
            CONVERSATION_ITEMS.c.place,
        )
        .join(CONVERSATIONS, CONVERSATIONS.c.id == CONVERSATION_ITEMS.c.conversation_id)
        .where(CONVERSATIONS.c.owner == owner, CONVERSATION_ITEMS.c.item_id.in_(keys))
    )
    both = of_responses.union_all(of_conversations).subquery()
    latest = both.c.stored_at.desc(), both.c.kept_with, both.c.is_output, both.c.place
    rank = func.row_number().over(partition_by=both.c.item_id, order_by=latest)
    ranked = select(both.c.item_id, both.c.item, rank.label("rank")).subquery()
    return select(ranked.c.item_id, ranked.c.item).where(ranked.c.rank == 1)


async def in_batches_of_rows(rows: Iterable[Any]) -> AsyncIterator[Any]:
    """Yield the rows, whose last column is an item to parse; other requests run in between."""
    read = 0
    for row in rows:
        yield row
        read += len(row[-1] or "")
        if read > _YIELD_CHARACTERS:
            read = 0
            await asyncio.sleep(0)


def batches(ids: Iterable[str]) -> Iterator[list[str]]:
    """Split the values of an IN clause: databases limit the number of parameters."""
    rest = iter(ids)
    while batch := list(islice(rest, _IDS_AT_ONCE)):
        yield batch
