"""The conditions that must hold after every fault."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from accord.store import Address, Storage
from tests.faults.load import ANSWER_SECONDS, PATHS, Record, question
from tests.faults.server import Server
from tests.serving import http

SETTLE_SECONDS = 180
"""Long, as others may use the machine."""


@dataclass(frozen=True)
class Baseline:
    """The resources of an idle server."""

    descriptors: int
    tasks: int
    processes: int

    @classmethod
    def of(cls, server: Server) -> Baseline:
        settle(server)
        tasks = server.scrape().value("accord_tasks")
        return cls(server.descriptors, int(tasks), len(server.processes))


def until(condition: Callable[[], bool], what: str, seconds: float = SETTLE_SECONDS) -> None:
    """Wait for `condition`; fail with `what` if it does not become true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def settle(server: Server) -> None:
    """Wait until the engine is idle. vLLM reports its figures with steps, so it gets a request for one."""

    def idle() -> bool:
        asked = http.post(
            f"{server.url}{PATHS['completions']}", json=question("completions", 1, False), timeout=60
        )
        scrape = server.scrape()
        names = ("vllm:num_requests_running", "vllm:num_requests_waiting", "accord_streams_open")
        return asked.status_code == 200 and not any(scrape.value(name) for name in names)

    until(idle, "the engine or the server still works for a client that is gone")


def check(server: Server, record: Record, baseline: Baseline) -> None:
    """Check everything that must hold for a server that is ready again."""
    check_answers(record)
    settle(server)
    check_stored(server, record)
    assert server.scrape().value("accord_contract_violations_total") == 0
    # An engine that was started again has some descriptors more than the first one, whatever their number.
    until(lambda: server.descriptors <= baseline.descriptors + 16, "file descriptors have leaked")
    until(lambda: server.scrape().value("accord_tasks") <= baseline.tasks + 4, "asyncio tasks have leaked")
    until(lambda: len(server.processes) == baseline.processes, f"processes have leaked: {server.processes}")


def check_answers(record: Record) -> None:
    """Check that no request hung, and that each one ended as its API requires."""
    assert not record.problems, "\n".join(record.problems[:5])


def check_stored(server: Server, record: Record) -> None:
    """Check that every completed response can be read, and that every other one has ended."""
    with httpx.Client(base_url=server.url, timeout=30) as client:
        for id_, output in record.completed.items():
            kept = client.get(f"/v1/responses/{id_}").raise_for_status().json()
            assert kept["output"] == output, f"{id_} was kept in another way than it was told"
        for id_ in record.background - record.completed.keys():
            until(
                lambda id_=id_: _status(client, id_) in ("completed", "incomplete", "failed"),  # type: ignore[misc]
                f"{id_} never ends",
                ANSWER_SECONDS,
            )


async def check_database(database: str, record: Record) -> None:
    """Check the same in the database, without a server: a killed one has lost nothing."""
    storage = Storage(Address.parsed(database))
    await storage.open()
    try:
        for id_, output in record.completed.items():
            kept = await storage.responses.get(id_, "")
            assert kept is not None, f"{id_} is lost"
            assert kept.response["output"] == output, f"{id_} was kept in another way than it was told"
    finally:
        await storage.close()


def _status(client: httpx.Client, id_: str) -> str:
    return str(client.get(f"/v1/responses/{id_}").raise_for_status().json()["status"])
