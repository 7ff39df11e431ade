"""Stored responses in the database."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Double,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from accord.errors import InvalidRequest
from accord.store.conversations import append
from accord.store.database import Database, operation
from accord.store.encoding import dumped, key, loaded, without_logprobs
from accord.store.expiry import delete_oldest, newest_beyond
from accord.store.responses import ANSWERED, UNFINISHED, Json, ResponseRecord, StoredResponse, Turn
from accord.store.statements import (
    MAX_HISTORY,
    SIZE,
    Position,
    batches,
    failing,
    in_batches_of_rows,
    item_rows,
    newest_items,
    owned,
)
from accord.store.tables import ITEMS, RESPONSES
from accord.telemetry.metrics import RESPONSES_EXPIRED, RESPONSES_LOST

LEASE_SECONDS = 45
"""Seconds until the responses of a silent server are marked as failed."""

LOST = {
    "code": "server_error",
    "message": "The server that was making the response has ended before it was complete.",
}

UNKEPT = {"code": "server_error", "message": "The server failed to keep the response."}

MAX_TURNS = 10_000

_FORGOTTEN_SECONDS = 24 * 3600


class ResponseStore:
    """Stores responses. Several servers may share the database; `server` is this one's id.

    Each method raises NotReady if the database is unavailable. Methods that take an `owner` find only the
    responses of that owner.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.server = uuid4().hex
        self.unstored: set[str] = set()
        """Responses that this server has finished without storing it."""
        self._began = time.monotonic()

    async def check(self) -> None:
        """Raise NotReady if the database has failed and is still unavailable; costs nothing otherwise."""
        if self.database.failing:
            await self._ping()

    @operation
    async def _ping(self) -> None:
        async with self.database.connection() as connection:
            await connection.execute(text("SELECT 1"))

    @operation
    async def create(self, record: ResponseRecord) -> None:
        """Store a new response; one that completes at once appends its items to its conversation."""
        response = dict(record.response)
        output = response.pop("output")
        unfinished = response["status"] in UNFINISHED
        rows = [*item_rows(record.id, record.input_items), *item_rows(record.id, output, is_output=True)]
        async with self.database.connection(writing=True) as connection:
            await connection.execute(
                insert(RESPONSES).values(
                    id=record.id,
                    owner=record.owner,
                    previous_id=record.previous_id,
                    status=response["status"],
                    stored_at=time.time(),
                    server=self.server if unfinished else None,
                    lease_until=self._lease() if unfinished else None,
                    response=dumped(response),
                    streamed=record.streamed,
                    conversation_id=record.conversation_id and key(record.conversation_id),
                    conversation_place=record.conversation_place,
                )
            )
            await _insert_items(connection, rows)
            if record.conversation_id is not None and response["status"] in ANSWERED:
                added = record.input_items + output
                await append(connection, record.conversation_id, record.owner, added)

    @operation
    async def update(
        self, response_id: str, response: Json, events: bytes | Sequence[bytes] | None = None
    ) -> bool:
        """Store the state of a response that this server generates, and its events if given.

        Return False if it was cancelled, marked as failed or deleted meanwhile; it is not changed then.
        """
        status = response["status"]
        made_here = (RESPONSES.c.id == response_id) & RESPONSES.c.lease_until.is_not(None)
        if status in UNFINISHED:
            values: dict[str, Any] = {"status": status, "lease_until": self._lease()}
        else:
            rest = {name: value for name, value in response.items() if name != "output"}
            packed = await asyncio.to_thread(_packed, events) if events is not None else None
            values = {"status": status, "lease_until": None, "response": dumped(rest), "events": packed}
        async with self.database.connection(writing=True) as connection:
            changed = update(RESPONSES).where(made_here).values(values)
            columns = RESPONSES.c.owner, RESPONSES.c.conversation_id
            row = (await connection.execute(changed.returning(*columns))).one_or_none()
            if row is None:
                return False
            if status not in UNFINISHED:
                output = response["output"]
                await _insert_items(connection, list(item_rows(response_id, output, is_output=True)))
                if row.conversation_id is not None and status in ANSWERED:
                    given = await self._side(connection, response_id, is_output=False)
                    await append(connection, row.conversation_id, row.owner, given + output)
        return True

    async def get(self, response_id: str, owner: str) -> StoredResponse | None:
        """Return a response. If its server has ended, it is marked as failed first."""
        found, lost = await self._get(response_id, owner)
        if lost and self.leases_are_reliable:
            await self.fail_lost()
            found, _ = await self._get(response_id, owner)
        return found

    @operation
    async def _get(self, response_id: str, owner: str) -> tuple[StoredResponse | None, bool]:
        columns = RESPONSES.c.status, RESPONSES.c.response, RESPONSES.c.error, RESPONSES.c.streamed
        asked = select(*columns, self._lost().label("lost")).where(*owned(response_id, owner))
        async with self.database.connection() as connection:
            row = (await connection.execute(asked)).one_or_none()
            texts = await self._texts(connection, response_id, is_output=True) if row else []
        if row is None:
            return None, False
        logprobs: dict[str, str] = {}
        output = []
        for text_ in texts:
            rest, removed = without_logprobs(text_)
            output.append(item := loaded(rest))
            if removed:
                logprobs[item["id"]] = removed
        response: Json = loaded(row.response) | {"status": row.status, "output": output}
        if row.error is not None:
            response["error"] = loaded(row.error)
        return StoredResponse(response, row.streamed, logprobs), bool(row.lost)

    @operation
    async def input_items(self, response_id: str, owner: str) -> list[Json] | None:
        """Return the input items of a response."""
        async with self.database.connection() as connection:
            found = select(RESPONSES.c.id).where(*owned(response_id, owner))
            if await connection.scalar(found) is None:
                return None
            return await self._side(connection, response_id, is_output=False)

    async def _side(self, connection: AsyncConnection, response_id: str, *, is_output: bool) -> list[Json]:
        return [loaded(item) for item in await self._texts(connection, response_id, is_output=is_output)]

    @staticmethod
    async def _texts(connection: AsyncConnection, response_id: str, *, is_output: bool) -> list[str]:
        """Return the items of one side as JSON."""
        of_side = (ITEMS.c.response_id == response_id) & (ITEMS.c.is_output == is_output)
        texts = await connection.scalars(select(ITEMS.c.item).where(of_side).order_by(ITEMS.c.place))
        return list(texts)

    @operation
    async def events(self, response_id: str, owner: str) -> bytes | None:
        """Return the event stream of a response that was streamed in the background and has ended here."""
        async with self.database.connection() as connection:
            found = select(RESPONSES.c.events).where(*owned(response_id, owner))
            packed = await connection.scalar(found)
        return None if packed is None else await asyncio.to_thread(zlib.decompress, packed)

    @operation
    async def chain(self, response_id: str, owner: str) -> list[Turn]:
        """Return a response and those it follows, the oldest first; the chain begins after a deleted one.

        Raises InvalidRequest if it is larger than `MAX_HISTORY`; no more than that is read.
        """
        columns = (
            RESPONSES.c.id,
            RESPONSES.c.previous_id,
            RESPONSES.c.status,
            RESPONSES.c.conversation_id,
            RESPONSES.c.conversation_place,
        )
        last = select(*columns, literal(0).label("depth"), SIZE.label("size"))
        chain = last.where(*owned(response_id, owner)).cte("chain", recursive=True)
        chain = chain.union_all(
            select(*columns, chain.c.depth + 1, chain.c.size + SIZE).where(
                RESPONSES.c.id == chain.c.previous_id,
                RESPONSES.c.owner == owner,
                chain.c.depth < MAX_TURNS,
                chain.c.size <= MAX_HISTORY,
            )
        )
        items = (ITEMS.c.response_id == chain.c.id) & (chain.c.size <= MAX_HISTORY)
        query = (
            select(*(chain.c[column.name] for column in columns), chain.c.size, ITEMS.c.item)
            .select_from(chain.outerjoin(ITEMS, items))
            .order_by(chain.c.depth.desc(), ITEMS.c.is_output, ITEMS.c.place)
        )
        async with self.database.connection() as connection:
            rows = (await connection.execute(query)).all()
        if rows and rows[0].size > MAX_HISTORY:
            raise InvalidRequest(
                f"previous_response_id: the history of '{response_id}' has more than {MAX_HISTORY} "
                "characters of JSON, the maximum for a request. Omit it, and send what is "
                "still needed as input.",
                param="previous_response_id",
                code="input_too_large",
            )
        turns: list[Turn] = []
        async for *turn, _, item in in_batches_of_rows(rows):
            if not turns or turns[-1].id != turn[0]:
                turns.append(Turn(*turn))
            if item is not None:
                turns[-1].items.append(loaded(item))
        return turns

    @operation
    async def items(self, item_ids: Sequence[str], owner: str) -> dict[str, Json]:
        """Return those items of stored responses or conversations, by id.

        Raises InvalidRequest if they are larger than `MAX_HISTORY`, each counted as often as its id is given.
        """
        found: dict[str, Json] = {}
        wanted = {key(item_id): item_id for item_id in item_ids}
        times = Counter(item_ids)
        size = 0
        async with self.database.connection() as connection:
            for keys in batches(wanted):
                sizes = await connection.execute(newest_items(func.length, keys, owner))
                size += sum(times[wanted[item_id]] * length for item_id, length in sizes)
                if size > MAX_HISTORY:
                    raise InvalidRequest(
                        f"input: the items that it refers to have {size} characters of JSON or more, each "
                        "counted as often as it is referred to; a request may bring in "
                        f"{MAX_HISTORY}. Refer to fewer.",
                        param="input",
                        code="input_too_large",
                    )
                rows = (await connection.execute(newest_items(lambda item: item, keys, owner))).all()
                async for item_id, item in in_batches_of_rows(rows):
                    found[wanted[item_id]] = loaded(item)
        return found

    @operation
    async def cancel(self, response_id: str, owner: str) -> bool:
        """Cancel a response; the server that generates it stops when it sees that. False if it has ended."""
        unfinished = RESPONSES.c.lease_until.is_not(None)
        async with self.database.connection(writing=True) as connection:
            changed = await connection.execute(
                update(RESPONSES)
                .where(*owned(response_id, owner), unfinished)
                .values(status="cancelled", lease_until=None)
            )
        return changed.rowcount > 0

    @operation
    async def delete(self, response_id: str, owner: str) -> bool:
        """Delete a response, whichever server generates it. False if there is none."""
        async with self.database.connection(writing=True) as connection:
            gone = await connection.execute(delete(RESPONSES).where(*owned(response_id, owner)))
        return gone.rowcount > 0

    # --- running responses, here and on other servers

    @operation
    async def unfinished(self, response_ids: Sequence[str], *, renew: bool) -> set[str]:
        """Return the unfinished responses; `renew` extends their leases."""
        found: set[str] = set()
        async with self.database.connection(writing=renew) as connection:
            for ids in batches(response_ids):
                asked = RESPONSES.c.id.in_(ids) & RESPONSES.c.lease_until.is_not(None)
                if renew:
                    renewed = update(RESPONSES).where(asked).values(lease_until=self._lease())
                    found |= set(await connection.scalars(renewed.returning(RESPONSES.c.id)))
                else:
                    found |= set(await connection.scalars(select(RESPONSES.c.id).where(asked)))
        return found

    @operation
    async def fail_lost(self, *, alone: bool = False) -> int:
        """Mark the responses of ended servers as failed; `alone` means that no other server runs."""
        lost = RESPONSES.c.lease_until.is_not(None) if alone else self._lost()
        async with self.database.connection(writing=True) as connection:
            failed = await connection.execute(failing(LOST).where(lost))
        RESPONSES_LOST.inc(failed.rowcount)
        return failed.rowcount

    @operation
    async def fail_unstored(self) -> int:
        """Mark those of `unstored` as failed that have not ended elsewhere. Return how many."""
        ids = set(self.unstored)
        failed = 0
        async with self.database.connection(writing=True) as connection:
            for some in batches(ids):
                unfinished = RESPONSES.c.id.in_(some) & RESPONSES.c.lease_until.is_not(None)
                failed += (await connection.execute(failing(UNKEPT).where(unfinished))).rowcount
        self.unstored -= ids
        return failed

    @property
    def leases_are_reliable(self) -> bool:
        """Whether every running server could renew its leases since the database came back."""
        return time.monotonic() - max(self._began, self.database.failed_at) > LEASE_SECONDS

    # --- expiry

    @operation
    async def count(self) -> int:
        """Return how many responses there are."""
        async with self.database.connection() as connection:
            return await connection.scalar(select(func.count()).select_from(RESPONSES)) or 0

    @operation
    async def newest_beyond(self, count: int) -> Position | None:
        """Return the newest response that is not one of the `count` newest; None if there is none."""
        return await newest_beyond(self.database, RESPONSES, count)

    @operation
    async def delete_oldest(self, limit: int, until: Position | None = None) -> int:
        """Delete at most `limit` responses that have ended, the oldest first, none after `until`.

        Return how many.
        """
        ended = RESPONSES.c.lease_until.is_(None)
        gone = await delete_oldest(self.database, RESPONSES, limit, until, ended)
        RESPONSES_EXPIRED.inc(gone)
        return gone

    # --- helpers

    def _now(self) -> ColumnElement[float]:
        """The database's time, which all servers share. Servers that share a file are on one machine."""
        if self.database.file:
            return literal(time.time())
        return cast(func.extract("epoch", func.clock_timestamp()), Double)

    def _lease(self) -> ColumnElement[float]:
        return self._now() + LEASE_SECONDS

    def _lost(self) -> ColumnElement[bool]:
        """Whether a response's server has ended without storing its end.

        This server knows which of its own responses run. Any other row with its id was stored although the
        database's reply was lost.
        """
        others = (RESPONSES.c.lease_until < self._now()) & (RESPONSES.c.server != self.server)
        return others | (RESPONSES.c.lease_until < self._now() - _FORGOTTEN_SECONDS)


async def _insert_items(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(ITEMS), rows)


def _packed(events: bytes | Sequence[bytes]) -> bytes:
    """Return the compressed events, which may come in pieces."""
    compressor = zlib.compressobj(1)
    pieces = [events] if isinstance(events, bytes) else events
    return b"".join([*map(compressor.compress, pieces), compressor.flush()])
