"""What several frontends share, without an engine."""

import asyncio
import multiprocessing
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from accord.engine.processes import engine_processes
from accord.errors import RateLimited
from accord.handlers.background import RunningResponses
from accord.server.frontends.accepting import LeastLoadedServer
from accord.server.frontends.child import Sent
from accord.server.frontends.counters import NOT_ACCEPTING, Column, SharedCounters, SharedRunningCount
from accord.server.frontends.key_table import KeyTable
from accord.server.frontends.peers import Peers, PeerServer
from accord.server.process_count import process_count
from accord.server.rate_limits import KeyLimits, RateLimits
from accord.server.sources import ConfigurationError, configuration
from tests.unit.test_admission import CHAT, Asked, Slow
from tests.unit.test_rate_limits import Clock, Used, begin


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ([], 1),
        (["-dp", "3"], 3),
        (["--data-parallel-size=16"], 8),
        (["-dp", "4", "--data-parallel-hybrid-lb", "-dpl", "2"], 2),
        (["-dp", "4", "-dpr", "2"], 1),
        (["-dp", "4", "--data-parallel-external-lb"], 1),
        (["-dp", "2", "--api-server-count", "1"], 1),
        (["--api-server-count", "12"], 12),
        (["-asc", "2"], 2),
        (["-dp", "2", "--allow-runtime-lora-updating"], 2),
        (["-dp", "2", "--enable-elastic-ep"], 1),
    ],
)
def test_there_are_as_many_processes_as_engines_or_as_are_asked_for(arguments: list[str], count: int) -> None:
    assert process_count(configuration(arguments), cores=8) == count


@pytest.mark.parametrize(
    "option",
    [
        "--enable-elastic-ep",
        "--enable-fault-tolerance",
        "--mm-tensor-ipc=torch_shm",
    ],
)
def test_settings_that_need_one_process_are_refused(option: str) -> None:
    configured = configuration(["--api-server-count", "2", option])
    with pytest.raises(ConfigurationError, match=r"--api-server-count: got 2; with .* it must be 1, as "):
        process_count(configured, cores=8)


def test_a_process_gets_the_settings_as_they_were_read() -> None:
    configured = configuration(["--model-alias", "gpt-*=a", "--served-model-name", "a", "--dtype", "float16"])
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    ours.send(Sent.of(configured))
    received = theirs.recv().received()
    assert dict(received.settings) == dict(configured.settings)
    assert received.settings.served_model_names == ["a"]
    assert received.vllm_arguments == configured.vllm_arguments


def test_each_says_its_part_and_reads_all() -> None:
    counters = SharedCounters(3)
    rows = [counters.row(index) for index in range(3)]
    rows[0].set(Column.QUEUED_TOKENS, 5)
    rows[2].set(Column.QUEUED_TOKENS, 7)
    assert (rows[0].total(Column.QUEUED_TOKENS), rows[0].elsewhere(Column.QUEUED_TOKENS)) == (12, 7)
    counters.clear(2)
    assert rows[0].total(Column.QUEUED_TOKENS) == 5
    assert counters.column(Column.CONNECTIONS) == [NOT_ACCEPTING] * 3


async def test_concurrent_requests_are_counted_over_all_processes() -> None:
    counters = SharedCounters(2)
    slow = Slow()
    here, there = (Asked(slow, concurrent=2, together=SharedRunningCount(counters.row(i))) for i in range(2))
    first = asyncio.create_task(here(*CHAT))
    await slow.begun.wait()
    second = asyncio.create_task(there(*CHAT))
    async with asyncio.timeout(5):
        while sum(counters.column(Column.RUNNING)) < 2:  # noqa: ASYNC110  it stands in shared memory
            await asyncio.sleep(0)
    for asked in (here, there):
        refused = await asked(*CHAT)
        assert refused.status_code == 503
        assert "is handling 2 requests" in refused.json()["error"]["message"]
    slow.go.set()
    assert {(await first).status_code, (await second).status_code} == {200}
    assert counters.column(Column.RUNNING) == [0, 0]
    assert (await there(*CHAT)).status_code == 200


class TestKeysAreLimitedOverAllProcesses:
    @pytest.fixture
    def ledgers(self, tmp_path: Path) -> list[KeyTable]:
        return [KeyTable(tmp_path / "keys", 2, index, keys=4) for index in range(2)]

    @staticmethod
    def limits(ledgers: list[KeyTable], clock: Clock, **limits: int) -> tuple[RateLimits, RateLimits]:
        one, other = (RateLimits(KeyLimits(**limits), clock, shared_keys) for shared_keys in ledgers)
        return one, other

    def test_requests_per_minute(self, ledgers: list[KeyTable]) -> None:
        one, other = self.limits(ledgers, clock := Clock(), requests=3)
        told = [begin(limits)[1]["x-ratelimit-remaining-requests"] for limits in (one, other, one)]
        assert told == ["2", "1", "0"]
        for limits in (one, other):
            with pytest.raises(RateLimited, match="3 requests a minute"):
                begin(limits)
        begin(other, "bob")
        clock.now += 20
        begin(other)
        with pytest.raises(RateLimited):
            begin(one)

    def test_concurrent_requests(self, ledgers: list[KeyTable]) -> None:
        one, other = self.limits(ledgers, Clock(), concurrent=2)
        first, _ = begin(one)
        begin(other)
        for limits in (one, other):
            with pytest.raises(RateLimited, match="2 requests running"):
                begin(limits)
        first.ended = True
        one.settle("alice")
        begin(other)

    def test_tokens_that_come_elsewhere(self, ledgers: list[KeyTable]) -> None:
        one, other = self.limits(ledgers, Clock(), tokens=100)
        record, _ = begin(one)
        used = Used(60)
        record.add_tokens(used)
        one.settle_all()
        assert begin(other)[1]["x-ratelimit-remaining-tokens"] == "40"
        used.completion_tokens = 60
        one.settle_all()
        with pytest.raises(RateLimited, match="100 tokens a minute"):
            begin(other)

    def test_a_process_that_has_ended_runs_nothing(self, ledgers: list[KeyTable]) -> None:
        one, other = self.limits(ledgers, Clock(), concurrent=1)
        begin(one)
        ledgers[1].forget(0)
        begin(other)

    def test_more_keys_than_there_is_room_for(self, ledgers: list[KeyTable]) -> None:
        one, other = self.limits(ledgers, Clock(), concurrent=1)
        for number in range(6):
            begin(one, f"key{number}")
        with pytest.raises(RateLimited):
            begin(one, "key5")
        with pytest.raises(RateLimited):
            begin(other, "key0")
        begin(other, "key5")  # counted by each for itself


class Made:
    """A background response that the test steers."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.after: int | None = -1
        self.cancelled = False

    async def follow(self, starting_after: int | None) -> AsyncGenerator[bytes, None]:
        self.after = starting_after
        while (events := await self.events.get()) is not None:
            yield events

    async def cancel(self) -> None:
        await asyncio.sleep(0)
        self.cancelled = True
        self.events.put_nowait(None)


async def nothing() -> None:
    """What follows no adapters."""


class Running(RunningResponses):
    def __init__(self, **responses: Any) -> None:
        super().__init__()
        self._responses = responses


class TestBackgroundResponsesOfOtherProcesses:
    async def test_are_followed_as_they_come(self, tmp_path: Path) -> None:
        made = Made()
        relay = PeerServer(tmp_path, 1, Running(resp_1=made), nothing)
        await relay.start()
        asked = Peers(tmp_path, 3, 0)  # the third is not there
        followed = await asked.follow("resp_1", 4)
        assert followed is not None
        events = aiter(followed)
        for text in (b"data: 5\n\n", b"data: 6\n\n" * 10_000):
            made.events.put_nowait(text)
            assert await anext(events) == text
        assert not followed.complete
        made.events.put_nowait(None)
        assert [text async for text in events] == []
        assert followed.complete
        assert made.after == 4
        assert await asked.follow("resp_2", None) is None
        relay.close()

    async def test_are_stopped_before_the_response(self, tmp_path: Path) -> None:
        made = Made()
        relay = PeerServer(tmp_path, 0, Running(resp_1=made), nothing)
        await relay.start()
        asked = Peers(tmp_path, 2, 1)
        assert await asked.stop("resp_1")
        assert made.cancelled
        assert not await asked.stop("resp_2")
        relay.close()

    async def test_of_an_ended_process_are_incomplete(self, tmp_path: Path) -> None:
        async def breaking(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"\x01" + (9).to_bytes(4) + b"data: 0\n\n" + (9).to_bytes(4) + b"dat")
            writer.close()

        server = await asyncio.start_unix_server(breaking, tmp_path / "1.sock")
        followed = await Peers(tmp_path, 2, 0).follow("resp_1", None)
        assert followed is not None
        assert [events async for events in followed] == [b"data: 0\n\n"]
        assert not followed.complete
        server.close()


async def test_connections_go_to_the_process_with_the_fewest() -> None:
    """Two servers of one process stand for two processes: they share the listener and the counters."""
    counters = SharedCounters(2)
    answered: Counter[int] = Counter()
    listener = socket.create_server(("127.0.0.1", 0))
    servers = []
    for index in range(2):

        async def app(scope: Any, receive: Any, send: Any, index: int = index) -> None:
            answered[index] += 1
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        class One(LeastLoadedServer):
            row = counters.row(index)

            def capture_signals(self) -> Any:
                from contextlib import nullcontext

                return nullcontext()

        servers.append(One(uvicorn.Config(app, lifespan="off", log_config=None)))
    serving = [asyncio.create_task(server.serve([listener.dup()])) for server in servers]
    async with asyncio.timeout(5):
        while NOT_ACCEPTING in counters.column(Column.CONNECTIONS):  # noqa: ASYNC110  as above
            await asyncio.sleep(0.01)
    open_ = []
    for _ in range(8):
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        open_.append(writer)
    assert answered == {0: 4, 1: 4}
    assert counters.column(Column.CONNECTIONS) == [4, 4]
    for writer in open_:
        writer.close()
    for server in servers:
        server.should_exit = True
    await asyncio.gather(*serving)
    assert counters.column(Column.CONNECTIONS) == [NOT_ACCEPTING] * 2
    listener.close()


_COUNTS = """
import sys
from accord.telemetry import metrics
metrics.RESPONSES_LOST.inc(int(sys.argv[1]))
metrics.DURATION.labels("a").observe(0.2)
metrics.READY.set(1)
metrics.STREAMS_OPEN.set(2)
print("there", flush=True)
sys.stdin.read()
"""
_SCRAPES = """
import os
from accord.telemetry import metrics
from accord.telemetry.multiprocess import registry_of_all
metrics.ENGINE_STATE.state("ready")
metrics.scrape(registry_of_all(lambda: {"parent": os.getppid(), "frontend-0": os.getpid()}))
print(metrics.exposition())
"""


def test_metrics_of_all_processes_are_one_text(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    def run(script: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", script, *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)

    with run(_COUNTS, "3") as one, run(_COUNTS, "4") as other:
        for process in (one, other):
            assert process.stdout is not None
            assert process.stdout.readline() == "there\n"
        with run(_SCRAPES) as scraping:
            text = scraping.communicate()[0]
        one.communicate()
        other.communicate()
    lines = set(text.splitlines())
    assert {
        "accord_responses_lost_total 7.0",
        'accord_request_duration_seconds_count{operation="a"} 2.0',
        'accord_request_duration_seconds_bucket{le="0.25",operation="a"} 2.0',
        "accord_ready 1.0",
        "accord_streams_open 4.0",
        'accord_engine_state{accord_engine_state="ready"} 1.0',
    } <= lines
    for figure in ("process_resident_memory_bytes", "process_cpu_seconds_total"):
        named = {line.partition(" ")[0] for line in lines if line.startswith(figure)}
        assert named == {f'{figure}{{process="{name}"}}' for name in ("parent", "frontend-0")}


def test_a_frontend_is_not_a_process_of_the_engine() -> None:
    context = multiprocessing.get_context("spawn")
    found = {}
    children = [context.Process(target=print, name=name) for name in ("frontend-0", "EngineCore")]
    for child in children:
        child.start()
        found[child.name] = child.pid
    known = {process.pid for process in engine_processes()}
    assert found["EngineCore"] in known
    assert found["frontend-0"] not in known
    for child in children:
        child.join()
