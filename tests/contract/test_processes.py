"""No process outlives the server, however that ends."""

import os
import signal
import time
from pathlib import Path

import httpx

from tests.serving import started, wait_until_ready


def descendants(pid: int) -> list[int]:
    """The process's children, theirs, and so on."""
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return children + [d for child in children for d in descendants(child)]


def wait_until_gone(pids: list[int], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < deadline, [Path(f"/proc/{p}/cmdline").read_text() for p in pids]
        time.sleep(0.05)


def test_a_stopped_server_leaves_no_process(tiny_model: Path, tmp_path: Path) -> None:
    with started(["--model", str(tiny_model), "--max-model-len", "512"], tmp_path / "log", "tiny") as server:
        wait_until_ready(server)
        pids = descendants(server.process.pid)
        assert len(pids) >= 2
        asked = {"prompt": "Hello", "max_tokens": 1}
        assert httpx.post(f"{server.url}/v1/completions", json=asked, timeout=60).status_code == 200
    wait_until_gone(pids, 15)
    assert "Traceback" not in server.log.read_text()


def test_a_killed_server_leaves_no_process(tiny_model: Path, tmp_path: Path) -> None:
    with started(
        ["--model", str(tiny_model), "--max-model-len", "512"], tmp_path / "log", "tiny", killed=True
    ) as server:
        wait_until_ready(server)
        pids = descendants(server.process.pid)
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        wait_until_gone(pids, 15)
