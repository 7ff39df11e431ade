"""A server that is full sends the official clients away so that they come back by themselves."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import anthropic
import httpx2
import openai
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accord.handlers.call import Services
from accord.server.app import connexion_app

SAID = [{"role": "user", "content": "Hello"}]


class Refusals:
    """The application, whose refusals are counted, and tell clients to come back at once."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.statuses: list[int] = []
        self.refused = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.statuses.append(message["status"])
                if message["status"] != 200:
                    headers = [h for h in message["headers"] if h[0] != b"retry-after"]
                    assert len(headers) == len(message["headers"]) - 1
                    message["headers"] = [*headers, (b"retry-after-ms", b"50")]
                    self.refused.set()
            await send(message)

        await self.app(scope, receive, noted)


@asynccontextmanager
async def full(app: ASGIApp) -> AsyncIterator[None]:
    """Let a request that never sends its body take the only place."""
    came = asyncio.Event()

    async def receive() -> Message:
        came.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        """Nobody reads it."""

    path = "/v1/chat/completions"
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"host", b"accord")], "http_version": "1.1",
        "scheme": "http", "root_path": "", "client": None, "server": ("accord", 80),
    }  # fmt: skip
    task = asyncio.ensure_future(app(scope, receive, send))
    await came.wait()
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


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
async def test_the_official_clients_come_back_by_themselves(
    services: Services, ask: Callable[[ASGIApp], Awaitable[Any]], status: int
) -> None:
    app = Refusals(connexion_app(services, concurrent=1))
    async with full(app.app):
        asked = asyncio.ensure_future(ask(app))
        async with asyncio.timeout(30):
            await app.refused.wait()
    assert await asked
    assert app.statuses == [status, 200]
