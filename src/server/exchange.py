"""The state of one request, which the middlewares and the dispatcher share."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from secrets import token_hex
from typing import Any, Protocol

from msgspec import Struct, field

from accord.telemetry.request import RequestRecord

Scope = MutableMapping[str, Any]

_KEY = "accord.exchange"
CONNECTION = "accord.connection"
"""The key of a scope's `Connection`; only Accord's own protocol sets it."""
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")


class Connection(Protocol):
    """The state of a request's connection, without a task that waits for messages."""

    @property
    def has_body(self) -> bool:
        """Whether the request's body has been received in full."""
        ...

    async def send(self, message: Any) -> None:
        """Send a message of the response; the ASGI server passes this method to the application."""
        ...

    def write_at_once(self, piece: bytes) -> bool:
        """Write a piece of a stream if nothing has to wait; return False if it has to be sent."""
        ...

    def when_lost(self, leave: Callable[[], None] | None) -> None:
        """Call `leave` when the client disconnects before the response is complete, or at once if it has."""
        ...


class Exchange(Struct):
    """One request and its response, shared by the middlewares, the validators and the dispatcher."""

    record: RequestRecord
    body: Any = None
    sent: dict[bytes, bytes] = field(default_factory=dict)
    """The request's headers; the last value of a repeated one."""
    parameters: Any = None
    ignored: list[str] = field(default_factory=list)
    owner: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    """Headers of the response, whatever it is."""
    response_started: bool = False

    @classmethod
    def begin(cls, scope: Scope) -> Exchange:
        """Create the exchange of a new request and store it in its scope."""
        sent = dict(scope["headers"])
        record = RequestRecord(_request_id(sent), scope["method"], _path(scope))
        exchange = cls(record, sent=sent)
        scope[_KEY] = exchange
        return exchange

    @property
    def request_id(self) -> str:
        return self.record.request_id

    @staticmethod
    def of(scope: Scope) -> Exchange:
        """Return the exchange in `scope`."""
        exchange: Exchange = scope[_KEY]
        return exchange


def _request_id(sent: dict[bytes, bytes]) -> str:
    """The client's `x-request-id` if it is safe to repeat, else a new one."""
    given = sent.get(b"x-request-id")
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given.decode()
    return f"req_{token_hex(16)}"


def _path(scope: Scope) -> str:
    """The percent-encoded path, which cannot break a line of the log."""
    raw: bytes = scope["raw_path"]
    return raw[:512].decode("ascii", "backslashreplace")
