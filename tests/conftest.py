from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from accord.engine.deployment.default_model import prepared_default_model
from accord.server.settings import DEFAULT_MODEL_NAME, Settings
from tests.otlp import TraceReceiver, trace_receiver
from tests.serving import RunningServer, free_port, started, wait_until_ready
from tests.tiny_model import NAME, copy_tiny_model

# The speed of generating examples depends on the load of the machine, not on Accord.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_tiny_model(tmp_path_factory.mktemp("models") / NAME)


@pytest.fixture(scope="session")
def traces() -> Iterator[TraceReceiver]:
    """The address to which `server` sends its spans."""
    with trace_receiver() as receiver:
        yield receiver


@pytest.fixture(scope="session")
def mcp_port() -> int:
    """The port of an MCP server that `server` may use, once a test has started one there."""
    return free_port()


@pytest.fixture(scope="session")
def server(
    tiny_model: Path, traces: TraceReceiver, mcp_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """The server with the tiny random model, for tests that do not need sensible answers."""
    log = tmp_path_factory.mktemp("logs") / "server.log"
    arguments = ["--model", str(tiny_model), "--served-model-name", NAME, "--max-model-len", "2048"]
    arguments += ["--enable-auto-tool-choice", "--tool-call-parser", "hermes", "--enable-log-requests"]
    arguments += ["--validate-responses", "raise"]
    environment = {"NIM_JSONL_LOGGING": "1", "OTEL_EXPORTER_OTLP_ENDPOINT": traces.url}
    environment["OTEL_BSP_SCHEDULE_DELAY"] = "100"  # milliseconds until spans are sent
    environment["ACCORD_MCP_SERVERS"] = f"test=http://127.0.0.1:{mcp_port}/mcp"
    with started(arguments, log, NAME, environment=environment) as running:
        wait_until_ready(running)
        yield running


@pytest.fixture(scope="session")
def default_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The server as a new user starts it, with the default model, which answers sensibly."""
    prepared_default_model(Settings().cache_path)
    log = tmp_path_factory.mktemp("logs") / "default.log"
    arguments = ["--max-model-len", "4096", "--validate-responses", "raise"]
    with started(arguments, log, DEFAULT_MODEL_NAME) as running:
        wait_until_ready(running)
        yield running
