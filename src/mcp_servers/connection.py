"""A connection to one MCP server with the official client, in a task of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from accord import __version__
from accord.mcp_servers.allowed import Endpoint, Limits
from accord.mcp_servers.outcomes import BROKEN, UNREACHABLE, McpError, too_slow

if TYPE_CHECKING:
    from mcp import Client

    from accord.mcp_servers.transport import BoundedTransport

T = TypeVar("T")
Work = Callable[["Client"], Awaitable[T]]

CLOSING_SECONDS = 2.0


def _prepare() -> None:
    """Import the client and load the certificates at the first use, because that takes a second."""
    import_module("mcp.client.streamable_http")
    import_module("accord.mcp_servers.transport").authorities()


class Connection:
    """A connection, and its requests, which are processed one after the other.

    If it breaks, the client cancels the task in which it runs, so that task must have no other work.
    """

    def __init__(self, endpoint: Endpoint, limits: Limits) -> None:
        self._endpoint = endpoint
        self._limits = limits
        self._transport: BoundedTransport | None = None
        self._asked: asyncio.Queue[Work[Any] | None] = asyncio.Queue()
        self._answer: asyncio.Future[Any] | None = None
        self._task = asyncio.create_task(self._serve())

    @property
    def is_over(self) -> bool:
        return self._task.done()

    async def ask(self, work: Work[T]) -> T:
        """Run `work` with the client and return its result. Raises McpError."""
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._answer = answer
        if self._transport is not None:
            self._transport.begin()
        self._asked.put_nowait(work)
        return await answer

    async def aclose(self) -> None:
        """Close the connection and cancel its work. A server that does not respond in time is abandoned."""
        if self._answer is None or (self._answer.done() and not self._answer.cancelled()):
            self._asked.put_nowait(None)
        else:
            self._task.cancel()
        await asyncio.wait([self._task], timeout=CLOSING_SECONDS)
        self._task.cancel()

    async def _serve(self) -> None:
        try:
            await self._connected()
        except Exception as error:  # an ExceptionGroup, too
            self._refuse(self._failure(error))
        finally:
            self._refuse(McpError("the connection ended", UNREACHABLE))

    async def _connected(self) -> None:
        """Open the connection and do the queued work."""
        await asyncio.to_thread(_prepare)
        import httpx2
        from mcp import Client
        from mcp.client.streamable_http import streamable_http_client
        from mcp_types import Implementation

        from accord.mcp_servers.transport import BoundedTransport

        for name in ("mcp", "client", "httpx2"):  # the client gets the server's error
            logging.getLogger(name).setLevel(logging.CRITICAL)
        limits, url = self._limits, self._endpoint.url
        self._transport = BoundedTransport(self._endpoint, limits.size)
        headers = self._endpoint.headers() | {"accept-encoding": "identity"}
        async with httpx2.AsyncClient(
            transport=self._transport, headers=headers, timeout=limits.seconds
        ) as http:
            streams = streamable_http_client(url, http_client=http, max_sse_event_size=limits.size)
            about = Implementation(name="accord", version=__version__)
            async with Client(streams, client_info=about, cache=None) as client:
                while (work := await self._asked.get()) is not None:
                    await self._do(work, client)

    async def _do(self, work: Work[Any], client: Client) -> None:
        answer = self._answer
        try:
            result = await work(client)
        except Exception as error:
            self._refuse(self._failure(error))
        else:
            if answer is not None and not answer.done():
                answer.set_result(result)

    def _refuse(self, error: McpError) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)

    def _failure(self, error: BaseException) -> McpError:
        """Return the error for a failure, without request data."""
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
                return too_slow(self._limits.seconds)
            case httpx2.HTTPError() | httpx2.InvalidURL():
                return McpError("it cannot be reached, or closed the connection", UNREACHABLE)
        return McpError("its answer is not MCP", BROKEN)
