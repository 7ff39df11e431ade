"""Finds the devices of this machine without torch: GPUs, or the CPU's memory nodes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pynvml

from accord.engine.deployment.device import is_cpu_build


@dataclass(frozen=True, slots=True)
class Device:
    """A GPU, or a memory node of the CPU: vLLM runs a worker on each. `memory` is all of it, in bytes."""

    kind: Literal["gpu", "cpu"]
    name: str
    memory: int
    capability: tuple[int, int] | None = None
    """A GPU's CUDA compute capability."""


def devices() -> list[Device]:
    """Return the devices that the installed vLLM would use."""
    return cpu_devices() if is_cpu_build() else gpu_devices()


def gpu_devices() -> list[Device]:
    """Return the GPUs that CUDA_VISIBLE_DEVICES selects; none without a driver."""
    try:
        with _nvml():
            handles = [pynvml.nvmlDeviceGetHandleByIndex(i) for i in range(pynvml.nvmlDeviceGetCount())]
            return [_gpu(handle) for handle in _visible(handles)]
    except pynvml.NVMLError:
        return []


@contextmanager
def _nvml() -> Iterator[None]:
    pynvml.nvmlInit()
    try:
        yield
    finally:
        pynvml.nvmlShutdown()


def _visible(handles: list[Any]) -> list[Any]:
    """CUDA takes indices and beginnings of UUIDs, up to the first that it does not know."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is None:
        return handles
    visible = []
    for name in filter(None, map(str.strip, chosen.split(","))):
        if name.isdecimal():
            found = handles[int(name) : int(name) + 1]
        else:
            found = [handle for handle in handles if pynvml.nvmlDeviceGetUUID(handle).startswith(name)]
        if len(found) != 1:
            break
        visible += found
    return visible


def _gpu(handle: Any) -> Device:
    return Device(
        "gpu",
        pynvml.nvmlDeviceGetName(handle),
        pynvml.nvmlDeviceGetMemoryInfo(handle).total,
        tuple(pynvml.nvmlDeviceGetCudaComputeCapability(handle)),
    )


def cpu_devices(root: Path = Path("/")) -> list[Device]:
    """Return the memory nodes, each with its memory, as far as the control group allows."""
    name = _found(r"^model name\s*:\s*(.+)$", root / "proc/cpuinfo") or "CPU"
    nodes = sorted((root / "sys/devices/system/node").glob("node[0-9]*/meminfo"))
    memories = [_memory(node) for node in nodes]
    memories = [memory for memory in memories if memory] or [_memory(root / "proc/meminfo")]
    limit = _found(r"^(\d+)$", root / "sys/fs/cgroup/memory.max")
    most = min(sum(memories), int(limit)) if limit else sum(memories)
    return [Device("cpu", name, memory * most // sum(memories)) for memory in memories]


def _memory(meminfo: Path) -> int:
    return int(_found(r"MemTotal:\s+(\d+) kB", meminfo) or 0) * 1024


def _found(pattern: str, file: Path) -> str | None:
    try:
        match = re.search(pattern, file.read_text(), re.MULTILINE)
    except OSError:
        return None
    return match[1] if match else None
