"""The adapters that clients have loaded and unloaded, in a file that frontends share.

One frontend at a time makes changes, under a lock that the kernel releases when the process ends. It loads
the adapter first, so that a wrong one is refused; then it writes the file and makes the others apply it. A
frontend that is new, or has a new engine, applies the file by itself.
"""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from pydantic import TypeAdapter

from accord.engine.adapter_changes import Change
from accord.server.frontends.relay import Others

CHECK_SECONDS = 0.05
"""The interval of tries for the lock while another frontend has it."""

_CHANGES = TypeAdapter(dict[str, Change])


class AdapterChanges:
    """One frontend's access to the file; implements `accord.engine.adapter_changes.Changes`."""

    def __init__(self, folder: Path, others: Others) -> None:
        self._file = folder / "adapters.json"
        self._lock = folder / "adapters.lock"
        self._others = others

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Keep other frontends from changing anything meanwhile."""
        with self._lock.open("wb") as lock:
            while not _taken(lock):  # noqa: ASYNC110  another process has it
                await asyncio.sleep(CHECK_SECONDS)
            yield

    def all(self) -> Mapping[str, Change]:
        """Return the changes of all clients."""
        try:
            return _CHANGES.validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return {}

    async def tell(self, name: str, change: Change | None) -> None:
        """Record the change of a name; return when the other frontends have applied it."""
        changes = {known: each for known, each in self.all().items() if known != name}
        if change is not None:
            changes[name] = change
        written = self._file.with_suffix(".new")
        written.write_bytes(_CHANGES.dump_json(changes))
        written.replace(self._file)
        await self._others.follow_adapters()


def _taken(lock: BinaryIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
