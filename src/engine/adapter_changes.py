"""What clients change of the adapters, where several processes serve them: each does what one was asked."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

from accord.engine.adapter_engine import AdapterSource
from accord.engine.adapter_files import Fingerprint


@dataclass(frozen=True, slots=True)
class Change:
    """What has become of a name: an adapter that a client has loaded, or none."""

    source: AdapterSource | None
    digest: str = ""
    """Of the files that were loaded: the name of their copy."""
    files: Fingerprint = ()
    """What the adapters' folder had under the name when it was unloaded; it is served when that changes."""


class Changes(Protocol):
    """The changes that stand, for all processes."""

    def alone(self) -> AbstractAsyncContextManager[None]:
        """Keep other processes from changing anything meanwhile."""
        ...

    def all(self) -> Mapping[str, Change]:
        """Return them by the adapters' names."""
        ...

    async def tell(self, name: str, change: Change | None) -> None:
        """Note what has become of a name, None for as it was; return when the others have followed."""
        ...


class NoOthers:
    """The changes of a server of one process: nobody else is to know."""

    def alone(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    def all(self) -> Mapping[str, Change]:
        return {}

    async def tell(self, name: str, change: Change | None) -> None: ...
