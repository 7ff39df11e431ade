"""Where a request's record is opened and closed: its metrics, its line in the log and its span."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from accord.telemetry import access, metrics, traces
from accord.telemetry.request import RequestRecord, enter


@contextmanager
def accounted(record: RequestRecord, scope: Mapping[str, Any]) -> Iterator[None]:
    """Account for a request while it is served. `scope` is ASGI's."""
    enter(record)
    traces.begin(record, scope["headers"], scope["scheme"])
    try:
        yield
    finally:
        seconds = perf_counter() - record.began
        metrics.count(record, seconds)
        access.log(record, seconds)
        traces.end(record)
