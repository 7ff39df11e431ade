"""`make soak`: load and harm, in PARTS that can be run one at a time.

* `flat`: REQUESTS requests, for which memory must stay flat;
* `vanish`: CLIENTS clients that go away while they are answered;
* `harm`: harm to servers with an engine, for MINUTES;
* `kills`: KILLS times `kill -9` of servers and databases, without an engine, for at most MINUTES.

Prints what it went through; ends with an error at the first thing that is lost. ACCORD_FAULTS_SEED repeats
a run.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.contract.test_processes import wait_until_gone
from tests.faults.chance import dice as new_dice
from tests.faults.harms import ENGINE_HARMS, Harm, full_disk, set_clock, vanish
from tests.faults.invariants import Baseline, check, check_kept_in, check_told
from tests.faults.load import Record, load
from tests.faults.server import Server, is_own_disk, served, small_disk
from tests.faults.store_kills import kill_rounds
from tests.postgresql import PostgreSQL, running_postgresql
from tests.tiny_model import NAME, write_tiny_model

CLIENTS = 16
VANISHING = 500
GROWTH_MIB = 64
"""What a server may grow while it answers REQUESTS requests, once it is warm."""

HARMS_A_LIFE = 8
MANY_RESTARTS = ("--engine-restarts", "1000", "--grace-seconds", "5")


@dataclass
class Figures:
    """What was gone through."""

    record: Record = field(default_factory=Record)
    survived: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    memory: str = ""
    kills: str = ""
    read_back: int = 0

    def say(self, harm: str, note: str = "") -> None:
        self.survived[harm].append(note)
        print(f"{time.strftime('%X')} survived: {harm} {note}", flush=True)  # noqa: T201  a long run shows life

    def table(self) -> str:
        told = self.record.told
        rows = [(f"requests, {CLIENTS} clients at a time", f"{told.total()}")]
        rows += [row for row in (("memory", self.memory), ("kills", self.kills)) if row[1]]
        rows += [(f"told: {how}", str(number)) for how, number in told.most_common()]
        rows += [(f"survived: {harm}", str(len(notes))) for harm, notes in sorted(self.survived.items())]
        rows.append(("completed responses read back", str(self.read_back)))
        rows.append(("lost, hanging, malformed, leaked", "0"))
        return "\n".join(["| what | figure |", "| --- | --- |", *(f"| {a} | {b} |" for a, b in rows)])


async def flat_memory(
    model: Path, folder: Path, figures: Figures, requests: int, dice: random.Random
) -> None:
    """Answer many requests and see that neither memory nor anything else has grown."""
    record = Record()
    with served(model, folder, MANY_RESTARTS) as server:
        baseline = Baseline.of(server)
        async with load(server.url, record, CLIENTS, dice, longest=20):
            warm = requests // 5
            await _until(record, warm)
            before, began, first = server.resident_mib, time.monotonic(), record.requests
            await _until(record, warm + requests)
        rate = (record.requests - first) / (time.monotonic() - began)
        await asyncio.to_thread(check, server, record, baseline)
        after = server.resident_mib
    figures.memory = f"{before} MiB, and {after} MiB {requests} requests later ({rate:.1f}/s)"
    print(figures.memory, flush=True)  # noqa: T201
    assert record.told.keys() == {"complete"}, record.told
    assert after - before < GROWTH_MIB, figures.memory
    _add(figures, record)


async def vanishing(model: Path, folder: Path, figures: Figures, clients: int, dice: random.Random) -> None:
    """Have many clients go away, some hundred at a time, and see that they leave nothing."""
    record, began = Record(), time.monotonic()
    with served(model, folder, MANY_RESTARTS) as server:
        baseline = Baseline.of(server)
        for _ in range(-(-clients // VANISHING)):
            await vanish(server.url, VANISHING, dice)
            await asyncio.to_thread(check, server, record, baseline)
            figures.say(f"{VANISHING} clients vanish", f"{time.monotonic() - began:.0f} s")


async def _until(record: Record, requests: int) -> None:
    while record.requests < requests:  # noqa: ASYNC110  clients only count
        await asyncio.sleep(0.5)


async def life(
    model: Path, folder: Path, figures: Figures, postgresql: PostgreSQL, deadline: float, dice: random.Random
) -> None:
    """Start a server, harm it until it must end, and see that nothing was lost."""
    record = Record()
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(folder / "disk", mebibytes=256))
        on_disk = is_own_disk(disk) and dice.random() < 0.5
        database = f"sqlite:///{disk}/responses.sqlite3" if on_disk else postgresql.new_database()
        end = dice.choice([Harm("server", signal.SIGKILL), Harm("server", signal.SIGTERM)])
        server = stack.enter_context(
            served(model, folder, MANY_RESTARTS, killed=end.signal is signal.SIGKILL, database=database)
        )
        baseline = Baseline.of(server)
        for _ in range(HARMS_A_LIFE):
            if time.monotonic() < deadline:
                await harmed(server, baseline, record, figures, disk if on_disk else postgresql, dice)
        pids = server.processes
        async with load(server.url, record, CLIENTS, dice):
            await asyncio.sleep(3 * dice.random())
            end.do(server)
            await asyncio.to_thread(server.running.process.wait, 60)
        await asyncio.to_thread(wait_until_gone, pids, 15)
        check_told(record)
        await check_kept_in(database, record)
        figures.say(str(end))
        _add(figures, record)


async def harmed(
    server: Server,
    baseline: Baseline,
    record: Record,
    figures: Figures,
    kept: Path | PostgreSQL,
    dice: random.Random,
) -> None:
    """Do one harm under load, and check everything once the server is ready again."""
    note = ""
    async with load(server.url, record, CLIENTS, dice):
        await asyncio.sleep(3 * dice.random())
        match dice.choice([*ENGINE_HARMS, "clients", "clock", "store", "store"]):
            case Harm() as harm:
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
    figures.say(name, note)


def _add(figures: Figures, record: Record) -> None:
    figures.record.told.update(record.told)
    figures.read_back += len(record.completed)


async def main() -> None:
    parts = os.environ.get("PARTS", "flat,harm").split(",")
    given = {
        name: float(os.environ.get(name, default))
        for name, default in (
            ("MINUTES", "30"),
            ("REQUESTS", "10000"),
            ("CLIENTS", "10000"),
            ("KILLS", "100"),
        )
    }
    dice, figures = new_dice(), Figures()
    if "kills" in parts:
        figures.kills = await kill_rounds(int(given["KILLS"]), 60 * given["MINUTES"], dice)
    if set(parts) - {"kills"}:
        await with_an_engine(parts, given, figures, dice)
    print(figures.table())  # noqa: T201  for the manual


async def with_an_engine(
    parts: list[str], given: dict[str, float], figures: Figures, dice: random.Random
) -> None:
    with tempfile.TemporaryDirectory() as temporary, running_postgresql() as postgresql:
        folder = Path(temporary)
        model = write_tiny_model(folder / NAME)
        if "flat" in parts and given["REQUESTS"]:
            (folder / "flat").mkdir()
            await flat_memory(model, folder / "flat", figures, int(given["REQUESTS"]), dice)
        if "vanish" in parts:
            (folder / "vanish").mkdir()
            await vanishing(model, folder / "vanish", figures, int(given["CLIENTS"]), dice)
        deadline = time.monotonic() + 60 * given["MINUTES"]
        number = 0
        while "harm" in parts and time.monotonic() < deadline:
            number += 1
            (life_folder := folder / str(number)).mkdir()
            await life(model, life_folder, figures, postgresql, deadline, dice)


if __name__ == "__main__":
    asyncio.run(main())
