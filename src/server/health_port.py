"""The health port, for probes and scrapers only."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

PATHS = ("/v1/health/live", "/v1/health/ready", "/health", "/v1/metrics", "/metrics")


class ProbesOnly:
    """Passes requests for health and metrics to `app`; any other path gets 404."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in PATHS:
            scope = dict(scope) | {"path": f"/health-port{scope['path']}"}
        await self.app(scope, receive, send)
