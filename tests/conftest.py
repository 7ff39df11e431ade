from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import RunningServer, started, wait_until_ready
from tests.tiny_model import NAME, write_tiny_model


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("models") / NAME)


@pytest.fixture(scope="session")
def server(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The server on the tiny random model: for everything that needs no sense."""
    log = tmp_path_factory.mktemp("logs") / "server.log"
    arguments = ["--model", str(tiny_model), "--served-model-name", NAME, "--max-model-len", "2048"]
    arguments += ["--enable-auto-tool-choice", "--tool-call-parser", "hermes", "--enable-log-requests"]
    arguments += ["--validate-responses", "raise"]
    with started(arguments, log, NAME) as running:
        wait_until_ready(running)
        yield running
