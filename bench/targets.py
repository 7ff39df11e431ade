"""The targets of Accord's figures, and which figures miss them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

PER_TOKEN, PER_REQUEST = "cpu_per_token_us", "cpu_per_request_ms"
RATIOS: dict[tuple[str, str], dict[str, float]] = {
    ("chat-32", PER_TOKEN): {"vllm": 0.30, "vllm-rs": 1.3},
    ("chat-128", PER_TOKEN): {"vllm": 0.30, "vllm-rs": 1.3},
    ("messages", PER_TOKEN): {"vllm": 0.18},
    ("responses", PER_TOKEN): {"vllm": 0.30},
    ("one-token", PER_REQUEST): {"vllm": 0.45, "vllm-rs": 2.5},
    ("agent", PER_REQUEST): {"vllm": 0.50, "vllm-rs": 2.5},
}
"""The highest ratio to the CPU time of the other server, by workload and figure."""
BLOCKED_MS = 20
"""The longest time for which the event loop may be blocked."""


def missed(everything: Mapping[str, Any]) -> Iterator[str]:
    """Yield the figures above their target, as the end of a sentence."""
    for (workload, figure), targets in RATIOS.items():
        figures = everything["summary"].get(workload, {}).get(figure, {})
        ratios = figures.get("ratios", {})
        for server, target in targets.items():
            ratio = ratios[server]["median"] if server in ratios else 0
            if round(ratio, 2) > target:
                rust = _of_rust(figures["servers"], server)
                yield f"`{workload}` is at {ratio:.2f} of {server}, target {target:.2f}{rust}"
    for kind, figures in everything["lag"].items():
        blocked = figures["max_ms"]["servers"].get("accord")
        if blocked and blocked["median"] > BLOCKED_MS:
            yield f"a large {kind} blocks the event loop for {blocked['median']:.0f} ms, target {BLOCKED_MS}"
        memory = figures["memory_mib"]["ratios"].get("vllm")
        if memory and round(memory["median"], 2) > 1:
            yield f"memory after a large {kind} is at {memory['median']:.2f} of vllm, target 1.00"


def _of_rust(servers: Mapping[str, Any], other: str) -> str:
    """Return the Rust frontend's own ratio to the `other` server, if it ran the workload."""
    if other == "vllm-rs" or "vllm-rs" not in servers:
        return ""
    return f" (vllm-rs: {servers['vllm-rs']['median'] / servers[other]['median']:.2f})"
