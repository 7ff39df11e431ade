"""Start servers as copies of one process that has imported vLLM already.

A server and its EngineCore each import vLLM, for 9 of their 13 seconds of CPU, and the tests start some
thirty servers. `start` has a process that did these imports, and nothing else, fork: the fork runs
`python -m accord.server ARGUMENTS`. It keeps a copy of itself from before, which forks what multiprocessing
spawns in the server. So processes start as they do for users, except for exec and these imports.

This works only if no import reads an environment variable that a server sets. prometheus-client does so in
frontends, so these are spawned as for users. If all processes are the subject of a test,
`tests.serving.started` starts the command itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import gc
import importlib
import json
import multiprocessing.util
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import setproctitle

from accord.telemetry.multiprocess import VARIABLE as MULTIPROCESS_METRICS

IMPORTED = (
    "accord.server.cli",
    "accord.engine.vllm.backend",
    "vllm.v1.engine.core",
    "vllm.v1.executor.uniproc_executor",
    "vllm.v1.worker.cpu_worker",
    "vllm.model_executor.models.llama",
)
PR_SET_CHILD_SUBREAPER = 36
MESSAGE_BYTES = 1 << 18
FDS = 64


class Preforked:
    """A process that the other one has forked, with the methods of `subprocess.Popen` that tests use."""

    def __init__(self, forker: Forker, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._forker = forker

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal, or None while it runs."""
        if self.returncode is None:
            self.returncode = self._forker.code_of(self.pid, 0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code, once it has ended."""
        if self.returncode is None:
            self.returncode = self._forker.code_of(self.pid, timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, if it still runs."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)


class Forker:
    """The process that forks, seen from the tests."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-m", "tests.prefork", str(theirs.fileno())]
            self._process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                env=os.environ | {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"},
            )
        self._socket = ours
        self._codes: dict[int, int] = {}

    def start(self, arguments: Sequence[str], environment: Mapping[str, str], output: int) -> Preforked:
        """Run `python -m accord.server ARGUMENTS` in a fork, which writes to the file descriptor `output`."""
        request = json.dumps({"arguments": list(arguments), "environment": dict(environment)}).encode()
        socket.send_fds(self._socket, [request], [output])
        while (pid := self._read()) is None:
            pass
        return Preforked(self, pid)

    def code_of(self, pid: int, timeout: float | None) -> int | None:
        """Return the exit code of one that it has forked, or None if it runs on."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while pid not in self._codes:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            if not select.select([self._socket], [], [], left)[0]:
                return None
            self._read()
        return self._codes[pid]

    def _read(self) -> int | None:
        """Read one message: the process that was forked, or the exit code of one."""
        message = self._socket.recv(MESSAGE_BYTES)
        assert message, "the process that forks servers has ended"
        match json.loads(message):
            case {"forked": int(pid)}:
                return pid
            case {"ended": int(pid), "code": int(code)}:
                self._codes[pid] = code
        return None


_forker: Forker | None = None


def start(arguments: Sequence[str], environment: Mapping[str, str], output: int) -> Preforked:
    """Start a server; the first call starts the process that forks."""
    global _forker
    _forker = _forker or Forker()
    return _forker.start(arguments, environment, output)


def main() -> None:
    """Run the process that forks, until the tests end; in a fork of it, run the server."""
    for name in IMPORTED:
        importlib.import_module(name)
    setproctitle.getproctitle()  # which looks for its place in memory while the environment is as it was
    gc.freeze()
    arguments = _forked_for(socket.socket(fileno=int(sys.argv[1])))
    sys.argv[1:] = arguments
    runpy.run_module("accord.server", run_name="__main__", alter_sys=True)


def _forked_for(tests: socket.socket) -> list[str]:
    """Fork for each request, and report what has ended, until the tests end; return in each fork."""
    running: dict[int, int] = {}  # by the descriptor that says that it has ended
    while True:
        for ready in select.select([tests.fileno(), *running], [], [])[0]:
            if ready != tests.fileno():
                pid = running.pop(ready)
                os.close(ready)
                code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                tests.send(json.dumps({"ended": pid, "code": code}).encode())
                continue
            message, fds, _, _ = socket.recv_fds(tests, MESSAGE_BYTES, FDS)
            if not message:
                os._exit(0)
            if not (pid := os.fork()):
                tests.close()
                for fd in running:
                    os.close(fd)
                os.dup2(fds[0], 1)
                os.dup2(fds[0], 2)
                os.close(fds[0])
                request = json.loads(message)
                _take(request["environment"])
                _spawn_by_fork()
                return list(request["arguments"])
            os.close(fds[0])
            running[os.pidfd_open(pid)] = pid
            tests.send(json.dumps({"forked": pid}).encode())


def _take(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


def _spawn_by_fork() -> None:
    """Keep a copy of this process as it is now, and let it fork what multiprocessing spawns here."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if not os.fork():
        ours.close()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        _fork_what_is_spawned(theirs)
    theirs.close()
    libc, one_at_a_time = ctypes.CDLL(None), threading.Lock()
    as_for_users = multiprocessing.util.spawnv_passfds

    def spawn(path: bytes, args: Sequence[Any], fds: Sequence[int]) -> int:
        if MULTIPROCESS_METRICS in os.environ:
            return as_for_users(path, args, fds)
        given = [os.fsdecode(arg) for arg in args]
        request = {"arguments": given[given.index("-c") :], "environment": dict(os.environ), "fds": list(fds)}
        with one_at_a_time:
            # Meanwhile a process below this one whose parent ends becomes a child of this one.
            libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
            try:
                socket.send_fds(ours, [json.dumps(request).encode()], list(fds))
                return int(ours.recv(MESSAGE_BYTES))
            finally:
                libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)

    multiprocessing.util.spawnv_passfds = spawn  # type: ignore[assignment]


def _fork_what_is_spawned(server: socket.socket) -> None:
    """Fork twice for each request, so that the second fork is the server's child; end with the server."""
    while True:
        message, fds, _, _ = socket.recv_fds(server, MESSAGE_BYTES, FDS)
        if not message:
            os._exit(0)
        reading, writing = os.pipe()
        if not (between := os.fork()):
            if pid := os.fork():
                os.write(writing, str(pid).encode())
                os._exit(0)
            os.close(reading)
            os.close(writing)
            server.close()
            while os.getppid() == between:
                time.sleep(0.001)
            request = json.loads(message)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            _run(request["arguments"], request["environment"], fds, request["fds"])
        os.close(writing)
        os.waitpid(between, 0)
        server.send(os.read(reading, 32))
        for fd in (reading, *fds):
            os.close(fd)


def _run(arguments: list[str], environment: Mapping[str, str], fds: list[int], numbers: list[int]) -> None:
    """Run what `python -c CODE ...` runs, with these file descriptors under the numbers that it expects."""
    above = max([*numbers, *fds], default=2) + 1
    moved = [fcntl.fcntl(fd, fcntl.F_DUPFD, above) for fd in fds]
    os.closerange(3, above)
    for fd, number in zip(moved, numbers, strict=True):
        os.dup2(fd, number, inheritable=True)
        os.close(fd)
    _take(environment)
    if "spawn_main" in arguments[1]:
        _spawn_by_fork()
    sys.argv = ["-c", *arguments[2:]]
    try:
        exec(compile(arguments[1], "<string>", "exec"), {"__name__": "__main__"})
        code: object = 0
    except SystemExit as ended:
        code = ended.code
    with contextlib.suppress(ValueError):  # if they are closed
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    main()
