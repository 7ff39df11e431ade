"""Compaction: a summary by the model, which replaces the conversation before it.

It is an item. Everything before the last compaction is left out, except for the messages of the system and
the developer, a number of the user's messages that the item gives, and calls that are answered later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json

from accord.dialects.ignored import Ignored
from accord.dialects.responses import new_id
from accord.dialects.responses.reasoning import decoded_reasoning, encoded_reasoning
from accord.dialects.responses.tool_items import CALLS, OUTPUTS
from accord.dialects.summary import INTRODUCTION
from accord.errors import InvalidRequest
from accord.generated import models

Item = dict[str, Any]

_INSTRUCTING = ("system", "developer")
_CHARACTERS_A_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Compaction:
    """A summary, and how many of the user's latest messages before it are kept."""

    summary: str
    kept: int

    def item(self, item_id: str) -> models.ResponseCompaction:
        """Return the compaction as an item."""
        content = to_json({"summary": self.summary, "kept": self.kept}).decode()
        return models.ResponseCompaction(
            id=item_id, type="compaction", encrypted_content=encoded_reasoning(content)
        )


def opened(content: str) -> Compaction | None:
    """Return the compaction in an item's `encrypted_content`; None if another server created it."""
    text = decoded_reasoning(content)
    try:
        given = None if text is None else from_json(text)
    except ValueError:
        return None
    match given:
        case {"summary": str(summary), "kept": int(kept)}:
            return Compaction(summary, kept)
    return None


def stored_compaction(item: models.ResponseCompactionParam) -> Item | None:
    """Return the item to keep; None for one that this server cannot read."""
    if opened(item.encrypted_content) is None:
        return None
    return {
        "id": item.id or new_id("cmp"),
        "type": "compaction",
        "encrypted_content": item.encrypted_content,
    }


def message(item: Item) -> dict[str, Any]:
    """Return the message for a compaction."""
    compaction = opened(item["encrypted_content"])
    assert compaction is not None
    return {"role": "user", "content": INTRODUCTION + compaction.summary}


def is_users(item: Item) -> bool:
    """Whether the item is a message of the user's."""
    return bool(item["type"] == "message" and item["role"] == "user")


def instructs(item: Item) -> bool:
    """Whether the item is a message of the system's or the developer's."""
    return bool(item["type"] == "message" and item["role"] in _INSTRUCTING)


def since_last_compaction(items: list[Item]) -> list[Item]:
    """Return the items that remain after the last compaction among them."""
    places = [place for place, item in enumerate(items) if item["type"] == "compaction"]
    if not places:
        return items
    compaction = opened(items[places[-1]]["encrypted_content"])
    assert compaction is not None
    before, since = items[: places[-1]], items[places[-1] :]
    users = [place for place, item in enumerate(before) if is_users(item)]
    kept = set(users[-compaction.kept :] if compaction.kept > 0 else ())
    answered = {item["call_id"] for item in since if item["type"] in OUTPUTS}
    answered |= {item["approval_request_id"] for item in since if item["type"] == "mcp_approval_response"}

    def stays(place: int, item: Item) -> bool:
        if item["type"] == "mcp_approval_request":
            return item["id"] in answered
        return place in kept or instructs(item) or (item["type"] in CALLS and item["call_id"] in answered)

    return [item for place, item in enumerate(before) if stays(place, item)] + since


def messages_to_keep(items: Sequence[Item], tokens: int) -> int:
    """Return how many of the user's latest messages fit in about so many tokens; at least one."""
    left = tokens * _CHARACTERS_A_TOKEN
    kept = 0
    for item in reversed(items):
        if is_users(item):
            left -= sum(len(part.get("text", "")) for part in item["content"])
            if kept and left < 0:
                break
            kept += 1
    return kept


def threshold(body: models.ResponseRequest, context: int, ignored: Ignored) -> int | None:
    """Return the number of tokens above which the prompt is compacted; None for never."""
    found: int | None = None
    for index, entry in enumerate(body.context_management or ()):
        if entry.type != "compaction":
            ignored.leave_out(f"context_management.{index}", entry.type)
        elif found is None:
            found = entry.compact_threshold or context * 3 // 4
    return found


def is_requested(body: models.ResponseRequest) -> bool:
    """Whether the input ends with a trigger: the request is for a compaction, not an answer."""
    given = body.input
    if not isinstance(given, list):
        return False
    places = [i for i, item in enumerate(given) if isinstance(item, models.ResponseCompactionTriggerParam)]
    for place in places:
        if place != len(given) - 1:
            raise InvalidRequest(
                f"input.{place}: a compaction_trigger must be the last item of the input.",
                param=f"input.{place}",
            )
    return bool(places)
