import logging
from importlib.util import find_spec
from pathlib import Path

import pytest

from accord.telemetry.log_filters import HARMLESS, _OnDebugLevel

CASES = [(name, beginning) for name, beginnings in HARMLESS.items() for beginning in beginnings]


@pytest.mark.parametrize(("name", "beginning"), CASES)
def test_the_library_still_says_it(name: str, beginning: str) -> None:
    top = find_spec(name.partition(".")[0])
    assert top is not None
    assert top.origin is not None
    module = Path(top.origin).parent.joinpath(*name.split(".")[1:]).with_suffix(".py")
    assert beginning in module.read_text()


def record(message: str) -> logging.LogRecord:
    return logging.LogRecord("some.library", logging.WARNING, "", 0, message, (), None)


def test_harmless_messages_are_on_the_debug_level(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = _OnDebugLevel(("No GPU",))
    monkeypatch.setenv("VLLM_LOGGING_LEVEL", "INFO")
    assert not quiet.filter(record("No GPU is here"))
    assert quiet.filter(record("The GPU is lost"))
    monkeypatch.setenv("VLLM_LOGGING_LEVEL", "DEBUG")
    kept = record("No GPU is here")
    assert quiet.filter(kept)
    assert kept.levelname == "DEBUG"
