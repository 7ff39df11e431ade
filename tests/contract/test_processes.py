"""No process outlives the server, for whatever reason it ends."""

import os
import signal
import subprocess
import time
from pathlib import Path

from tests.serving import http, started, wait_until_ready


def descendants(pid: int) -> list[int]:
    """Return the process's descendants."""
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return children + [d for child in children for d in descendants(child)]


def listing(pids: list[str]) -> str:
    """What these processes are, as far as they still run."""
    command = ["ps", "-o", "pid,ppid,stat,etime,args", "-p", ",".join(pids)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def wait_until_gone(pids: list[int], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while left := [str(pid) for pid in pids if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, listing(left)
        time.sleep(0.05)


def test_a_second_signal_ends_everything_at_once(tiny_model: Path, tmp_path: Path) -> None:
    """The first one waits for running requests; `tests/faults` tests that."""
    arguments = ["--model", str(tiny_model), "--grace-seconds", "600"]
    with started(arguments, tmp_path / "log", "tiny", worker=True) as server:
        wait_until_ready(server)
        pids = descendants(server.process.pid)
        assert len(pids) >= 2
        asked = {"prompt": "Hello", "max_tokens": 4000, "ignore_eos": True, "stream": True}
        with http.stream("POST", f"{server.url}/v1/completions", json=asked, timeout=60) as stream:
            lines = stream.iter_lines()  # which end the stream when they are let go
            next(lines)
            server.process.send_signal(signal.SIGTERM)
            while http.get(f"{server.url}/v1/health/ready", timeout=60).status_code == 200:
                pass
            assert server.process.poll() is None
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(20) == 0
        wait_until_gone(pids, 15)
    assert "Traceback" not in server.log.read_text()


def test_an_engine_that_fails_once_too_often_ends_the_server(tiny_model: Path, tmp_path: Path) -> None:
    arguments = ["--model", str(tiny_model), "--max-model-len", "512", "--engine-restarts", "0"]
    with started(arguments, tmp_path / "log", "tiny", killed=True) as server:
        wait_until_ready(server)
        pids = descendants(server.process.pid)
        [core] = [p for p in pids if b"EngineCore" in Path(f"/proc/{p}/cmdline").read_bytes()]
        os.kill(core, signal.SIGKILL)
        assert server.process.wait(60) == 1
        wait_until_gone(pids, 15)
    assert "The model cannot be served" in server.log.read_text()
