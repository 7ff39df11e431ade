"""vLLM's compiled client, `vllm-rs bench serve`, as a second source of the same load.

It streams chat; content is a list of text parts, and prompts are random tokens, written as text.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

from bench.measure import Run, frontend_figures
from bench.servers import VLLM_RS, RunningServer
from bench.tiny_model import NAME
from bench.workloads import Workload

WORKLOADS = ("chat-1", "chat-32", "chat-128", "chat-512", "one-token", "long-prompt")
SUFFIX = " (vllm-rs)"


def fits(workload: Workload) -> bool:
    return workload.name in WORKLOADS


def measure(server: RunningServer, workload: Workload, requests: int, round_: int, folder: Path) -> Run:
    """Run it against the server; it checks only the status of answers."""
    name = f"vllm-rs-{server.name}-{workload.name}.json"
    before = server.cpu()
    command = [str(VLLM_RS), "bench", "serve", *_options(server, workload, requests, folder)]
    ran = subprocess.run(
        [*command, "--save-result", "--result-dir", str(folder), "--result-filename", name],
        capture_output=True,
        text=True,
        check=False,
    )
    after = server.cpu()
    if ran.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    said = json.loads((folder / name).read_text())
    if said["completed"] != requests:
        raise RuntimeError(
            f"{said['completed']} of {workload.requests} requests were answered: {folder / name}"
        )
    run = frontend_figures(
        server,
        workload.name + SUFFIX,
        round_,
        requests=requests,
        tokens=(said["total_input_tokens"], said["total_output_tokens"]),
        seconds=said["duration"],
        cpu=(before, after),
    )
    return replace(
        run,
        ttft_p50_ms=said["median_ttft_ms"],
        ttft_p99_ms=said["p99_ttft_ms"],
        itl_p50_ms=said["median_itl_ms"],
        itl_p99_ms=said["p99_itl_ms"],
    )


def _options(server: RunningServer, workload: Workload, requests: int, folder: Path) -> list[str]:
    return [
        *("--backend", "openai-chat", "--endpoint", "/v1/chat/completions"),
        *("--port", str(server.port), "--model", NAME, "--tokenizer", str(folder / "model" / NAME)),
        *("--random-input-len", str(workload.tokens_in), "--random-output-len", str(workload.tokens_out)),
        *("--num-prompts", str(requests), "--max-concurrency", str(workload.streams)),
        *(
            "--seed",
            str(workload.streams + workload.tokens_out),
            "--temperature",
            "0",
            "--ignore-eos",
            "--disable-tqdm",
            "--no-steady-state",
        ),
    ]
