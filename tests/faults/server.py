"""A server under test from outside: its processes, and what the kernel reports about them."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.contract.test_processes import descendants
from tests.scrape import Scrape
from tests.serving import RunningServer, http, started, wait_until_ready
from tests.tiny_model import NAME

CAN_SET_CLOCK = shutil.which("cc") is not None
"""A clock of its own takes a library that is compiled."""


@dataclass(frozen=True)
class Server:
    """A running server, its processes by their roles, and the clock that it reads."""

    running: RunningServer
    clock: Path | None

    @property
    def url(self) -> str:
        return self.running.url

    @property
    def pid(self) -> int:
        return self.running.process.pid

    @property
    def processes(self) -> list[int]:
        """All its processes except the server's own."""
        return descendants(self.pid)

    def process(self, name: str) -> int:
        """Return the id of `server`, `frontend` (one of several), `EngineCore` or `Worker`."""
        if name == "server":
            return self.pid
        if name == "frontend":
            return next(p for p in self.processes if _is_frontend(p, self.pid))
        title = f"VLLM::{name}".encode()
        return next(p for p in self.processes if Path(f"/proc/{p}/cmdline").read_bytes().startswith(title))

    @property
    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    @property
    def resident_mib(self) -> int:
        return resident_mib(self.pid)

    @property
    def ready(self) -> bool:
        try:
            return http.get(f"{self.url}/v1/health/ready", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def wait_until_not_ready(self, seconds: float) -> float:
        """Return the seconds until the server was not ready."""
        began = time.monotonic()
        while self.ready:
            assert time.monotonic() - began < seconds, f"still ready after {seconds} s"
            time.sleep(0.02)
        return time.monotonic() - began

    def wait_until_ready(self) -> float:
        """Return the seconds until the server was ready."""
        began = time.monotonic()
        wait_until_ready(self.running)
        return time.monotonic() - began

    def scrape(self) -> Scrape:
        return Scrape.of(self.url)


def _is_frontend(pid: int, parent: int) -> bool:
    """Whether `parent` has spawned it and it is not one of the engine's processes, which have titles."""
    status = Path(f"/proc/{pid}/status").read_text()
    spawned = b"multiprocessing.spawn" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return spawned and int(status.partition("PPid:")[2].split()[0]) == parent


def resident_mib(pid: int) -> int:
    """Return a process's memory, including shared memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


def is_own_disk(folder: Path) -> bool:
    return folder.is_mount()


@contextmanager
def small_disk(folder: Path, mebibytes: int, inodes: int = 0) -> Iterator[Path]:
    """Mount a disk of that size; where this is not allowed, use a folder on the usual one.

    It has space for that number of files and folders, its own included; for any number with 0.
    """
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={mebibytes}m,nr_inodes={inodes}", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(["mount", *options], check=False).returncode == 0
    try:
        yield folder
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def served(
    model: Path,
    folder: Path,
    arguments: tuple[str, ...] = (),
    killed: bool = False,
    database: str | None = None,
    worker: bool = True,
    forked: bool = False,
) -> Iterator[Server]:
    """Serve `model`; the log is in `folder`.

    The server has a clock of its own, if there is a compiler, unless it is `forked` (tests/prefork.py).
    Responses are stored in `database`, by default beside the log. With `worker` vLLM's worker has a process
    of its own.
    """
    wanted = ["--model", str(model), "--served-model-name", NAME, "--max-model-len", "2048"]
    wanted += ["--validate-responses", "log", *arguments]
    environment = {"ACCORD_DATABASE_URL": database} if database else {}
    clock = None
    if CAN_SET_CLOCK and not forked:
        clock = folder / "clock"
        clock.write_bytes(bytes(8))
        environment |= {"LD_PRELOAD": str(_clock_library(folder)), "ACCORD_TEST_CLOCK": str(clock)}
    with started(
        wanted, folder / "server.log", NAME, killed, environment, worker=worker, forked=forked
    ) as running:
        server = Server(running, clock)
        server.wait_until_ready()
        yield server


def _clock_library(folder: Path) -> Path:
    library = folder / "clock.so"
    source = Path(__file__).with_name("clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], check=True)
    return library
