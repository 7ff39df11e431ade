"""`make soak`: load and harm, in PARTS that can be run one at a time, and gone on with.

* `flat`: memory stays flat over REQUESTS requests to one server;
* `vanish`: CLIENTS clients go away while they are answered;
* `harm`: harm of all kinds to servers with an engine;
* `engine`: the same, but for `kill -9` of the engine's processes and of the server alone;
* `kills`: KILLS times `kill -9` of servers and of PostgreSQL, without an engine.

A run ends after MINUTES, with what it was about, or with an error at the first thing that is lost. What it
went through stands in a file of its own in RESULTS, whose totals it prints; the next run of `vanish` or
`kills` does what is left. ACCORD_FAULTS_SEED repeats a run.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.contract.test_processes import wait_until_gone
from tests.faults.chance import seed as new_seed
from tests.faults.harms import ENGINE_HARMS, Harm, full_disk, set_clock, vanish
from tests.faults.invariants import Baseline, check, check_kept_in, check_told
from tests.faults.load import Record, load
from tests.faults.results import Run, table, totals
from tests.faults.server import Server, is_own_disk, served, small_disk
from tests.faults.store_kills import kill_rounds
from tests.postgresql import PostgreSQL, running_postgresql
from tests.tiny_model import NAME, write_tiny_model

CLIENTS = 16
VANISHING = 500
VANISHED = "clients vanished"
SAMPLES = 20
GROWTH_MIB = 64
"""What a server may grow while it answers REQUESTS requests, once it is warm."""

HARMS_A_LIFE = 8
HARMS: tuple[Harm | str, ...] = (*ENGINE_HARMS, "clients", "clock", "store", "store")
KILLS: tuple[Harm | str, ...] = tuple(harm for harm in ENGINE_HARMS if harm.signal is signal.SIGKILL)
MANY_RESTARTS = ("--engine-restarts", "1000", "--grace-seconds", "5")


@dataclass(frozen=True)
class Bounds:
    """How much is to be done, and by when."""

    requests: int
    clients: int
    kills: int
    deadline: float

    @classmethod
    def given(cls) -> Bounds:
        """Return those of the environment."""
        requests, clients, kills, minutes = (
            float(os.environ.get(name, default))
            for name, default in (("REQUESTS", 10000), ("CLIENTS", 10000), ("KILLS", 100), ("MINUTES", 30))
        )
        return cls(int(requests), int(clients), int(kills), time.monotonic() + 60 * minutes)

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.deadline


async def flat_memory(run: Run, model: Path, folder: Path, bounds: Bounds, dice: random.Random) -> None:
    """Answer many requests and see that neither memory nor anything else has grown."""
    record = Record()
    with served(model, folder, MANY_RESTARTS) as server:
        baseline = Baseline.of(server)
        async with load(server.url, record, CLIENTS, dice, longest=20):
            warm = bounds.requests // 5
            await _until(record, warm, bounds)
            first, before = record.requests, server.resident_mib
            samples = [(first, before)]
            for n in range(SAMPLES):
                await _until(record, warm + bounds.requests * (n + 1) // SAMPLES, bounds)
                samples.append((record.requests, server.resident_mib))
                run.notes["requests so far, and MiB"] = samples
                run.save()
        await asyncio.to_thread(check, server, record, baseline)
        after = server.resident_mib
    memory = f"{before} MiB after {first} requests, {after} MiB after {record.requests}"
    run.notes["memory"] = memory
    run.add(record.counts, memory)
    assert record.told.keys() == {"complete"}, record.told
    assert after - before < GROWTH_MIB, memory


async def vanishing(run: Run, model: Path, folder: Path, bounds: Bounds, dice: random.Random) -> None:
    """Have many clients go away, some hundred at a time, and see that they leave nothing."""
    record, left = Record(), bounds.clients - totals()["vanish", VANISHED]
    with served(model, folder, MANY_RESTARTS) as server:
        baseline = Baseline.of(server)
        while left > 0 and not bounds.over:
            await vanish(server.url, VANISHING, dice)
            await asyncio.to_thread(check, server, record, baseline)
            run.add({VANISHED: VANISHING}, f"{server.resident_mib} MiB")
            left -= VANISHING


async def _until(record: Record, requests: int, bounds: Bounds) -> None:
    while record.requests < requests and not bounds.over:  # noqa: ASYNC110  clients only count
        await asyncio.sleep(0.2)


async def lives(
    run: Run, harms: Sequence[Harm | str], model: Path, folder: Path, bounds: Bounds, dice: random.Random
) -> None:
    """Harm one server after the other."""
    with running_postgresql() as postgresql:
        number = 0
        while not bounds.over:
            number += 1
            (life_folder := folder / str(number)).mkdir()
            await life(run, harms, model, life_folder, postgresql, bounds, dice)


async def life(
    run: Run,
    harms: Sequence[Harm | str],
    model: Path,
    folder: Path,
    postgresql: PostgreSQL,
    bounds: Bounds,
    dice: random.Random,
) -> None:
    """Start a server, harm it until it must end, and see that nothing was lost."""
    record = Record()
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(folder / "disk", mebibytes=256))
        on_disk = is_own_disk(disk) and dice.random() < 0.5
        database = f"sqlite:///{disk}/responses.sqlite3" if on_disk else postgresql.new_database()
        signals = [signal.SIGKILL] if harms == KILLS else [signal.SIGKILL, signal.SIGTERM]
        end = Harm("server", dice.choice(signals))
        server = stack.enter_context(
            served(model, folder, MANY_RESTARTS, killed=end.signal is signal.SIGKILL, database=database)
        )
        baseline = Baseline.of(server)
        for _ in range(HARMS_A_LIFE):
            if not bounds.over:
                kept = disk if on_disk else postgresql
                await harmed(run, dice.choice(harms), server, baseline, record, kept, dice)
        pids = server.processes
        async with load(server.url, record, CLIENTS, dice):
            await asyncio.sleep(3 * dice.random())
            end.do(server)
            await asyncio.to_thread(server.running.process.wait, 60)
        await asyncio.to_thread(wait_until_gone, pids, 15)
        check_told(record)
        await check_kept_in(database, record)
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
    """Do one harm under load, and check everything once the server is ready again."""
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
        await asyncio.sleep(2)
    await asyncio.to_thread(server.wait_until_ready)
    await asyncio.to_thread(check, server, record, baseline)
    run.add({name: 1}, note)


async def main() -> None:
    seed, bounds = new_seed(), Bounds.given()
    for part in os.environ.get("PARTS", "flat,harm").split(","):
        run, dice = Run(part, seed), random.Random(seed)
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            if part == "kills":
                done = totals()[part, "kill -9 of server"] + totals()[part, "kill -9 of PostgreSQL"]
                await kill_rounds(run, bounds.kills - done, bounds.deadline, dice)
                continue
            model = write_tiny_model(folder / NAME)
            match part:
                case "flat":
                    await flat_memory(run, model, folder, bounds, dice)
                case "vanish":
                    await vanishing(run, model, folder, bounds, dice)
                case "harm":
                    await lives(run, HARMS, model, folder, bounds, dice)
                case "engine":
                    await lives(run, KILLS, model, folder, bounds, dice)
                case _:
                    raise SystemExit(f"PARTS: got {part!r}; expected flat, vanish, harm, engine or kills.")
    print(table())  # noqa: T201  for the manual


if __name__ == "__main__":
    asyncio.run(main())
