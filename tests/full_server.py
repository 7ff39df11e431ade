"""A server at its limit of concurrent requests, and its answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accord.server.bodies import BodyLimits

PATIENT = BodyLimits(seconds=600)
"""Limits for a server that stays `full` until the test ends it, however slowly programs start."""


class Refusals:
    """The application, which records the answers to POST requests."""

    def __init__(self, app: ASGIApp, *, hurry: bool = False) -> None:
        """With `hurry`, make clients retry immediately."""
        self.app = app
        self.hurry = hurry
        self.statuses: list[int] = []
        self.refused = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.statuses.append(message["status"])
                if message["status"] != 200:
                    headers = [h for h in message["headers"] if h[0] != b"retry-after"]
                    assert len(headers) == len(message["headers"]) - 1
                    if self.hurry:
                        message["headers"] = [*headers, (b"retry-after-ms", b"50")]
                    self.refused.set()
            await send(message)

        await self.app(scope, receive, noted if scope["method"] == "POST" else send)


@asynccontextmanager
async def full(app: ASGIApp) -> AsyncIterator[None]:
    """Use up the limit with a request that never sends its body."""
    came = asyncio.Event()

    async def receive() -> Message:
        came.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        """Discard the message."""

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
