"""The official clients retry by themselves when the server is overloaded."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import anthropic
import httpx2
import openai
import pytest
from starlette.types import ASGIApp

from accord.handlers.call import Services
from accord.server.app import connexion_app
from tests.full_server import Refusals, full

SAID = [{"role": "user", "content": "Hello"}]


async def chat(app: ASGIApp) -> Any:
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app))
    async with openai.AsyncOpenAI(api_key="k", base_url="http://accord/v1", http_client=http) as client:
        return await client.chat.completions.create(model="tiny", messages=SAID)  # type: ignore[arg-type]


async def response(app: ASGIApp) -> Any:
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app))
    async with openai.AsyncOpenAI(api_key="k", base_url="http://accord/v1", http_client=http) as client:
        return await client.responses.create(model="tiny", input="Hello", store=False)


async def message(app: ASGIApp) -> Any:
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app))
    async with anthropic.AsyncAnthropic(api_key="k", base_url="http://accord", http_client=http) as client:
        return await client.messages.create(model="tiny", max_tokens=9, messages=SAID)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ask", "status"),
    [(chat, 503), (response, 503), (message, 429)],
    ids=["openai chat", "openai responses", "anthropic messages"],
)
async def test_the_official_clients_retry_automatically(
    services: Services, ask: Callable[[ASGIApp], Awaitable[Any]], status: int
) -> None:
    app = Refusals(connexion_app(services, concurrent=1), hurry=True)
    async with full(app.app):
        asked = asyncio.ensure_future(ask(app))
        async with asyncio.timeout(30):
            await app.refused.wait()
    assert await asked
    assert app.statuses == [status, 200]
