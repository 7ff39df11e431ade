"""`kill -9` of a server and of its database at random moments under load: no completed response is lost.

There is no engine, so a round takes seconds. `make soak PARTS=kills KILLS=1000` runs it.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.faults.invariants import check_kept_in, check_told
from tests.faults.load import Record, load
from tests.postgresql import PostgreSQL, running_postgresql
from tests.serving import free_port, http

CLIENTS = 4
READY_SECONDS = 60


@contextmanager
def echo_server(database: str, log: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Give the URL of a server that has opened the database, and its process; kill it at the end."""
    port = free_port()
    command = [sys.executable, "-m", "tests.faults.echo_server", str(port), database]
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not _stores(url):
            assert process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < deadline, f"not ready in {READY_SECONDS} s: {log.read_text()[-2000:]}"
            time.sleep(0.1)
        yield url, process
    finally:
        process.kill()
        process.wait()


def _stores(url: str) -> bool:
    try:
        return http.get(f"{url}/v1/responses/none", timeout=5).status_code == 404
    except httpx.TransportError:
        return False


async def killed(
    process: subprocess.Popen[bytes], url: str, database: PostgreSQL | None, dice: random.Random
) -> tuple[Record, str]:
    """Have clients ask, and kill the server, or the database and then the server, while they do."""
    record = Record()
    what = "server"
    async with load(url, record, CLIENTS, dice, longest=20):
        await asyncio.sleep(dice.random())
        if database is not None and dice.random() < 0.5:
            what = "database, server"
            await asyncio.to_thread(database.kill)
            await asyncio.sleep(dice.random() / 2)
            await asyncio.to_thread(database.start)
            await asyncio.sleep(dice.random())
        os.kill(process.pid, signal.SIGKILL)
        await asyncio.sleep(0)
    return record, what


async def kill_rounds(rounds: int, seconds: float, dice: random.Random) -> str:
    """Do so many rounds, for at most so many seconds, and return the figures in a line."""
    harm: Counter[str] = Counter()
    began, read_back = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as temporary, running_postgresql() as postgresql:
        databases = [f"sqlite:///{temporary}/responses.sqlite3", postgresql.new_database()]
        while harm.total() < rounds and time.monotonic() - began < seconds:
            database = dice.choice(databases)
            in_postgresql = database is databases[1]
            with echo_server(database, Path(temporary) / "log") as (url, process):
                record, what = await killed(process, url, postgresql if in_postgresql else None, dice)
            check_told(record)
            await check_kept_in(database, record)
            read_back += len(record.completed)
            harm[f"{what} with {'PostgreSQL' if in_postgresql else 'SQLite'}"] += 1
    told = ", ".join(f"{number} {name}" for name, number in sorted(harm.items()))
    took = time.monotonic() - began
    return f"{harm.total()} in {took:.0f} s ({told}); {read_back} completed responses read back, 0 lost"
