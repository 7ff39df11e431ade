"""The faults that tests inject."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.faults.load import PATHS, question
from tests.faults.server import Server


@dataclass(frozen=True)
class Harm:
    """A signal to one of the server's processes."""

    process: str
    signal: signal.Signals

    def __str__(self) -> str:
        return f"{self.signal.name} to {self.process}"

    def do(self, server: Server) -> None:
        os.kill(server.process(self.process), self.signal)


ENGINE_HARMS = [
    Harm(process, number)
    for process in ("EngineCore", "Worker")
    for number in (signal.SIGKILL, signal.SIGSTOP)
]


async def vanish(url: str, clients: int, dice: random.Random) -> None:
    """Send many large requests and disconnect: some at once, some during their answers."""

    async def one(client: httpx.AsyncClient, api: str, stream: bool, patience: float) -> None:
        try:
            async with asyncio.timeout(patience):
                await client.post(PATHS[api], json=question(api, 1500, stream))
        except (TimeoutError, httpx.TransportError):
            pass

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    apis = [api for api in PATHS if api != "background"]  # it outlives its client on purpose
    async with (
        httpx.AsyncClient(base_url=url, timeout=None, limits=limits) as client,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(clients):
            group.create_task(one(client, dice.choice(apis), dice.random() < 0.5, 3 * dice.random()))


def set_clock(server: Server, seconds: int) -> None:
    """Make the server's wall clock jump, as after a correction."""
    assert server.clock is not None
    with server.clock.open("r+b") as file:
        file.write(struct.pack("=q", seconds))


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """Fill the disk of `folder`."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        size = 2**20
        while size:
            try:
                size = size if file.write(b"\0" * size) == size else size // 2
            except OSError:
                size //= 2
    try:
        yield
    finally:
        filler.unlink()
