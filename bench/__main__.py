"""`python -m bench`: both servers in turn, the same loads, one table."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from pathlib import Path

from bench.correctness import Comparison
from bench.measure import Run, measure, warm_up
from bench.profile import profiled
from bench.report import result, table, write
from bench.servers import SERVERS, RunningServer, ServerName, started
from bench.tiny_model import NAME, write_tiny_model
from bench.workloads import WORKLOADS, Prompts, Workload


def main() -> int:
    arguments = _arguments()
    folder: Path = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "model" / NAME
    if not (model / "config.json").exists():
        write_tiny_model(model)
    prompts = Prompts(model)
    comparison = Comparison()
    runs: list[Run] = []
    starts: list[tuple[int, RunningServer]] = []
    for round_ in range(arguments.rounds):
        for name in _order(arguments.server, round_):
            log = folder / f"{name}.log"
            with started(name, model, log, arguments.port) as server:
                _say(f"round {round_ + 1}: {name} is ready after {server.ready_seconds:.0f} s")
                starts.append((round_, server))
                comparison.ask(server, prompts)
                for workload in arguments.only:
                    run = _load(server, workload, prompts, round_, arguments)
                    _say(f"  {workload.name}: {run.cpu_per_token_us:.0f} µs a token, {run.seconds:.1f} s")
                    runs.append(run)
    compared = f"{comparison.compared} answers compared, {len(comparison.differences)} differ"
    path = write(folder, result(runs, starts, compared))
    print(table(runs))
    print(f"\n{compared}. All runs: {path}")
    for difference in comparison.differences:
        print(difference)
    return 1 if comparison.differences else 0


def _order(only: ServerName | None, round_: int) -> list[ServerName]:
    """Return who comes first and who second, the other way round each time: A B, B A, A B."""
    if only is not None:
        return [only]
    return list(SERVERS if round_ % 2 == 0 else reversed(SERVERS))


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
    parser.add_argument("--server", choices=SERVERS, help="only this one")
    parser.add_argument(
        "--only", type=_workloads, default=WORKLOADS, help="workloads, separated by commas; all without"
    )
    parser.add_argument("--scale", type=float, default=1, help="times as many requests in each load")
    parser.add_argument("--output", type=Path, default=Path("build/bench"), help="a folder to write to")
    parser.add_argument("--port", type=int, default=0, help="where the servers listen; a free port without")
    parser.add_argument("--profile", metavar="PY_SPY", help="sample the frontends with this py-spy")
    return parser.parse_args()


def _workloads(names: str) -> list[Workload]:
    known = {workload.name: workload for workload in WORKLOADS}
    if unknown := set(names.split(",")) - set(known):
        raise argparse.ArgumentTypeError(f"no workload {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names.split(",")]


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
