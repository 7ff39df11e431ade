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
"""At most this of what the other server's CPU is, by workload and figure."""
HELD_MS = 20
"""The event loop, at most."""


def misses(everything: Mapping[str, Any]) -> Iterator[str]:
    """Yield the figures above their target, as the end of a sentence."""
    for (workload, figure), aims in RATIOS.items():
        ratios = everything["summary"].get(workload, {}).get(figure, {}).get("ratios", {})
        for server, aim in aims.items():
            if server in ratios and round(ratios[server]["median"], 2) > aim:
                yield f"`{workload}` is at {ratios[server]['median']:.2f} of {server}, aimed at {aim:.2f}"
    for kind, figures in everything["lag"].items():
        held = figures["max_ms"]["servers"].get("accord")
        if held and held["median"] > HELD_MS:
            yield f"a large {kind} holds the event loop for {held['median']:.0f} ms, aimed at {HELD_MS}"
        memory = figures["memory_mib"]["ratios"].get("vllm")
        if memory and round(memory["median"], 2) > 1:
            yield f"memory after a large {kind} is at {memory['median']:.2f} of vllm, aimed at 1.00"
