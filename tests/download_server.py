"""A web server on the loopback interface, for tests of downloads."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


class DownloadServer:
    """The server's files, and the requests that it received."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.port = 0
        self.failures = 0
        self.files = {"/image": b"image"}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        if to := self.redirects().get(request.path):
            return web.Response(status=302, headers={"location": to})
        if (file := self.files.get(request.path)) is not None:
            return web.Response(body=file)
        match request.path:
            case "/large":
                return web.Response(body=b"x" * 1000)
            case "/large-unsaid":
                response = web.StreamResponse()
                await response.prepare(request)
                for _ in range(100):
                    await response.write(b"x" * 100)
                return response
            case "/slow":
                await asyncio.sleep(3)
            case "/fails-once":
                self.failures += 1
                return web.Response(status=503) if self.failures == 1 else web.Response(body=b"image")
            case "/fails":
                raise web.HTTPBadGateway
        raise web.HTTPNotFound

    def redirects(self) -> dict[str, str]:
        return {
            "/to-another-name": f"http://127.0.0.1:{self.port}/image",
            "/to-itself": "/to-itself",
            "/once": "/image",
            "/to-a-file": "file:///etc/passwd",
            "/to-nothing": "http://[",
        }

    def url(self, path: str, host: str = "localhost") -> str:
        return f"http://{host}:{self.port}{path}"


@asynccontextmanager
async def serving_downloads() -> AsyncIterator[DownloadServer]:
    """Run the server until the block ends."""
    server = DownloadServer()
    runner = web.AppRunner(app := web.Application(), shutdown_timeout=0)
    app.router.add_route("*", "/{path:.*}", server.answer)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.port = runner.addresses[0][1]
    yield server
    await runner.cleanup()
