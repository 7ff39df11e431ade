"""How long a server's event loop is blocked: how much later than when idle it answers during heavy work.

A process of its own sends liveness probes every few milliseconds over one connection. `python -m bench.lag
PORT PATH` is that process: it runs until its standard input ends, and prints the seconds of each answer, as
JSON.
"""

from __future__ import annotations

import http.client
import json
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from bench.client import Exchange, run_load
from bench.dialects import AnswerError
from bench.measure import percentile
from bench.prompts import Prompts
from bench.requests import chat_large, chat_parts
from bench.servers import RunningServer

EVERY_SECONDS = 0.004
IDLE_SECONDS = 1.5
PROMPT_TOKENS = 120_000
PROMPT_SECONDS = 4.0
"""By then the prompt is with the engine, which computes it for minutes."""
CHOICES, TOKENS = 64, 140
"""With 20 log probabilities per token: 16 MB."""
ENGINE_SECONDS = 60
"""By then a step of the engine has ended, at whose end it updates its metrics."""


@dataclass(frozen=True)
class Lag:
    """The result of probing during one kind of work, less the median of an idle server."""

    server: str
    round: int
    kind: str
    answers: int
    p99_ms: float
    max_ms: float
    idle_p50_ms: float
    idle_max_ms: float
    body_mib: float
    """Of the request or the answer that was the work."""
    memory_mib: float


def measure_lag(server: RunningServer, prompts: Prompts, round_: int) -> Iterator[Lag]:
    """Yield the lag of a long prompt, and of a large answer if the server supports it."""
    idle = _asked(server, lambda: time.sleep(IDLE_SECONDS))
    works = {"prompt": _long_prompt}
    if server.server.many_choices:
        works["response"] = _large_answer
    for kind, work in works.items():
        seconds, size = work(server, prompts)
        _wait_for(server, 0)
        yield lag(server.name, round_, kind, idle, seconds, size, server.memory_mib())


def lag(
    server: str, round_: int, kind: str, idle: list[float], busy: list[float], size: int, memory_mib: float
) -> Lag:
    usual = median(idle)
    p99 = percentile(list(_with_those_not_asked(busy)), 99)
    return Lag(
        server=server,
        round=round_,
        kind=kind,
        answers=len(busy),
        p99_ms=(p99 - usual) * 1e3,
        max_ms=(max(busy) - usual) * 1e3,
        idle_p50_ms=usual * 1e3,
        idle_max_ms=max(idle) * 1e3,
        body_mib=size / 2**20,
        memory_mib=memory_mib,
    )


def _with_those_not_asked(seconds: list[float]) -> Iterator[float]:
    """Add the probes that were not sent while an answer was awaited, each of which would have waited less."""
    for each in seconds:
        while each > EVERY_SECONDS:
            yield each
            each -= EVERY_SECONDS
        yield each


def _asked(server: RunningServer, work: Callable[[], object]) -> list[float]:
    """Return the latencies of the probes that were sent during the work."""
    command = [sys.executable, "-m", "bench.lag", str(server.port), server.server.live]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as asking:
        assert asking.stdout is not None
        asking.stdout.readline()  # it reports when it has begun
        try:
            work()
        finally:
            said, _ = asking.communicate()  # ends its input
    seconds: list[float] = json.loads(said)
    return seconds


def _long_prompt(server: RunningServer, prompts: Prompts) -> tuple[list[float], int]:
    """Send one, and disconnect when the engine has it. Returns the probes meanwhile, and its size."""
    body = json.dumps(chat_parts(prompts.text("lag", PROMPT_TOKENS), 1).body).encode()
    with _connected(server.port) as connection:

        def send() -> None:
            connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
            time.sleep(PROMPT_SECONDS)

        seconds = _asked(server, send)
        _wait_for(server, 1)
    return seconds, len(body)


def _large_answer(server: RunningServer, prompts: Prompts) -> tuple[list[float], int]:
    request = chat_large(prompts.text("large", 128), CHOICES, TOKENS)
    exchanges: list[Exchange] = []
    seconds = _asked(server, lambda: exchanges.extend(run_load(server.port, [request], 1)))
    raw = b"".join(exchanges[0].pieces)
    if not raw.startswith(b"HTTP/1.1 200 "):
        raise AnswerError(raw[:2000].decode(errors="replace"))
    return seconds, len(raw)


def _running(server: RunningServer) -> float:
    """Return how many requests the engine runs or queues."""
    with _connected(server.port) as connection:
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
    counted = ("vllm:num_requests_running{", "vllm:num_requests_waiting{")
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(counted))


def _wait_for(server: RunningServer, requests: int) -> None:
    """Wait until the engine reports so many requests."""
    deadline = time.monotonic() + ENGINE_SECONDS
    while (running := _running(server)) != requests:
        if time.monotonic() > deadline:
            raise AnswerError(f"after {ENGINE_SECONDS} s the engine has {running} requests, not {requests}")
        time.sleep(0.2)


@contextmanager
def _connected(port: int) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        yield connection
    finally:
        connection.close()


def main() -> None:
    seconds: list[float] = []
    with _connected(int(sys.argv[1])) as connection:
        print("begun", flush=True)
        while True:
            began = time.perf_counter()
            connection.request("GET", sys.argv[2])
            connection.getresponse().read()
            seconds.append(time.perf_counter() - began)
            ended, _, _ = select.select([sys.stdin], [], [], max(0.0, EVERY_SECONDS - seconds[-1]))
            if ended:
                break
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
