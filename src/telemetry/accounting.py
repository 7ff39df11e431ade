"""Opens and closes a request's record, with its metrics, log line and span."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Any

from accord.telemetry import access, metrics, traces
from accord.telemetry.request import RequestRecord, enter


def begin(record: RequestRecord, scope: Mapping[str, Any]) -> None:
    """Open the record of a new request. `scope` is ASGI's."""
    enter(record)
    traces.begin(record, scope["headers"], scope["scheme"])


def end(record: RequestRecord) -> None:
    """Close the record of a finished request."""
    seconds = perf_counter() - record.began
    metrics.count(record, seconds)
    access.log(record, seconds)
    traces.end(record)
