"""Serving: uvicorn over the application, and the engine's life beside it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncGenerator

import uvicorn
from accord import __version__
from accord.engine import Engine, EngineState
from accord.generated.contract import VERSION
from accord.handlers.call import Services
from accord.server.app import Application, connexion_app
from accord.server.settings import Settings, cache_folder, log_settings
from accord.telemetry.gpu import GpuCollector
from accord.telemetry.logs import configure_logging
from accord.telemetry.traces import configure_traces, flush_traces
from prometheus_client import REGISTRY

logger = logging.getLogger("accord")


class Server(uvicorn.Server):
    """uvicorn, with the exit code that a failed engine gives."""

    exit_code = 0

    def give_up(self, error: BaseException) -> None:
        """Stop serving because the model cannot be loaded."""
        if isinstance(error, SystemExit):
            self.exit_code = int(error.code or 0) or 2
        else:
            self.exit_code = 1
            logger.error("The model could not be loaded: %s", error, exc_info=error)
        self.should_exit = True


def serve(settings: Settings) -> int:
    """Serve until a signal or a failed start; return the exit code."""
    configure_logging(*log_settings())
    configure_traces(os.environ)
    REGISTRY.register(GpuCollector())
    engine = Engine(settings.model, settings.served_model_names, settings.vllm_arguments, cache_folder())
    services = Services(engine, __version__, VERSION)

    async def lifespan() -> AsyncGenerator[None, None]:
        engine.start(server.give_up)
        yield
        await engine.stop()
        await asyncio.to_thread(flush_traces)

    config = uvicorn.Config(
        Application(connexion_app(services), lifespan),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
    )
    server = Server(config)
    server.run()
    if engine.state is EngineState.LOADING:
        os._exit(server.exit_code)  # the thread that loads cannot be told to stop
    return server.exit_code
