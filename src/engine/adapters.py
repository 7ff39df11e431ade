"""LoRA adapters: each folder in NIM_PEFT_SOURCE that holds one, by its name, as the folder changes."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

CONFIG = "adapter_config.json"
RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)
"""What vLLM takes for --max-lora-rank."""

DEFAULT_RANK = 32
"""Room for adapters that come later, where none that is there needs more."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """One adapter. A changed one has another `id`, so that the engine does not serve the old weights."""

    name: str
    path: Path
    id: int
    rank: int
    changed: int
    """When its configuration was last written, in nanoseconds."""


class Adapters:
    """The adapters in `folder`, looked for again every `interval` seconds; None looks only once."""

    def __init__(self, folder: Path | None, interval: float | None) -> None:
        self.folder = folder
        self.interval = interval
        self.found: dict[str, Adapter] = {}
        self._last_id = 0
        self.refresh()

    def refresh(self) -> None:
        """Look for adapters that have come, changed or gone. An unreadable one is left out and logged."""
        if self.folder is None:
            return
        found: dict[str, Adapter] = {}
        for config in sorted(self.folder.glob(f"*/{CONFIG}")):
            name = config.parent.name
            try:
                changed = config.stat().st_mtime_ns
                known = self.found.get(name)
                if known is not None and known.changed == changed:
                    found[name] = known
                    continue
                rank = int(json.loads(config.read_text())["r"])
            except (OSError, ValueError, KeyError, TypeError) as error:
                logger.warning("The adapter %s cannot be read: %r", config.parent, error)
                continue
            self._last_id += 1
            found[name] = Adapter(name, config.parent, self._last_id, rank, changed)
            logger.info("The adapter %s is served from %s.", name, config.parent)
        for name in self.found.keys() - found.keys():
            logger.info("The adapter %s is gone.", name)
        self.found = found

    async def watch(self) -> None:
        """Refresh at every interval, until cancelled."""
        while self.interval is not None:
            await asyncio.sleep(self.interval)
            await asyncio.to_thread(self.refresh)

    def arguments(self, given: list[str]) -> list[str]:
        """Return what vLLM has to be told, beside the options that are `given`."""
        if self.folder is None:
            return []
        largest = max([DEFAULT_RANK, *(adapter.rank for adapter in self.found.values())])
        rank = next((r for r in RANKS if r >= largest), largest)
        wanted = {"--enable-lora": [], "--max-lora-rank": [str(rank)]}
        return [part for name, value in wanted.items() if name not in given for part in (name, *value)]
