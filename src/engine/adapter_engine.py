"""A LoRA adapter, and the interface of an engine that runs requests with adapters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from accord.engine.adapter_files import Copy


@dataclass(frozen=True, slots=True)
class AdapterSource:
    """The source of an adapter."""

    name: str
    path: Path
    is_3d: bool = False
    """Whether its experts' weights are fused: vLLM's `is_3d_lora_weight`."""
    base_model: str | None = None
    """The model name under which it is listed; the first one if this is none of the served names."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """One adapter that the engine has loaded. Other weights have another `id`."""

    source: AdapterSource
    id: int
    copy: Copy

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def path(self) -> Path:
        """The folder that the engine reads."""
        return self.copy.folder


class AdapterEngine(Protocol):
    """Runs requests with adapters."""

    @property
    def errored(self) -> bool:
        """Return whether it has failed."""
        ...

    @property
    def static_adapters(self) -> list[AdapterSource]:
        """Return the adapters that its own options name."""
        ...

    @property
    def default_mm_adapters(self) -> frozenset[str]:
        """Return those of them that answer conversations with the modality for which they are named."""
        ...

    async def add_adapter(self, adapter: Adapter) -> None:
        """Load an adapter. Raises AdapterRefused if it cannot be run."""
        ...

    async def remove_adapter(self, adapter: Adapter) -> None:
        """Unload an adapter."""
        ...

    def runs_adapter(self, adapter: Adapter) -> bool:
        """Return whether a running request uses it."""
        ...
