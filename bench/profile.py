"""Where a frontend's CPU goes, by py-spy, while a load runs."""

from __future__ import annotations

import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RATE = 500
TOP = 30


@contextmanager
def profiled(py_spy: str, pid: int, folder: Path, name: str) -> Iterator[None]:
    """Sample the process while the block runs; write its stacks and a summary of them into `folder`."""
    stacks = folder / f"{name}.stacks"
    command = [py_spy, "record", "--pid", str(pid), "--rate", str(RATE), "--format", "raw"]
    sampler = subprocess.Popen([*command, "--output", str(stacks)], stdout=subprocess.PIPE, text=True)
    assert sampler.stdout is not None
    sampler.stdout.readline()  # it says so when it has begun
    try:
        yield
    finally:
        sampler.send_signal(signal.SIGINT)
        sampler.communicate(timeout=60)
    (folder / f"{name}.txt").write_text(summary(stacks.read_text()))


def summary(stacks: str) -> str:
    """Return the functions in which most time was spent, by their own time and with what they call.

    A line of `stacks` is "function (file:line);...;function (file:line) samples".
    """
    own: Counter[str] = Counter()
    inclusive: Counter[str] = Counter()
    total = 0
    for line in stacks.splitlines():
        stack, _, count = line.rpartition(" ")
        functions = [_function(frame) for frame in stack.split(";")]
        own[functions[-1]] += int(count)
        for function in set(functions):
            inclusive[function] += int(count)
        total += int(count)
    lines = [f"{total} samples at {RATE} a second"]
    for title, counter in (("own time", own), ("with what it calls", inclusive)):
        lines += ["", title]
        lines += [f"{count / total:7.1%}  {function}" for function, count in counter.most_common(TOP)]
    return "\n".join(lines) + "\n"


def _function(frame: str) -> str:
    """Leave out the line's number, so that a function counts once."""
    return frame.rpartition(":")[0] + ")" if ":" in frame else frame
