"""The whole server without a model: it echoes its input, and stores responses in a database.

Tests start many of them, one after the other: `begin` forks them from a process that has imported everything.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import sys
from multiprocessing.process import BaseProcess
from pathlib import Path

import uvicorn

from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.server.protocol import BoundedProtocol, ConnectionLimits
from accord.store import Address, Storage
from accord.store.maintenance import maintain  # noqa: F401  else imported with the first database
from accord.store.opening import prepare  # noqa: F401  as above
from tests.fuzz.echo_engine import EchoEngine

_CONTEXT = multiprocessing.get_context("forkserver")
# Each process runs the program's main module again, which in `make soak` imports the others.
_CONTEXT.set_forkserver_preload([__name__, "tests.faults.harms", "tests.faults.store_kills"])


def begin(port: int, database: str, log: Path) -> BaseProcess:
    """Start a server in a process of its own, which ends with this one."""
    process = _CONTEXT.Process(target=_run, args=(port, database, str(log)), daemon=True)
    process.start()
    return process


def _run(port: int, database: str, log: str) -> None:
    with open(log, "ab", buffering=0) as output:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(output.fileno(), stream.fileno())
    asyncio.run(serve(port, database))


async def serve(port: int, database: str) -> None:
    """Serve until the process is killed."""
    storage = Storage(Address.parsed(database))
    storage.start(lambda error: logging.error("%s", error))
    app = connexion_app(Services(EchoEngine(), "0", "0", storage))
    protocol = BoundedProtocol.within(ConnectionLimits())
    await uvicorn.Server(
        uvicorn.Config(app, port=port, http=protocol, ws="none", lifespan="off", access_log=False)
    ).serve()
