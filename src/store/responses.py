"""Data types of stored responses, for the other packages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
"""A JSON object."""

UNFINISHED = ("queued", "in_progress")
"""The statuses of a response that a server is still generating."""

ANSWERED = ("completed", "incomplete")
"""The statuses of a response whose items are appended to its conversation."""


class WrittenItem(dict[str, Any]):
    """An item that is already JSON, `text`; of its fields, only those with a column are here."""

    def __init__(self, text: str, **fields: Any) -> None:
        super().__init__(fields)
        self.text = text


@dataclass(frozen=True, slots=True)
class ResponseRecord:
    """A new response, its input, and the response that it follows.

    Only the `owner` finds it. The events of a `streamed` one are stored when it ends. It has seen the items
    of its conversation before `conversation_place`.
    """

    id: str
    previous_id: str | None
    response: Json
    input_items: list[Json]
    owner: str = ""
    streamed: bool = False
    conversation_id: str | None = None
    conversation_place: int | None = None


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A stored response in its current state."""

    response: Json
    streamed: bool
    logprobs: dict[str, str] = field(default_factory=dict)
    """The log probabilities of its large messages by their ids, as JSON arrays without brackets."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One response of a chain: its input and output, and the part of its conversation that it read."""

    id: str
    previous_id: str | None
    status: str
    conversation_id: str | None
    conversation_place: int | None
    items: list[Json] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long stored objects are kept, in seconds, and how many of each kind. None is no limit."""

    max_age: float | None = None
    max_count: int | None = None
