import asyncio
import logging
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from accord.server.announcement import announcement
from accord.server.engine_setup import log_load_failure
from accord.server.hangup import handle_hangup
from accord.server.settings import Settings
from accord.telemetry.logs import HIGHLIGHTED, LineFormatter


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "at http://localhost:8000/v1, documentation at http://localhost:8000/docs"),
        ({"host": "::1", "port": 9000, "docs": False}, "at http://[::1]:9000/v1"),
        ({"host": "api.example", "ssl_mode": "TLS", "docs": False}, "at https://api.example:8000/v1"),
    ],
)
def test_the_last_line_of_the_start_says_where_it_serves(settings: dict[str, object], said: str) -> None:
    assert announcement(Settings.model_validate(settings)) == f"Ready: smollm2-135m-instruct {said}"


def test_errors_of_vllms_configuration_are_logged_with_its_message(
    tiny_model: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from vllm.engine.arg_utils import EngineArgs

    with pytest.raises(ValidationError) as refused:
        EngineArgs(model=str(tiny_model), max_model_len=1_000_000).create_model_config()
    assert log_load_failure(refused.value) == 2
    assert re.match(
        r"The model cannot be served: User-specified max_model_len \(1000000\) is greater than [^\n]*\.$",
        caplog.messages[-1],
    )


@pytest.mark.parametrize("terminal", [False, True])
def test_it_stands_out_on_a_terminal(terminal: bool) -> None:
    formatter = LineFormatter("%(message)s")
    formatter.coloured = terminal
    record = logging.makeLogRecord({"msg": "Ready.", **HIGHLIGHTED})
    assert formatter.format(record) == ("\x1b[1;32mReady.\x1b[0m" if terminal else "Ready.")
    assert formatter.format(logging.makeLogRecord({"msg": "Other."})) == "Other."


class _Files:
    def __init__(self) -> None:
        self.read = asyncio.Event()
        self.loop = asyncio.get_running_loop()

    def refresh(self) -> None:
        self.loop.call_soon_threadsafe(self.read.set)


@pytest.fixture
def not_under_nohup() -> Iterator[None]:
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("not_under_nohup")
async def test_sighup_reloads_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: False, raising=False)
    files, stopped = _Files(), asyncio.Event()
    handle_hangup([files], stopped.set)
    os.kill(os.getpid(), signal.SIGHUP)
    await asyncio.wait_for(files.read.wait(), 5)
    assert not stopped.is_set()


@pytest.mark.usefixtures("not_under_nohup")
async def test_a_terminal_that_closes_stops_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    files, stopped = _Files(), asyncio.Event()
    handle_hangup([files], stopped.set)
    os.kill(os.getpid(), signal.SIGHUP)
    await asyncio.wait_for(stopped.wait(), 5)
    assert not files.read.is_set()


async def test_nohup_stays_as_it_is() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        handle_hangup([], lambda: pytest.fail("no one asked for that"))
        os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
