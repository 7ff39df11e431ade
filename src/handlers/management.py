"""Health, version and metrics."""

from __future__ import annotations

import asyncio

from accord.engine import EngineState
from accord.engine.engine import LOADING_RETRY_SECONDS
from accord.generated import models
from accord.handlers.call import Call
from accord.telemetry.metrics import CONTENT_TYPE, exposition


async def get_health_live(call: Call) -> models.HealthLive:
    """Answer that the server runs."""
    return models.HealthLive(object="health.response", message="The server is live.", status="live")


async def get_health_ready(call: Call) -> models.HealthReady | models.HealthNotReady:
    """Answer whether the model can be asked."""
    state = call.engine.state
    if state is EngineState.READY:
        return models.HealthReady(object="health.response", message="The server is ready.", status="ready")
    call.status = 503
    call.headers["retry-after"] = str(LOADING_RETRY_SECONDS)
    if state is EngineState.LOADING:
        return models.HealthNotReady(
            object="health.response", message="The model is loading.", status="loading"
        )
    return models.HealthNotReady(
        object="health.response", message="The engine has failed.", status="not_ready"
    )


async def get_version(call: Call) -> models.Version:
    """Return the release and the contract's version."""
    return models.Version(release=call.services.release, api=call.services.contract_version)


async def get_metrics(call: Call) -> str:
    """Return what the engine, the server and the GPUs count, written in a thread: streams go on meanwhile."""
    call.headers["content-type"] = CONTENT_TYPE
    return await asyncio.to_thread(exposition)


async def get_prometheus_metrics(call: Call) -> str:
    """Return the same, where scrapers look."""
    return await get_metrics(call)
