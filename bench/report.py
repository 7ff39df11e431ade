"""The summary of all runs, as JSON and as a table for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from bench.lag import Lag
from bench.machine import machine
from bench.measure import Run
from bench.servers import ENGINE_OPTIONS, ENVIRONMENT, SERVERS, RunningServer
from bench.workloads import WORKLOADS

FIGURES = {
    "cpu_per_token_us": "frontend CPU time per token, µs",
    "cpu_per_request_ms": "frontend CPU time per request, ms",
    "tokens_per_second": "tokens a second",
    "requests_per_second": "requests a second",
    "ttft_p50_ms": "first token p50, ms",
    "ttft_p99_ms": "first token p99, ms",
    "itl_p50_ms": "between tokens p50, ms",
    "itl_p99_ms": "between tokens p99, ms",
    "memory_mib": "frontend memory, MiB",
}
LAG_FIGURES = {
    "max_ms": "event loop blocked, max, ms",
    "p99_ms": "event loop blocked, p99, ms",
    "idle_p50_ms": "an answer when idle, p50, ms",
    "idle_max_ms": "an answer when idle at most, ms",
    "body_mib": "size, MiB",
    "memory_mib": "frontend memory, MiB",
}
Summary = dict[str, dict[str, Any]]


def result(
    runs: Sequence[Run],
    lags: Sequence[Lag],
    starts: Sequence[tuple[int, RunningServer]],
    correctness: str,
) -> dict[str, Any]:
    """Return everything, for JSON."""
    started = [
        {"server": server.name, "round": round_, "live": server.live_seconds, "ready": server.ready_seconds}
        for round_, server in starts
    ]
    return {
        "machine": machine(),
        "rounds": 1 + max((round_ for round_, _ in starts), default=0),
        "engine_options": ENGINE_OPTIONS,
        "environment": ENVIRONMENT,
        "correctness": correctness,
        "starts": started,
        "summary": {
            workload: summary([asdict(run) for run in runs if run.workload == workload], FIGURES)
            for workload in dict.fromkeys(run.workload for run in runs)
        },
        "lag": {
            kind: summary([asdict(lag) for lag in lags if lag.kind == kind], LAG_FIGURES)
            for kind in dict.fromkeys(lag.kind for lag in lags)
        },
        "runs": [asdict(run) for run in runs],
        "lags": [asdict(lag) for lag in lags],
    }


def summary(measured: Sequence[Mapping[str, Any]], figures: Mapping[str, str]) -> Summary:
    """Return, for one workload, each server's figures with their spread, and Accord's ratios to the others.

    A ratio is of two runs of one round, so that a slow phase of the machine affects both.
    """
    return {figure: _sides(measured, figure) for figure in figures}


def _sides(measured: Sequence[Mapping[str, Any]], figure: str) -> dict[str, Any]:
    by_server: dict[str, dict[int, float]] = {}
    for run in measured:
        by_server.setdefault(run["server"], {})[run["round"]] = run[figure]
    ours = by_server.get("accord", {})
    ratios = {}
    for server, theirs in by_server.items():
        rounds = [round_ for round_ in ours if theirs.get(round_)]
        if server != "accord" and rounds:
            ratios[server] = _spread([ours[round_] / theirs[round_] for round_ in rounds])
    values = {server: _spread(list(rounds.values())) for server, rounds in by_server.items()}
    return {"servers": values, "ratios": ratios}


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {"median": median(values), "min": min(values), "max": max(values)}


def text_table(everything: Mapping[str, Any]) -> str:
    """Return the summary of all workloads for a terminal."""
    descriptions = {workload.name: workload.description for workload in WORKLOADS}
    lines: list[str] = []
    for workload, figures in everything["summary"].items():
        lines += ["", f"{workload}: {descriptions.get(workload, '')}", *_rows(figures, FIGURES)]
    for kind, figures in everything["lag"].items():
        lines += ["", f"a large {kind}", *_rows(figures, LAG_FIGURES)]
    return "\n".join(lines)


def _rows(figures: Summary, labels: Mapping[str, str]) -> list[str]:
    present = [server for server in SERVERS if any(server in sides["servers"] for sides in figures.values())]
    rows = ["  " + " " * 32 + "".join(f"{SERVERS[server].label:>34}" for server in present)]
    for figure, sides in figures.items():
        if not any(spread["max"] for spread in sides["servers"].values()):
            continue
        cells = []
        for server in present:
            cell = with_spread(sides["servers"].get(server))
            if server in sides["ratios"]:
                cell += f"  x{short(sides['ratios'][server]['median'])}"
            cells.append(f"{cell:>34}")
        rows.append(f"  {labels[figure]:<32}{''.join(cells)}")
    return rows


def with_spread(spread: Mapping[str, float] | None) -> str:
    """Return "median (least-most)"; the median alone if all are equal."""
    if spread is None:
        return "-"
    middle, least, most = (short(spread[key]) for key in ("median", "min", "max"))
    return middle if least == most else f"{middle} ({least}-{most})"


def short(value: float) -> str:
    """Return about three digits."""
    size = abs(value)
    return f"{value:.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def write(folder: Path, everything: Mapping[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "results.json"
    path.write_text(json.dumps(everything, indent=1) + "\n")
    return path
