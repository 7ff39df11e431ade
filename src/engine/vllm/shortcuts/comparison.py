"""Compares some of a shortcut's uses with vLLM's own code, in a background thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING

from accord.telemetry.metrics import SHORTCUT_COMPARISONS

if TYPE_CHECKING:
    from accord.engine.vllm.backend import VllmBackend

logger = logging.getLogger(__name__)

EVERY = 2000
"""One use in so many is compared, beginning with the first."""


class Comparison:
    """Compares one use in `EVERY` of the shortcut `name`, and disables it if the result differs."""

    def __init__(self, backend: VllmBackend, name: str) -> None:
        self.backend = backend
        self.name = name
        self._uses = count()

    @property
    def due(self) -> bool:
        """Count a use, and return whether it is to be compared."""
        return next(self._uses) % EVERY == 0

    def begin(self, difference: Callable[[], str | None]) -> threading.Thread:
        """Start to run `difference`, which returns the differences in figures, without the text."""
        thread = threading.Thread(
            target=self._compare, args=(difference,), name=f"compare-{self.name}", daemon=True
        )
        thread.start()
        return thread

    def _compare(self, difference: Callable[[], str | None]) -> None:
        try:
            differs = difference()
        except Exception as error:  # its message may contain a prompt
            logger.warning("The shortcut %s could not be compared: %s.", self.name, type(error).__name__)
            self._count("error")
            return
        if differs is None:
            self._count("same")
            return
        logger.error("The shortcut %s differs from vLLM's own code: %s. It is disabled.", self.name, differs)
        self._count("different")
        self.backend.shortcuts.switch_off(self.name)

    def _count(self, result: str) -> None:
        SHORTCUT_COMPARISONS.labels(self.name, result).inc()


def first_difference(one: str | list[int], other: str | list[int]) -> int:
    """Return the first position at which two sequences differ."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
