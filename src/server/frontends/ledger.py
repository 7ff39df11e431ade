"""What each API key has taken and runs, in memory that frontends share.

A table of a fixed size in a file that is mapped by each: an entry is found by its owner's id, and stays. A
lock on the file makes each use of it whole; the kernel lets it go with a process that ends, whenever that is.
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
"""Entries. Where more keys than that come, those that came last are counted by each frontend by itself."""

_OWNER = 16
"""Characters of a key's `owner`."""
_LEVELS = struct.Struct("dddd")


class Entry:
    """One key's part of the table, valid while the lock is held: levels of buckets and their times."""

    def __init__(self, table: mmap.mmap, place: int, frontends: int, index: int) -> None:
        self._table = table
        self._levels_at = place + _OWNER
        self._running = struct.Struct(f"{frontends}q")
        self._running_at = self._levels_at + _LEVELS.size
        self._index = index

    @property
    def levels(self) -> tuple[float, float, float, float]:
        """Level and time of the bucket of requests, then of that of tokens; a time of 0 is a new entry's."""
        requests, requests_at, tokens, tokens_at = _LEVELS.unpack_from(self._table, self._levels_at)
        return requests, requests_at, tokens, tokens_at

    @levels.setter
    def levels(self, levels: tuple[float, float, float, float]) -> None:
        _LEVELS.pack_into(self._table, self._levels_at, *levels)

    @property
    def running_elsewhere(self) -> int:
        """How many requests of the key other frontends have running."""
        running: tuple[int, ...] = self._running.unpack_from(self._table, self._running_at)
        return sum(running) - running[self._index]

    def set_running(self, here: int) -> None:
        """Say how many this frontend has."""
        struct.pack_into("q", self._table, self._running_at + 8 * self._index, here)


class KeyLedger:
    """The table as one of several `frontends` sees it."""

    def __init__(self, file: Path, frontends: int, index: int, keys: int = KEYS) -> None:
        self._frontends = frontends
        self._index = index
        self._keys = keys
        self._size = _OWNER + _LEVELS.size + 8 * frontends
        self._file = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.truncate(self._file, self._size * keys)  # what nobody has written takes no room
        self._table = mmap.mmap(self._file, self._size * keys)

    @contextmanager
    def entry(self, owner: str) -> Iterator[Entry | None]:
        """Give the entry of a key, and keep the others out meanwhile; None where the table is full."""
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            place = self._find(owner.encode().ljust(_OWNER, b"\0"))
            yield None if place is None else Entry(self._table, place, self._frontends, self._index)
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _find(self, owner: bytes) -> int | None:
        first = crc32(owner) % self._keys
        for number in range(self._keys):
            place = (first + number) % self._keys * self._size
            known = self._table[place : place + _OWNER]
            if known == owner:
                return place
            if known[0] == 0:
                self._table[place : place + _OWNER] = owner
                return place
        return None

    def forget(self, index: int) -> None:
        """Let go of what a frontend had running that has ended."""
        at = _OWNER + _LEVELS.size + 8 * index
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            for number in range(self._keys):
                if self._table[number * self._size]:
                    struct.pack_into("q", self._table, number * self._size + at, 0)
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the file."""
        self._table.close()
        os.close(self._file)
