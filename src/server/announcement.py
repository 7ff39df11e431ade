"""The last log line of the start: the addresses of the server and its documentation, and the model."""

from __future__ import annotations

import asyncio
import logging

from accord.handlers.call import Services
from accord.server.settings import Settings
from accord.telemetry.logs import HIGHLIGHTED

CHECK_SECONDS = 0.1
ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104  compared with, not listened on

logger = logging.getLogger("accord")


async def announce(services: Services, settings: Settings) -> None:
    """Wait until the server is ready, and log the line."""
    while services.unready is not None:  # noqa: ASYNC110  the engine's state and the storage's together
        await asyncio.sleep(CHECK_SECONDS)
    logger.info("%s", announcement(settings), extra=HIGHLIGHTED)


def announcement(settings: Settings) -> str:
    """Return the line, with addresses that can be opened on this machine."""
    url = _url(settings)
    docs = f", documentation at {url}/docs" if settings.docs else ""
    return f"Ready: {settings.served_model_names[0]} at {url}/v1{docs}"


def _url(settings: Settings) -> str:
    host = "localhost" if settings.host in ANY_ADDRESS else settings.host
    scheme = "http" if settings.ssl_mode == "DISABLED" else "https"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}"
