"""A LoRA adapter, and what runs requests through it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from accord.engine.adapter_files import Copy


@dataclass(frozen=True, slots=True)
class AdapterSource:
    """Where an adapter is."""

    name: str
    path: Path
    is_3d: bool = False
    """Whether its experts' weights are fused: vLLM's `is_3d_lora_weight`."""
    base_model: str | None = None
    """Which of the served model's names it is listed under; the first one where that is none of them."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """One adapter that the engine has taken. With other weights it has another `id`."""

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
    """What runs requests through adapters."""

    @property
    def errored(self) -> bool:
        """Whether it has failed."""
        ...

    @property
    def static_adapters(self) -> list[AdapterSource]:
        """Those that its own options name."""
        ...

    @property
    def default_mm_adapters(self) -> frozenset[str]:
        """Of those, the ones that answer where a conversation has parts of the kind they are named for."""
        ...

    async def add_adapter(self, adapter: Adapter) -> None:
        """Take an adapter. Raises AdapterRefused where it cannot be run."""
        ...

    async def remove_adapter(self, adapter: Adapter) -> None:
        """Forget an adapter."""
        ...

    def runs_adapter(self, adapter: Adapter) -> bool:
        """Whether a request runs through it."""
        ...
