"""Changes of adapters by clients, which all processes of a server apply."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

from accord.engine.adapter_engine import AdapterSource
from accord.engine.adapter_files import Fingerprint


@dataclass(frozen=True, slots=True)
class Change:
    """The state of a name: an adapter that a client has loaded, or none."""

    source: AdapterSource | None
    digest: str = ""
    """The digest of the loaded files, which names their copy."""
    files: Fingerprint = ()
    """The fingerprint in the adapters' folder at unloading; the name is served again when it changes."""


class Changes(Protocol):
    """The current changes, for all processes."""

    def locked(self) -> AbstractAsyncContextManager[None]:
        """Hold the lock, so that no other process makes changes."""
        ...

    def all(self) -> Mapping[str, Change]:
        """Return them by the adapters' names."""
        ...

    async def publish(self, name: str, change: Change | None) -> None:
        """Record the state of a name, None to reset it; return when the other processes have applied it."""
        ...


class LocalChanges:
    """The changes of a server with one process."""

    def locked(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    def all(self) -> Mapping[str, Change]:
        return {}

    async def publish(self, name: str, change: Change | None) -> None: ...
