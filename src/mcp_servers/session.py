"""The session with one MCP server for a response: it lists and calls tools."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from accord.mcp_servers.allowed import Endpoint, Limits
from accord.mcp_servers.connection import Connection, T, Work
from accord.mcp_servers.outcomes import McpError, Outcome, outcome, too_slow
from accord.telemetry.metrics import MCP_REQUESTS

if TYPE_CHECKING:
    from mcp import Client
    from mcp_types import Tool

logger = logging.getLogger(__name__)

MAX_PAGES = 20
"""The most pages of a list of tools."""


class Session:
    """Calls an MCP server within the limits. It connects when needed, and again if the connection ended."""

    def __init__(self, endpoint: Endpoint, limits: Limits) -> None:
        self._endpoint = endpoint
        self._limits = limits
        self._connection: Connection | None = None

    async def tools(self) -> list[Tool]:
        """Return the server's tools. Raises McpError."""

        async def listed(client: Client) -> list[Tool]:
            found: list[Tool] = []
            cursor = None
            for _ in range(MAX_PAGES):
                page = await client.list_tools(cursor=cursor)
                found += page.tools
                cursor = page.next_cursor
                if cursor is None:
                    return found
            raise McpError(f"its list of tools has more than {MAX_PAGES} pages")

        found = await self._ask(listed)
        self._count("answered")
        return found

    async def call(self, name: str, arguments: dict[str, Any]) -> Outcome:
        """Call a tool; a failed call is an outcome, too."""

        async def called(client: Client) -> Outcome:
            return outcome(await client.call_tool(name, arguments))

        try:
            found = await self._ask(called)
        except McpError as error:
            return Outcome(error=error.error)
        self._count("answered" if found.error is None else "tool_failed")
        return found

    async def aclose(self) -> None:
        """Close the connection and cancel its work."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.aclose()

    async def _ask(self, work: Work[T]) -> T:
        if self._connection is None or self._connection.is_over:
            self._connection = Connection(self._endpoint, self._limits)
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await self._connection.ask(work)
        except TimeoutError:
            await self.aclose()
            raise self._noted(too_slow(self._limits.seconds)) from None
        except asyncio.CancelledError:
            await self.aclose()
            raise
        except McpError as error:
            raise self._noted(error) from error.__cause__

    def _noted(self, error: McpError) -> McpError:
        """Count a failure, and log it if it concerns the operator; the log never quotes a request."""
        self._count("failed")
        if self._endpoint.server is not None:
            cause = f"it answered with the error {error.code}" if error.quoted else error.message
            logger.warning("MCP server %s: %s.", self._endpoint.name, cause)
        return error

    def _count(self, how: str) -> None:
        MCP_REQUESTS.labels(self._endpoint.name, how).inc()
