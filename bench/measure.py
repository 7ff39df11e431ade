"""One load on one server, as figures."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

from bench.client import Request, Timed, read, run_load
from bench.dialects import AnswerError
from bench.prompts import Prompts
from bench.servers import Cpu, RunningServer
from bench.workloads import Workload


@dataclass(frozen=True)
class Run:
    """The result of one load on one server. Names end in the unit of times."""

    server: str
    round: int
    workload: str
    requests: int
    tokens_in: int
    tokens_out: int
    seconds: float
    cpu_user_seconds: float
    cpu_system_seconds: float
    cpu_per_token_us: float
    cpu_per_request_ms: float
    tokens_per_second: float
    requests_per_second: float
    memory_mib: float
    ttft_p50_ms: float = 0
    ttft_p99_ms: float = 0
    itl_p50_ms: float = 0
    itl_p99_ms: float = 0
    events: int = 0
    """Events that carried text: fewer than tokens, where tokens came together."""
    client_cpu_seconds: float = 0


def warm_up(server: RunningServer, workload: Workload, prompts: Prompts) -> None:
    requests = workload.warm_up(prompts)
    for exchange in run_load(server.port, requests, min(workload.streams, len(requests))):
        read(exchange)


def measure(server: RunningServer, workload: Workload, requests: list[Request], round_: int) -> Run:
    """Run the load on the server, and check that every answer is complete."""
    client_before, before, began = time.process_time(), server.cpu(), time.perf_counter()
    exchanges = run_load(server.port, requests, workload.streams)
    seconds, after = time.perf_counter() - began, server.cpu()
    client = time.process_time() - client_before
    answers = [read(exchange) for exchange in exchanges]
    for timed in answers:
        if timed.answer.output_tokens != workload.tokens_out:
            raise AnswerError(f"{workload.tokens_out} tokens expected, got {timed.answer}")
    first = [timed.tokens_at[0] for timed in answers]
    gaps = _gaps(answers)
    run = frontend_figures(
        server,
        workload.name,
        round_,
        requests=len(answers),
        tokens=(
            sum(timed.answer.prompt_tokens for timed in answers),
            sum(timed.answer.output_tokens for timed in answers),
        ),
        seconds=seconds,
        cpu=(before, after),
    )
    return replace(
        run,
        ttft_p50_ms=percentile(first, 50) * 1e3,
        ttft_p99_ms=percentile(first, 99) * 1e3,
        itl_p50_ms=percentile(gaps, 50) * 1e3,
        itl_p99_ms=percentile(gaps, 99) * 1e3,
        events=sum(len(timed.tokens_at) for timed in answers),
        client_cpu_seconds=client,
    )


def frontend_figures(
    server: RunningServer,
    workload: str,
    round_: int,
    requests: int,
    tokens: tuple[int, int],
    seconds: float,
    cpu: tuple[Cpu, Cpu],
) -> Run:
    """Return the frontend's figures of a load, from tokens in and out, and its CPU time before and after."""
    before, after = cpu
    tokens_in, tokens_out = tokens
    return Run(
        server=server.name,
        round=round_,
        workload=workload,
        requests=requests,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        seconds=seconds,
        cpu_user_seconds=after.user - before.user,
        cpu_system_seconds=after.system - before.system,
        cpu_per_token_us=(after.total - before.total) / tokens_out * 1e6,
        cpu_per_request_ms=(after.total - before.total) / requests * 1e3,
        tokens_per_second=tokens_out / seconds,
        requests_per_second=requests / seconds,
        memory_mib=server.memory_mib(),
    )


def _gaps(answers: list[Timed]) -> list[float]:
    pairs = (zip(timed.tokens_at, timed.tokens_at[1:], strict=False) for timed in answers)
    return [later - earlier for moments in pairs for earlier, later in moments]


def percentile(values: list[float], percent: float) -> float:
    """Return the smallest value that `percent` of all do not exceed; 0 without values."""
    if not values:
        return 0.0
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]
