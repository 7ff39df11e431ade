"""Runs uvicorn with the application, and the engine."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Literal

import uvicorn
import uvloop
from prometheus_client import REGISTRY
from starlette.types import ASGIApp

from accord import __version__
from accord.dialects.messages.signatures import Signatures
from accord.engine.supervisor import is_loading
from accord.generated.contract import VERSION
from accord.handlers.call import Services
from accord.handlers.draining import stopping
from accord.mcp_servers import Limits, McpServers
from accord.server.admission import limit_by_descriptors
from accord.server.announcement import announce
from accord.server.app import Application, connexion_app
from accord.server.bodies import BodyLimits
from accord.server.certificates import Certificates
from accord.server.cors import with_cors
from accord.server.engine_setup import create_engine, log_load_failure
from accord.server.hangup import handle_hangup
from accord.server.health_port import ProbesOnly
from accord.server.keys import Keys
from accord.server.listening import Listening
from accord.server.protocol import BoundedProtocol, ConnectionLimits
from accord.server.rate_limits import KeyLimits, RateLimits
from accord.server.response_validation import ResponseValidation
from accord.server.run_folder import leave
from accord.server.settings import Settings
from accord.server.sources import Configuration, ConfigurationError
from accord.store import Storage, StorageUnusable
from accord.telemetry.gpu import GpuCollector
from accord.telemetry.metrics import CONTRACT_VIOLATIONS, READY, TASKS
from accord.telemetry.traces import configure_traces, flush_traces

if TYPE_CHECKING:
    from accord.server.frontends.frontend import Frontend

logger = logging.getLogger("accord")

ENDING_SECONDS = 5
"""Seconds for sending errors to clients whose requests were ended, and for closing connections."""


class Server(uvicorn.Server):
    """uvicorn's server, which drains before it stops, and returns the exit code of a failed engine."""

    exit_code = 0

    def __init__(self, config: uvicorn.Config, services: Services, grace_seconds: float) -> None:
        super().__init__(config)
        self.services = services
        self.grace_seconds = grace_seconds

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Drain at the first signal, stop at once at the second."""
        if self.services.draining.begun:
            self.services.engine.kill()
            leave(self.exit_code)
        self._captured_signals.append(sig)
        self.begin_drain()

    def begin_drain(self) -> None:
        """Drain: accept no new work, and stop once running requests have ended."""
        self.services.draining.begin()
        self.services.engine.retire()

    async def on_tick(self, counter: int) -> bool:
        if self.services.draining.begun and not self.should_exit:
            await self._drain()
            self.should_exit = True
        return await super().on_tick(counter)

    async def _drain(self) -> None:
        """Wait for running requests. The listener stays open, so that load balancers see 503."""
        if not await self._idle_within(self.grace_seconds):
            logger.warning("%d requests did not finish within %g s.", self._running, self.grace_seconds)
            self.services.draining.end()
            interrupt = partial(self.services.engine.interrupt, stopping())
            if not await self._idle_within(ENDING_SECONDS, interrupt):
                logger.warning("%d requests could not be told that the server stops.", self._running)

    async def _idle_within(self, seconds: float, meanwhile: Callable[[], None] = lambda: None) -> bool:
        deadline = time.monotonic() + seconds
        while self._running:
            if time.monotonic() >= deadline:
                return False
            meanwhile()
            await asyncio.sleep(0.05)
        return True

    @property
    def _running(self) -> int:
        return self.services.draining.open + len(self.services.running)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals as uvicorn does, but exit with 0 after a drain."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    def give_up(self, error: BaseException) -> None:
        """Stop because the model cannot be loaded, or has failed for good."""
        self.exit_code = log_load_failure(error)
        self.should_exit = True

    def refuse_storage(self, setting: str, error: StorageUnusable) -> None:
        """Stop because the storage that `setting` names cannot be used."""
        self.exit_code = 2
        logger.error("%s: %s.", setting, error)
        self.should_exit = True


class SecondaryServer(uvicorn.Server):
    """A second server in the process, which leaves signals to the first."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(configured: Configuration, listening: Listening, frontend: Frontend | None = None) -> int:
    """Serve until a signal or a failed start; return the exit code. Raises ConfigurationError.

    With a `frontend` this process is one of several: it connects to their engine, and its parent stops it.
    """
    settings = configured.settings
    configure_traces(os.environ)
    (REGISTRY if frontend is None else frontend.registry).register(GpuCollector())
    shared_engine = (frontend.membership, frontend.created) if frontend is not None else ()
    engine = create_engine(configured, *shared_engine)
    storage = _storage(settings)
    storage_setting = "cache_path" if settings.database_url is None else "database_url"
    services = Services(
        engine,
        __version__,
        VERSION,
        storage,
        settings.max_choices,
        settings.sse_keep_alive_interval,
        settings.model_alias,
        settings.enable_force_include_usage,
        Signatures(settings.signing_key.get_secret_value()),
        _mcp_servers(settings),
    )
    if frontend is not None:
        services = replace(services, peers=frontend.peers, all_ready=frontend.all_ready)
        engine.adapters.changes = frontend.adapter_changes
    certificates = _certificates(configured)
    keys = _keys(settings)
    rates = _rate_limits(settings, frontend)
    processes = frontend.start.counters.count if frontend is not None else 1
    app = connexion_app(
        services,
        limits=BodyLimits(settings.max_body_bytes, settings.receive_timeout).shared_by(processes),
        keys=keys,
        metrics_open=settings.metrics_open,
        docs=settings.docs,
        concurrent=limit_by_descriptors(settings.max_concurrent_requests),
        seconds=settings.request_timeout or None,
        rates=rates,
        together=frontend.running_count if frontend is not None else None,
    )
    if settings.validate_responses != "off":
        app = ResponseValidation(app, settings.validate_responses, _count_violation)

    async def lifespan() -> AsyncGenerator[None, None]:
        watched = [files for files in (keys, certificates) if files is not None]
        if frontend is None:
            READY.set_function(lambda: services.unready is None)
            TASKS.set_function(partial(_tasks, asyncio.get_running_loop()))
        else:
            await frontend.begin(server, rates, watched)
        engine.start(server.give_up)
        storage.start(partial(server.refuse_storage, configured.called(storage_setting)))
        handle_hangup(watched, partial(server.handle_exit, signal.SIGHUP, None))
        watching = [asyncio.create_task(files.watch()) for files in watched]
        if frontend is None or frontend.start.index == 0:
            watching.append(asyncio.create_task(announce(services, settings)))
        yield
        for each in watching:
            each.cancel()
        await services.running.stop()
        await engine.stop()
        await storage.close()
        if frontend is not None:
            frontend.end()
        await asyncio.to_thread(flush_traces)

    application = Application(with_cors(app, settings), lifespan)
    config = _uvicorn_config(application, settings, "on", certificates)
    make = Server if frontend is None else frontend.server
    server = make(config, services, settings.grace_seconds)
    uvloop.run(_run(server, listening.main, ProbesOnly(app), listening.health, settings))
    if engine.loading or is_loading():
        leave(server.exit_code)  # the loading thread cannot be stopped
    return server.exit_code


def _tasks(loop: asyncio.AbstractEventLoop) -> int:
    return len(asyncio.all_tasks(loop))


def _storage(settings: Settings) -> Storage:
    """Return the storage of responses."""
    return Storage(settings.database, settings.retention)


def _keys(settings: Settings) -> Keys | None:
    """Return the configured API keys."""
    if settings.api_keys is None and settings.api_keys_file is None:
        return None
    return Keys(settings.api_keys or [], settings.api_keys_file)


def _mcp_servers(settings: Settings) -> McpServers:
    """Return the allowed MCP servers and their limits."""
    limits = Limits(settings.mcp_max_calls, settings.mcp_call_timeout, settings.mcp_max_result_bytes)
    return McpServers(settings.mcp_servers, settings.mcp_client_servers, limits)


def _rate_limits(settings: Settings, frontend: Frontend | None) -> RateLimits | None:
    limits = KeyLimits(
        settings.key_concurrent_requests, settings.key_requests_per_minute, settings.key_tokens_per_minute
    )
    if not limits:
        return None
    return RateLimits(limits, shared_keys=frontend.key_table if frontend is not None else None)


def _count_violation(operation: str, _: str) -> None:
    CONTRACT_VIOLATIONS.labels(operation).inc()


async def _run(
    server: Server,
    main_socket: socket.socket,
    health_app: ASGIApp,
    health_socket: socket.socket | None,
    settings: Settings,
) -> None:
    """Serve on both sockets until the first server ends."""
    if health_socket is None:
        await server.serve([main_socket])
        return
    secondary = SecondaryServer(_uvicorn_config(health_app, settings, "off", None))
    serving = asyncio.create_task(secondary.serve([health_socket]))
    await server.serve([main_socket])
    secondary.should_exit = True
    await serving


def _certificates(configured: Configuration) -> Certificates | None:
    settings = configured.settings
    if settings.ssl_mode == "DISABLED" or settings.ssl_certs_path is None or settings.ssl_key_path is None:
        return None
    authorities = settings.ssl_ca_certs_path if settings.ssl_mode == "MTLS" else None
    try:
        return Certificates(settings.ssl_certs_path, settings.ssl_key_path, authorities)
    except OSError as error:
        raise ConfigurationError(
            f"{configured.called('ssl_certs_path')}: got '{settings.ssl_certs_path}', which with "
            f"{configured.called('ssl_key_path')} '{settings.ssl_key_path}' is no certificate and its key "
            f"in PEM: {error}."
        ) from error


def _uvicorn_config(
    app: ASGIApp, settings: Settings, lifespan: Literal["on", "off"], certificates: Certificates | None
) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=BoundedProtocol.within(
            ConnectionLimits(settings.max_header_bytes, settings.receive_timeout, settings.send_timeout)
        ),
        ws="none",
        lifespan=lifespan,
        timeout_graceful_shutdown=ENDING_SECONDS,
        timeout_keep_alive=75,  # above the 5 s at which clients drop idle connections, so that they do first
        access_log=False,
        log_config=None,
        server_header=False,
        ssl_context_factory=certificates.context if certificates is not None else None,
    )
