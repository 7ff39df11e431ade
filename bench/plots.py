"""`python -m bench.plots RESULTS FOLDER`: a run's figures as PNG. Needs matplotlib."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

COLOURS = {"accord": "#2a6f97", "vllm": "#c9a227"}
LABELS = {"accord": "Accord", "vllm": "vLLM's own server"}
STREAMED = ["chat-1", "chat-32", "chat-128", "tools", "messages", "responses"]


def main() -> None:
    everything = json.loads(Path(sys.argv[1]).read_text())
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    summary = everything["summary"]
    streamed = [name for name in STREAMED if name in summary]
    plain = [name for name in ("one-token", "long-prompt") if name in summary]
    _bars(summary, "cpu_per_token_us", streamed, "Frontend CPU a token (µs)", folder / "bench-cpu-token.png")
    _bars(
        summary, "cpu_per_request_ms", plain, "Frontend CPU a request (ms)", folder / "bench-cpu-request.png"
    )
    for figure, title in (("ttft", "First token (ms)"), ("itl", "Between tokens (ms)")):
        for percent in (50, 99):
            name = folder / f"bench-{figure}-p{percent}.png"
            _bars(summary, f"{figure}_p{percent}_ms", streamed, f"{title}, p{percent}", name)


def _bars(summary: dict[str, Any], figure: str, workloads: list[str], title: str, path: Path) -> None:
    """Draw the medians side by side, with the range over the runs."""
    if not workloads:
        return
    chart, axes = pyplot.subplots(figsize=(1.5 + 1.2 * len(workloads), 3.6), layout="constrained")
    for offset, (server, colour) in zip((-0.2, 0.2), COLOURS.items(), strict=True):
        sides = [summary[name][figure].get(server) for name in workloads]
        drawn = [(i + offset, side) for i, side in enumerate(sides) if side]
        below = [side["median"] - side["min"] for _, side in drawn]
        above = [side["max"] - side["median"] for _, side in drawn]
        axes.bar(
            [x for x, _ in drawn],
            [side["median"] for _, side in drawn],
            0.38,
            yerr=[below, above],
            capsize=3,
            color=colour,
            label=LABELS[server],
        )
    axes.set_xticks(range(len(workloads)), workloads)
    axes.set_title(title)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    chart.savefig(path, dpi=120)
    pyplot.close(chart)


if __name__ == "__main__":
    main()
