"""Stored responses, as the other rooms see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
"""A JSON object."""

UNFINISHED = ("queued", "in_progress")
"""The statuses of a response that some server is still making."""


@dataclass(frozen=True, slots=True)
class ResponseRecord:
    """A new response, what it was given, and the one that it follows.

    `owner` is whose it is; nobody else finds it. `streamed` is one whose events are kept when it ends.
    """

    id: str
    previous_id: str | None
    response: Json
    input_items: list[Json]
    owner: str = ""
    streamed: bool = False


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response as it stands."""

    response: Json
    streamed: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """One response of a chain: what was said in it, by both sides."""

    id: str
    previous_id: str | None
    status: str
    items: list[Json]


@dataclass(frozen=True, slots=True)
class Retention:
    """How long responses are kept, in seconds, and how many at most. None is no bound."""

    max_age: float | None = None
    max_count: int | None = None
