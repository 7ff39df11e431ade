"""Logs: lines for people, or one JSON object per line."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import Any, Protocol, runtime_checkable

from accord.telemetry.request import current_id

LEVELS = {
    "DEFAULT": logging.INFO,
    "TRACE": logging.DEBUG,
    "DEBUG": logging.DEBUG,
    "INFO": logging.INFO,
    "WARNING": logging.WARNING,
    "ERROR": logging.ERROR,
    "CRITICAL": logging.CRITICAL,
}
"""NIM's names of log levels."""

_HIGHLIGHT = "highlight"
HIGHLIGHTED = {_HIGHLIGHT: True}
"""The `extra` of a record that stands out on a terminal."""
_BOLD_GREEN, _PLAIN = "\x1b[1;32m", "\x1b[0m"


@runtime_checkable
class Fields(Protocol):
    """A message with fields."""

    def fields(self) -> dict[str, Any]:
        """Its fields, for programs."""
        ...


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.processName,
            "pid": record.process,
        }
        if (request_id := current_id()) is not None:
            line["request_id"] = request_id
        if isinstance(record.msg, Fields):
            line.update(record.msg.fields())
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return json.dumps(line, default=str)


class LineFormatter(logging.Formatter):
    """Formats a record as a line for people. Formats each second's time once."""

    _second: tuple[int, str] = (-1, "")
    coloured = False

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        return f"{_BOLD_GREEN}{line}{_PLAIN}" if self.coloured and hasattr(record, _HIGHLIGHT) else line

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        second = int(record.created)
        if second != self._second[0]:
            self._second = (second, super().formatTime(record, datefmt))
        return self._second[1]


_FOR_PEOPLE = "%(asctime)s.%(msecs)03d %(levelname)s %(name)s: %(message)s"
_MULTIPROCESS = "%(asctime)s.%(msecs)03d %(levelname)s [%(processName)s] %(name)s: %(message)s"


def configure_logging(level: str, jsonl: bool, multiprocess: bool = False) -> None:
    """Log to stderr from `level` (a name of LEVELS) on; other libraries at INFO or above.

    With `multiprocess`, lines name their process; JSON always does.
    """
    handler = logging.StreamHandler(sys.stderr)
    lines = LineFormatter(_MULTIPROCESS if multiprocess else _FOR_PEOPLE, "%Y-%m-%d %H:%M:%S")
    lines.coloured = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    handler.setFormatter(JsonFormatter() if jsonl else lines)
    number = LEVELS[level]
    logging.basicConfig(level=max(number, logging.INFO), handlers=[handler], force=True)
    logging.getLogger("accord").setLevel(number)
    logging.captureWarnings(True)


def engine_formatter() -> JsonFormatter:
    """Set up JSON lines in a process of the engine, for engine/deployment/vllm_jsonl.json."""
    logging.captureWarnings(True)
    return JsonFormatter()


def writes_json() -> bool:
    """Whether the log is in JSON lines."""
    return any(isinstance(handler.formatter, JsonFormatter) for handler in logging.root.handlers)
