"""The interface between the HTTP processes of one server, which share engines, and their parent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

FRONTEND = "frontend-"
"""The prefix of the names of these processes; a number follows."""


@dataclass(frozen=True, slots=True)
class Client:
    """A process as one of vLLM's clients: client `index` of `count`."""

    count: int
    index: int
    addresses: dict[str, Any] = field(default_factory=dict)
    """vLLM's `client_addresses`: of the engines, and of the coordinator with the request counts."""
    queued_elsewhere: Callable[[], int] = lambda: 0
    """Returns how many prompt tokens of other processes wait for the engines."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Running engines that a process can join, and vLLM's command line that started them."""

    generation: int
    arguments: list[str]
    client: Client


class Membership(Protocol):
    """A process's place among those that share engines."""

    def offer(self) -> Offer:
        """Return the newest engines, once there are some. Blocks, in a thread."""
        ...

    def joined(self) -> None:
        """Report that the engines of the last offer answer."""
        ...

    def failed(self, cause: str) -> None:
        """Report that the engines of the last offer have failed for this process."""
        ...
