"""The supervisor with simulated engines that fail, and processes that only exist."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest

from accord.engine import supervisor as supervisors
from accord.engine.processes import Process, cpu_seconds, engine_processes
from accord.engine.supervisor import (
    EngineGone,
    EngineState,
    FailurePolicy,
    LoadRefused,
    Supervisor,
    is_loading,
)
from accord.errors import ApiError, EngineFailure

Load = Callable[[], "Fake"]


class Fake:
    """An engine that lives as long as the test lets it."""

    spans_nodes = False

    def __init__(self) -> None:
        self.errored = False
        self.answers = True
        self.begun = False
        self.refuses = False
        self.told: list[ApiError] = []
        self.abandoned = False
        self.ended = False

    async def begin(self) -> None:
        if self.refuses:
            raise ValueError("it cannot serve")
        self.begun = True

    async def ping(self) -> None:
        if not self.answers:
            await asyncio.Event().wait()

    def interrupt(self, error: ApiError) -> None:
        self.told.append(error)

    def abandon(self) -> None:
        self.abandoned = True

    async def shutdown(self) -> None:
        self.ended = True


class Loads:
    """What each load gives, one after the other; the last one again and again."""

    def __init__(self, *outcomes: Fake | BaseException) -> None:
        self.outcomes = list(outcomes)
        self.count = 0

    def __call__(self) -> Fake:
        outcome = self.outcomes[min(self.count, len(self.outcomes) - 1)]
        self.count += 1
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisors, "CHECK_SECONDS", 0.01)
    monkeypatch.setattr(supervisors, "PING_SECONDS", 0.01)
    monkeypatch.setattr(supervisors, "LONGEST_BACKOFF", 0)


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    """A process that looks like one of vLLM's."""
    with subprocess.Popen(["VLLM::Worker", "600"], executable="/bin/sleep") as child:
        process = Process.of(child.pid)
        assert process is not None
        monkeypatch.setattr(supervisors, "engine_processes", lambda: [process])
        yield process
        child.kill()


@asynccontextmanager
async def supervised(load: Load, policy: FailurePolicy | None = None) -> AsyncIterator[Supervisor[Fake]]:
    supervisor = Supervisor(load, policy or FailurePolicy())
    task = asyncio.create_task(supervisor.run())
    try:
        yield supervisor
    finally:
        task.cancel()


async def serving(supervisor: Supervisor[Fake], backend: Fake) -> None:
    async with asyncio.timeout(30):
        while supervisor.backend is not backend:  # noqa: ASYNC110  it tells nobody
            await asyncio.sleep(0.001)
    assert supervisor.state is EngineState.READY


async def test_an_engine_that_dies_is_replaced_and_its_requests_fail() -> None:
    old, new = Fake(), Fake()
    async with supervised(Loads(old, new)) as supervisor:
        assert supervisor.state is EngineState.LOADING
        await serving(supervisor, old)
        old.errored = True
        await serving(supervisor, new)
        assert old.abandoned
        assert old.ended
        assert [(error.status, error.code) for error in old.told] == [(500, "engine_failed")]
        assert new.told == []


async def test_an_engine_is_ready_once_it_is_prepared() -> None:
    go_on = asyncio.Event()

    async def prepare(_: Fake) -> None:
        await go_on.wait()

    engine = Fake()
    supervisor = Supervisor(Loads(engine), FailurePolicy(), prepare)
    task = asyncio.create_task(supervisor.run())
    async with asyncio.timeout(5):
        while supervisor.backend is None:  # noqa: ASYNC110  it tells nobody
            await asyncio.sleep(0.001)
    assert supervisor.state is EngineState.LOADING
    go_on.set()
    await asyncio.sleep(0.02)
    await serving(supervisor, engine)
    task.cancel()


async def test_an_error_of_the_preparation_ends_it() -> None:
    async def prepare(_: Fake) -> None:
        raise ValueError("The adapter 'a' cannot be served.")

    with pytest.raises(ValueError, match="adapter 'a'"):
        await asyncio.wait_for(Supervisor(Loads(Fake()), FailurePolicy(), prepare).run(), 5)


async def test_an_engine_that_fails_while_it_is_prepared_is_replaced() -> None:
    old, new = Fake(), Fake()

    async def prepare(engine: Fake) -> None:
        if engine is old:
            raise EngineFailure("It ended.")

    supervisor = Supervisor(Loads(old, new), FailurePolicy(), prepare)
    task = asyncio.create_task(supervisor.run())
    async with asyncio.timeout(5):
        while supervisor.backend is not new:  # noqa: ASYNC110  it tells nobody
            await asyncio.sleep(0.001)
    assert old.ended
    task.cancel()


async def test_one_that_does_not_answer_is_replaced() -> None:
    old, new = Fake(), Fake()
    async with supervised(Loads(old, new), FailurePolicy(hang_seconds=0.05)) as supervisor:
        await serving(supervisor, old)
        old.answers = False
        await serving(supervisor, new)


@pytest.mark.usefixtures("process")
async def test_one_that_neither_answers_nor_works_is_replaced_sooner(
    caplog: pytest.LogCaptureFixture,
) -> None:
    old, new = Fake(), Fake()
    async with supervised(Loads(old, new), FailurePolicy(hang_seconds=1000, stall_seconds=0.1)) as supervisor:
        await serving(supervisor, old)
        old.answers = False
        await serving(supervisor, new)
    assert "it has neither answered nor worked for 0.1 s" in caplog.text


@pytest.fixture(params=["itself", "by a compiler that it has started"])
def working(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Process]:
    """One of vLLM's processes, which works."""
    program = "while True: pass"
    if request.param != "itself":
        program = f"import subprocess; subprocess.run([{sys.executable!r}, '-c', {program!r}])"
    command = ["VLLM::Worker", "-c", program]
    with subprocess.Popen(command, executable=sys.executable, start_new_session=True) as child:
        process = Process.of(child.pid)
        assert process is not None
        monkeypatch.setattr(supervisors, "engine_processes", lambda: [process])
        deadline = time.monotonic() + 30
        while cpu_seconds([process]) < 0.5:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield process
        os.killpg(child.pid, signal.SIGKILL)


@pytest.mark.usefixtures("working")
async def test_one_that_works_may_take_as_long_as_a_step(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisors, "WORKING_SHARE", 0)  # a tick of the kernel's in 2 s, on a busy machine
    old, new = Fake(), Fake()
    async with supervised(Loads(old, new), FailurePolicy(hang_seconds=3, stall_seconds=2)) as supervisor:
        await serving(supervisor, old)
        old.answers = False
        await serving(supervisor, new)
    assert "it has not answered for 3 s" in caplog.text
    assert "nor worked" not in caplog.text


async def test_one_with_workers_on_other_nodes_is_the_end(caplog: pytest.LogCaptureFixture) -> None:
    class Spanning(Fake):
        spans_nodes = True

    old = Spanning()
    loads = Loads(old)
    supervisor = Supervisor(loads, FailurePolicy())
    running = asyncio.create_task(supervisor.run())
    await serving(supervisor, old)
    old.errored = True
    with pytest.raises(EngineGone, match="workers on other nodes cannot be restarted"):
        await asyncio.wait_for(running, 5)
    assert loads.count == 1
    assert old.ended
    assert supervisor.state is EngineState.FAILED


async def test_one_that_cannot_be_asked_is_replaced() -> None:
    class Refusing(Fake):
        async def ping(self) -> None:
            raise RuntimeError("no")

    new = Fake()
    async with supervised(Loads(Refusing(), new)) as supervisor:
        await serving(supervisor, new)


@pytest.mark.parametrize("harm", [signal.SIGKILL, signal.SIGSTOP], ids=lambda s: s.name)
async def test_one_whose_process_ends_or_hangs_is_replaced(process: Process, harm: int) -> None:
    old, new = Fake(), Fake()
    async with supervised(Loads(old, new)) as supervisor:
        await serving(supervisor, old)
        os.kill(process.pid, harm)
        await serving(supervisor, new)
        async with asyncio.timeout(5):
            while not process.ended:  # noqa: ASYNC110  what is left of the old engine is killed
                await asyncio.sleep(0.001)


async def test_a_load_that_hangs_is_ended(process: Process) -> None:
    class Standing(Loads):
        def __call__(self) -> Fake:
            if self.count == 1:
                process_wait(process)
            return super().__call__()

    def process_wait(process: Process) -> None:
        os.kill(process.pid, signal.SIGSTOP)
        while not process.ended:
            time.sleep(0.001)

    old, new = Fake(), Fake()
    async with supervised(Standing(old, RuntimeError("its process ended"), new)) as supervisor:
        await serving(supervisor, old)
        old.errored = True
        await serving(supervisor, new)


class Hanging(Loads):
    """Blocks each load but the first until it is let go, without any process."""

    def __init__(self, *outcomes: Fake) -> None:
        super().__init__(*outcomes)
        self.let_go = threading.Event()

    def __call__(self) -> Fake:
        backend = super().__call__()
        if self.count > 1:
            self.let_go.wait()
        return backend


@pytest.fixture
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisors, "SLOWEST_RELOAD", 0)
    monkeypatch.setattr(supervisors, "SHORTEST_RELOAD_SECONDS", 0.02)
    monkeypatch.setattr(supervisors, "ENDING_SECONDS", 0.02)


@pytest.mark.usefixtures("_hasty")
async def test_a_load_that_hangs_without_a_process_is_a_failure() -> None:
    old = Fake()
    old.errored = True
    loads = Hanging(old, Fake())
    with pytest.raises(EngineGone, match="3 times in a row"):
        await asyncio.wait_for(Supervisor(loads, FailurePolicy(restarts=2)).run(), 5)
    assert loads.count == 2  # the thread that hangs gets no second one beside it
    assert is_loading()
    loads.let_go.set()
    for thread in threading.enumerate():
        if thread.name == "engine-load":
            thread.join()
    assert not is_loading()


@pytest.mark.usefixtures("_hasty")
async def test_a_slow_load_that_succeeds_after_all_is_used(caplog: pytest.LogCaptureFixture) -> None:
    old, new = Fake(), Fake()
    loads = Hanging(old, new)
    async with supervised(loads, FailurePolicy(restarts=1_000_000)) as supervisor:
        await serving(supervisor, old)
        old.errored = True
        async with asyncio.timeout(5):
            while "could not be loaded" not in caplog.text:  # noqa: ASYNC110  it tells nobody else
                await asyncio.sleep(0.001)
        loads.let_go.set()
        await serving(supervisor, new)
    assert loads.count == 2


async def test_too_many_failures_in_a_row_are_the_end() -> None:
    class Dying(Fake):
        def __init__(self) -> None:
            super().__init__()
            self.errored = True

    loads = Loads(Dying(), RuntimeError("no memory"), Dying())
    supervisor = Supervisor(loads, FailurePolicy(restarts=3))
    with pytest.raises(EngineGone, match="4 times in a row"):
        await asyncio.wait_for(supervisor.run(), 5)
    assert loads.count == 4
    assert supervisor.state is EngineState.FAILED


async def test_failures_far_apart_are_not_in_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisors, "STEADY_SECONDS", 0)
    fakes = [Fake(), Fake(), Fake()]
    async with supervised(Loads(*fakes), FailurePolicy(restarts=1)) as supervisor:
        for fake in fakes:
            await serving(supervisor, fake)
            fake.errored = True


async def test_a_first_load_that_fails_is_not_retried() -> None:
    loads = Loads(ValueError("no such model"))
    with pytest.raises(ValueError, match="no such model"):
        await Supervisor(loads, FailurePolicy()).run()
    assert loads.count == 1


async def test_one_that_cannot_begin_to_serve_is_ended() -> None:
    old, refusing, new = Fake(), Fake(), Fake()
    refusing.refuses = True
    async with supervised(Loads(old, refusing, new)) as supervisor:
        await serving(supervisor, old)
        assert old.begun
        old.errored = True
        await serving(supervisor, new)
        assert refusing.ended
        assert refusing.told == []


async def test_vllm_refusing_its_options_is_reported_with_its_code() -> None:
    with pytest.raises(LoadRefused) as refused:
        await Supervisor(Loads(SystemExit(2)), FailurePolicy()).run()
    assert refused.value.code == 2


async def test_a_retired_engine_is_not_replaced() -> None:
    old = Fake()
    loads = Loads(old)
    supervisor = Supervisor(loads, FailurePolicy())
    running = asyncio.create_task(supervisor.run())
    await serving(supervisor, old)
    supervisor.retired = True
    old.errored = True
    with pytest.raises(EngineGone):
        await asyncio.wait_for(running, 5)
    assert loads.count == 1
    assert len(old.told) == 1


def test_only_spawned_processes_are_the_engines() -> None:
    with subprocess.Popen(["/bin/sleep", "600"]) as child:
        assert child.pid not in {process.pid for process in engine_processes()}
        child.kill()
