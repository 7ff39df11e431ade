"""A real MCP server on the loopback interface, with tools that succeed and tools that fail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp_types import ToolAnnotations
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.server.serve import SecondaryServer
from tests.certificates import Pair
from tests.loopback import bound


@dataclass
class Tools:
    """An MCP server, and the requests that it received."""

    url: str = ""
    calls: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    json_response: bool = False
    status: int | None = None
    """The status of all answers, if it is not None."""


def mcp_server(seen: Tools) -> MCPServer:
    server = MCPServer("test")

    @server.tool(description="Adds two numbers.", annotations=ToolAnnotations(read_only_hint=True))
    def add(a: int, b: int) -> str:
        seen.calls.append(f"add {a} {b}")
        return str(a + b)

    @server.tool(description="Writes a note.")
    def note(text: str) -> str:
        seen.calls.append(f"note {text}")
        return f"noted: {text}"

    @server.tool(description="Turns the light on, or off.")
    def light(on: bool) -> str:
        seen.calls.append(f"light {on}")
        return f"The light is {'on' if on else 'off'}."

    @server.tool()
    def fail() -> str:
        raise ValueError("the disk is full")

    @server.tool()
    def large(size: int) -> str:
        return "x" * size

    @server.tool()
    async def wait() -> str:
        seen.begun.set()
        try:
            await seen.go_on.wait()
        except BaseException:
            seen.cancelled.set()
            raise
        return "waited"

    return server


@asynccontextmanager
async def serving_tools(
    *, legacy: bool = False, json_response: bool = False, port: int = 0, tls: Pair | None = None
) -> AsyncIterator[Tools]:
    """Serve the tools by streamable HTTP until the block ends, over TLS if there is a certificate.

    A `legacy` server does not have `server/discover`, so sessions are opened as before 2026.
    """
    seen = Tools(json_response=json_response)
    app: ASGIApp = mcp_server(seen).streamable_http_app(json_response=json_response)

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            head = {name.decode(): value.decode() for name, value in scope["headers"]}
            seen.headers.append(head)
            status = 404 if legacy and head.get("mcp-method") == "server/discover" else seen.status
            if status is not None:
                await send({"type": "http.response.start", "status": status, "headers": []})
                await send({"type": "http.response.body", "body": b""})
                return
        await app(scope, receive, send)

    listener = bound(port)
    config = uvicorn.Config(
        watched,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=1,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )
    config.load()
    server = SecondaryServer(config)
    task = asyncio.create_task(server.serve([listener]))
    while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.01)
    seen.url = f"{'https' if tls else 'http'}://127.0.0.1:{listener.getsockname()[1]}/mcp"
    try:
        yield seen
    finally:
        seen.go_on.set()
        server.should_exit = True
        await task
