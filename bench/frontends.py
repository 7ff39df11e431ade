"""`python -m bench.frontends`: CPU time per token with 1, 2 and 4 frontends over one engine.

After each step the engine sends every frontend that has requests in it one message. So the cost of a token is
its own, with its share of a request, and its share of a message: `fitted` computes both from the runs. vLLM
counts the messages, in the histogram of tokens per iteration.

With `--steps 25` the engine takes 25 steps per second and computes nothing (`paced_engine.py`), to measure
the cost of a second frontend on idle cores.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import fmean

import numpy as np

from bench.markdown import table
from bench.measure import measure, warm_up
from bench.profile import profiled
from bench.prompts import Prompts
from bench.requests import chat_parts_stream
from bench.servers import PACED_ENGINE, STEPS, RunningServer, started
from bench.tiny_model import NAME, write_tiny_model
from bench.workloads import Workload

CONTEXT = 131072
COUNTS = (1, 2, 4)
LOADS = [
    Workload(f"chat-{streams}", f"chat, {streams} streams", chat_parts_stream, streams, requests)
    for streams, requests in ((8, 64), (32, 128), (128, 256), (512, 512))
]
_MESSAGES = re.compile(r"^vllm:iteration_tokens_total_count\{.*\} (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Frontends(RunningServer):
    """Accord with several frontends: they and their parent are measured."""

    @property
    def pids(self) -> list[int]:
        return [self.pid, *self.frontends]

    @property
    def frontends(self) -> list[int]:
        """The parent's Python children; vLLM's processes have titles of their own."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [pid for pid in map(int, children) if b"spawn_main" in _command(pid)]

    def messages(self) -> float:
        """Return how many messages with requests' outputs all frontends have had."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            return sum(map(float, _MESSAGES.findall(answer.read().decode())))


@dataclass(frozen=True)
class Point:
    """One load on a server with `frontends` frontends."""

    frontends: int
    load: str
    cpu_per_token_us: float
    tokens_a_message: float
    idle: float
    """The share of all cores' time in which they had nothing to do."""


def main() -> int:
    arguments = _arguments()
    folder: Path = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "model" / NAME
    if not (model / "config.json").exists():
        template = Path(__file__).with_name("hermes.jinja").read_text()
        write_tiny_model(model, template=template, context=CONTEXT)
    prompts = Prompts(model)
    options: list[str] = []
    if arguments.steps is not None:
        os.environ[STEPS] = str(arguments.steps)
        options = ["--distributed-executor-backend", PACED_ENGINE]
    points: list[Point] = []
    for round_ in range(arguments.rounds):
        for count in arguments.counts if round_ % 2 == 0 else arguments.counts[::-1]:
            with _running(count, model, folder / f"frontends-{count}.log", options) as server:
                for load in (each for each in LOADS if each.streams in arguments.streams):
                    points.append(_measured(server, count, load, prompts, round_, arguments))
                    print(_said(points[-1]), file=sys.stderr, flush=True)
    print(report(points))
    return 0


@contextmanager
def _running(count: int, model: Path, log: Path, options: Sequence[str]) -> Iterator[Frontends]:
    with started("accord", model, log, options=["--api-server-count", str(count), *options]) as server:
        yield Frontends(**{each.name: getattr(server, each.name) for each in fields(server)})


def _measured(
    server: Frontends,
    count: int,
    load: Workload,
    prompts: Prompts,
    round_: int,
    arguments: argparse.Namespace,
) -> Point:
    warm_up(server, load, prompts)
    before = server.messages()
    requests = load.load(prompts, arguments.scale)
    idle, all_ = _idle()
    if arguments.profile is None:
        run = measure(server, load, requests, round_)
    else:
        name = f"profile-{count}-{load.name}"
        with profiled(arguments.profile, (server.frontends or server.pids)[0], arguments.output, name):
            run = measure(server, load, requests, round_)
    idle, all_ = (now - then for now, then in zip(_idle(), (idle, all_), strict=True))
    tokens_a_message = run.tokens_out / (server.messages() - before)
    return Point(count, load.name, run.cpu_per_token_us, tokens_a_message, idle / all_)


def _idle() -> tuple[int, int]:
    """Return for how long all cores have been idle, and for how long they have been there, in ticks."""
    ticks = [int(each) for each in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)


def fitted(points: Sequence[Point]) -> tuple[float, float]:
    """Return the microseconds per message and per token that minimize the squares of the relative errors."""
    costs = np.array([point.cpu_per_token_us for point in points])
    shares = np.array([[1 / point.tokens_a_message, 1.0] for point in points])
    (message, token), *_ = np.linalg.lstsq(shares / costs[:, None], np.ones(len(points)), rcond=None)
    return float(message), float(token)


def report(points: Sequence[Point]) -> str:
    """Return the mean of each load's rounds as a table, and what a message and a token cost."""
    message, token = fitted(points)
    rounds: dict[tuple[str, int], list[Point]] = {}
    for point in points:
        rounds.setdefault((point.load, point.frontends), []).append(point)
    costs = {key: fmean(point.cpu_per_token_us for point in same) for key, same in rounds.items()}
    rows = []
    for load in dict.fromkeys(point.load for point in points):
        for count in sorted(frontends for name, frontends in rounds if name == load):
            tokens = fmean(point.tokens_a_message for point in rounds[load, count])
            alone, cost = costs.get((load, 1)), costs[load, count]
            ratio = f"{cost / alone:.2f}" if alone else "-"
            same = rounds[load, count]
            spread = " to ".join(f"{limit(p.cpu_per_token_us for p in same):.1f}" for limit in (min, max))
            fit = f"{message / tokens + token:.1f}"
            idle = f"{fmean(point.idle for point in same):.0%}"
            rows.append([load, str(count), f"{tokens:.1f}", f"{cost:.1f} ({spread})", ratio, fit, idle])
    head = [
        "load",
        "frontends",
        "tokens per message",
        "CPU time per token, µs",
        "of one frontend's",
        "as fitted, µs",
    ]
    head.append("cores idle")
    return f"{table(head, rows)}\n\nA message costs {message:.0f} µs, and a token {token:.1f} µs."


def _said(point: Point) -> str:
    return (
        f"{point.frontends} frontends, {point.load}: {point.cpu_per_token_us:.1f} µs per token, "
        f"{point.tokens_a_message:.1f} tokens per message, cores {point.idle:.0%} idle"
    )


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.frontends", description=__doc__)
    parser.add_argument("--counts", type=_counts, default=list(COUNTS), help="of frontends, such as 1,2,4")
    streams = [load.streams for load in LOADS]
    parser.add_argument("--streams", type=_counts, default=streams, help="at a time, such as 32,128")
    parser.add_argument("--steps", type=float, help="of an engine that computes nothing, per second")
    parser.add_argument("--rounds", type=int, default=1, help="how often each server is started")
    parser.add_argument("--scale", type=float, default=1, help="times as many requests in each load")
    parser.add_argument("--output", type=Path, default=Path("build/bench"), help="a folder to write to")
    parser.add_argument("--profile", metavar="PY_SPY", help="sample the first frontend with this py-spy")
    return parser.parse_args()


def _counts(text: str) -> list[int]:
    return [int(count) for count in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
