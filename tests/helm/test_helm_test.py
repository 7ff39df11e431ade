"""`helm test`: what its pod runs, as a process, against the whole application."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from accord.engine.supervisor import EngineState
from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.store import Address, Storage
from tests.fuzz.echo_engine import EchoEngine
from tests.helm.rendering import RELEASE, rendered_one
from tests.serving import free_port


class LoadedEngine(EchoEngine):
    state = EngineState.READY


@contextmanager
def answering(engine: EchoEngine, folder: Path) -> Iterator[str]:
    """The application with an engine that says what it was told; where it answers."""
    port = free_port()
    storage = Storage(Address(file=folder / "responses.sqlite3"))
    app = connexion_app(Services(engine, "0", "0", storage))
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, lifespan="off", log_level="error"))

    async def run() -> None:
        await storage.open()
        await server.serve()
        await storage.close()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def command() -> list[str]:
    pods = [each for each in rendered_one().objects if each["kind"] == "Pod"]
    assert [pod["metadata"]["name"] for pod in pods] == [f"{RELEASE}-accord-test"]
    python, *arguments = pods[0]["spec"]["containers"][0]["command"]
    assert python == "python"
    return [sys.executable, *arguments]


def asked(command: list[str], **addresses: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=os.environ | addresses, capture_output=True, text=True, timeout=60)


def test_it_has_a_model_that_is_loaded_answer(command: list[str], tmp_path: Path) -> None:
    with answering(LoadedEngine(), tmp_path) as url:
        run = asked(command, HEALTH_URL=url, API_URL=url)
    assert run.returncode == 0, run.stderr
    assert "Say" in run.stdout


def test_it_fails_where_the_server_is_not_ready(command: list[str], tmp_path: Path) -> None:
    with answering(EchoEngine(), tmp_path) as url:
        run = asked(command, HEALTH_URL=url)
    assert run.returncode != 0
    assert "503" in run.stderr
