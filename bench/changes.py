"""Changes since the last figures, which `last.json` stores.

It compares Accord's ratios to the other servers in the same round, on which another machine has little
influence; and how long the event loop is blocked, in milliseconds, if the machine is the same. A difference
counts as a change if the two ranges do not overlap, and the medians differ by a twentieth.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

LAST = Path(__file__).with_name("last.json")
LEAST = 1.05
BIGGER_IS_BETTER = ("tokens_per_second", "requests_per_second")
Spread = Mapping[str, float]


def changes(everything: Mapping[str, Any], last: Path = LAST) -> list[str]:
    """Return a line for each change, the worst first."""
    if not last.exists():
        return []
    earlier = json.loads(last.read_text())
    found = list(_ratios(earlier["summary"], everything["summary"]))
    if all(earlier["machine"][key] == everything["machine"][key] for key in ("cpu", "cores")):
        found += _blocked(earlier["lag"], everything["lag"])
    since = f"since {earlier['machine']['date']}"
    return sorted((f"{how} {since}: {what}" for how, what in found), reverse=True)  # worse, then better


def _ratios(earlier: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for workload, figures in now.items():
        for figure, sides in figures.items():
            before = earlier.get(workload, {}).get(figure, {}).get("ratios", {})
            for server, ratio in sides["ratios"].items():
                how = _changed(before.get(server), ratio, figure in BIGGER_IS_BETTER)
                if how:
                    what = f"{workload}, {figure}, ratio to {server}"
                    yield how, f"{what}: {before[server]['median']:.2f} -> {ratio['median']:.2f}"


def _blocked(earlier: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind, figures in now.items():
        for figure in ("max_ms", "p99_ms", "memory_mib"):
            before = earlier.get(kind, {}).get(figure, {}).get("servers", {}).get("accord")
            after = figures[figure]["servers"].get("accord")
            how = _changed(before, after, False)
            if how:
                yield how, f"a large {kind}, {figure}: {before['median']:.1f} -> {after['median']:.1f}"


def _changed(before: Spread | None, now: Spread | None, bigger_is_better: bool) -> str | None:
    if before is None or now is None:
        return None
    grown = now["min"] > before["max"] and now["median"] > before["median"] * LEAST
    shrunk = now["max"] < before["min"] and now["median"] < before["median"] / LEAST
    if not grown and not shrunk:
        return None
    return "better" if grown == bigger_is_better else "worse"


def keep(everything: Mapping[str, Any], last: Path = LAST) -> None:
    """Store the figures for the comparison with the next run."""
    kept = {key: everything[key] for key in ("machine", "summary", "lag")}
    last.write_text(json.dumps(_rounded(kept), indent=1) + "\n")


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _rounded(each) for key, each in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value
