"""Where a request's record is opened and closed: its metrics, its line in the log and its span."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Any

from accord.telemetry import access, metrics, traces
from accord.telemetry.request import RequestRecord, enter


def begin(record: RequestRecord, scope: Mapping[str, Any]) -> None:
    """Open the record of a request that is served from now on. `scope` is ASGI's."""
    enter(record)
    traces.begin(record, scope["headers"], scope["scheme"])


def end(record: RequestRecord) -> None:
    """Account for a request that has ended."""
    seconds = perf_counter() - record.began
    metrics.count(record, seconds)
    access.log(record, seconds)
    traces.end(record)
