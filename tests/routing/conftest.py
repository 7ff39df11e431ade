"""Two servers that share a database and a connector's folder, and the routers in front of them."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.document import Contract
from tests.postgresql import running_postgresql
from tests.scrape import Scrape
from tests.serving import RunningServer, free_port, started, wait_until_ready
from tests.tiny_model import NAME

ROOT = Path(__file__).parents[2]
ROUTER = ROOT / ".venv-interop/bin/vllm-router"
CONNECTOR = "ExampleConnector"


@dataclass(frozen=True)
class Pair:
    """Two servers, and the folder through which they exchange KV blocks."""

    one: RunningServer
    other: RunningServer
    blocks: Path

    @property
    def urls(self) -> list[str]:
        return [self.one.url, self.other.url]

    def counted(self, metric: str, **labels: str) -> list[float]:
        """Return the values of each server's metrics."""
        return [Scrape.of(url).value(metric, **labels) for url in self.urls]


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract.published()


@pytest.fixture(scope="session")
def pair(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("routing")
    blocks = folder / "blocks"
    transfer: dict[str, Any] = {"kv_connector": CONNECTOR, "kv_role": "kv_both"}
    transfer |= {"kv_connector_extra_config": {"shared_storage_path": str(blocks)}}
    arguments = ["--model", str(tiny_model), "--served-model-name", NAME, "--max-model-len", "2048"]
    arguments += ["--block-size", "32", "--kv-transfer-config", json.dumps(transfer)]
    arguments += ["--validate-responses", "raise"]
    cores = sorted(os.sched_getaffinity(0))
    with running_postgresql() as postgresql, ExitStack() as stack:
        shared = {"ACCORD_DATABASE_URL": postgresql.new_database(), "VLLM_SERVER_DEV_MODE": "1"}
        servers = [
            stack.enter_context(
                started(
                    arguments,
                    folder / f"{name}.log",
                    NAME,
                    environment=shared | {"VLLM_CPU_OMP_THREADS_BIND": str(core)},
                )
            )
            for name, core in (("one", cores[0]), ("other", cores[-1]))
        ]
        for server in servers:
            wait_until_ready(server)
        one, other = servers
        yield Pair(one, other, blocks)


@contextmanager
def before(command: list[str | Path], port: int, ready: str, log: Path) -> Iterator[httpx.Client]:
    """Run a router that listens on `port`; it is ready once the path `ready` is a 200."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            deadline = time.monotonic() + 30
            while not _answers(client, ready):
                assert process.poll() is None, log.read_text()[-4000:]
                assert time.monotonic() < deadline, log.read_text()[-4000:]
                time.sleep(0.1)
            yield client
    finally:
        process.terminate()
        process.wait(30)


def _answers(client: httpx.Client, path: str) -> bool:
    try:
        return client.get(path).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def vllm_router(log: Path, *arguments: str) -> Iterator[httpx.Client]:
    """Run vllm-router with these arguments."""
    assert ROUTER.exists(), "vllm-router is missing: make interop"
    port = free_port()
    command: list[str | Path] = [ROUTER, "--host", "127.0.0.1", "--port", str(port)]
    command += ["--prometheus-port", str(free_port()), *arguments]
    with before(command, port, "/readiness", log) as client:
        yield client


def said_several_times(word: str) -> list[dict[str, Any]]:
    """A conversation of several KV blocks that no other test uses."""
    return [{"role": "user", "content": f"{word} " * 60}]
