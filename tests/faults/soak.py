"""`make soak`: load and fault injection, in PARTS that can be run one at a time and continued.

* `flat`: memory stays flat over REQUESTS requests to one server, or as many as MINUTES allow;
* `flat-echo`: the same without an engine;
* `vanish`: CLIENTS clients disconnect during their answers;
* `harm`: all kinds of faults in servers with an engine;
* `engine`, `worker` and `frontends`: `kill -9` of processes of servers with an engine: of EngineCore with the
  worker in it, of each of the two as separate processes, and of EngineCore and one of two frontends; at the
  end always of the server;
* `kills`: KILLS times `kill -9` of servers and of PostgreSQL, without an engine.

A run ends after MINUTES, at the end of its work, or with an error at the first loss. Its counts are in a file
of its own in RESULTS, whose totals it prints; the next run of `vanish` or `kills` does the rest.
ACCORD_FAULTS_SEED repeats a run.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.client import Request, read, run_load
from bench.dialects import PATHS as DIALECTS
from tests.contract.test_processes import wait_until_gone
from tests.faults.chance import seed as new_seed
from tests.faults.harms import ENGINE_HARMS, Harm, full_disk, set_clock, vanish
from tests.faults.invariants import Baseline, check, check_answers, check_database
from tests.faults.load import Record, load, question
from tests.faults.results import Run, table, totals
from tests.faults.server import Server, is_own_disk, resident_mib, served, small_disk
from tests.faults.store_kills import echo_server, kill_rounds
from tests.postgresql import PostgreSQL, running_postgresql
from tests.tiny_model import NAME, write_tiny_model

CLIENTS = 16
VANISHING = 500
VANISHED = "clients vanished"
SAMPLES = 20
GROWTH_MIB = 64
"""What a server may grow while it answers REQUESTS requests, once it is warm."""

MANY_RESTARTS = ("--engine-restarts", "1000", "--grace-seconds", "5")


@dataclass(frozen=True)
class Lives:
    """The faults for servers of one kind, and how many of each a server gets before it is ended."""

    harms: tuple[Harm | str, ...]
    number: int
    ends: tuple[signal.Signals, ...] = (signal.SIGKILL,)
    arguments: tuple[str, ...] = MANY_RESTARTS
    worker: bool = False
    forked: bool = True


CORE, WORKER, FRONTEND = (Harm(process, signal.SIGKILL) for process in ("EngineCore", "Worker", "frontend"))
# An engine that fails again and again is started after 1, 2, 4, 8 and more seconds: so lives are short.
LIVES = {
    "harm": Lives(
        (*ENGINE_HARMS, "clients", "clock", "store", "store"),
        8,
        (signal.SIGKILL, signal.SIGTERM),
        worker=True,
        forked=False,
    ),
    "engine": Lives((CORE,), 3),
    "worker": Lives((WORKER, WORKER, CORE), 3, worker=True),
    "frontends": Lives(
        (CORE, FRONTEND), 3, arguments=(*MANY_RESTARTS, "--api-server-count", "2"), forked=False
    ),
}


@dataclass(frozen=True)
class Bounds:
    """The amount of work, and the deadline."""

    requests: int
    clients: int
    kills: int
    deadline: float

    @classmethod
    def given(cls) -> Bounds:
        """Return the bounds in the environment."""
        requests, clients, kills, minutes = (
            float(os.environ.get(name, default))
            for name, default in (("REQUESTS", 10000), ("CLIENTS", 10000), ("KILLS", 100), ("MINUTES", 30))
        )
        return cls(int(requests), int(clients), int(kills), time.monotonic() + 60 * minutes)

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.deadline


async def flat_memory(run: Run, model: Path, folder: Path, bounds: Bounds, dice: random.Random) -> None:
    """Send many requests to a server, and check that neither memory nor anything else has grown."""
    with served(model, folder, MANY_RESTARTS, worker=False) as server:
        baseline = Baseline.of(server)
        await answered(run, server.url, lambda: server.resident_mib, bounds, dice)
        await asyncio.to_thread(check, server, Record(), baseline)


async def flat_echo(run: Run, folder: Path, bounds: Bounds, dice: random.Random) -> None:
    """Do the same with the whole server without an engine."""
    with echo_server(f"sqlite:///{folder}/responses.sqlite3", folder / "log") as (url, process):
        await answered(run, url, lambda: resident_mib(process.pid or 0), bounds, dice)


async def answered(
    run: Run, url: str, resident: Callable[[], int], bounds: Bounds, dice: random.Random
) -> None:
    """Send many requests, and check that memory has not grown since the first fifth of them."""
    samples: list[tuple[int, int]] = []
    piece = max(1, bounds.requests // SAMPLES)
    for number in range(1, SAMPLES + 1):
        if bounds.over:
            break
        asked = [_short(dice) for _ in range(piece)]
        exchanges = await asyncio.to_thread(run_load, int(url.rpartition(":")[2]), asked, CLIENTS)
        for exchange in exchanges:
            read(exchange)  # which raises for anything but a whole answer
        samples.append((number * piece, resident()))
        run.notes["requests, and MiB"] = samples
        run.add({"requests: complete": piece}, f"{samples[-1][1]} MiB")
    (first, before), (last, after) = samples[min(SAMPLES // 5, len(samples)) - 1], samples[-1]
    run.notes["memory"] = f"{before} MiB after {first} requests, {after} MiB after {last}"
    run.save()
    assert after - before < GROWTH_MIB, run.notes["memory"]


def _short(dice: random.Random) -> Request:
    """Return a request to any API with a short answer, streamed or not."""
    dialect = dice.choice(list(DIALECTS))
    return Request(dialect, question(dialect, dice.randint(1, 3), dice.random() < 0.5))


async def vanishing(run: Run, model: Path, folder: Path, bounds: Bounds, dice: random.Random) -> None:
    """Disconnect many clients, some hundred at a time, and check that nothing of them remains."""
    record, left = Record(), bounds.clients - totals()["vanish", VANISHED]
    with served(model, folder, MANY_RESTARTS) as server:
        baseline = Baseline.of(server)
        while left > 0 and not bounds.over:
            await vanish(server.url, VANISHING, dice)
            await asyncio.to_thread(check, server, record, baseline)
            run.add({VANISHED: VANISHING}, f"{server.resident_mib} MiB")
            left -= VANISHING


async def lives(
    run: Run, what: Lives, model: Path, folder: Path, bounds: Bounds, dice: random.Random
) -> None:
    """Inject faults into one server after the other."""
    with running_postgresql() as postgresql:
        number = 0
        while not bounds.over:
            number += 1
            (life_folder := folder / str(number)).mkdir()
            await life(run, what, model, life_folder, postgresql, bounds, dice)


async def life(
    run: Run,
    what: Lives,
    model: Path,
    folder: Path,
    postgresql: PostgreSQL,
    bounds: Bounds,
    dice: random.Random,
) -> None:
    """Start a server, inject faults until it must end, and check that nothing was lost."""
    record = Record()
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(folder / "disk", mebibytes=256))
        on_disk = is_own_disk(disk) and dice.random() < 0.5
        database = f"sqlite:///{disk}/responses.sqlite3" if on_disk else postgresql.new_database()
        end = Harm("server", dice.choice(what.ends))
        killed = end.signal is signal.SIGKILL
        starting = served(
            model, folder, what.arguments, killed, database, worker=what.worker, forked=what.forked
        )
        server = stack.enter_context(starting)
        baseline = Baseline.of(server)
        for _ in range(what.number):
            if not bounds.over:
                kept = disk if on_disk else postgresql
                await harmed(run, dice.choice(what.harms), server, baseline, record, kept, dice)
        pids = server.processes
        async with load(server.url, record, CLIENTS, dice):
            await asyncio.sleep(3 * dice.random())
            end.do(server)
            await asyncio.to_thread(server.running.process.wait, 60)
        await asyncio.to_thread(wait_until_gone, pids, 15)
        check_answers(record)
        await check_database(database, record)
        run.add({str(end): 1} | record.counts)


async def harmed(
    run: Run,
    harm: Harm | str,
    server: Server,
    baseline: Baseline,
    record: Record,
    kept: Path | PostgreSQL,
    dice: random.Random,
) -> None:
    """Inject one fault under load, and check everything once the server is ready again."""
    note = ""
    async with load(server.url, record, CLIENTS, dice):
        await asyncio.sleep(3 * dice.random())
        match harm:
            case Harm():
                name = str(harm)
                harm.do(server)
                noticed = await asyncio.to_thread(server.wait_until_not_ready, 10)
                ready = await asyncio.to_thread(server.wait_until_ready)
                note = f"noticed in {noticed:.2f} s, ready after {ready:.0f} s"
                assert noticed < 2, f"{name}: {note}"
            case "clients":
                name = f"{VANISHING} clients vanish"
                await vanish(server.url, VANISHING, dice)
            case "clock" if server.clock is not None:
                name = "the clock jumps"
                set_clock(server, dice.randint(-(10**6), 10**6))
                await asyncio.sleep(3)
                set_clock(server, 0)
            case _ if isinstance(kept, PostgreSQL):
                name = "PostgreSQL stopped and started"
                await asyncio.to_thread(kept.stop)
                await asyncio.sleep(5 * dice.random())
                await asyncio.to_thread(kept.start)
            case _:
                name = "the disk is full"
                with full_disk(kept):
                    await asyncio.sleep(5 * dice.random())
        await asyncio.sleep(2 * dice.random())
    await asyncio.to_thread(server.wait_until_ready)
    await asyncio.to_thread(check, server, record, baseline)
    run.add({name: 1}, note)


async def main() -> None:
    if (task := asyncio.current_task()) is not None:  # so that a database and servers end with it
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    seed, bounds = new_seed(), Bounds.given()
    for part in os.environ.get("PARTS", "flat,harm").split(","):
        run, dice = Run(part, seed), random.Random(seed)
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            if part == "kills":
                done = totals()[part, "kill -9 of server"] + totals()[part, "kill -9 of PostgreSQL"]
                await kill_rounds(run, bounds.kills - done, bounds.deadline, dice)
                continue
            if part == "flat-echo":
                await flat_echo(run, folder, bounds, dice)
                continue
            model = write_tiny_model(folder / NAME)
            match part:
                case "flat":
                    await flat_memory(run, model, folder, bounds, dice)
                case "vanish":
                    await vanishing(run, model, folder, bounds, dice)
                case _ if part in LIVES:
                    await lives(run, LIVES[part], model, folder, bounds, dice)
                case _:
                    known = ", ".join(["flat", "flat-echo", "vanish", "kills", *LIVES])
                    raise SystemExit(f"PARTS: got {part!r}; expected one or several of {known}.")
    print(table())  # noqa: T201  for the manual


if __name__ == "__main__":
    asyncio.run(main())
