"""A real server in a process of its own, for the tests that need one."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests import prefork
from tests.prefork import Preforked

READY_SECONDS = 400
STOP_SECONDS = 60
#: The engine and its worker in one process, as on one GPU. On a CPU vLLM makes it two, which spin while they
#: wait for each other: that is 11 seconds of CPU for 40 short requests, and 3 in one process.
ONE_PROCESS = "vllm.v1.executor.uniproc_executor.UniProcExecutor"
#: For requests that need no client of their own. `httpx.get` makes one for each request, which reads all of
#: the system's certificates each time (39 ms of CPU). It keeps no connection, because the next request may be
#: for another process at the same port.
http = httpx.Client(verify=False, limits=httpx.Limits(max_keepalive_connections=0))


@dataclass(frozen=True)
class RunningServer:
    """The URL of a server, the model that it serves, and its log."""

    url: str
    model: str
    process: subprocess.Popen[bytes] | Preforked
    log: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def started(
    arguments: list[str],
    log: Path,
    model: str,
    killed: bool = False,
    environment: Mapping[str, str] | None = None,
    worker: bool = False,
    forked: bool = True,
) -> Iterator[RunningServer]:
    """Start `accord serve ARGUMENTS` on a free port of the loopback interface; end it, and check its exit
    code.

    With `killed` the test kills it; with `worker` vLLM's worker has its own process, as for users of the CPU
    build. Unless it is `forked` from a process that has imported vLLM, its start takes 20 more seconds of CPU
    time. Its responses are stored beside the log.
    """
    if not worker:
        arguments = [*arguments, "--distributed-executor-backend", ONE_PROCESS]
    port = free_port()
    command = ["serve", "--host", "127.0.0.1", "--port", str(port), *arguments]
    variables = (
        os.environ
        | ({} if worker else {"OMP_NUM_THREADS": "1"})
        | {"HF_HUB_OFFLINE": "1", "VLLM_CPU_KVCACHE_SPACE": "1"}
        | {"ACCORD_DATABASE_URL": f"sqlite:///{log.absolute()}.sqlite3"}
        | dict(environment or {})
    )
    process: subprocess.Popen[bytes] | Preforked
    with log.open("wb") as output:
        if not forked:
            process = subprocess.Popen(
                [sys.executable, "-m", "accord.server", *command],
                stdout=output,
                stderr=subprocess.STDOUT,
                env=variables,
            )
        else:
            process = prefork.start(command, variables, output.fileno())
    try:
        yield RunningServer(f"http://127.0.0.1:{port}", model, process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(STOP_SECONDS)
            assert killed or code == 0, log.read_text()[-4000:]
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def wait_until_logged(server: RunningServer, text: str, seconds: float = 10) -> None:
    """Read the server's log until it contains `text`."""
    deadline = time.monotonic() + seconds
    while text not in server.log.read_text():
        assert time.monotonic() < deadline, f"not logged in {seconds} s: {text}"
        time.sleep(0.05)


def wait_until_ready(server: RunningServer) -> None:
    """Poll the readiness probe, as an orchestrator does."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise AssertionError(f"the server ended: {server.log.read_text()[-4000:]}")
        try:
            if http.get(f"{server.url}/v1/health/ready", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"not ready in {READY_SECONDS} s: {server.log.read_text()[-4000:]}")
