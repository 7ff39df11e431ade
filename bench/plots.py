"""`python -m bench.plots RESULTS FOLDER`: a run's figures as PNG. Needs matplotlib."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

COLOURS = {"accord": "#2a6f97", "vllm": "#c9a227", "vllm-rs": "#8d5a97"}
LABELS = {"accord": "Accord", "vllm": "vLLM's own server", "vllm-rs": "vLLM's Rust frontend"}
BY_REQUEST = ["one-token", "one-token-string", "long-prompt", "agent"]
WIDTH = 0.8 / len(COLOURS)


def main() -> None:
    everything = json.loads(Path(sys.argv[1]).read_text())
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    summary = everything["summary"]
    ours = [name for name in summary if "(" not in name]  # without the other client's figures
    streamed = [name for name in ours if name not in BY_REQUEST]
    by_request = [name for name in ours if name in BY_REQUEST]
    for figure, workloads, title, name in (
        ("cpu_per_token_us", streamed, "Frontend CPU time per token (µs)", "cpu-token"),
        ("cpu_per_request_ms", by_request, "Frontend CPU time per request (ms)", "cpu-request"),
        ("ttft_p50_ms", ours, "First token (ms), p50", "ttft-p50"),
        ("ttft_p99_ms", ours, "First token (ms), p99", "ttft-p99"),
        ("itl_p50_ms", streamed, "Between tokens (ms), p50", "itl-p50"),
        ("itl_p99_ms", streamed, "Between tokens (ms), p99", "itl-p99"),
    ):
        bars({each: summary[each][figure] for each in workloads}, title, folder / f"bench-{name}.png")
    blocked = {f"a large {kind}": figures["max_ms"] for kind, figures in everything["lag"].items()}
    bars(blocked, "Event loop blocked, maximum (ms)", folder / "bench-lag.png")


def bars(groups: dict[str, Any], title: str, path: Path) -> None:
    """Draw the medians of each group side by side, with the range over the runs."""
    if not groups:
        return
    chart, axes = pyplot.subplots(figsize=(2.5 + 1.0 * len(groups), 3.6), layout="constrained")
    for place, (server, colour) in enumerate(COLOURS.items()):
        sides = [sides["servers"].get(server) for sides in groups.values()]
        drawn = [(i + (place - 1) * WIDTH, side) for i, side in enumerate(sides) if side]
        below = [side["median"] - side["min"] for _, side in drawn]
        above = [side["max"] - side["median"] for _, side in drawn]
        axes.bar(
            [x for x, _ in drawn],
            [side["median"] for _, side in drawn],
            WIDTH * 0.95,
            yerr=[below, above],
            capsize=2,
            color=colour,
            label=LABELS[server],
        )
    axes.set_xticks(range(len(groups)), groups, rotation=30, ha="right")
    axes.set_title(title)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    chart.savefig(path, dpi=120)
    pyplot.close(chart)


if __name__ == "__main__":
    main()
