from collections.abc import Iterator

import pytest

from accord.engine.deployment.default_model import prepared_default_model
from accord.server.settings import DEFAULT_MODEL_NAME, Settings
from tests.serving import RunningServer, started, wait_until_ready


@pytest.fixture(scope="session")
def default_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The server as a new user starts it, with the default model, which answers sensibly."""
    prepared_default_model(Settings().cache_path)
    log = tmp_path_factory.mktemp("logs") / "default.log"
    arguments = ["--max-model-len", "4096", "--validate-responses", "raise"]
    with started(arguments, log, DEFAULT_MODEL_NAME) as running:
        wait_until_ready(running)
        yield running
