"""The whole server without a model: it answers with what it was asked, and keeps responses in a database."""

from __future__ import annotations

import asyncio
import logging
import sys

import uvicorn

from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.server.protocol import BoundedProtocol, ConnectionLimits
from accord.store import Address, Storage
from tests.fuzz.echo_engine import EchoEngine


async def main(port: int, database: str) -> None:
    storage = Storage(Address.parsed(database))
    storage.start(lambda error: logging.error("%s", error))
    app = connexion_app(Services(EchoEngine(), "0", "0", storage))
    protocol = BoundedProtocol.within(ConnectionLimits())
    await uvicorn.Server(
        uvicorn.Config(app, port=port, http=protocol, ws="none", lifespan="off", access_log=False)
    ).serve()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
