"""Accord's own metrics, in addition to vLLM's in the same registry of this process."""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections import Counter as Counts
from collections.abc import Callable, Collection
from functools import cache, partial
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Enum,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
    values,
)

from accord.telemetry.multiprocess import VARIABLE
from accord.telemetry.request import QUIET_OPERATIONS, RequestRecord

if VARIABLE in os.environ:
    # Otherwise each count asks the kernel for the process's id, to notice a fork: a quarter of its cost.
    _PID = os.getpid()
    values.ValueClass = values.MultiProcessValue(lambda: _PID)  # type: ignore[no-untyped-call]

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_BYTES = tuple(float(4**power) for power in range(4, 14))  # 256 B to 64 MiB

REQUESTS = Counter("accord_requests", "Requests that have ended.", ["operation", "model", "status"])
DURATION = Histogram(
    "accord_request_duration_seconds",
    "From the request's head to the end of its answer.",
    ["operation"],
    buckets=_SECONDS,
)
FIRST_BYTE = Histogram(
    "accord_time_to_first_byte_seconds",
    "From the request's head to the head of its answer.",
    ["operation"],
    buckets=_SECONDS,
)
REQUEST_SIZE = Histogram(
    "accord_request_size_bytes", "Size of requests' bodies.", ["operation"], buckets=_BYTES
)
RESPONSE_SIZE = Histogram(
    "accord_response_size_bytes", "Size of answers' bodies.", ["operation"], buckets=_BYTES
)
STREAMS_OPEN = Gauge("accord_streams_open", "Event streams that are being sent.", multiprocess_mode="livesum")
STREAMS = Counter("accord_streams", "Event streams that have ended, and how.", ["operation", "outcome"])
REFUSALS = Counter("accord_refusals", "Requests that were refused, and why.", ["operation", "reason"])
CONTRACT_VIOLATIONS = Counter(
    "accord_contract_violations", "Answers that were not as the contract says.", ["operation"]
)
TASKS = Gauge("accord_tasks", "Tasks of the server's event loop.", multiprocess_mode="livesum")
READY = Gauge(
    "accord_ready",
    "Whether requests for the model can be answered, as /v1/health/ready says.",
    multiprocess_mode="livemostrecent",
)
ENGINE_RESTARTS = Counter("accord_engine_restarts", "How often the engine was started again after a failure.")
ENGINE_STATE = Enum(
    "accord_engine_state", "The engine's state.", states=["loading", "ready", "restarting", "failed"]
)
SHORTCUT_ACTIVE = Gauge(
    "accord_shortcut_active",
    "Whether a fast path in place of vLLM's own code is in use (1) or disabled (0).",
    ["name"],
    multiprocess_mode="livemin",
)
SHORTCUT_COMPARISONS = Counter(
    "accord_shortcut_comparisons",
    "What such a way has done, compared with vLLM's: same, different (it is switched off then) or error.",
    ["name", "result"],
)

CERTIFICATE_LOADS = Counter(
    "accord_certificate_loads",
    "Changed certificates that are served now (loaded), or cannot be (failed).",
    ["result"],
)
MCP_REQUESTS = Counter(
    "accord_mcp_requests",
    "Calls of MCP servers' tools, and lists of them, by how they ended: answered, tool_failed or failed. "
    "`client` is any server that a client has named.",
    ["server", "outcome"],
)
STORE_ERRORS = Counter("accord_store_errors", "What the database of responses failed to do.", ["operation"])
RESPONSES_EXPIRED = Counter(
    "accord_responses_expired", "Stored responses that were deleted for their age or number."
)
CONVERSATIONS_EXPIRED = Counter(
    "accord_conversations_expired", "Conversations that were deleted for their age or number."
)
CHAT_COMPLETIONS_EXPIRED = Counter(
    "accord_chat_completions_expired", "Stored chat completions that were deleted for their age or number."
)
RESPONSES_LOST = Counter(
    "accord_responses_lost", "Background responses whose server ended before they did; they are failed."
)

NIM_METRICS = {
    "gpu_cache_usage_perc": "vllm:kv_cache_usage_perc",
    "num_requests_running": "vllm:num_requests_running",
    "num_requests_waiting": "vllm:num_requests_waiting",
}
"""NIM's names of gauges, and vLLM's."""

_REASONS = {
    400: "invalid_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "request_too_large",
    415: "unsupported_media_type",
    422: "invalid_request",
    429: "rate_limited",
    503: "unavailable",
}

disable_created_metrics()  # type: ignore[no-untyped-call]  # they double the series and are not useful


def refusal_reason(status: int, code: str | None) -> str | None:
    """Return the reason for a refused request; None if it failed or was accepted."""
    if status == 500:
        return None
    return code or _REASONS.get(status, "other")


# Looking up a label costs more than the count itself.
_requests = cache(lambda operation, model, status: REQUESTS.labels(operation, model, str(status)))
_duration = cache(DURATION.labels)
_first_byte = cache(FIRST_BYTE.labels)
_request_size = cache(REQUEST_SIZE.labels)
_response_size = cache(RESPONSE_SIZE.labels)
_streams = cache(STREAMS.labels)


def observe_one(histogram: Any, amount: float) -> None:
    """Make a histogram observe `amount`, at a third of the cost of its own method."""
    histogram._sum.inc(amount)
    histogram._buckets[bisect_left(histogram._upper_bounds, amount)].inc(1)


def observe_all(histogram: Any, amounts: Collection[float]) -> None:
    """Make a histogram observe all `amounts`, with one change of each bucket."""
    histogram._sum.inc(sum(amounts))
    buckets = Counts(map(partial(bisect_left, histogram._upper_bounds), amounts))
    for bucket, times in buckets.items():
        histogram._buckets[bucket].inc(times)


_example = Histogram("example", "An example.", registry=None)
_is_known = all(hasattr(_example, name) for name in ("_sum", "_buckets", "_upper_bounds"))
_observe = observe_one if _is_known else Histogram.observe


def count(record: RequestRecord, seconds: float) -> None:
    """Count a finished request, which took `seconds`. Probes and scrapes are only counted."""
    operation = record.operation
    _requests(operation, record.model, record.status).inc()
    if operation in QUIET_OPERATIONS:
        return
    _observe(_duration(operation), seconds)
    if record.first_byte_at is not None:
        _observe(_first_byte(operation), record.first_byte_at - record.began)
        _observe(_response_size(operation), record.response_bytes)
    if record.request_bytes:
        _observe(_request_size(operation), record.request_bytes)
    if record.streamed:
        _streams(operation, record.outcome).inc()
    if record.refusal is not None:
        REFUSALS.labels(operation, record.refusal).inc()


BEFORE_SCRAPES: set[Callable[[], None]] = set()
"""Called in the event loop before each scrape, to update metrics that are counted elsewhere."""

_scraped = REGISTRY


def scrape(registry: CollectorRegistry) -> None:
    """Make scrapes read `registry`, because the default one has only this process's counts."""
    global _scraped
    _scraped = registry


def before_scrape() -> None:
    """Flush everything that is counted elsewhere into the registry."""
    for write in list(BEFORE_SCRAPES):
        write()


def exposition() -> str:
    """Return everything in the registry in Prometheus' text format."""
    text = generate_latest(_scraped).decode()
    return text + _nim_metrics(text)


def _nim_metrics(text: str) -> str:
    """Return the metrics of NIM's dashboards and autoscalers, as copies of vLLM's in `text`."""
    found = []
    for name, vllm_name in NIM_METRICS.items():
        samples = re.findall(rf"^{vllm_name}(\{{.*)$", text, re.MULTILINE)
        if samples:
            found += [f"# HELP {name} The same as {vllm_name}.", f"# TYPE {name} gauge"]
            found += [f"{name}{sample}" for sample in samples]
    return "".join(f"{line}\n" for line in found)
