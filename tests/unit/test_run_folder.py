"""A server's files in /tmp are removed at its end, whatever ends it."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from accord.server.run_folder import SOCKETS, remove_abandoned, run_folder, set_engine_socket_folder
from accord.server.sources import ConfigurationError
from tests.faults.server import is_own_disk, small_disk

SERVER = """
import os, sys
from pathlib import Path
from accord.server.run_folder import leave, run_folder

with run_folder() as folder:
    (folder / "socket").touch()
    print(folder, flush=True)
    match sys.stdin.readline().strip():
        case "leave":
            leave(3)
        case "raise":
            raise SystemExit(3)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files, of this test alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = signal.getsignal(signal.SIGTERM)
    yield tmp_path
    signal.signal(signal.SIGTERM, before)


@contextmanager
def server(temporary: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Give the process of a server, and its folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER],
        env=os.environ | {"TMPDIR": str(temporary)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())
        process.kill()


@pytest.mark.parametrize("end", ["leave", "raise"])
def test_the_folder_goes_with_the_server(temporary: Path, end: str) -> None:
    with server(temporary) as (process, folder):
        assert folder.parent == temporary
        assert folder.stat().st_mode & 0o777 == 0o700
        process.communicate(end)
        assert process.returncode == 3
    assert not list(temporary.iterdir())


def test_a_signal_at_the_start_ends_it_as_well(temporary: Path) -> None:
    with server(temporary) as (process, _):
        process.terminate()
        assert process.wait(60) == 0
    assert not list(temporary.iterdir())


def test_a_start_removes_what_a_killed_server_has_left(temporary: Path) -> None:
    with server(temporary) as (_, folder), server(temporary) as (killed, left):
        killed.kill()
        killed.wait()
        assert (left / "socket").exists()
        with run_folder() as own:
            assert {*temporary.iterdir()} == {folder, own}
        assert {*temporary.iterdir()} == {folder}
        assert (folder / "socket").exists()


def test_no_room_for_it_is_one_line(temporary: Path) -> None:
    with small_disk(temporary / "full", 1, inodes=1) as full:
        if not is_own_disk(full):
            pytest.skip("mounting a small disk is for root")
        tempfile.tempdir = str(full)
        with pytest.raises(ConfigurationError) as refused, run_folder():
            pass
    assert str(refused.value) == "TMPDIR: no temporary folder can be made: No space left on device."


def test_nothing_else_is_removed(temporary: Path) -> None:
    elsewhere = temporary / "elsewhere"
    (elsewhere / "kept").mkdir(parents=True)
    (temporary / "accord-run-link").symlink_to(elsewhere)
    (temporary / "accord-run-file").touch()
    (temporary / "accord-other").mkdir()
    before = {*temporary.rglob("*")}
    remove_abandoned()
    assert {*temporary.rglob("*")} == before


@pytest.mark.skipif(os.geteuid() != 0, reason="giving folders away is for root")
def test_another_users_folder_stays(temporary: Path) -> None:
    (others := temporary / "accord-run-others").mkdir()
    os.chown(others, 12345, 12345)
    remove_abandoned()
    assert others.exists()


def test_the_engine_meets_there() -> None:
    environment: dict[str, str] = {}
    set_engine_socket_folder(Path("/tmp/a"), ["--tensor-parallel-size", "2"], environment)
    assert environment == {SOCKETS: "/tmp/a"}


@pytest.mark.parametrize(
    ("folder", "arguments", "named"),
    [
        (Path("/tmp/a"), [], {SOCKETS: "/operators"}),
        (Path("/tmp/a"), ["--distributed-executor-backend", "ray"], {}),
        (Path("/tmp/a"), ["--data-parallel-backend=ray"], {}),
        (Path("/tmp") / ("a" * 70), [], {}),
    ],
    ids=["the operator names another folder", "workers of Ray's", "data parallel over Ray", "a long path"],
)
def test_where_it_cannot_nothing_changes(folder: Path, arguments: list[str], named: dict[str, str]) -> None:
    environment = dict(named)
    set_engine_socket_folder(folder, arguments, environment)
    assert environment == named
