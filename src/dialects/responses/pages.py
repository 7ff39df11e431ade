"""Pages of input items."""

from __future__ import annotations

from accord.dialects.responses.items import Item
from accord.errors import InvalidRequest
from accord.generated import models

DEFAULT_LIMIT = 20


def page(items: list[Item], parameters: models.ListResponseInputItemsParameters) -> models.ResponseItemList:
    """Return the page of `items`, which are the oldest first, that the parameters ask for."""
    ordered = items if parameters.order == "asc" else items[::-1]
    start = 0
    if parameters.after is not None:
        ids = [item["id"] for item in ordered]
        if parameters.after not in ids:
            raise InvalidRequest(f"after: there is no item '{parameters.after}' here.", param="after")
        start = ids.index(parameters.after) + 1
    end = start + (parameters.limit or DEFAULT_LIMIT)
    return models.ResponseItemList.model_validate(
        {
            "object": "list",
            "data": ordered[start:end],
            "first_id": ordered[start]["id"] if start < len(ordered) else None,
            "last_id": ordered[min(end, len(ordered)) - 1]["id"] if start < len(ordered) else None,
            "has_more": end < len(ordered),
        }
    )
