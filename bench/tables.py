"""`python -m bench.tables RESULTS`: writes the figures of a run into the documents.

Each document has a section between two comments, which is replaced. The run also becomes the one with which
later ones are compared (`last.json`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.changes import keep
from bench.compiled_client import SUFFIX
from bench.markdown import ratio, table, value
from bench.targets import PER_REQUEST, PER_TOKEN, RATIOS, missed
from bench.workloads import WORKLOADS

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- figures, written by `python -m bench.tables` -->", "<!-- end of figures -->"
DESCRIPTIONS = {workload.name: workload.description for workload in WORKLOADS}
BY_REQUEST = ("one-token", "one-token-string", "long-prompt", "agent")
LARGE = {"prompt": "a prompt of 120,000 tokens", "response": "an unstreamed answer"}
MAIN = {"accord": "Accord", "vllm": "vLLM", "vllm-rs": "vLLM's Rust frontend"}
Everything = Mapping[str, Any]


def main() -> None:
    everything = json.loads(Path(sys.argv[1]).read_text())
    for name, written in DOCUMENTS.items():
        path = ROOT / name
        path.write_text(with_section(path.read_text(), written(everything)))
    keep(everything)


def with_section(document: str, section: str) -> str:
    """Return the document with the text between the two comments replaced."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document has no section between {BEGIN} and {END}")
    return f"{before}{begin}\n{section.strip()}\n{end}{after}"


def all_figures(everything: Everything) -> str:
    """Return bench/README.md's tables."""
    ran_by_token = [name for name in _ran(everything) if name not in BY_REQUEST]
    ran_by_request = [name for name in _ran(everything) if name in BY_REQUEST]
    parts = [
        f"{_where(everything)} {everything['correctness']}.",
        _cpu(everything, ran_by_token, PER_TOKEN, "CPU time per token, µs"),
        _cpu(everything, ran_by_request, PER_REQUEST, "CPU time per request, ms"),
        _defaults(everything),
        _blocked(everything),
        _latencies(everything),
        _compiled(everything),
        _starts(everything),
        _missed(everything),
        "![Event loop blocked](../docs/images/bench-lag.png)" if everything["lag"] else "",
    ]
    return "\n\n".join(part for part in parts if part)


def main_figures(everything: Everything) -> str:
    """Return docs/performance.md's table."""
    shown = {"chat-32": "token", "chat-128": "token", "messages": "token", "responses": "token"}
    shown |= {"one-token": "request", "long-prompt": "request", "agent": "request"}
    rows = []
    for workload, unit in shown.items():
        figure = PER_TOKEN if unit == "token" else PER_REQUEST
        sides = everything["summary"].get(workload, {}).get(figure)
        if sides:
            label = f"{DESCRIPTIONS[workload]}, per {unit}"
            measure = "µs" if unit == "token" else "ms"
            cells = [value(sides, server, f" {measure}") for server in MAIN]
            rows.append(
                [
                    label,
                    *cells,
                    ratio(sides, "vllm"),
                    ratio(sides, "vllm-rs"),
                ]
            )
    head = ["", *MAIN.values(), "ratio to vLLM", "ratio to its Rust frontend"]
    return f"{_where(everything)}\n\n{table(head, rows)}"


def in_a_sentence(everything: Everything) -> str:
    sides = everything["summary"]["chat-32"][PER_TOKEN]
    of_vllms = sides["ratios"]["vllm"]["median"]
    return (
        f"A streamed token costs the process that handles HTTP {of_vllms:.2f} of the CPU time that it costs\n"
        "in vLLM's own server, with the same tokenizer in both ([bench](bench/README.md))."
    )


def _where(everything: Everything) -> str:
    machine, rounds = everything["machine"], everything["rounds"]
    return (
        f"{machine['date']}, {machine['cores']} cores of an {machine['cpu']}, Python {machine['python']}, "
        f"{machine['vllm']}; {rounds} rounds: medians, and for ratios the minimum and maximum."
    )


def _ran(everything: Everything) -> list[str]:
    return [name for name in DESCRIPTIONS if name in everything["summary"]]


def _cpu(everything: Everything, workloads: Sequence[str], figure: str, unit: str) -> str:
    rows = []
    for name in workloads:
        sides, targets = everything["summary"][name][figure], RATIOS.get((name, figure), {})
        row = [f"{DESCRIPTIONS[name]} (`{name}`)", *(value(sides, server) for server in MAIN)]
        for server in ("vllm", "vllm-rs"):
            row += [ratio(sides, server), f"{targets[server]:.2f}" if server in targets else ""]
        rows.append(row)
    head = [unit, *MAIN.values(), "ratio to vLLM", "target", "to Rust", "target"]
    return table(head, rows) if rows else ""


def _defaults(everything: Everything) -> str:
    rows = []
    for name in _ran(everything):
        figure = PER_REQUEST if name in BY_REQUEST else PER_TOKEN
        sides = everything["summary"][name][figure]
        if "vllm-default" in sides["ratios"]:
            unit = " ms per request" if figure == PER_REQUEST else " µs per token"
            cells = [value(sides, server, unit) for server in ("accord", "vllm-default")]
            rows.append([DESCRIPTIONS[name], *cells, ratio(sides, "vllm-default")])
    if not rows:
        return ""
    head = ["", "Accord", "vLLM", "ratio"]
    return "With default settings, each with its own default tokenizer:\n\n" + table(head, rows)


def _blocked(everything: Everything) -> str:
    rows = []
    for kind, figures in everything["lag"].items():
        size = figures["body_mib"]["servers"]["accord"]["median"]
        for figure, label in (("max_ms", "max"), ("p99_ms", "p99")):
            cells = [value(figures[figure], server) for server in MAIN]
            rows.append([f"{LARGE[kind]} ({size:.1f} MiB), {label}", *cells])
        cells = [value(figures["memory_mib"], server) for server in MAIN]
        rows.append(["frontend memory after it, MiB", *cells])
    return table(["event loop blocked, ms", *MAIN.values()], rows) if rows else ""


def _latencies(everything: Everything) -> str:
    rows = []
    for name in _ran(everything):
        cells = []
        for figure in ("ttft_p50_ms", "ttft_p99_ms", "itl_p50_ms", "itl_p99_ms"):
            sides = everything["summary"][name][figure]
            cells.append(" / ".join(value(sides, server) for server in MAIN))
        rows.append([f"`{name}`", *cells])
    head = ["Accord / vLLM / Rust, ms", "first token p50", "p99", "between tokens p50", "p99"]
    return table(head, rows)


def _compiled(everything: Everything) -> str:
    rows = []
    for name, figures in everything["summary"].items():
        if name.endswith(SUFFIX):
            figure = PER_REQUEST if name.removesuffix(SUFFIX) in BY_REQUEST else PER_TOKEN
            sides = figures[figure]
            row = [f"`{name.removesuffix(SUFFIX)}`", *(value(sides, server) for server in MAIN)]
            rows.append([*row, ratio(sides, "vllm"), ratio(sides, "vllm-rs")])
    head = ["client `vllm-rs bench serve`, CPU time", *MAIN.values(), "ratio to vLLM", "to Rust"]
    return table(head, rows) if rows else ""


def _starts(everything: Everything) -> str:
    def seconds(server: str, kind: str) -> str:
        found = [start[kind] for start in everything["starts"] if start["server"] == server and start[kind]]
        return f"{median(found):.3g} s" if found else "-"

    ready = " / ".join(seconds(server, "ready") for server in MAIN)
    return f"From the command to `/v1/health/live`: {seconds('accord', 'live')}. To ready: {ready}."


def _missed(everything: Everything) -> str:
    found = list(missed(everything))
    return "Missed targets: " + "; ".join(found) + "." if found else "All targets are met."


DOCUMENTS: dict[str, Callable[[Everything], str]] = {
    "bench/README.md": all_figures,
    "docs/performance.md": main_figures,
    "README.md": in_a_sentence,
}

if __name__ == "__main__":
    main()
