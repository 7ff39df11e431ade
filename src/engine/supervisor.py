"""Keeps an engine loaded: watches the running one, and loads another if it ends or hangs."""

from __future__ import annotations

import asyncio
import enum
import logging
import math
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from accord.engine.nodes import Nodes
from accord.engine.processes import (
    Idle,
    Process,
    StoppedProcesses,
    engine_processes,
    forget_shared_memory,
    shared_memory,
)
from accord.errors import ApiError, EngineFailure
from accord.telemetry.metrics import ENGINE_RESTARTS, ENGINE_STATE

logger = logging.getLogger(__name__)

CHECK_SECONDS = 0.5
PING_SECONDS = 5.0
SHUTDOWN_SECONDS = 20.0
STEADY_SECONDS = 600.0
"""Seconds of service after which the count of consecutive failures restarts."""
LONGEST_BACKOFF = 60.0
SLOWEST_RELOAD = 10
"""A reload hangs if it takes so many times as long as the first load..."""
SHORTEST_RELOAD_SECONDS = 300.0
"""...but its processes are not killed before so many seconds..."""
ENDING_SECONDS = 15.0
"""...and after so many more it has failed: a thread blocks it, and not a process."""
WORKING_SHARE = 0.01
"""A process below this share of a core is idle: libraries' own timers take half of it."""

_LOADING_THREAD = "engine-load"


class EngineState(enum.Enum):
    """The state of the engine."""

    LOADING = "loading"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"


class Backend(Protocol):
    """The backend that the supervisor keeps running."""

    @property
    def spans_nodes(self) -> bool:
        """Whether some of its processes run on other nodes, where this server cannot start them."""
        ...

    @property
    def errored(self) -> bool:
        """Whether it has detected itself that it has failed."""
        ...

    async def begin(self) -> None:
        """Do the steps of the start that need the event loop, once it is loaded."""
        ...

    async def ping(self) -> None:
        """Return once all of its processes have answered."""
        ...

    def interrupt(self, error: ApiError) -> None:
        """End every running request with `error`."""
        ...

    def abandon(self) -> None:
        """Stop using it: its processes have ended, or soon will."""
        ...

    async def shutdown(self) -> None:
        """Release its resources."""
        ...


B = TypeVar("B", bound=Backend)


class EngineGone(Exception):
    """The engine has failed too often to be restarted again."""


class LoadRefused(Exception):
    """vLLM ended the load with the exit `code` of a program, and has reported why."""

    def __init__(self, code: int) -> None:
        super().__init__(f"vLLM refuses, with code {code}.")
        self.code = code


@dataclass(frozen=True, slots=True)
class FailurePolicy:
    """How many consecutive failures are allowed, and how many seconds without an answer are a failure.

    `hang_seconds` apply while the engine's processes work, as a step may be long; `stall_seconds` while they
    are idle.
    """

    restarts: int = 5
    hang_seconds: float = 330
    stall_seconds: float = 60


class Supervisor(Generic[B]):
    """Loads a backend with `load`, which blocks, in threads that do not keep the process from ending.

    Each is passed to `prepare` before it is ready.
    """

    def __init__(
        self,
        load: Callable[[], B],
        policy: FailurePolicy,
        prepare: Callable[[B], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        self.load = load
        self.policy = policy
        self.prepare = prepare
        self.backend: B | None = None
        self.retired = False
        self._processes: list[Process] = []
        self._serving: list[Process] = []
        self._shared_memory: set[str] = set()
        self._loading: asyncio.Future[B] | None = None
        self._set(EngineState.LOADING)

    def _set(self, state: EngineState) -> None:
        self.state = state
        ENGINE_STATE.state(state.value)

    def kill(self) -> None:
        """End the engine's processes now, whatever they do."""
        for process in {*self._processes, *engine_processes()}:
            process.kill()

    async def run(self) -> None:
        """Keep a backend running until cancelled. Raises errors of the first load, and EngineGone."""
        failures = 0
        try:
            began = time.monotonic()
            backend = await self._loaded()
            longest = max(SHORTEST_RELOAD_SECONDS, SLOWEST_RELOAD * (time.monotonic() - began))
            while True:
                began = time.monotonic()
                self._serve(backend)
                cause = await self._failure(backend)
                self._has_failed(cause)
                failures = 1 if time.monotonic() - began > STEADY_SECONDS else failures + 1
                await self._end(backend)
                if backend.spans_nodes:
                    raise EngineGone(
                        f"The engine has failed: {cause}. Its workers on other nodes cannot be restarted "
                        "from here; restart the servers of all nodes."
                    )
                del backend  # its memory is free before the next one is loaded
                backend, failures = await self._replacement(failures, longest)
        except Exception:
            self._set(EngineState.FAILED)
            raise

    def _has_failed(self, cause: str) -> None:
        logger.error("The engine has failed: %s.", cause)

    def _serve(self, backend: B) -> None:
        self._processes = engine_processes()
        self._serving = [process for process in self._processes if process.serves]
        self._shared_memory = shared_memory(self._processes)
        self.backend = backend
        if self.prepare is None:
            self._set(EngineState.READY)

    async def _prepared(self, backend: B) -> None:
        if self.prepare is not None:
            await self.prepare(backend)
            self._set(EngineState.READY)

    async def _failure(self, backend: B) -> str:
        """Return, once it has failed, why. Raises errors of `prepare`, unless the engine failed meanwhile.

        Time is counted in checks: while this process itself is paused, the engine misses none.
        """
        standstill = StoppedProcesses()
        nodes = Nodes(self._serving if backend.spans_nodes else [])
        answers = _Answers(backend, self._serving, self.policy)
        preparing = asyncio.ensure_future(self._prepared(backend))
        try:
            while not (backend.errored or any(process.ended for process in self._serving)):
                if standstill.seen(self._serving):
                    return "a process of it is stopped"
                if host := nodes.gone():
                    return f"the connections with its workers on {host} are closed"
                await asyncio.sleep(CHECK_SECONDS)
                if preparing.done() and (failed := preparing.exception()):
                    if not isinstance(failed, EngineFailure):
                        raise failed
                    return "it could not be prepared"
                if missing := answers.missing():
                    return missing
            return "a process of it has ended"
        finally:
            answers.stop()
            preparing.cancel()

    async def _end(self, backend: B) -> None:
        """End requests that wait for the failed engine, and remove the rest of it."""
        self._set(EngineState.RESTARTING)
        self.backend = None
        backend.abandon()
        backend.interrupt(EngineFailure("The engine failed while running the request.", code="engine_failed"))
        self.kill()
        with suppress(Exception):
            await asyncio.wait_for(backend.shutdown(), SHUTDOWN_SECONDS)
        forget_shared_memory(self._shared_memory)

    async def _replacement(self, failures: int, longest: float) -> tuple[B, int]:
        """Load until it succeeds; return also the number of consecutive failures."""
        while failures <= self.policy.restarts and not self.retired:
            await asyncio.sleep(min(2.0 ** (failures - 1), LONGEST_BACKOFF))
            logger.warning("The engine is restarted: attempt %d of %d.", failures, self.policy.restarts)
            ENGINE_RESTARTS.inc()
            try:
                return await self._loaded(longest), failures
            except Exception as error:
                logger.error("The engine could not be loaded: %s", " ".join(str(error).split()))
                failures += 1
        raise EngineGone(f"The engine has failed {failures} times in a row.")

    async def _loaded(self, longest: float = math.inf) -> B:
        """Load. If a process is stopped meanwhile, or the load takes too long, kill the processes.

        A thread cannot be killed. One that hangs is waited for again the next time, as two loads at once
        would not fit in memory.
        """
        standstill = StoppedProcesses()
        loading = self._loading = self._loading or asyncio.ensure_future(self._load_and_begin())
        checks = 0
        while not loading.done():
            await asyncio.wait([loading], timeout=CHECK_SECONDS)
            checks += 1
            late = checks * CHECK_SECONDS - longest
            if standstill.seen(engine_processes()) or late > 0:
                self.kill()
            if late > ENDING_SECONDS and not loading.done():
                raise EngineFailure(f"It has taken more than {longest:g} s, and cannot be aborted.")
        self._loading = None
        return loading.result()

    async def _load_and_begin(self) -> B:
        backend = await _in_thread(self.load)
        try:
            await backend.begin()
        except BaseException:
            backend.abandon()
            self.kill()
            with suppress(Exception):
                await asyncio.wait_for(backend.shutdown(), SHUTDOWN_SECONDS)
            raise
        return backend


class _Answers:
    """Pings an engine, and detects missing answers."""

    def __init__(self, backend: Backend, processes: list[Process], policy: FailurePolicy) -> None:
        self.backend = backend
        self.processes = processes
        self.policy = policy
        self._ask()

    def _ask(self) -> None:
        self._ping = asyncio.ensure_future(self.backend.ping())
        self._checks = 0
        self._idle = Idle(WORKING_SHARE * self.policy.stall_seconds)

    def missing(self) -> str | None:
        """Check every CHECK_SECONDS: return what is wrong, if anything."""
        self._checks += 1
        seconds = self._checks * CHECK_SECONDS
        if self._ping.done():
            if error := self._ping.exception():
                return f"it cannot be pinged: {error!r}"
            if seconds >= PING_SECONDS:
                self._ask()
            return None
        if seconds >= self.policy.hang_seconds:
            return f"it has not answered for {self.policy.hang_seconds:g} s"
        if self.processes and seconds > PING_SECONDS:
            idle = self._idle.idle_checks(self.processes) * CHECK_SECONDS
            if PING_SECONDS + idle >= self.policy.stall_seconds:
                return f"it has neither answered nor worked for {self.policy.stall_seconds:g} s"
        return None

    def stop(self) -> None:
        self._ping.cancel()


def _in_thread(load: Callable[[], B]) -> asyncio.Future[B]:
    """Run `load` in a thread that does not keep the process from ending."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[B] = loop.create_future()

    def settle(set_: Callable[[Any], None], value: object) -> None:
        if not future.done():
            set_(value)

    def run() -> None:
        try:
            backend = load()
        except SystemExit as error:
            loop.call_soon_threadsafe(settle, future.set_exception, LoadRefused(int(error.code or 0)))
        except Exception as error:
            loop.call_soon_threadsafe(settle, future.set_exception, error)
        else:
            loop.call_soon_threadsafe(settle, future.set_result, backend)

    threading.Thread(target=run, name=_LOADING_THREAD, daemon=True).start()
    return future


def is_loading() -> bool:
    """Return whether a thread loads an engine, even if it was abandoned."""
    return any(thread.name == _LOADING_THREAD for thread in threading.enumerate())
