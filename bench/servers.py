"""The two servers, started alike: the same engine, the same options, the same environment."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.tiny_model import NAME

ServerName = Literal["accord", "vllm"]
SERVERS: tuple[ServerName, ...] = ("accord", "vllm")

ENGINE_OPTIONS = [
    *("--served-model-name", NAME),
    *("--max-model-len", "8192"),
    *("--max-num-seqs", "128"),
    "--enforce-eager",
    "--enable-auto-tool-choice",
    *("--tool-call-parser", "hermes"),
    *("--structured-outputs-config.backend", "xgrammar"),
]
# One thread computes, so that of two cores one is left for the frontend and the client.
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "OMP_NUM_THREADS": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_NO_USAGE_STATS": "1",
}
READY_SECONDS = 240
STOP_SECONDS = 60
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cpu:
    """Seconds of CPU time of one process, its children not counted."""

    user: float
    system: float

    @property
    def total(self) -> float:
        return self.user + self.system


@dataclass(frozen=True)
class RunningServer:
    """A server whose model is loaded."""

    name: ServerName
    port: int
    pid: int
    """The process that speaks HTTP. The engine's are its children."""
    ready_seconds: float
    """From the command to the first answer that says that the model is ready."""
    live_seconds: float | None
    """From the command to the first answer that says that the process is alive; vLLM's has none before."""

    def cpu(self) -> Cpu:
        """Return what /proc/PID/stat says; its name, in parentheses, may hold spaces."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return Cpu(int(fields[11]) / _TICKS, int(fields[12]) / _TICKS)

    def memory_mib(self) -> float:
        """Return the resident memory."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


@contextmanager
def started(name: ServerName, model: Path, log: Path, port: int = 0) -> Iterator[RunningServer]:
    """Start a server on the loopback, its output to `log`; wait until it is ready; end it."""
    port = port or _free_port()
    module = {"accord": ["accord.server", "serve"], "vllm": ["vllm.entrypoints.openai.api_server"]}[name]
    command = [sys.executable, "-m", *module, "--host", "127.0.0.1", "--port", str(port)]
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--model", str(model), *ENGINE_OPTIONS],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | ENVIRONMENT,
        )
    try:
        live = None
        if name == "accord":
            live = _wait_for_200(process, port, "/v1/health/live", log) - began
        path = "/v1/health/ready" if name == "accord" else "/health"
        ready = _wait_for_200(process, port, path, log) - began
        yield RunningServer(name, port, process.pid, ready, live)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for_200(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> float:
    """Return when the server first answered with 200."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return time.monotonic()
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    raise RuntimeError(f"no 200 from {path} in {READY_SECONDS} s; the log ends:\n{log.read_text()[-3000:]}")
