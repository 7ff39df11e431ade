"""GPU metrics, read through NVML when they are scraped.

Readings run in a thread of their own, and a scrape waits for one no longer than `WAIT_SECONDS`: if the driver
is slow or stuck, the scrape gets the previous reading.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any, NamedTuple

import pynvml
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

logger = logging.getLogger(__name__)

WAIT_SECONDS = 0.01
LABELS = ("gpu", "uuid", "name")


def _memory_used(nvml: Any, device: Any) -> float:
    """Return the allocated memory, as nvidia-smi does; NVML's first version includes reserved memory.

    Drivers before 510 have the first version only.
    """
    try:
        return float(nvml.nvmlDeviceGetMemoryInfo(device, version=pynvml.nvmlMemory_v2).used)
    except pynvml.NVMLError:
        return float(nvml.nvmlDeviceGetMemoryInfo(device).used)


class _Family(NamedTuple):
    """A metric, and how NVML returns its value for a device."""

    kind: type[GaugeMetricFamily] | type[CounterMetricFamily]
    name: str
    documentation: str
    read: Callable[[Any, Any], float]


FAMILIES = (
    _Family(
        GaugeMetricFamily,
        "accord_gpu_utilization_ratio",
        "Part of the time in which a kernel ran.",
        lambda nvml, device: nvml.nvmlDeviceGetUtilizationRates(device).gpu / 100,
    ),
    _Family(
        GaugeMetricFamily,
        "accord_gpu_memory_used_bytes",
        "Memory in use, by all processes.",
        _memory_used,
    ),
    _Family(
        GaugeMetricFamily,
        "accord_gpu_memory_total_bytes",
        "Memory of the GPU.",
        lambda nvml, device: nvml.nvmlDeviceGetMemoryInfo(device).total,
    ),
    _Family(
        GaugeMetricFamily,
        "accord_gpu_power_watts",
        "Power draw.",
        lambda nvml, device: nvml.nvmlDeviceGetPowerUsage(device) / 1000,
    ),
    _Family(
        GaugeMetricFamily,
        "accord_gpu_power_limit_watts",
        "The limit to power draw that is in force.",
        lambda nvml, device: nvml.nvmlDeviceGetEnforcedPowerLimit(device) / 1000,
    ),
    _Family(
        CounterMetricFamily,
        "accord_gpu_energy_joules",
        "Energy used since the driver was loaded.",
        lambda nvml, device: nvml.nvmlDeviceGetTotalEnergyConsumption(device) / 1000,
    ),
    _Family(
        GaugeMetricFamily,
        "accord_gpu_temperature_celsius",
        "Temperature of the GPU.",
        lambda nvml, device: nvml.nvmlDeviceGetTemperature(device, pynvml.NVML_TEMPERATURE_GPU),
    ),
)


@dataclass(slots=True)
class _Gpu:
    """A device, its labels, and the last value of each family that it has."""

    device: Any
    labels: tuple[str, str, str]
    values: dict[str, float] = field(default_factory=dict)


class GpuCollector(Collector):
    """Yields the metrics of the GPUs; none without a GPU or a driver."""

    def __init__(self, nvml: Any = pynvml) -> None:
        self.nvml = nvml
        self.gpus: list[_Gpu] | None = None
        self._reading = Lock()
        self._read = Event()
        self._logged: set[str] = set()
        self._begin()

    def describe(self) -> list[Metric]:
        """Return nothing, so that the registry does not read the GPUs to learn the metrics' names."""
        return []

    def collect(self) -> Iterator[Metric]:
        if self.gpus != []:
            self._begin()
            self._read.wait(WAIT_SECONDS)
        for kind, name, documentation, _ in FAMILIES:
            family = kind(name, documentation, labels=LABELS)
            for gpu in self.gpus or ():
                if name in gpu.values:
                    family.add_metric(gpu.labels, gpu.values[name])
            if family.samples:
                yield family

    def _begin(self) -> None:
        """Start a reading, unless one is in progress."""
        if self._reading.acquire(blocking=False):
            self._read.clear()
            Thread(target=self._run, name="nvml", daemon=True).start()

    def _run(self) -> None:
        try:
            if self.gpus is None:
                self.gpus = self._open()
            for gpu in self.gpus:
                gpu.values = self._values(gpu)
        except Exception as error:
            self.gpus = []
            self._log_once(f"No GPU metrics: {error}.")
        finally:
            self._read.set()
            self._reading.release()

    def _open(self) -> list[_Gpu]:
        self.nvml.nvmlInit()
        gpus = []
        for index in range(self.nvml.nvmlDeviceGetCount()):
            device = self.nvml.nvmlDeviceGetHandleByIndex(index)
            uuid = self.nvml.nvmlDeviceGetUUID(device)
            gpus.append(_Gpu(device, (str(index), uuid, self.nvml.nvmlDeviceGetName(device))))
        return gpus

    def _values(self, gpu: _Gpu) -> dict[str, float]:
        values = {}
        for family in FAMILIES:
            try:
                values[family.name] = float(family.read(self.nvml, gpu.device))
            except pynvml.NVMLError as error:  # some GPUs lack some figures
                self._log_once(f"A GPU does not report {family.name}: {error}.")
        return values

    def _log_once(self, message: str) -> None:
        if message not in self._logged:
            self._logged.add(message)
            logger.info(message)
