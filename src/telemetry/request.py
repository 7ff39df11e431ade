"""The record of one request, from which its log line, metrics and span are made."""

from __future__ import annotations

from contextvars import ContextVar
from time import perf_counter
from typing import Any, Literal, Protocol

from msgspec import Struct, field

CLIENT_DISCONNECTED = 499
"""The status of a request whose client disconnected before the response began; it is never sent."""

QUIET_OPERATIONS = frozenset(
    {"get_health", "get_health_live", "get_health_ready", "get_ping", "post_ping", "get_load"}
    | {"get_metrics", "get_prometheus_metrics"}
)
"""Probes and scrapes, which are frequent: logged on the debug level, and never traced."""


class Tokens(Protocol):
    """The tokens of a request so far."""

    prompt_tokens: int
    completion_tokens: int


class RequestRecord(Struct):
    """Filled in by the stages of a request; read once, when the request has ended.

    `model` is a served name, never a client's text; `caller` is the name of a key, never the key. Times
    are of `perf_counter`.
    """

    request_id: str
    method: str = ""
    path: str = ""
    began: float = field(default_factory=perf_counter)
    operation: str = "none"
    model: str = ""
    caller: str = ""
    status: int = CLIENT_DISCONNECTED
    refusal: str | None = None
    streamed: bool = False
    complete: bool = False
    failed: bool = False
    ended: bool = False
    in_background: bool = False
    """Whether generation continues after the request has ended."""
    seconds_allowed: float | None = None
    first_byte_at: float | None = None
    first_token_at: float | None = None
    request_bytes: int = 0
    response_bytes: int = 0
    tokens: list[Tokens] = field(default_factory=list)
    trace_headers: dict[str, str] | None = None
    span: Any = None

    @property
    def outcome(self) -> Literal["complete", "failed", "disconnected"]:
        if self.failed:
            return "failed"
        return "complete" if self.complete else "disconnected"

    @property
    def prompt_tokens(self) -> int:
        return sum(tokens.prompt_tokens for tokens in self.tokens)

    @property
    def completion_tokens(self) -> int:
        return sum(tokens.completion_tokens for tokens in self.tokens)

    @property
    def seconds_left(self) -> float | None:
        """The time left for the request; None without a limit."""
        if self.seconds_allowed is None:
            return None
        return self.began + self.seconds_allowed - perf_counter()

    def begin_response(self, status: int) -> None:
        """Record that the status has been sent."""
        self.status = status
        self.first_byte_at = perf_counter()

    def add_tokens(self, tokens: Tokens) -> None:
        """Record a usage, which grows while the engine runs."""
        if not any(known is tokens for known in self.tokens):
            self.tokens.append(tokens)


_CURRENT: ContextVar[RequestRecord | None] = ContextVar("accord.request", default=None)


def enter(record: RequestRecord) -> None:
    """Make `record` the current one, in this task and those that it starts."""
    _CURRENT.set(record)


def current() -> RequestRecord:
    """Return the record of the current request; outside of one, a record that is never read."""
    return _CURRENT.get() or RequestRecord("")


def current_id() -> str | None:
    """Return the id of the current request."""
    record = _CURRENT.get()
    return record.request_id if record else None
