"""Rate limit buckets and running requests of each API key, in shared memory.

A hash table of a fixed size in a file that every frontend maps; entries are never removed. A lock on the
file makes each use atomic; the kernel releases it when a process ends, at any time.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

KEYS = 16_384
"""The number of entries. If there are more keys, each frontend counts the last ones by itself."""

_OWNER = 16
"""The length of a key's `owner` in characters."""
_LEVELS = struct.Struct("dddd")


class Entry:
    """One key's entry, valid while the lock is held: the buckets' levels and their times."""

    def __init__(self, table: mmap.mmap, offset: int, frontends: int, index: int) -> None:
        self._table = table
        self._levels_at = offset + _OWNER
        self._running = struct.Struct(f"{frontends}q")
        self._running_at = self._levels_at + _LEVELS.size
        self._index = index

    @property
    def levels(self) -> tuple[float, float, float, float]:
        """Level and time of the bucket of requests, then of that of tokens; a new entry has the time 0."""
        requests, requests_at, tokens, tokens_at = _LEVELS.unpack_from(self._table, self._levels_at)
        return requests, requests_at, tokens, tokens_at

    @levels.setter
    def levels(self, levels: tuple[float, float, float, float]) -> None:
        _LEVELS.pack_into(self._table, self._levels_at, *levels)

    @property
    def running_elsewhere(self) -> int:
        """Return how many requests of the key run in other frontends."""
        running: tuple[int, ...] = self._running.unpack_from(self._table, self._running_at)
        return sum(running) - running[self._index]

    def set_running(self, here: int) -> None:
        """Set how many of its requests run in this frontend."""
        struct.pack_into("q", self._table, self._running_at + 8 * self._index, here)


class KeyTable:
    """One frontend's access to the table of several `frontends`."""

    def __init__(self, file: Path, frontends: int, index: int, keys: int = KEYS) -> None:
        self._frontends = frontends
        self._index = index
        self._keys = keys
        self._size = _OWNER + _LEVELS.size + 8 * frontends
        self._file = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.truncate(self._file, self._size * keys)  # the file is sparse
        self._table = mmap.mmap(self._file, self._size * keys)

    @contextmanager
    def entry(self, owner: str) -> Iterator[Entry | None]:
        """Yield the entry of a key, under the lock; None if the table is full."""
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            offset = self._find(owner.encode().ljust(_OWNER, b"\0"))
            yield None if offset is None else Entry(self._table, offset, self._frontends, self._index)
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _find(self, owner: bytes) -> int | None:
        first = crc32(owner) % self._keys
        for number in range(self._keys):
            offset = (first + number) % self._keys * self._size
            stored = self._table[offset : offset + _OWNER]
            if stored == owner:
                return offset
            if stored[0] == 0:
                self._table[offset : offset + _OWNER] = owner
                return offset
        return None

    def forget(self, index: int) -> None:
        """Clear the running requests of a frontend that has ended."""
        at = _OWNER + _LEVELS.size + 8 * index
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            for number in range(self._keys):
                if self._table[number * self._size]:
                    struct.pack_into("q", self._table, number * self._size + at, 0)
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Unmap and close the file."""
        self._table.close()
        os.close(self._file)
