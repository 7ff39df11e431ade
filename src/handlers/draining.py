"""How the server stops taking work, and knows when what it has taken is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from accord.errors import NotReady

RETRY_SECONDS = 1
"""Another replica answers at once."""


def stopping() -> NotReady:
    """Return what a client is told whose request comes too late, or takes longer than the server has."""
    return NotReady("The server is stopping.", code="server_stopping", retry_after=RETRY_SECONDS)


class Draining:
    """The requests that are being answered, and whether new work is taken."""

    def __init__(self) -> None:
        self.begun = False
        self.open = 0

    def begin(self) -> None:
        """Take no new work from now on."""
        self.begun = True

    @contextmanager
    def request(self, is_work: bool) -> Iterator[None]:
        """Count a request while it is answered. Work is refused once the server drains; probes never are."""
        if is_work and self.begun:
            refusal = stopping()
            refusal.headers["connection"] = "close"
            raise refusal
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1
