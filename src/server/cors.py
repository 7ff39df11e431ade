"""CORS, by Starlette, and an answer to OPTIONS without CORS."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accord.server.docs import ASSETS
from accord.server.errors import allowed_methods
from accord.server.settings import Settings


def with_cors(app: ASGIApp, settings: Settings) -> ASGIApp:
    """Return `app` with CORS, if the settings name origins."""
    origins = settings.cors_allow_origins
    if not origins:
        return app
    return Cors(
        app,
        allow_origins=origins,
        allow_methods=settings.cors_allow_methods,
        allow_headers=settings.cors_allow_headers,
        expose_headers=settings.cors_expose_headers,
        max_age=settings.cors_max_age,
        # Whether a public page may call a server in the local network: not because of `*` alone.
        allow_private_network="*" not in origins,
    )


class Cors(CORSMiddleware):
    """Allows OPTIONS at every path, and lists it in `Allow`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "OPTIONS":
            allowed = ["GET", "HEAD"] if scope["path"] in ASSETS else allowed_methods(scope["path"])
            if allowed and "access-control-request-method" not in Headers(scope=scope):
                answer = Response(status_code=204, headers={"allow": ", ".join([*allowed, "OPTIONS"])})
                await answer(scope, receive, send)
                return
        await super().__call__(scope, receive, send)

    async def send(self, message: Message, send: Send, request_headers: Headers) -> None:
        if message["type"] == "http.response.start" and message["status"] == 405:
            headers = MutableHeaders(scope=message)
            headers["allow"] += ", OPTIONS"
        await super().send(message, send, request_headers)
