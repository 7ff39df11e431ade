from pathlib import Path
from typing import Any

import pynvml
import pytest

from accord.engine.deployment.hardware import Device, cpu_devices, gpu_devices


def write(root: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return root


CPU = {
    "proc/cpuinfo": "processor\t: 0\nmodel name\t: Xeon\n\nprocessor\t: 1\nmodel name\t: Xeon\n",
    "proc/meminfo": "MemTotal:       4096 kB\nMemFree:          12 kB\n",
}
NODES = {
    "sys/devices/system/node/node0/meminfo": "Node 0 MemTotal:       3072 kB\nNode 0 MemFree: 1 kB\n",
    "sys/devices/system/node/node1/meminfo": "Node 1 MemTotal:       1024 kB\n",
}


def test_a_cpu_is_its_memory(tmp_path: Path) -> None:
    assert cpu_devices(write(tmp_path, CPU)) == [Device("cpu", "Xeon", 4 * 2**20)]


def test_a_cpu_has_a_device_for_each_memory_node(tmp_path: Path) -> None:
    assert [device.memory for device in cpu_devices(write(tmp_path, CPU | NODES))] == [3 * 2**20, 2**20]


def test_a_node_without_memory_is_none(tmp_path: Path) -> None:
    empty = {"sys/devices/system/node/node1/meminfo": "Node 1 MemTotal: 0 kB\n"}
    assert [device.memory for device in cpu_devices(write(tmp_path, CPU | NODES | empty))] == [3 * 2**20]


def test_a_control_group_bounds_the_memory(tmp_path: Path) -> None:
    limit = {"sys/fs/cgroup/memory.max": f"{2 * 2**20}\n"}
    devices = cpu_devices(write(tmp_path, CPU | NODES | limit))
    assert [device.memory for device in devices] == [3 * 2**19, 2**19]
    unlimited = {"sys/fs/cgroup/memory.max": "max\n"}
    assert sum(d.memory for d in cpu_devices(write(tmp_path, CPU | NODES | unlimited))) == 4 * 2**20


def test_this_machines_memory_is_found() -> None:
    assert all(device.memory > 2**28 for device in cpu_devices())


class Nvml:
    """Stands in for the driver, with three GPUs."""

    UUIDS = ("GPU-aaaa", "GPU-bbbb", "GPU-bbcc")

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.running = 0
        answers: dict[str, Any] = {
            "nvmlInit": self.start,
            "nvmlShutdown": self.stop,
            "nvmlDeviceGetCount": lambda: 3,
            "nvmlDeviceGetHandleByIndex": lambda index: index,
            "nvmlDeviceGetUUID": self.UUIDS.__getitem__,
            "nvmlDeviceGetName": lambda handle: f"GPU {handle}",
            "nvmlDeviceGetMemoryInfo": lambda handle: type("Memory", (), {"total": 80 * 2**30}),
            "nvmlDeviceGetCudaComputeCapability": lambda handle: (9, 0),
        }
        for name, answer in answers.items():
            monkeypatch.setattr(pynvml, name, answer)

    def start(self) -> None:
        self.running += 1

    def stop(self) -> None:
        self.running -= 1


@pytest.mark.parametrize(
    ("visible", "names"),
    [
        (None, ["GPU 0", "GPU 1", "GPU 2"]),
        ("", []),
        ("1", ["GPU 1"]),
        ("2, 0", ["GPU 2", "GPU 0"]),
        ("0,7,1", ["GPU 0"]),
        ("-1", []),
        ("GPU-bbbb,GPU-a", ["GPU 1", "GPU 0"]),
        ("GPU-bb", []),
    ],
)
def test_cuda_says_which_gpus_are_visible(
    monkeypatch: pytest.MonkeyPatch, visible: str | None, names: list[str]
) -> None:
    nvml = Nvml(monkeypatch)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert [device.name for device in gpu_devices()] == names
    assert nvml.running == 0


def test_without_a_driver_there_is_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)

    monkeypatch.setattr(pynvml, "nvmlInit", fail)
    assert gpu_devices() == []
