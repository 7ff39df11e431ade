"""The shortcuts of one loaded model: those that are allowed and fit are installed."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Collection
from typing import TYPE_CHECKING

from accord.engine.vllm.shortcuts import NAMES
from accord.engine.vllm.shortcuts.shortcut import Shortcut
from accord.telemetry.metrics import SHORTCUT_ACTIVE

if TYPE_CHECKING:
    from accord.engine.vllm.backend import VllmBackend

logger = logging.getLogger(__name__)


class Shortcuts:
    """The installed shortcuts, by name."""

    def __init__(self) -> None:
        self.active: dict[str, Shortcut] = {}

    def install(self, backend: VllmBackend, wanted: Collection[str] = NAMES) -> None:
        """Install those of the `wanted` shortcuts that fit. Any error disables a shortcut."""
        for name in NAMES:
            SHORTCUT_ACTIVE.labels(name).set(0)
            if name in wanted:
                self._install(name, backend)

    def _install(self, name: str, backend: VllmBackend) -> None:
        shortcut: Shortcut | None = None
        try:
            # Imported here, because a name of vLLM's that it needs may be gone.
            module = importlib.import_module(f"{__package__}.{name}")
            shortcut = module.SHORTCUT(backend)
            if (reason := shortcut.fits()) is not None:
                logger.info("The shortcut %s is disabled: %s.", name, reason)
                return
            shortcut.install()
        except Exception as error:
            logger.warning("The shortcut %s is disabled: %s", name, " ".join(repr(error).split()))
            if shortcut is not None:
                shortcut.uninstall()
            return
        self.active[name] = shortcut
        SHORTCUT_ACTIVE.labels(name).set(1)

    def switch_off(self, name: str) -> None:
        """Uninstall one, from any thread, while requests run."""
        shortcut = self.active.pop(name, None)
        if shortcut is not None:
            shortcut.uninstall()
            SHORTCUT_ACTIVE.labels(name).set(0)

    def uninstall(self) -> None:
        """Uninstall all, which restores vLLM."""
        for name in reversed(NAMES):
            self.switch_off(name)
