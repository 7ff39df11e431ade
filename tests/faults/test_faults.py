"""Fault injection under load, as much as `make test` has time for. `make soak` runs longer."""

import asyncio
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.contract.test_processes import wait_until_gone
from tests.faults.chance import dice as new_dice
from tests.faults.harms import Harm, full_disk, set_clock, vanish
from tests.faults.invariants import Baseline, check, check_answers, check_database, until
from tests.faults.load import PATHS, Record, ask, load, question
from tests.faults.server import CAN_SET_CLOCK, Server, is_own_disk, served, small_disk
from tests.postgresql import running_postgresql
from tests.serving import http

GRACE_SECONDS = 2
CLIENTS = 8


@pytest.fixture(scope="module")
def dice() -> random.Random:
    return new_dice()


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with small_disk(tmp_path_factory.mktemp("disks") / "small", mebibytes=64) as disk:
        yield disk


@pytest.fixture(scope="module")
def server(tiny_model: Path, disk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for the faults of this module; the last test ends it."""
    folder = tmp_path_factory.mktemp("faults")
    grace = ("--grace-seconds", str(GRACE_SECONDS))
    database = f"sqlite:///{disk}/responses.sqlite3"
    with served(tiny_model, folder, grace, database=database) as server:
        yield server


@pytest.fixture(scope="module")
def baseline(server: Server) -> Baseline:
    return Baseline.of(server)


async def test_clients_that_disconnect_leave_nothing(
    server: Server, baseline: Baseline, dice: random.Random
) -> None:
    record = Record()
    async with load(server.url, record, 2, dice):
        await vanish(server.url, 200, dice)
    await asyncio.to_thread(check, server, record, baseline)
    assert record.told.keys() == {"complete"}


@pytest.mark.skipif(not CAN_SET_CLOCK, reason="a clock that can be set takes a C compiler")
@pytest.mark.parametrize("jump", [86400, -86400], ids=["forward", "back"])
async def test_a_clock_that_jumps_disturbs_nobody(
    server: Server, baseline: Baseline, dice: random.Random, jump: int
) -> None:
    record = Record()

    def says() -> float:
        body = question("chat", 1, False)
        return float(http.post(f"{server.url}{PATHS['chat']}", json=body, timeout=60).json()["created"])

    async with load(server.url, record, CLIENTS, dice):
        set_clock(server, jump)
        there = time.time() + jump
        await asyncio.to_thread(until, lambda: abs(says() - there) < 600, "the clock has not jumped")
    assert server.ready
    assert record.told.keys() == {"complete"}
    set_clock(server, 0)
    await asyncio.to_thread(check, server, record, baseline)


async def test_a_full_disk_is_reported_and_ends_nothing_else(
    server: Server, baseline: Baseline, disk: Path, dice: random.Random
) -> None:
    if not is_own_disk(disk):
        pytest.skip("mounting a small disk is for root")
    record = Record()
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        with full_disk(disk):
            assert await ask(client, record, "responses", 5, stream=False) == "error"
            assert await ask(client, record, "responses", 5, stream=True) == "error"
            assert await ask(client, record, "background", 5, stream=True) == "error"
            for api in ("chat", "completions", "messages"):
                assert await ask(client, record, api, 5, stream=True) == "complete"
        assert await ask(client, record, "responses", 5, stream=False) == "complete"
    await asyncio.to_thread(check, server, record, baseline)


@pytest.mark.parametrize(
    "harm", [Harm("EngineCore", signal.SIGKILL), Harm("Worker", signal.SIGSTOP)], ids=str
)
async def test_a_failed_engine_is_reported_and_restarted(
    server: Server, baseline: Baseline, dice: random.Random, harm: Harm
) -> None:
    record = Record()
    async with load(server.url, record, CLIENTS, dice):
        await asyncio.sleep(1 + dice.random())
        harm.do(server)
        noticed = await asyncio.to_thread(server.wait_until_not_ready, 10)
        ready = await asyncio.to_thread(server.wait_until_ready)
    print(f"{harm}: noticed in {noticed:.2f} s, ready again after {ready:.1f} s, {record.told}")  # noqa: T201  for a person
    assert noticed < 2
    assert "cut off" not in record.told
    assert record.told["error"]
    await asyncio.to_thread(check, server, record, baseline)


async def test_a_stopping_server_is_not_ready_and_ends_running_requests(server: Server) -> None:
    pids = server.processes
    body = question("chat", 2000, True)
    async with (
        httpx.AsyncClient(base_url=server.url, timeout=60) as client,
        client.stream("POST", PATHS["chat"], json=body) as stream,
    ):
        lines = stream.aiter_lines()
        await anext(lines)
        began = time.monotonic()
        Harm("server", signal.SIGTERM).do(server)
        assert (await client.get("/v1/health/ready")).status_code == 503
        assert (await client.get("/v1/health/live")).status_code == 200
        refused = await client.post(PATHS["messages"], json=question("messages", 1, False))
        assert refused.status_code == 503
        assert refused.headers["retry-after"]
        assert refused.headers["connection"] == "close"
        said = [line async for line in lines if line]
    assert GRACE_SECONDS <= time.monotonic() - began < GRACE_SECONDS + 5
    assert "server_stopping" in said[-2]
    assert said[-1] == "data: [DONE]"
    assert await asyncio.to_thread(server.running.process.wait, 30) == 0
    await asyncio.to_thread(wait_until_gone, pids, 15)


async def test_a_lost_database_and_a_killed_server_lose_nothing(
    tiny_model: Path, tmp_path: Path, dice: random.Random
) -> None:
    record = Record()
    with running_postgresql() as postgresql:
        database = postgresql.new_database()
        with served(
            tiny_model, tmp_path, killed=True, database=database, worker=False, forked=True
        ) as server:
            pids = server.processes
            async with load(server.url, record, CLIENTS, dice):
                await asyncio.sleep(1)
                await asyncio.to_thread(postgresql.stop)
                async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
                    assert await ask(client, record, "responses", 5, stream=False) == "error"
                    assert await ask(client, record, "chat", 5, stream=True) == "complete"
                    await asyncio.to_thread(postgresql.start)
                    deadline = time.monotonic() + 30
                    while await ask(client, record, "responses", 5, stream=True) != "complete":
                        assert time.monotonic() < deadline, "the database is back, and not used"
                await asyncio.sleep(dice.random())
                Harm("server", signal.SIGKILL).do(server)
                await asyncio.to_thread(server.running.process.wait, 10)
            await asyncio.to_thread(wait_until_gone, pids, 15)
        check_answers(record)
        assert record.completed
        await check_database(database, record)
