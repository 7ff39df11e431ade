"""The adapters that clients have loaded and unloaded, in a file that frontends share.

One frontend at a time makes changes, under a lock that the kernel releases when the process ends. It loads
the adapter first, to refuse an invalid one; then it writes the file and makes the others apply it. A frontend
that is new, or has a new engine, applies the file by itself.
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
from accord.server.frontends.peers import Peers

CHECK_SECONDS = 0.05
"""The interval between attempts to lock the file."""

_CHANGES = TypeAdapter(dict[str, Change])


class AdapterChanges:
    """One frontend's access to the file; implements `accord.engine.adapter_changes.Changes`."""

    def __init__(self, folder: Path, peers: Peers) -> None:
        self._file = folder / "adapters.json"
        self._lock = folder / "adapters.lock"
        self._peers = peers

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """Hold the lock, so that no other frontend makes changes."""
        with self._lock.open("wb") as lock:
            while not _try_lock(lock):  # noqa: ASYNC110  another process has it
                await asyncio.sleep(CHECK_SECONDS)
            yield

    def all(self) -> Mapping[str, Change]:
        """Return the changes of all clients."""
        try:
            return _CHANGES.validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return {}

    async def publish(self, name: str, change: Change | None) -> None:
        """Record the change of a name; return when the other frontends have applied it."""
        changes = {known: each for known, each in self.all().items() if known != name}
        if change is not None:
            changes[name] = change
        written = self._file.with_suffix(".new")
        written.write_bytes(_CHANGES.dump_json(changes))
        written.replace(self._file)
        await self._peers.follow_adapters()


def _try_lock(lock: BinaryIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
