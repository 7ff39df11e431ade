"""`kill -9` of a server and of its database at random moments under load: no completed response is lost.

There is no engine, so a kill takes a second or two. `make soak PARTS=kills KILLS=1000` runs it.

PostgreSQL keeps its data in memory if the system has a folder for that: after each kill it syncs all of its
files, which takes seconds on a busy disk. It syncs as usual, and what a killed process has written is there
in both cases: memory and disk differ only after a power failure.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx

from tests.faults.echo_server import begin
from tests.faults.invariants import check_answers, check_database
from tests.faults.load import Record, load
from tests.faults.results import Run
from tests.postgresql import PostgreSQL, running_postgresql
from tests.serving import free_port, http

CLIENTS = 4
READY_SECONDS = 60
IN_MEMORY = Path("/dev/shm")


@contextmanager
def echo_server(database: str, log: Path) -> Iterator[tuple[str, BaseProcess]]:
    """Yield the URL of a server that has opened the database, and its process; kill it at the end."""
    port = free_port()
    process = begin(port, database, log)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not _stores(url):
            assert process.is_alive(), log.read_text()[-2000:]
            assert time.monotonic() < deadline, f"not ready in {READY_SECONDS} s: {log.read_text()[-2000:]}"
            time.sleep(0.05)
        yield url, process
    finally:
        process.kill()
        process.join()


def _stores(url: str) -> bool:
    try:
        return http.get(f"{url}/v1/responses/none", timeout=5).status_code == 404
    except httpx.TransportError:
        return False


async def killed(
    process: BaseProcess, url: str, database: PostgreSQL | None, dice: random.Random
) -> tuple[Record, Counter[str]]:
    """Send requests, and meanwhile kill the server, or the database several times and then the server."""
    record, what = Record(), Counter(["server"])
    async with load(url, record, CLIENTS, dice, longest=20):
        await asyncio.sleep(dice.random())
        if database is not None and dice.random() < 0.5:
            for _ in range(dice.randint(1, 5)):
                what["PostgreSQL"] += 1
                await asyncio.to_thread(database.kill)
                await asyncio.sleep(dice.random() / 2)
                await asyncio.to_thread(database.start)
                await asyncio.sleep(dice.random() / 2)
        process.kill()
        await asyncio.sleep(0)
    return record, what


async def kill_rounds(run: Run, kills: int, deadline: float, dice: random.Random) -> None:
    """Kill that many processes, if there is time until the deadline."""
    done = 0
    parent = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory() as temporary, running_postgresql(parent=parent) as postgresql:
        databases = [f"sqlite:///{temporary}/responses.sqlite3", postgresql.new_database()]
        while done < kills and time.monotonic() < deadline:
            database = dice.choice(databases)
            in_postgresql = database is databases[1]
            with echo_server(database, Path(temporary) / "log") as (url, process):
                record, what = await killed(process, url, postgresql if in_postgresql else None, dice)
            check_answers(record)
            await check_database(database, record)
            done += what.total()
            run.add({f"kill -9 of {each}": number for each, number in what.items()} | record.counts)
