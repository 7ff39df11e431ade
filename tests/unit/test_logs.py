import json
import logging
from collections.abc import Iterator

import pytest

from accord.server.sources import configuration
from accord.telemetry.access import AccessLine
from accord.telemetry.logs import LEVELS, JsonFormatter, configure_logging, writes_json
from accord.telemetry.request import RequestRecord, enter

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def logging_put_back() -> Iterator[None]:
    own = logging.getLogger("accord")
    handlers, level, own_level = logging.root.handlers[:], logging.root.level, own.level
    logging.root.handlers.clear()
    try:
        yield
    finally:
        logging.captureWarnings(False)
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
        own.setLevel(own_level)


def test_people_read_lines(capsys: Captured) -> None:
    configure_logging("DEFAULT", jsonl=False)
    logging.getLogger("accord.x").info("Hello %s", "you")
    assert capsys.readouterr().err.endswith(" INFO accord.x: Hello you\n")
    assert not writes_json()


def test_programs_read_one_object_per_line(capsys: Captured) -> None:
    configure_logging("INFO", jsonl=True)
    assert writes_json()
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("other.library").exception("It went\nwrong")
    (line,) = capsys.readouterr().err.splitlines()
    written = json.loads(line)
    assert written["level"] == "ERROR"
    assert written["logger"] == "other.library"
    assert written["message"] == "It went\nwrong"
    assert "ValueError: two\nlines" in written["exception"]
    assert written["time"].endswith("+00:00")


async def test_log_lines_of_a_request_have_its_id(capsys: Captured) -> None:
    configure_logging("INFO", jsonl=True)
    enter(RequestRecord("req-9"))
    logging.getLogger("accord.x").info("within")
    assert json.loads(capsys.readouterr().err)["request_id"] == "req-9"


def test_an_access_line_is_fields(capsys: Captured) -> None:
    configure_logging("INFO", jsonl=True)
    record = RequestRecord("r", "GET", "/v1/models", operation="list_models", status=200, complete=True)
    logging.getLogger("accord.access").info(AccessLine(record, 0.5))
    written = json.loads(capsys.readouterr().err)
    assert written["operation"] == "list_models"
    assert written["duration_seconds"] == 0.5
    assert written["message"] == "GET /v1/models 200 0.500s list_models id=r"


@pytest.mark.parametrize(
    ("level", "accord", "others"),
    [
        ("DEFAULT", logging.INFO, logging.INFO),
        ("TRACE", logging.DEBUG, logging.INFO),
        ("DEBUG", logging.DEBUG, logging.INFO),
        ("WARNING", logging.WARNING, logging.WARNING),
        ("CRITICAL", logging.CRITICAL, logging.CRITICAL),
    ],
)
def test_levels_are_nims(level: str, accord: int, others: int) -> None:
    configure_logging(level, jsonl=False)
    assert logging.getLogger("accord.anything").getEffectiveLevel() == accord
    assert logging.getLogger("other").getEffectiveLevel() == others


def test_the_environment_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIM_LOG_LEVEL", "debug")
    monkeypatch.setenv("NIM_JSONL_LOGGING", "1")
    settings = configuration([]).settings
    assert (settings.log_level, settings.jsonl_logging) == ("DEBUG", True)


def test_every_level_that_logging_knows_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for level in LEVELS:
        monkeypatch.setenv("NIM_LOG_LEVEL", level)
        assert configuration([]).settings.log_level == level


def test_a_line_of_json_is_ascii() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "é\u2028\x85", (), None)
    assert JsonFormatter().format(record).isascii()
