"""Keeps a process connected to engines that its parent runs, and reconnects if they fail."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Coroutine
from typing import Any

from accord.engine.sharing import Membership
from accord.engine.supervisor import B, EngineGone, FailurePolicy, Supervisor

logger = logging.getLogger(__name__)


class Joining(Supervisor[B]):
    """Watches its own client of the engines as a Supervisor does, but restarts nothing itself.

    A failure that it detects is reported to the parent, and the next `load` waits for the parent's next
    offer.
    """

    def __init__(
        self,
        load: Callable[[], B],
        policy: FailurePolicy,
        prepare: Callable[[B], Coroutine[Any, Any, None]] | None,
        membership: Membership,
    ) -> None:
        super().__init__(load, policy, prepare)
        self.membership = membership

    async def _load_and_begin(self) -> B:
        backend = await super()._load_and_begin()
        self.membership.joined()
        return backend

    def _has_failed(self, cause: str) -> None:
        super()._has_failed(cause)
        self.membership.failed(cause)

    async def _replacement(self, failures: int, longest: float) -> tuple[B, int]:
        while not self.retired:
            try:
                return await self._loaded(math.inf), failures
            except Exception as error:
                logger.error("Connecting to the engines failed: %s", " ".join(str(error).split()))
                self.membership.failed("a process could not connect to it")
        raise EngineGone("The server is stopping.")
