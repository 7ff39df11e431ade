"""Engines that several processes of one server share: what its parent tells each of them, and they it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

FRONTEND = "frontend-"
"""What the names of these processes begin with; a number follows."""


@dataclass(frozen=True, slots=True)
class Client:
    """Which of vLLM's clients a process is: client `index` of `count`."""

    count: int
    index: int
    addresses: dict[str, Any] = field(default_factory=dict)
    """What vLLM calls `client_addresses`: where the engines are reached, and the counts of requests."""
    queued_elsewhere: Callable[[], int] = lambda: 0
    """How many tokens of prompts wait for the engines by way of other processes."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Engines that run, for a process to join, and vLLM's command line that they were started with."""

    generation: int
    arguments: list[str]
    client: Client


class Membership(Protocol):
    """A process's place among those that share engines."""

    def offer(self) -> Offer:
        """Return the newest engines, once there are some. Blocks, in a thread."""
        ...

    def joined(self) -> None:
        """Say that the engines of the last offer answer."""
        ...

    def failed(self, cause: str) -> None:
        """Say that the engines of the last offer have failed, as seen from here."""
        ...
