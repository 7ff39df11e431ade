"""The parent of several frontends: it starts them, and the engines that they share.

It does not answer requests. The frontends start first, so that probes are answered at once; then the engines
are loaded, as in a server of one process, and offered to each frontend.

vLLM's engines greet each of their clients once, when they start: a new process cannot connect to running
engines. So if a frontend ends by itself, another replaces it at once, and the engines are restarted for all
of them, as after a failure of the engine. Running requests get an error in the form of their API, and clients
retry them.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import multiprocessing
import os
import signal
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from accord.engine import FailurePolicy
from accord.engine.processes import Process
from accord.engine.sharing import FRONTEND
from accord.engine.supervisor import Supervisor, is_loading
from accord.errors import ApiError, EngineFailure
from accord.server.engine_setup import create_engine, log_load_failure
from accord.server.frontends.child import Sent, Start, run
from accord.server.frontends.counters import Column, SharedCounters
from accord.server.frontends.key_table import KeyTable
from accord.server.hangup import handle_hangup
from accord.server.listening import Listening
from accord.server.run_folder import leave
from accord.server.sources import Configuration
from accord.telemetry.multiprocess import collected_in, forget_process

if TYPE_CHECKING:
    from accord.engine.vllm.engine_set import EngineSet

logger = logging.getLogger("accord")

WRONG_SETTING = 2
"""The exit code of a frontend for a wrong setting, with which no other could serve either."""
METRICS = "metrics"
"""The folder of prometheus-client's files."""
CHECK_SECONDS = 0.5
ANSWERING_SECONDS = 5.0
"""Seconds in which frontends usually answer; the engine does not wait longer for them."""
STOPPING_SECONDS = 20.0
"""Seconds for a frontend to end by itself after the grace period."""


def serve_together(configured: Configuration, listening: Listening, count: int, folder: Path) -> int:
    """Serve with `count` processes, which share `folder`, until a signal or a failed start.

    Return the exit code.
    """
    (folder / METRICS).mkdir()
    return asyncio.run(_Parent(configured, listening, count, folder).run())


class _Frontend:
    """One frontend process. `generation` numbers the engines that it has joined."""

    def __init__(self, process: BaseProcess, connection: Connection, index: int) -> None:
        self.process = process
        self.connection = connection
        self.index = index
        self.joined = 0
        self.checks_stopped = 0
        self.checks_unresponsive = 0
        self._heartbeat = 0

    def check(self, heartbeat: int) -> None:
        """Count the consecutive checks in which it was stopped, or had the same `heartbeat`."""
        process = Process.of(self.process.pid or 0)
        self.checks_stopped = self.checks_stopped + 1 if process is not None and process.stopped else 0
        self.checks_unresponsive = self.checks_unresponsive + 1 if heartbeat == self._heartbeat else 0
        self._heartbeat = heartbeat

    def send(self, *message: Any) -> None:
        """Send it a message; if it has ended, that is detected elsewhere."""
        with contextlib.suppress(OSError):
            self.connection.send(message)


class _Engines:
    """A set of engines that the supervisor keeps running; implements `accord.engine.supervisor.Backend`."""

    def __init__(self, parent: _Parent, engines: EngineSet, arguments: list[str]) -> None:
        self._parent = parent
        self._engines = engines
        self._arguments = arguments
        self.generation = 0
        self.failed: str | None = None
        self.all_joined = asyncio.Event()
        self.answers: dict[int, asyncio.Future[None]] = {}
        """The pings of the frontends, by numbers."""
        self._ping_count = 0

    @property
    def errored(self) -> bool:
        return self.failed is not None or self._engines.ended

    async def begin(self) -> None:
        """Offer the engines to all frontends, and return once they have joined."""
        self._parent.generation += 1
        self.generation = self._parent.generation
        self._parent.engines = self
        for frontend in self._parent.frontends:
            self.offer(frontend)
        joining = asyncio.ensure_future(self.all_joined.wait())
        while not joining.done():
            if self.errored:
                joining.cancel()
                raise EngineFailure(self.failed or "A process of the engine has ended.")
            await asyncio.wait([joining], timeout=0.1)

    def offer(self, frontend: _Frontend) -> None:
        """Send a frontend the engines' addresses."""
        frontend.send("offer", self.generation, self._arguments, self._engines.addresses(frontend.index))

    @property
    def spans_nodes(self) -> bool:
        return self._engines.spans_nodes

    async def ping(self) -> None:
        """Make one of the frontends, in turn, ping the engines; return when they have responded."""
        self._ping_count += 1
        number, frontends = self._ping_count, self._parent.frontends
        answer = self.answers[number] = asyncio.get_running_loop().create_future()
        if frontends:  # the last one may have ended while the server stops
            frontends[number % len(frontends)].send("ping", number)
        try:
            await answer
        finally:
            del self.answers[number]

    def answered(self, *numbers: int) -> None:
        """Record that pings were answered, or that no frontend is left to answer."""
        for number in numbers or list(self.answers):
            if (answer := self.answers.get(number)) is not None and not answer.done():
                answer.set_result(None)

    def interrupt(self, error: ApiError) -> None:
        """Do nothing: the frontends report errors to their own clients."""

    def abandon(self) -> None:
        """Notify the frontends that the engines have failed. One that has not joined them is replaced."""
        for frontend in self._parent.frontends:
            if frontend.joined == self.generation:
                frontend.send("engine_failed")
            else:
                frontend.process.kill()

    async def shutdown(self) -> None:
        """End the engines' processes."""
        await asyncio.to_thread(self._engines.shutdown)


class _Parent:
    def __init__(self, configured: Configuration, listening: Listening, count: int, folder: Path) -> None:
        self.settings = configured.settings
        self.frontends: list[_Frontend] = []
        self.engines: _Engines | None = None
        self.generation = 0
        self._sent = Sent.of(configured)
        self._listening = listening
        self._count = count
        self._folder = folder
        self._counters = SharedCounters(count)
        self._key_table = KeyTable(folder / "keys", count, 0)
        self._created = int(time.time())
        self._engine = create_engine(configured)
        policy = FailurePolicy(
            self.settings.engine_restarts,
            self.settings.engine_hang_seconds,
            self.settings.engine_stall_seconds,
        )
        self._supervisor: Supervisor[_Engines] = Supervisor(self._load, policy)
        self._stopping = False
        self._early_ends = 0
        self._exit_code = 0
        self._finished = asyncio.Event()

    async def run(self) -> int:
        """Serve, and return the exit code."""
        loop = self._loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._signalled)
        handle_hangup([self], self._signalled)
        for index in range(self._count):
            self._begin(index)
        await self._all_respond()
        supervising = asyncio.create_task(self._supervisor.run())
        supervising.add_done_callback(self._engines_ended)
        watching = asyncio.create_task(self._watch())
        await self._finished.wait()
        watching.cancel()
        supervising.cancel()
        if self._supervisor.backend is not None:
            await self._supervisor.backend.shutdown()
        self._supervisor.kill()
        if is_loading():  # a thread that cannot be stopped
            logging.shutdown()
            leave(self._exit_code)
        return self._exit_code

    async def _all_respond(self) -> None:
        """Wait, within limits, until the frontends answer probes: loading the engine uses all CPU cores."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWERING_SECONDS):
                while not all(self._counters.column(Column.HEARTBEAT)):  # noqa: ASYNC110  it is in shared memory
                    await asyncio.sleep(0.02)

    def _load(self) -> _Engines:
        """Start the engines. Blocks, in a thread."""
        began = time.monotonic()
        arguments = self._engine.prepared_arguments()
        module = importlib.import_module("accord.engine.vllm.engine_set")
        engines = _Engines(self, module.EngineSet.started(arguments, self._count), arguments)
        logger.info("The engine started in %.1f s.", time.monotonic() - began)
        return engines

    # The lifecycle of frontends.

    def _begin(self, index: int) -> None:
        """Start a frontend."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        start = Start(index, self._counters, self._folder, os.getpid(), self._created)
        process = context.Process(
            target=run, name=f"{FRONTEND}{index}", args=(self._sent, self._listening, start, theirs)
        )
        with collected_in(self._folder / METRICS):
            process.start()
        theirs.close()
        frontend = _Frontend(process, ours, index)
        self.frontends.append(frontend)
        loop = asyncio.get_running_loop()
        loop.add_reader(ours.fileno(), self._receive, frontend)
        loop.add_reader(process.sentinel, self._ended, frontend)

    def _receive(self, frontend: _Frontend) -> None:
        """Handle a frontend's messages about the engines."""
        try:
            while frontend.connection.poll():
                match frontend.connection.recv():
                    case "joined", generation:
                        self._joined(frontend, generation)
                    case "pong", number:
                        if self.engines is not None:
                            self.engines.answered(number)
                    case "failed", generation, cause:
                        if self.engines is not None and self.engines.generation == generation:
                            self.engines.failed = self.engines.failed or f"{frontend.process.name}: {cause}"
        except (EOFError, OSError):
            asyncio.get_running_loop().remove_reader(frontend.connection.fileno())

    def _joined(self, frontend: _Frontend, generation: int) -> None:
        frontend.joined = generation
        if self.engines is not None and all(f.joined == self.engines.generation for f in self.frontends):
            self.engines.all_joined.set()

    def _ended(self, frontend: _Frontend) -> None:
        """Replace a frontend that has ended, unless the server stops."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(frontend.process.sentinel)
        loop.remove_reader(frontend.connection.fileno())
        frontend.connection.close()
        frontend.process.join()
        self.frontends.remove(frontend)
        index, code = frontend.index, frontend.process.exitcode
        self._counters.clear(index)
        self._key_table.forget(index)
        if frontend.process.pid is not None:
            forget_process(frontend.process.pid, self._folder / METRICS)
        if self._stopping:
            if self.engines is not None:
                self.engines.answered()
            if not self.frontends:
                self._finished.set()
            return
        logger.error("%s (process %s) has ended with %s.", frontend.process.name, frontend.process.pid, code)
        self._early_ends = 0 if frontend.joined else self._early_ends + 1
        if code == WRONG_SETTING or self._early_ends > self.settings.engine_restarts:
            self._stop(code or 1)
            if not self.frontends:
                self._finished.set()
            return
        self._begin(index)
        if self.engines is not None and self.engines.failed is None:
            self.engines.failed = f"{frontend.process.name} has ended, and another cannot join it"

    async def _watch(self) -> None:
        """Kill a frontend that is stopped, or whose event loop hangs, so that it is replaced."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            heartbeats = self._counters.column(Column.HEARTBEAT)
            for frontend in self.frontends:
                frontend.check(heartbeats[frontend.index])
                if frontend.checks_stopped > 1:
                    logger.error("%s is stopped.", frontend.process.name)
                elif (
                    frontend.joined
                    and frontend.checks_unresponsive * CHECK_SECONDS >= self.settings.engine_hang_seconds
                ):
                    logger.error("%s does not respond.", frontend.process.name)
                else:
                    continue
                frontend.process.kill()

    def refresh(self) -> None:
        """Make all frontends reload their files. Called in a thread."""
        self._loop.call_soon_threadsafe(self._send_all, "refresh")

    def _send_all(self, *message: Any) -> None:
        for frontend in self.frontends:
            frontend.send(*message)

    # Stopping.

    def _engines_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) and not self._supervisor.retired:
            self._stop(log_load_failure(error))

    def _signalled(self) -> None:
        """Stop after running requests at the first signal; stop at once at the second."""
        if self._stopping:
            self._kill()
        self._stop(0)

    def _stop(self, exit_code: int) -> None:
        if self._stopping:
            return
        self._stopping = True
        self._exit_code = exit_code
        self._supervisor.retired = True
        self._send_all("stop")
        self._listening.close()  # the frontends listen until they have answered everything
        asyncio.get_running_loop().call_later(self.settings.grace_seconds + STOPPING_SECONDS, self._kill)

    def _kill(self) -> None:
        for frontend in self.frontends:
            frontend.process.kill()
        self._supervisor.kill()
