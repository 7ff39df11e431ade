import asyncio
import logging
import threading
from collections.abc import Iterator

import pytest

from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.server.bodies import BodyLimits
from accord.server.protocol import ConnectionLimits
from accord.server.response_validation import ResponseValidation
from accord.store import Address, Storage
from tests.fuzz.echo_engine import EchoEngine
from tests.loopback import serving


@pytest.fixture(scope="session")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The whole application under a real uvicorn, its answers held to the contract, without a model.

    Responses are kept in a file, so that what a client sends comes to its statements, too.
    """
    storage = Storage(Address(file=tmp_path_factory.mktemp("store") / "responses.sqlite3"))
    services = Services(EchoEngine(), "0", "0", storage)
    app = ResponseValidation(
        connexion_app(services, limits=BodyLimits(2**20, 0.3), concurrent=100, seconds=60), "raise"
    )
    limits = ConnectionLimits(head_bytes=16384, receive_seconds=0.3, send_seconds=5)
    ready: threading.Event = threading.Event()
    found: list[int] = []
    loop = asyncio.new_event_loop()
    done = asyncio.Event()

    async def serve() -> None:
        await storage.open()
        async with serving(app, limits, keep_alive=1) as server:
            found.append(server.port)
            ready.set()
            await done.wait()
        await storage.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(30)
    yield found[0]
    loop.call_soon_threadsafe(done.set)
    thread.join(30)


@pytest.fixture(autouse=True)
def no_traceback(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a client sends is answered; nothing of it is the server's failure."""
    yield
    failures = [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR]
    assert not failures, [record.getMessage() for record in failures]
