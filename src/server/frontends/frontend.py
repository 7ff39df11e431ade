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
from accord.server.frontends.child import Start
from accord.server.frontends.counters import Column, SharedRunningCount
from accord.server.frontends.key_table import KeyTable
from accord.server.frontends.peers import Peers, PeerServer
from accord.server.hangup import Reloadable
from accord.server.rate_limits import RateLimits
from accord.server.serve import Server
from accord.telemetry.metrics import ENGINE_RESTARTS, READY, TASKS, scrape
from accord.telemetry.multiprocess import registry_of_all

logger = logging.getLogger("accord")

CHECK_SECONDS = 0.25
"""The interval at which a frontend publishes its counters."""


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
        self._row = start.counters.row(start.index)
        self._offers: queue.SimpleQueue[Offer] = queue.SimpleQueue()
        self._generation = 0

    def offered(self, generation: int, arguments: list[str], addresses: dict[str, Any]) -> None:
        """Store an offer of the parent."""
        addresses = addresses | {"mp_admission_counters": self._start.counters.vllm_admission}
        waiting = Client(
            self._start.counters.count,
            self._start.index,
            addresses,
            lambda: self._row.elsewhere(Column.QUEUED_TOKENS),
        )
        self._offers.put(Offer(generation, arguments, waiting))

    def offer(self) -> Offer:
        """Return the next offer of engines. Blocks; to be called in a thread."""
        offer = self._offers.get()
        self._generation = offer.generation
        self._start.counters.forget_requests(self._start.index)
        return offer

    def joined(self) -> None:
        """Report that the engines of the last offer respond."""
        if self._start.index == 0 and self._generation > 1:
            ENGINE_RESTARTS.inc()  # only the first frontend counts, as all get the offer; it may be new, too
        self._send("joined", self._generation)

    def failed(self, cause: str) -> None:
        """Report that the engines of the last offer have failed, as this frontend has detected."""
        self._send("failed", self._generation, cause)

    def answered(self, number: int) -> None:
        """Report the answer to the parent's ping of this number."""
        self._send("pong", number)

    def _send(self, *message: Any) -> None:
        with contextlib.suppress(OSError):  # this process ends with its parent
            self._parent.send(message)


class Frontend:
    """One of several frontends: what `serve` needs in addition to a single server."""

    server = FrontendServer

    def __init__(self, start: Start, parent: Connection) -> None:
        self.start = start
        self.created = start.created
        self.row = start.counters.row(start.index)
        self.membership = Membership(parent, start)
        self.running_count = SharedRunningCount(self.row)
        self.key_table = KeyTable(start.folder / "keys", start.counters.count, start.index)
        self.peers = Peers(start.folder, start.counters.count, start.index)
        self.adapter_changes = AdapterChanges(start.folder, self.peers)
        self.registry = registry_of_all(self._processes)
        scrape(self.registry)
        self._parent = parent
        self._files: Sequence[Reloadable] = ()
        self._peer_server: PeerServer | None = None
        self._publishing: asyncio.Task[None] | None = None
        self._pong_task: asyncio.Future[None] | None = None

    def _processes(self) -> dict[str, int]:
        pids = {f"{FRONTEND}{i}": pid for i, pid in enumerate(self.start.counters.column(Column.PID)) if pid}
        return {"parent": self.start.parent} | pids

    def all_ready(self) -> bool:
        """Return whether every frontend is ready."""
        return all(self.start.counters.column(Column.READY))

    async def begin(self, server: Server, rates: RateLimits | None, files: Sequence[Reloadable]) -> None:
        """Connect with the parent and the other frontends, and publish this one's counters."""
        self._files = files
        server.row = self.row  # type: ignore[attr-defined]
        services = server.services
        follow = services.engine.adapters.follow
        self._peer_server = PeerServer(self.start.folder, self.start.index, services.running, follow)
        await self._peer_server.start()
        asyncio.get_running_loop().add_reader(self._parent.fileno(), self._receive, server)
        self._publishing = asyncio.create_task(self._publish(server, rates))

    def end(self) -> None:
        """Stop answering other frontends."""
        if self._publishing is not None:
            self._publishing.cancel()
        if self._peer_server is not None:
            self._peer_server.close()

    def _receive(self, server: Server) -> None:
        """Handle the parent's messages."""
        try:
            while self._parent.poll():
                match self._parent.recv():
                    case "offer", generation, arguments, addresses:
                        self.membership.offered(generation, arguments, addresses)
                    case "ping", number:
                        self._pong_task = asyncio.ensure_future(self._pong(server, number))
                    case ["engine_failed"]:
                        server.services.engine.abandon()
                    case ["refresh"]:
                        for each in self._files:
                            asyncio.get_running_loop().run_in_executor(None, each.refresh)
                    case ["stop"]:
                        server.begin_drain()
        except (EOFError, OSError):
            os._exit(1)  # the parent has ended

    async def _pong(self, server: Server, number: int) -> None:
        """Report to the parent that the engine's processes respond. The ping also detects errors."""
        with contextlib.suppress(Exception):
            await server.services.engine.ping()
            self.membership.answered(number)

    async def _publish(self, server: Server, rates: RateLimits | None) -> None:
        alone = replace(server.services, all_ready=lambda: True)
        for heartbeat in count(1):
            self.row.set(Column.HEARTBEAT, heartbeat)
            self.row.set(Column.READY, int(alone.unready is None))
            self.row.set(Column.QUEUED_TOKENS, server.services.engine.queued_tokens)
            READY.set(server.services.unready is None)
            TASKS.set(len(asyncio.all_tasks()))
            if rates is not None:
                rates.settle_all()
            await asyncio.sleep(CHECK_SECONDS)
