"""One request as the operator sees it: what its line in the log, its metrics and its span are made of."""

from __future__ import annotations

from contextvars import ContextVar
from time import perf_counter
from typing import Any, Literal, Protocol

from msgspec import Struct, field

CLIENT_LEFT = 499
"""The status of a request whose client left before the answer began; nobody was told it."""

QUIET_OPERATIONS = frozenset(
    {"get_health", "get_health_live", "get_health_ready", "get_ping", "post_ping", "get_load"}
    | {"get_metrics", "get_prometheus_metrics"}
)
"""Asked every few seconds by machines: on the debug level of the log, and never traced."""


class Tokens(Protocol):
    """How many tokens a request has taken so far."""

    prompt_tokens: int
    completion_tokens: int


class RequestRecord(Struct):
    """Filled in by the stages that know; read once, when the request has ended.

    `model` is a name that is served, never what a client typed; `caller` the name of a key, never the key.
    Times are of `perf_counter`.
    """

    request_id: str
    method: str = ""
    path: str = ""
    began: float = field(default_factory=perf_counter)
    operation: str = "none"
    model: str = ""
    caller: str = ""
    status: int = CLIENT_LEFT
    refusal: str | None = None
    streamed: bool = False
    complete: bool = False
    failed: bool = False
    ended: bool = False
    in_background: bool = False
    """Whether the engine goes on for it though the request has ended."""
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
        """How long the request may still take; None where that is not limited."""
        if self.seconds_allowed is None:
            return None
        return self.began + self.seconds_allowed - perf_counter()

    def answer_begins(self, status: int) -> None:
        """Note that the status has been sent."""
        self.status = status
        self.first_byte_at = perf_counter()

    def takes(self, tokens: Tokens) -> None:
        """Note a count of tokens that goes on while the engine runs."""
        if not any(known is tokens for known in self.tokens):
            self.tokens.append(tokens)


_CURRENT: ContextVar[RequestRecord | None] = ContextVar("accord.request", default=None)


def enter(record: RequestRecord) -> None:
    """Make `record` the current one, in this task and those that it starts."""
    _CURRENT.set(record)


def current() -> RequestRecord:
    """Return the record of the request that is being served; one that nobody reads where there is none."""
    return _CURRENT.get() or RequestRecord("")


def current_id() -> str | None:
    """Return the id of the request that is being served."""
    record = _CURRENT.get()
    return record.request_id if record else None
