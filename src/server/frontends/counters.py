"""Counters of the frontends in shared memory, without locks: each writes its own row and reads all."""

from __future__ import annotations

import os
from enum import IntEnum
from multiprocessing.sharedctypes import RawArray

NOT_ACCEPTING = 2**31 - 1
"""The connection count of a frontend that does not accept any, so that no other waits for it."""

_ROW = 8
"""A row of eight numbers is one cache line, so that frontends do not share cache lines (false sharing)."""


class Column(IntEnum):
    """A counter of a frontend."""

    CONNECTIONS = 0
    RUNNING = 1
    """Requests counted by `Admission`."""
    QUEUED_TOKENS = 2
    READY = 3
    PID = 4
    HEARTBEAT = 5
    """Increases while its event loop runs."""


class SharedCounters:
    """A row for each of `count` frontends. The parent creates it and its frontends inherit it."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.vllm_admission = RawArray("q", count * _ROW)
        """vLLM's `mp_admission_counters`, in the same form."""
        self._numbers = RawArray("q", count * _ROW)
        for index in range(count):
            self.clear(index)

    def clear(self, index: int) -> None:
        """Clear the row of a frontend that has ended."""
        for column in range(_ROW):
            self._numbers[index * _ROW + column] = 0
            self.vllm_admission[index * _ROW + column] = 0
        self._numbers[index * _ROW + Column.CONNECTIONS] = NOT_ACCEPTING

    def forget_requests(self, index: int) -> None:
        """Clear vLLM's counts of a frontend whose engine has failed."""
        self.vllm_admission[index * _ROW] = 0

    def column(self, column: Column) -> list[int]:
        """Return a counter of all frontends."""
        return list(self._numbers[column::_ROW])

    def row(self, index: int) -> Row:
        """Return the row that frontend `index` writes."""
        return Row(self, index)

    def _set(self, index: int, column: Column, number: int) -> None:
        self._numbers[index * _ROW + column] = number


class Row:
    """The counters of one frontend, and the sums over all."""

    def __init__(self, counters: SharedCounters, index: int) -> None:
        self.counters = counters
        self.index = index
        self.set(Column.PID, os.getpid())

    def set(self, column: Column, number: int) -> None:
        """Set one of this frontend's counters."""
        self.counters._set(self.index, column, number)

    def total(self, column: Column) -> int:
        """Return the sum over all frontends, including this one."""
        return sum(self.counters.column(column))

    def elsewhere(self, column: Column) -> int:
        """Return the sum over the other frontends."""
        numbers = self.counters.column(column)
        return sum(numbers) - numbers[self.index]

    @property
    def least_loaded(self) -> bool:
        """Return whether no other frontend has fewer connections."""
        connections = self.counters.column(Column.CONNECTIONS)
        return connections[self.index] <= min(connections)


class SharedRunningCount:
    """The number of running requests of all frontends, which `Admission` limits."""

    def __init__(self, row: Row) -> None:
        self._row = row

    def set(self, here: int) -> None:
        """Set the number of this frontend."""
        self._row.set(Column.RUNNING, here)

    def total(self) -> int:
        """Return the sum over all frontends."""
        return self._row.total(Column.RUNNING)
