"""GPU metrics with a missing NVML, or a simulated one: the tests need no GPU."""

import logging
import time
from collections.abc import Callable
from threading import Event
from types import SimpleNamespace
from typing import Any

import pynvml
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from accord.telemetry.gpu import FAMILIES, WAIT_SECONDS, GpuCollector


class PlayedNvml:
    """Two GPUs; the second does not report its energy, as under MIG."""

    def __init__(self) -> None:
        self.power = 350_000

    def nvmlInit(self) -> None:  # noqa: N802  NVML's names, here and below
        pass

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return 2

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:  # noqa: N802
        return index

    def nvmlDeviceGetUUID(self, device: int) -> str:  # noqa: N802
        return f"GPU-{device}"

    def nvmlDeviceGetName(self, device: int) -> str:  # noqa: N802
        return "NVIDIA H100"

    def nvmlDeviceGetUtilizationRates(self, device: int) -> Any:  # noqa: N802
        return SimpleNamespace(gpu=75)

    def nvmlDeviceGetMemoryInfo(self, device: int, version: int | None = None) -> Any:  # noqa: N802
        """The first form counts what the driver reserves as used."""
        return SimpleNamespace(used=30, total=80) if version else SimpleNamespace(used=36, total=80)

    def nvmlDeviceGetPowerUsage(self, device: int) -> int:  # noqa: N802
        return self.power

    def nvmlDeviceGetEnforcedPowerLimit(self, device: int) -> int:  # noqa: N802
        return 700_000

    def nvmlDeviceGetTotalEnergyConsumption(self, device: int) -> int:  # noqa: N802
        if device == 1:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)
        return 12_345

    def nvmlDeviceGetTemperature(self, device: int, sensor: int) -> int:  # noqa: N802
        return 41


def scraped(collector: GpuCollector) -> str:
    registry = CollectorRegistry()
    registry.register(collector)
    return generate_latest(registry).decode()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_every_gpu_is_reported_in_base_units() -> None:
    collector = GpuCollector(PlayedNvml())
    until(lambda: bool(collector.gpus))
    text = scraped(collector)
    first = '{gpu="0",name="NVIDIA H100",uuid="GPU-0"}'
    for line in (
        f"accord_gpu_utilization_ratio{first} 0.75",
        f"accord_gpu_memory_used_bytes{first} 30.0",
        f"accord_gpu_memory_total_bytes{first} 80.0",
        f"accord_gpu_power_watts{first} 350.0",
        f"accord_gpu_power_limit_watts{first} 700.0",
        f"accord_gpu_energy_joules_total{first} 12.345",
        f"accord_gpu_temperature_celsius{first} 41.0",
    ):
        assert line in text
    assert 'accord_gpu_power_watts{gpu="1"' in text
    assert 'accord_gpu_energy_joules_total{gpu="1"' not in text


def test_an_old_driver_reports_the_first_form_of_memory() -> None:
    class Old(PlayedNvml):
        def nvmlDeviceGetMemoryInfo(self, device: int, version: int | None = None) -> Any:  # noqa: N802
            if version:
                raise pynvml.NVMLError(pynvml.NVML_ERROR_FUNCTION_NOT_FOUND)
            return super().nvmlDeviceGetMemoryInfo(device)

    collector = GpuCollector(Old())
    until(lambda: bool(collector.gpus))
    assert 'accord_gpu_memory_used_bytes{gpu="0",name="NVIDIA H100",uuid="GPU-0"} 36.0' in scraped(collector)


def test_values_are_read_when_they_are_scraped() -> None:
    nvml = PlayedNvml()
    collector = GpuCollector(nvml)
    until(lambda: "} 350.0" in scraped(collector))
    nvml.power = 100_000
    until(lambda: "} 100.0" in scraped(collector))


def test_a_machine_without_a_driver_has_no_gpu_families(caplog: pytest.LogCaptureFixture) -> None:
    class NoDriver(PlayedNvml):
        def nvmlInit(self) -> None:  # noqa: N802
            raise pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)

    with caplog.at_level(logging.INFO):
        collector = GpuCollector(NoDriver())
        until(lambda: collector.gpus == [])
        assert [scraped(collector) for _ in range(3)] == [""] * 3
        until(lambda: bool(caplog.records))
    assert len(caplog.records) == 1


def test_missing_gpu_metrics_are_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        collector = GpuCollector(PlayedNvml())
        until(lambda: bool(collector.gpus) and bool(caplog.records))
        for _ in range(3):
            scraped(collector)
    assert [record.getMessage() for record in caplog.records] == [
        "A GPU does not report accord_gpu_energy_joules: Not Supported."
    ]


def test_a_driver_that_hangs_does_not_delay_scrapes() -> None:
    goes_on = Event()
    hangs = Event()

    class Slow(PlayedNvml):
        def nvmlDeviceGetPowerUsage(self, device: int) -> int:  # noqa: N802
            if hangs.is_set():
                goes_on.wait(10)
            return super().nvmlDeviceGetPowerUsage(device)

    collector = GpuCollector(Slow())
    until(lambda: "accord_gpu_power_watts" in scraped(collector))
    hangs.set()
    began = time.perf_counter()
    texts = [scraped(collector) for _ in range(3)]
    assert time.perf_counter() - began < 3 * WAIT_SECONDS + 2
    assert all("} 350.0" in text for text in texts)
    goes_on.set()


def test_names_are_prometheus_base_units() -> None:
    suffixes = ("_ratio", "_bytes", "_watts", "_joules", "_celsius")
    assert all(family.name.endswith(suffixes) for family in FAMILIES)
