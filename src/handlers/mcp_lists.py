"""Lists the tools of MCP servers for a response."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from accord.dialects.responses import new_id
from accord.dialects.responses.items import Item
from accord.dialects.responses.mcp_tools import endpoints, is_allowed, listings
from accord.errors import TimedOut
from accord.generated import models
from accord.handlers.call import Call
from accord.mcp_servers import Endpoint, McpError, Session
from accord.telemetry.request import current

T = TypeVar("T")


async def new_lists(
    call: Call, body: models.ResponseRequest, kept: list[Item], conversation: list[Item]
) -> list[Item]:
    """Return the tool lists of those MCP servers that the items have no list of."""
    known = listings(conversation)
    asked = [tool for tool in kept if tool["type"] == "mcp" and tool["server_label"] not in known]
    if not asked:
        return []
    places = endpoints(body.tools or (), call.services.mcp)
    listing = (_list(call, tool, places[tool["server_label"]]) for tool in asked)
    return list(await asyncio.gather(*listing))


async def _list(call: Call, tool: Item, endpoint: Endpoint) -> Item:
    session = Session(endpoint, call.services.mcp.limits)
    item = {"id": new_id("mcpl"), "type": "mcp_list_tools", "server_label": tool["server_label"]}
    try:
        found = await in_time(call, session.tools())
    except McpError as error:
        return item | {"tools": [], "error": f"The tools could not be listed: {error.message}."}
    finally:
        await session.aclose()
    listed = [
        {
            "name": each.name,
            "description": each.description,
            "input_schema": each.input_schema,
            "annotations": each.annotations.model_dump(mode="json", by_alias=True, exclude_none=True)
            if each.annotations is not None
            else None,
        }
        for each in found
    ]
    return item | {"tools": [each for each in listed if is_allowed(tool, each)]}


async def in_time(call: Call, work: Coroutine[Any, Any, T]) -> T:
    """Await an MCP server within the request's time limit and the grace period."""
    record = current()
    left = record.seconds_left
    try:
        async with asyncio.timeout(None if left is None else max(left, 0)) as limit:
            return await call.services.draining.in_time(work)
    except TimeoutError:
        if not limit.expired():
            raise
        raise TimedOut(record.seconds_allowed or 0) from None
