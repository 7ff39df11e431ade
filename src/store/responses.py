"""Stored responses, as the other rooms see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Json = dict[str, Any]
"""A JSON object."""


@dataclass(frozen=True, slots=True)
class ResponseRecord:
    """A response, what it was given, and the one that it follows. All of it is JSON, so it can be a row."""

    id: str
    previous_id: str | None
    response: Json
    input_items: list[Json]

    @property
    def items(self) -> list[Json]:
        """What was said in this turn, by both sides."""
        return [*self.input_items, *self.response["output"]]


class ResponseStore(Protocol):
    """Keeps responses. Several servers may share one, so it holds nothing that only one of them could use."""

    async def create(self, record: ResponseRecord) -> None:
        """Keep a new response."""
        ...

    async def update(self, response_id: str, response: Json, events: bytes | None = None) -> bool:
        """Replace the response, and keep its events where they are given. False where it was deleted."""
        ...

    async def get(self, response_id: str) -> ResponseRecord | None:
        """Return one record."""
        ...

    async def events(self, response_id: str) -> bytes | None:
        """Return the event stream of a response that was streamed in the background and has ended."""
        ...

    async def chain(self, response_id: str) -> list[ResponseRecord]:
        """Return the record and those that it follows, the oldest first; short where one of them is gone."""
        ...

    async def items(self, item_ids: Sequence[str]) -> dict[str, Json]:
        """Return those of the items that are an input or output of a stored response, by id."""
        ...

    async def delete(self, response_id: str) -> bool:
        """Forget a response. False where there is none."""
        ...
