"""Pages of a list, as in OpenAI's APIs: `after` an item, at most `limit`, in either order."""

from __future__ import annotations

from typing import Any

from accord.errors import InvalidRequest

DEFAULT_LIMIT = 20

Item = dict[str, Any]


def list_of(items: list[Item], *, has_more: bool) -> dict[str, Any]:
    """Return the fields of a page that has `items`."""
    return {
        "object": "list",
        "data": items,
        "first_id": items[0]["id"] if items else None,
        "last_id": items[-1]["id"] if items else None,
        "has_more": has_more,
    }


def page_of(
    items: list[Item], kind: str, *, after: str | None, limit: int | None, newest_first: bool
) -> dict[str, Any]:
    """Return the fields of a page of `items`, which are the oldest first. Errors call an item a `kind`."""
    ordered = items[::-1] if newest_first else items
    start = 0
    if after is not None:
        ids = [item["id"] for item in ordered]
        if after not in ids:
            raise InvalidRequest(f"after: there is no {kind} '{after}' here.", param="after")
        start = ids.index(after) + 1
    end = start + (limit or DEFAULT_LIMIT)
    return list_of(ordered[start:end], has_more=end < len(ordered))
