"""Responses kept in this process's memory."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from accord.store.responses import Json, ResponseRecord

MAX_BYTES = 256 * 1024 * 1024


@dataclass(slots=True)
class _Row:
    """A record as JSON texts, so that a reader can change what it was given without changing what is kept."""

    previous_id: str | None
    response: str
    input_items: str
    item_ids: list[str] = field(default_factory=list)
    events: bytes | None = None

    @property
    def size(self) -> int:
        return len(self.response) + len(self.input_items) + len(self.events or b"")


class MemoryResponseStore:
    """Keeps at most `max_bytes` of JSON; what was used longest ago goes first."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes = max_bytes
        self._rows: OrderedDict[str, _Row] = OrderedDict()
        self._owners: dict[str, str] = {}
        self._bytes = 0

    async def create(self, record: ResponseRecord) -> None:
        row = _Row(record.previous_id, json.dumps(record.response), json.dumps(record.input_items))
        self._rows[record.id] = row
        self._bytes += row.size
        self._own(record.id, row, record.items)
        self._make_room()

    async def update(self, response_id: str, response: Json, events: bytes | None = None) -> bool:
        if (row := self._rows.get(response_id)) is None:
            return False
        self._bytes -= row.size
        row.response = json.dumps(response)
        row.events = events if events is not None else row.events
        self._bytes += row.size
        self._own(response_id, row, response["output"])
        self._make_room()
        return True

    async def get(self, response_id: str) -> ResponseRecord | None:
        if (row := self._rows.get(response_id)) is None:
            return None
        self._rows.move_to_end(response_id)
        return ResponseRecord(
            response_id, row.previous_id, json.loads(row.response), json.loads(row.input_items)
        )

    async def events(self, response_id: str) -> bytes | None:
        row = self._rows.get(response_id)
        return row.events if row else None

    async def chain(self, response_id: str) -> list[ResponseRecord]:
        records: list[ResponseRecord] = []
        next_id: str | None = response_id
        while next_id is not None and (record := await self.get(next_id)) is not None:
            records.append(record)
            next_id = record.previous_id
        return records[::-1]

    async def items(self, item_ids: Sequence[str]) -> dict[str, Json]:
        wanted = set(item_ids)
        found: dict[str, Json] = {}
        for owner in {self._owners[item_id] for item_id in wanted if item_id in self._owners}:
            record = await self.get(owner)
            found |= {item["id"]: item for item in record.items if item["id"] in wanted} if record else {}
        return found

    async def delete(self, response_id: str) -> bool:
        if response_id not in self._rows:
            return False
        self._forget(response_id)
        return True

    def _own(self, response_id: str, row: _Row, items: list[Json]) -> None:
        ids = [item["id"] for item in items]
        row.item_ids += ids
        self._owners |= dict.fromkeys(ids, response_id)

    def _forget(self, response_id: str) -> None:
        row = self._rows.pop(response_id)
        self._bytes -= row.size
        for item_id in row.item_ids:
            if self._owners.get(item_id) == response_id:
                del self._owners[item_id]

    def _make_room(self) -> None:
        while self._bytes > self.max_bytes and len(self._rows) > 1:
            self._forget(next(iter(self._rows)))
