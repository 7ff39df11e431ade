"""Where a frontend's CPU goes, by py-spy, while a load runs."""

from __future__ import annotations

import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RATE = 500
TOP = 30
# Where a thread only waits, for its turn too, whatever py-spy takes it for.
_WAITS = ("epoll_", "poll (", "select (", "pthread_cond_", "sem_", "_PollLikeSelector.select")
_IDLE = ("_worker (concurrent/futures/thread.py", "_connection_worker_thread (aiosqlite/core.py")


@contextmanager
def profiled(py_spy: str, pid: int, folder: Path, name: str) -> Iterator[None]:
    """Sample the process while the block runs; write its stacks and a summary of them into `folder`."""
    stacks = folder / f"{name}.stacks"
    command = [py_spy, "record", "--pid", str(pid), "--rate", str(RATE)]
    command += ["--native", "--format", "raw"]
    sampler = subprocess.Popen([*command, "--output", str(stacks)], stdout=subprocess.PIPE, text=True)
    assert sampler.stdout is not None
    sampler.stdout.readline()  # it reports when it has begun
    try:
        yield
    finally:
        sampler.send_signal(signal.SIGINT)
        sampler.communicate(timeout=60)
    (folder / f"{name}.txt").write_text(summary(stacks.read_text()))


def summary(stacks: str) -> str:
    """Return the functions in which most time was spent, in four orders.

    A line of `stacks` is "function (file:line);...;function (file:line) samples".
    """
    own: Counter[str] = Counter()
    own_of_python: Counter[str] = Counter()
    by_thread: Counter[str] = Counter()
    inclusive: Counter[str] = Counter()
    for line in stacks.splitlines():
        stack, _, samples = line.rpartition(" ")
        functions = [_function(frame) for frame in stack.split(";")]
        python = [function for function in functions if function.endswith((".py)", ">)"))] or functions[-1:]
        if any(function.startswith(_WAITS) for function in functions) or python[-1].startswith(_IDLE):
            continue
        own[functions[-1]] += int(samples)
        own_of_python[python[-1]] += int(samples)
        by_thread["event loop" if "Runner.run (asyncio/runners.py)" in python else "other threads"] += int(
            samples
        )
        inclusive.update(dict.fromkeys(python, int(samples)))
    total = by_thread.total() or 1
    lines = [f"{total} samples at {RATE} a second, without those in which a thread waited"]
    for title, counter in (
        ("threads", by_thread),
        ("Python functions, with the compiled code that they call", own_of_python),
        ("any function, its own time", own),
        ("Python functions, with all that they call", inclusive),
    ):
        lines += ["", title]
        lines += [f"{count / total:7.1%}  {function}" for function, count in counter.most_common(TOP)]
    return "\n".join(lines) + "\n"


def _function(frame: str) -> str:
    """Remove the line number, so that a function counts once."""
    return re.sub(r":\d+\)$", ")", frame)
