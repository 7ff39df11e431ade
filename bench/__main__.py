"""`python -m bench`: runs the servers in turn with the same loads, and prints one table."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import compiled_client
from bench.changes import changes
from bench.correctness import Comparison
from bench.lag import Lag, measure_lag
from bench.measure import Run, measure, warm_up
from bench.profile import profiled
from bench.prompts import Prompts
from bench.report import result, text_table, write
from bench.servers import SERVERS, VLLM_RS, RunningServer, ServerName, started
from bench.tiny_model import NAME, write_tiny_model
from bench.workloads import WORKLOADS, Workload

CONTEXT = 131072
LAG = "lag"


@dataclass
class Measured:
    """All measurements."""

    runs: list[Run] = field(default_factory=list)
    lags: list[Lag] = field(default_factory=list)
    starts: list[tuple[int, RunningServer]] = field(default_factory=list)
    comparison: Comparison = field(default_factory=Comparison)

    def result(self) -> dict[str, Any]:
        compared, differences = self.comparison.compared, len(self.comparison.differences)
        said = f"{compared} answers compared, {differences} differ"
        return result(self.runs, self.lags, self.starts, said)


def main() -> int:
    arguments = _arguments()
    folder: Path = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    prompts = Prompts(_model(folder))
    measured = Measured()
    for round_ in range(arguments.rounds):
        for name in _order(arguments.servers, round_):
            with started(name, _model(folder), folder / f"{name}.log", arguments.port) as server:
                _print(f"round {round_ + 1}: {name} is ready after {server.ready_seconds:.0f} s")
                _measure(server, prompts, round_, arguments, measured)
            path = write(folder, measured.result())  # each time, so that an error later loses little
    everything = measured.result()
    print(text_table(everything))
    for line in changes(everything):
        print(line)
    print(f"\n{everything['correctness']}. All runs: {path}")
    differences = measured.comparison.differences
    for difference in differences:
        print(difference)
    return 1 if differences else 0


def _model(folder: Path) -> Path:
    model = folder / "model" / NAME
    if not (model / "config.json").exists():
        template = Path(__file__).with_name("hermes.jinja").read_text()
        write_tiny_model(model, template=template, context=CONTEXT)
    return model


def _order(names: list[ServerName], round_: int) -> list[ServerName]:
    """Return the order of the servers, reversed each time: A B C, C B A, A B C."""
    return names if round_ % 2 == 0 else names[::-1]


def _measure(
    server: RunningServer, prompts: Prompts, round_: int, arguments: argparse.Namespace, measured: Measured
) -> None:
    measured.starts.append((round_, server))
    if not server.server.tokenizing_only:
        measured.comparison.ask(server, prompts)
    for workload in arguments.only:
        if workload.fits(server.server):
            run = _load(server, workload, prompts, round_, arguments)
            _print(f"  {workload.name}: {run.cpu_per_token_us:.0f} µs per token, {run.seconds:.1f} s")
            measured.runs.append(run)
            if arguments.compiled_client and compiled_client.fits(workload):
                again = compiled_client.measure(server, workload, run.requests, round_, arguments.output)
                _print(
                    f"  {again.workload}: {again.cpu_per_token_us:.0f} µs per token, {again.seconds:.1f} s"
                )
                measured.runs.append(again)
    if arguments.lag and not server.server.tokenizing_only:
        for lag in measure_lag(server, prompts, round_):
            _print(f"  lag of a large {lag.kind}: {lag.max_ms:.0f} ms at most, {lag.body_mib:.1f} MiB")
            measured.lags.append(lag)


def _load(
    server: RunningServer, workload: Workload, prompts: Prompts, round_: int, arguments: argparse.Namespace
) -> Run:
    warm_up(server, workload, prompts)
    requests = workload.load(prompts, arguments.scale)
    profile = (
        profiled(arguments.profile, server.pid, arguments.output, f"profile-{server.name}-{workload.name}")
        if arguments.profile
        else contextlib.nullcontext()
    )
    with profile:
        return measure(server, workload, requests, round_)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each server is started")
    parser.add_argument("--servers", type=_servers, help="separated by commas; all that are there without")
    names = ", ".join(workload.name for workload in WORKLOADS)
    parser.add_argument("--only", type=_workloads, help=f"of {names}, {LAG}; separated by commas")
    parser.add_argument("--scale", type=float, default=1, help="times as many requests in each load")
    parser.add_argument("--output", type=Path, default=Path("build/bench"), help="a folder to write to")
    parser.add_argument("--port", type=int, default=0, help="where the servers listen; a free port without")
    parser.add_argument("--profile", metavar="PY_SPY", help="sample the frontends with this py-spy")
    parser.add_argument("--compiled-client", action="store_true", help="load by `vllm-rs bench serve`, too")
    arguments = parser.parse_args()
    there = [name for name in SERVERS if name != "vllm-rs" or VLLM_RS.exists()]
    arguments.servers = arguments.servers or there
    arguments.only, arguments.lag = arguments.only or (WORKLOADS, True)
    return arguments


def _servers(names: str) -> list[ServerName]:
    known: dict[str, ServerName] = {str(name): name for name in SERVERS}
    if unknown := set(names.split(",")) - set(known):
        raise argparse.ArgumentTypeError(f"no server {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names.split(",")]


def _workloads(names: str) -> tuple[list[Workload], bool]:
    known = {workload.name: workload for workload in WORKLOADS}
    if unknown := set(names.split(",")) - {*known, LAG}:
        raise argparse.ArgumentTypeError(f"no workload {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names.split(",") if name != LAG], LAG in names.split(",")


def _print(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
