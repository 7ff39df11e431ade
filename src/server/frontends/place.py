"""One frontend's connection to its parent and the other frontends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import queue
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from multiprocessing.connection import Connection
from typing import Any

from accord.engine.sharing import FRONTEND, Client, Offer
from accord.server.frontends.accepting import LeastLoadedServer
from accord.server.frontends.adapter_changes import AdapterChanges
from accord.server.frontends.board import Column, SharedRunningCount
from accord.server.frontends.child import Start
from accord.server.frontends.ledger import KeyLedger
from accord.server.frontends.relay import Others, Relay
from accord.server.hangup import Reloadable
from accord.server.rate_limits import RateLimits
from accord.server.serve import Server
from accord.telemetry.metrics import ENGINE_RESTARTS, READY, TASKS, scrape
from accord.telemetry.multiprocess import registry_of_all

logger = logging.getLogger("accord")

CHECK_SECONDS = 0.25
"""The interval in which a frontend publishes its counters."""


class FrontendServer(LeastLoadedServer, Server):
    """A server that balances connections with the others; its parent handles signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Membership:
    """Messages with the parent about the engines; implements `accord.engine.sharing.Membership`."""

    def __init__(self, parent: Connection, start: Start) -> None:
        self._parent = parent
        self._start = start
        self._row = start.board.row(start.index)
        self._offers: queue.SimpleQueue[Offer] = queue.SimpleQueue()
        self._generation = 0

    def offered(self, generation: int, arguments: list[str], addresses: dict[str, Any]) -> None:
        """Store an offer of the parent."""
        addresses = addresses | {"mp_admission_counters": self._start.board.vllm_admission}
        waiting = Client(
            self._start.board.count,
            self._start.index,
            addresses,
            lambda: self._row.elsewhere(Column.QUEUED_TOKENS),
        )
        self._offers.put(Offer(generation, arguments, waiting))

    def offer(self) -> Offer:
        """Return the newest engines, once there are some. Blocks, in a thread."""
        offer = self._offers.get()
        self._generation = offer.generation
        self._start.board.forget_requests(self._start.index)
        return offer

    def joined(self) -> None:
        """Report that the engines of the last offer answer."""
        if self._start.index == 0 and self._generation > 1:
            ENGINE_RESTARTS.inc()  # the offer went to all frontends, and the one that counts may be new, too
        self._say("joined", self._generation)

    def failed(self, cause: str) -> None:
        """Report that the engines of the last offer have failed, as seen from here."""
        self._say("failed", self._generation, cause)

    def answered(self, number: int) -> None:
        """Report the answer to the parent's ping of this number."""
        self._say("pong", number)

    def _say(self, *message: Any) -> None:
        with contextlib.suppress(OSError):  # this process ends with its parent
            self._parent.send(message)


class Place:
    """What `serve` needs to run as one of several frontends."""

    server = FrontendServer

    def __init__(self, start: Start, parent: Connection) -> None:
        self.start = start
        self.created = start.created
        self.row = start.board.row(start.index)
        self.membership = Membership(parent, start)
        self.together = SharedRunningCount(self.row)
        self.ledger = KeyLedger(start.folder / "keys", start.board.count, start.index)
        self.others = Others(start.folder, start.board.count, start.index)
        self.adapter_changes = AdapterChanges(start.folder, self.others)
        self.registry = registry_of_all(self._processes)
        scrape(self.registry)
        self._parent = parent
        self._files: Sequence[Reloadable] = ()
        self._relay: Relay | None = None
        self._looking: asyncio.Task[None] | None = None
        self._answering: asyncio.Future[None] | None = None

    def _processes(self) -> dict[str, int]:
        pids = {f"{FRONTEND}{i}": pid for i, pid in enumerate(self.start.board.column(Column.PID)) if pid}
        return {"parent": self.start.parent} | pids

    def all_ready(self) -> bool:
        """Return whether every frontend is ready."""
        return all(self.start.board.column(Column.READY))

    async def begin(self, server: Server, rates: RateLimits | None, files: Sequence[Reloadable]) -> None:
        """Connect with the parent and the other frontends, and publish this one's counters."""
        self._files = files
        server.row = self.row  # type: ignore[attr-defined]
        services = server.services
        follow = services.engine.adapters.follow
        self._relay = Relay(self.start.folder, self.start.index, services.running, follow)
        await self._relay.start()
        asyncio.get_running_loop().add_reader(self._parent.fileno(), self._hear, server)
        self._looking = asyncio.create_task(self._look(server, rates))

    def end(self) -> None:
        """Stop answering other frontends."""
        if self._looking is not None:
            self._looking.cancel()
        if self._relay is not None:
            self._relay.close()

    def _hear(self, server: Server) -> None:
        """Handle the parent's messages."""
        try:
            while self._parent.poll():
                match self._parent.recv():
                    case "offer", generation, arguments, addresses:
                        self.membership.offered(generation, arguments, addresses)
                    case "ping", number:
                        self._answering = asyncio.ensure_future(self._pong(server, number))
                    case ["over"]:
                        server.services.engine.abandon()
                    case ["refresh"]:
                        for each in self._files:
                            asyncio.get_running_loop().run_in_executor(None, each.refresh)
                    case ["stop"]:
                        server.begin_drain()
        except (EOFError, OSError):
            os._exit(1)  # the parent has ended

    async def _pong(self, server: Server, number: int) -> None:
        """Report to the parent that the engine's processes answer. An error shows here, too."""
        with contextlib.suppress(Exception):
            await server.services.engine.ping()
            self.membership.answered(number)

    async def _look(self, server: Server, rates: RateLimits | None) -> None:
        alone = replace(server.services, ready_together=lambda: True)
        for beat in count(1):
            self.row.set(Column.BEAT, beat)
            self.row.set(Column.READY, int(alone.unready is None))
            self.row.set(Column.QUEUED_TOKENS, server.services.engine.queued_tokens)
            READY.set(server.services.unready is None)
            TASKS.set(len(asyncio.all_tasks()))
            if rates is not None:
                rates.settle_all()
            await asyncio.sleep(CHECK_SECONDS)
