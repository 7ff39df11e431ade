"""Endpoints that routers and other clients of vLLM's server use."""

from __future__ import annotations

from accord.engine.deployment.device import vllm_version
from accord.generated import models
from accord.handlers.call import Call
from accord.handlers.management import get_health_ready


async def get_health(call: Call) -> models.HealthReady | models.HealthNotReady:
    """Answer whether the server is ready, at the path of vLLM's server."""
    return await get_health_ready(call)


async def get_ping(call: Call) -> models.HealthReady | models.HealthNotReady:
    """Answer whether the server is ready, for SageMaker."""
    return await get_health_ready(call)


async def post_ping(call: Call) -> models.HealthReady | models.HealthNotReady:
    """Answer the same."""
    return await get_health_ready(call)


async def get_load(call: Call) -> models.Load:
    """Return the number of running requests."""
    return models.Load(server_load=call.services.load())


async def get_vllm_version(call: Call) -> models.VllmVersion:
    """Return the engine's version."""
    return models.VllmVersion(version=vllm_version())


async def get_server_info(call: Call, parameters: models.GetServerInfoParameters) -> models.ServerInfo:
    """Return vLLM's own information for developers."""
    info = await call.engine.server_info(parameters.config_format or "text")
    return models.ServerInfo.model_validate(info)


async def get_kv_event_sources(call: Call) -> models.KvEventSources:
    """Return the addresses where changes of the prefix cache are published."""
    sources = call.engine.kv_event_sources
    return {rank: models.KvEventSource.model_validate(source) for rank, source in sources.items()}
