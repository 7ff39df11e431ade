"""The application with a scripted model and a real MCP server."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import openai
import pytest

from accord.handlers.call import Services
from accord.mcp_servers import Limits, McpServer, McpServers
from accord.server.app import connexion_app
from accord.server.response_validation import ResponseValidation
from accord.store import Address, Storage
from tests.loopback import serving
from tests.mcp_server import Tools, serving_tools
from tests.unit.mcp_responses.scripted import Model, Served
from tests.unloaded import engine_with


@pytest.fixture
async def tools() -> AsyncIterator[Tools]:
    async with serving_tools() as seen:
        yield seen


@pytest.fixture
def limits() -> Limits:
    return Limits(seconds=20)


@pytest.fixture
def seconds() -> float | None:
    """How long a request may take."""
    return None


@pytest.fixture
async def served(
    tools: Tools, limits: Limits, seconds: float | None, tmp_path: Path
) -> AsyncIterator[Served]:
    model: Any = Model()
    engine = engine_with(model)
    storage = Storage(Address(file=tmp_path / "responses.sqlite3"))
    await storage.open()
    allowed = [McpServer(name, tools.url) for name in ("test", "web_search", "code_interpreter")]
    servers = McpServers(allowed, limits=limits)
    services = Services(engine, "0", "0", storage, mcp=servers)
    async with serving(ResponseValidation(connexion_app(services, seconds=seconds), "raise")) as loopback:
        client = openai.AsyncOpenAI(
            base_url=f"http://127.0.0.1:{loopback.port}/v1", api_key="-", max_retries=0, timeout=30
        )
        yield Served(client, model, tools, services.draining)
        await client.close()
    await services.running.stop()
    await storage.close()
