"""The engine's processes, observed in /proc: vLLM itself cannot detect that it hangs."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

from accord.engine.sharing import FRONTEND

_PROC = Path("/proc")
_SHARED = "/dev/shm/"  # noqa: S108  where the kernel has it


@dataclass(frozen=True, slots=True)
class Process:
    """A process, identified by its id and the time at which it `started`, as ids are reused."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> Process | None:
        """Return the process that has this id now."""
        fields = process_fields(pid)
        return cls(pid, fields[19]) if fields else None

    @property
    def state(self) -> str | None:
        """The kernel's letter for its state: T is stopped, Z has ended; None if it is gone."""
        fields = process_fields(self.pid)
        return fields[0] if fields and fields[19] == self.started else None

    @property
    def stopped(self) -> bool:
        return self.state == "T"

    @property
    def ended(self) -> bool:
        return self.state in (None, "Z", "X")

    @property
    def serves(self) -> bool:
        """Return whether it is EngineCore or a worker, by vLLM's process titles; others are short-lived."""
        with suppress(OSError):
            return (_PROC / str(self.pid) / "cmdline").read_bytes().startswith(b"VLLM::")
        return False

    def kill(self) -> None:
        if self.state is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


class StoppedProcesses:
    """Detects that a process is stopped in two checks in a row."""

    def __init__(self) -> None:
        self.before: set[Process] = set()

    def seen(self, processes: list[Process]) -> bool:
        before, self.before = self.before, {process for process in processes if process.stopped}
        return bool(before & self.before)


class Idle:
    """Counts in how many checks in a row processes were idle: each used less than `allowance` CPU seconds.

    The work of their children counts, and waiting for a disk counts as work.
    """

    def __init__(self, allowance: float) -> None:
        self.allowance = allowance
        self._mark = 0.0
        self._checks = 0

    def idle_checks(self, processes: list[Process]) -> int:
        """Check once more; return how many checks in a row were idle."""
        used = cpu_seconds(processes)
        if abs(used - self._mark) > self.allowance * len(processes) or any(p.state == "D" for p in processes):
            self._mark = used
            self._checks = 0
        else:
            self._checks += 1
        return self._checks


def process_fields(pid: int) -> list[str] | None:
    """Return the fields of /proc/PID/stat after the name, which may contain blanks."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def cpu_seconds(processes: Iterable[Process]) -> float:
    """Return the CPU time that `processes` and their descendants have used."""
    children = _children()
    below = {process.pid: process for process in processes}
    waiting = list(below)
    while waiting:
        for child in children.get(waiting.pop(), []):
            if child.pid not in below:
                below[child.pid] = child
                waiting.append(child.pid)
    ticks = 0
    for pid in below:
        if fields := process_fields(pid):
            ticks += sum(int(field) for field in fields[11:15])  # its own, and that of ended children
    return ticks / os.sysconf("SC_CLK_TCK")


def _children() -> dict[int, list[Process]]:
    children: dict[int, list[Process]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (fields := process_fields(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(Process(int(entry.name), fields[19]))
    return children


def engine_processes() -> list[Process]:
    """Return the processes that this one has spawned, except frontends, and their descendants."""
    children = _children()
    spawned = {c.pid for c in multiprocessing.active_children() if not c.name.startswith(FRONTEND)}
    found = [process for process in children.get(os.getpid(), []) if process.pid in spawned]
    for process in found:
        found += children.get(process.pid, [])
    return found


def shared_memory(processes: Iterable[Process]) -> set[str]:
    """Return the names of the shared memory that `processes` have mapped."""
    names: set[str] = set()
    for process in processes:
        with suppress(OSError):
            lines = (_PROC / str(process.pid) / "maps").read_text().splitlines()
            paths = (line.partition(_SHARED)[2] for line in lines)
            names.update(path for path in paths if path.startswith("psm_") and not path.endswith("(deleted)"))
    return names


def forget_shared_memory(names: Iterable[str]) -> None:
    """Remove shared memory that killed processes have left."""
    for name in names:
        with suppress(FileNotFoundError):
            left = SharedMemory(name)
            left.close()
            left.unlink()
