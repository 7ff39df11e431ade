"""The servers, started with the same engine, options and environment."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bench.dialects import Dialect
from bench.tiny_model import NAME

ServerName = Literal["accord", "vllm", "vllm-rs", "vllm-default"]

ENGINE_OPTIONS = [
    *("--served-model-name", NAME),
    *("--max-model-len", "131072"),
    *("--max-num-seqs", "512"),
    "--enforce-eager",
    "--enable-auto-tool-choice",
    *("--tool-call-parser", "hermes"),
    *("--structured-outputs-config.backend", "xgrammar"),
]
# One compute thread, so that one of two cores is left for the frontend and the client.
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "OMP_NUM_THREADS": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_NO_USAGE_STATS": "1",
}
PACED_ENGINE = "bench.paced_engine.PacedExecutor"
STEPS = "BENCH_STEPS_PER_SECOND"
"""How many steps this executor takes."""
READY_SECONDS = 420
STOP_SECONDS = 60
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """An HTTP server with vLLM's engine."""

    name: ServerName
    label: str
    module: Sequence[str]
    """What Python runs, with its first arguments."""
    environment: Mapping[str, str] = field(default_factory=dict)
    live: str = "/health"
    ready: str = "/health"
    frontend: str | None = None
    """The name of the process that speaks HTTP, where it is a child of the one that is started."""
    dialects: frozenset[Dialect] = frozenset({"chat", "completions", "messages", "responses"})
    lacks: frozenset[str] = frozenset()
    """Loads that it answers with an error."""
    own_grammars: bool = False
    """Whether its grammars go to another backend, so that constrained answers are not compared."""
    many_choices: bool = True
    """Whether it answers with more than one choice."""
    tokenizing_only: bool = False
    """Whether it is here for the loads alone in which much is tokenizing."""


VLLM_RS = Path(__file__).parents[1] / ".vllm-rs" / "vllm-rs"
"""vLLM's Rust frontend, where `make bench` puts it."""
_VLLM = ["vllm.entrypoints.openai.api_server", "--model"]

SERVERS: dict[ServerName, Server] = {
    server.name: server
    for server in (
        Server(
            "accord",
            "Accord",
            ["accord.server", "serve", "--model"],
            live="/v1/health/live",
            ready="/v1/health/ready",
        ),
        Server("vllm", "vLLM", _VLLM, {"VLLM_USE_FASTOKENS": "1"}),
        Server(
            "vllm-rs",
            "vLLM's Rust frontend",
            ["bench.vllm_command", "serve"],
            {"VLLM_USE_RUST_FRONTEND": "1", "VLLM_RUST_FRONTEND_PATH": str(VLLM_RS)},
            frontend="vllm-rs",
            dialects=frozenset({"chat", "completions"}),
            # Its grammars go to guidance, whatever backend is set, which fails with that of a forced call.
            lacks=frozenset({"tools"}),
            own_grammars=True,
            many_choices=False,
        ),
        Server("vllm-default", "vLLM as it comes", _VLLM, tokenizing_only=True),
    )
}


@dataclass(frozen=True)
class Cpu:
    """Seconds of CPU time of one process, without its children."""

    total: float
    user: float
    system: float


@dataclass(frozen=True)
class RunningServer:
    """A server whose model is loaded."""

    server: Server
    port: int
    pid: int
    """The process that speaks HTTP."""
    ready_seconds: float
    """Seconds from the command until the model is ready."""
    live_seconds: float | None
    """Seconds from the command until the process is live; vLLM's server answers only when it is ready."""

    @property
    def name(self) -> ServerName:
        return self.server.name

    @property
    def pids(self) -> list[int]:
        """The measured processes."""
        return [self.pid]

    def cpu(self) -> Cpu:
        """Return the CPU time that the processes have used."""
        each = [_cpu(pid) for pid in self.pids]
        return Cpu(sum(c.total for c in each), sum(c.user for c in each), sum(c.system for c in each))

    def memory_mib(self) -> float:
        """Return the resident memory."""
        return sum(map(_memory_mib, self.pids))


def _cpu(pid: int) -> Cpu:
    """Return a process's CPU time from its own clock, to the nanosecond, and from /proc/PID/stat, to 10 ms.

    The clock is that of clock_getcpuclockid(3). The process's name in `stat` may contain spaces.
    """
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    total = time.clock_gettime((~pid << 3) | 2)
    return Cpu(total, int(fields[11]) / _TICKS, int(fields[12]) / _TICKS)


def _memory_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


@contextmanager
def started(
    name: ServerName, model: Path, log: Path, port: int = 0, options: Sequence[str] = ()
) -> Iterator[RunningServer]:
    """Start a server on the loopback, its output to `log`; wait until it is ready; end it."""
    server, port = SERVERS[name], port or _free_port()
    command = [sys.executable, "-m", *server.module, str(model), "--host", "127.0.0.1", "--port", str(port)]
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, *ENGINE_OPTIONS, *options],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **ENVIRONMENT, **server.environment},
        )
    try:
        live = None
        if server.live != server.ready:
            live = _wait_for_200(process, port, server.live, log) - began
        ready = _wait_for_200(process, port, server.ready, log) - began
        pid = process.pid if server.frontend is None else _child(process.pid, server.frontend)
        yield RunningServer(server, port, pid, ready, live)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _child(pid: int, name: str) -> int:
    """Return the child of that name."""
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        if Path(f"/proc/{child}/comm").read_text().strip() == name:
            return int(child)
    raise RuntimeError(f"process {pid} has no child named {name}")


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
