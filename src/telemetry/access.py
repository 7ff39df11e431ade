"""The access log: one line per request, without prompts or anything else from a body."""

from __future__ import annotations

import logging
from typing import Any

from accord.telemetry.request import QUIET_OPERATIONS, RequestRecord

logger = logging.getLogger("accord.access")


class AccessLine:
    """A finished request, as a line for people and as fields for programs. Formatted only when written."""

    def __init__(self, record: RequestRecord, seconds: float) -> None:
        self.record = record
        self.seconds = seconds

    def fields(self) -> dict[str, Any]:
        record = self.record
        fields: dict[str, Any] = {
            "request_id": record.request_id,
            "method": record.method,
            "path": record.path,
            "operation": record.operation,
            "model": record.model or None,
            "key": record.caller or None,
            "status": record.status,
            "outcome": record.outcome,
            "reason": record.refusal,
            "prompt_tokens": record.prompt_tokens if record.tokens else None,
            "completion_tokens": record.completion_tokens if record.tokens else None,
            "ttft_seconds": _seconds(record.first_token_at, record.began),
            "duration_seconds": round(self.seconds, 6),
        }
        return {name: value for name, value in fields.items() if value is not None}

    def __str__(self) -> str:
        record = self.record
        line = f"{record.method} {record.path} {record.status} {self.seconds:.3f}s {record.operation}"
        if record.model:
            line += f" model={record.model}"
        if record.caller:
            line += f" key={record.caller}"
        if record.tokens:
            line += f" in={record.prompt_tokens} out={record.completion_tokens}"
        if (ttft := _seconds(record.first_token_at, record.began)) is not None:
            line += f" ttft={ttft:.3f}s"
        if record.refusal:
            line += f" refused={record.refusal}"
        if record.outcome != "complete":
            line += f" {record.outcome}"
        return f"{line} id={record.request_id}"


def _seconds(moment: float | None, began: float) -> float | None:
    return None if moment is None else round(moment - began, 6)


def log(record: RequestRecord, seconds: float) -> None:
    """Write the line of a finished request."""
    level = logging.DEBUG if record.operation in QUIET_OPERATIONS else logging.INFO
    if logger.isEnabledFor(level):
        # Not `logger.log`, which walks the stack to see who called it.
        line = AccessLine(record, seconds)
        logger.handle(logger.makeRecord(logger.name, level, __file__, 0, line, (), None, "log"))
