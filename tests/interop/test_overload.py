"""Vercel's AI SDK retries by itself when the server is overloaded."""

import asyncio
import os
from pathlib import Path

import pytest

from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.store import Address, Storage
from tests.full_server import PATIENT, Refusals, full
from tests.fuzz.echo_engine import EchoEngine
from tests.interop.test_clients import HERE, NODE
from tests.loopback import serving


@pytest.mark.parametrize(("api", "status"), [("chat", 503), ("responses", 503), ("messages", 429)])
async def test_it_retries_automatically(tmp_path: Path, api: str, status: int) -> None:
    storage = Storage(Address(file=tmp_path / "responses.sqlite3"))
    await storage.open()
    app = Refusals(connexion_app(Services(EchoEngine(), "0", "0", storage), limits=PATIENT, concurrent=1))
    async with serving(app) as loopback:
        async with full(app.app):
            process = await asyncio.create_subprocess_exec(
                *(NODE, "ai_sdk_overload.mjs", api),
                cwd=HERE,
                env=os.environ | {"ACCORD_URL": f"http://127.0.0.1:{loopback.port}"},
                stdout=asyncio.subprocess.PIPE,
            )
            ended = asyncio.ensure_future(process.communicate())
            refused = asyncio.ensure_future(app.refused.wait())
            await asyncio.wait([ended, refused], return_when=asyncio.FIRST_COMPLETED)
            refused.cancel()
        said, _ = await ended
    await storage.close()
    assert (process.returncode, said) == (0, b"Forty-two.")
    assert app.statuses == [status, 200]
