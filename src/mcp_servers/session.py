"""A connection with one MCP server, by the official client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from accord import __version__
from accord.mcp_servers.allowed import Endpoint, Limits
from accord.mcp_servers.outcomes import BROKEN, TOO_SLOW, UNREACHABLE, McpError, Outcome, outcome
from accord.telemetry.metrics import MCP_REQUESTS

if TYPE_CHECKING:
    from mcp import Client
    from mcp_types import Tool

    from accord.mcp_servers.transport import BoundedTransport

logger = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[["Client"], Awaitable[Any]]

MAX_PAGES = 20
"""Of a list of tools."""
CLOSING_SECONDS = 2.0


def _prepare() -> None:
    """Import the client, and read the certificates, once an MCP server is asked: it takes a second."""
    import_module("mcp.client.streamable_http")
    import_module("accord.mcp_servers.transport").authorities()


class Session:
    """A connection with one MCP server, made when it is first needed.

    It lives in a task of its own: where it breaks, the client cancels the task that it is in, and that must
    not be one that has other work. What is asked of it is done one after the other, each within the limits.
    """

    def __init__(self, endpoint: Endpoint, limits: Limits) -> None:
        self._endpoint = endpoint
        self._limits = limits
        self._task: asyncio.Task[None] | None = None
        self._asked: asyncio.Queue[tuple[Work, asyncio.Future[Any]] | None] = asyncio.Queue()
        self._answer: asyncio.Future[Any] | None = None
        self._transport: BoundedTransport | None = None

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
        """Call a tool; that it cannot be called is an outcome, too."""

        async def called(client: Client) -> Outcome:
            return outcome(await client.call_tool(name, arguments))

        try:
            found = await self._ask(called)
        except McpError as error:
            return Outcome(error=error.error)
        self._count("answered" if found.error is None else "tool_failed")
        return found

    async def aclose(self) -> None:
        """End the connection. A server that does not let it end in time is left."""
        task, self._task = self._task, None
        if task is None:
            return
        if self._answer is None:
            self._asked.put_nowait(None)
        else:
            task.cancel()
        await asyncio.wait([task], timeout=CLOSING_SECONDS)
        task.cancel()

    async def _ask(self, work: Callable[[Client], Awaitable[T]]) -> T:
        if self._task is None or self._task.done():
            self._asked = asyncio.Queue()
            self._task = asyncio.create_task(self._serve(self._asked))
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._answer = answer
        if self._transport is not None:
            self._transport.begin()
        self._asked.put_nowait((work, answer))
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await answer
        except TimeoutError:
            raise self._noted(self._too_slow()) from None
        except McpError as error:
            raise self._noted(error) from error.__cause__
        finally:
            if answer.cancelled():
                await self.aclose()
            self._answer = None

    async def _serve(self, asked: asyncio.Queue[tuple[Work, asyncio.Future[Any]] | None]) -> None:
        """Hold the connection, and do what is asked."""
        try:
            await self._connected(asked)
        except Exception as error:  # an ExceptionGroup, too
            self._refuse(self._failure(error))
        finally:
            self._refuse(McpError("the connection ended", UNREACHABLE))

    async def _connected(self, asked: asyncio.Queue[tuple[Work, asyncio.Future[Any]] | None]) -> None:
        await asyncio.to_thread(_prepare)
        import httpx2
        from mcp import Client
        from mcp.client.streamable_http import streamable_http_client
        from mcp_types import Implementation

        from accord.mcp_servers.transport import BoundedTransport

        for name in ("mcp", "client", "httpx2"):  # what they say of a failure is told to the client
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._transport = BoundedTransport(self._endpoint, self._limits.size)
        headers = self._endpoint.headers() | {"accept-encoding": "identity"}
        async with httpx2.AsyncClient(
            transport=self._transport, headers=headers, timeout=self._limits.seconds
        ) as http:
            streams = streamable_http_client(
                self._endpoint.url, http_client=http, max_sse_event_size=self._limits.size
            )
            about = Implementation(name="accord", version=__version__)
            async with Client(streams, client_info=about, cache=None) as client:
                while (next_ := await asked.get()) is not None:
                    work, answer = next_
                    try:
                        result = await work(client)
                    except Exception as error:
                        self._refuse(self._failure(error))
                    else:
                        if not answer.done():
                            answer.set_result(result)

    def _refuse(self, error: McpError) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)

    def _too_slow(self) -> McpError:
        return McpError(f"it took longer than {self._limits.seconds:g} seconds", TOO_SLOW)

    def _noted(self, error: McpError) -> McpError:
        """Count a failure, and log what is the operator's: nothing that may quote a request."""
        self._count("failed")
        if self._endpoint.server is not None:
            said = f"it answered with the error {error.code}" if error.quoted else error.message
            logger.warning("MCP server %s: %s.", self._endpoint.name, said)
        return error

    def _count(self, outcome: str) -> None:
        MCP_REQUESTS.labels(self._endpoint.name, outcome).inc()

    def _failure(self, error: BaseException) -> McpError:
        """Return what is told of a failure, with nothing of what was sent."""
        import httpx2
        from mcp import MCPError

        from accord.engine.fetching import NotFetchedError

        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        transport = self._transport
        status = transport.status if transport is not None else None
        if transport is not None and transport.too_large:
            return McpError(f"its answer is larger than {self._limits.size} bytes")
        match error:
            case McpError():
                return error
            case MCPError() if status is not None:
                return McpError(f"it answered with the status {status}", status, http=True)
            case MCPError():
                return McpError(error.message, error.code, quoted=True)
            case NotFetchedError():
                return McpError(str(error), UNREACHABLE)
            case OSError() if not isinstance(error, httpx2.HTTPError):
                return McpError("the operator's authorization for it cannot be read", UNREACHABLE)
            case httpx2.TimeoutException():
                return self._too_slow()
            case httpx2.HTTPError() | httpx2.InvalidURL():
                return McpError("it cannot be reached, or broke off", UNREACHABLE)
        return McpError("it answered with what is not MCP", BROKEN)
