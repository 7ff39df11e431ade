"""/metrics of several processes: adds up prometheus-client's files, one per process and kind.

The process that answers a scrape adds the metrics that these files cannot contain: states, the GPUs, and
the metrics of the processes. prometheus-client reads the folder's variable when it is imported.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Metric

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def collected_in(folder: Path) -> Iterator[None]:
    """Make processes that are started within this context write their metrics to files in `folder`."""
    os.environ[VARIABLE] = str(folder)
    try:
        yield
    finally:
        del os.environ[VARIABLE]


def forget_process(pid: int, folder: Path) -> None:
    """Remove the gauges of a process that has ended. Its counters stay."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]


def registry_of_all(pids: Callable[[], dict[str, int]]) -> CollectorRegistry:
    """Return the registry for a scrape, with metrics of the processes that `pids` returns by name."""
    from prometheus_client import PLATFORM_COLLECTOR, CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    from accord.telemetry.metrics import ENGINE_STATE

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(PLATFORM_COLLECTOR)
    registry.register(ENGINE_STATE)
    registry.register(_ProcessFigures(pids))
    return registry


class _ProcessFigures:
    """prometheus-client's process metrics for several processes, labelled with their names."""

    def __init__(self, pids: Callable[[], dict[str, int]]) -> None:
        self._pids = pids

    def describe(self) -> list[Metric]:
        """Return nothing, so that the registry does not read the figures to learn the metrics' names."""
        return []

    def collect(self) -> Iterator[Metric]:
        from prometheus_client import ProcessCollector
        from prometheus_client.samples import Sample

        families: dict[str, Metric] = {}
        for name, pid in self._pids().items():
            for metric in ProcessCollector(pid=lambda pid=pid: pid, registry=None).collect():  # type: ignore[misc]
                family = families.setdefault(metric.name, metric)
                samples = [Sample(s.name, s.labels | {"process": name}, s.value) for s in metric.samples]
                family.samples = samples if family is metric else family.samples + samples
        yield from families.values()
