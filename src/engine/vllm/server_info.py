"""vLLM's description of its engine for routers and developers, from vLLM's own functions."""

from __future__ import annotations

import dataclasses
import json
from types import SimpleNamespace
from typing import Any, Literal, cast

import vllm.envs
from fastapi import Request
from vllm.entrypoints.serve.dev.server_info.api_router import show_server_info
from vllm.v1.engine.async_llm import AsyncLLM

from accord.errors import NotFound


async def server_info(llm: AsyncLLM, config_format: Literal["text", "json"]) -> dict[str, Any]:
    """Return the configuration, variables and environment, as `/server_info` of vLLM's server does.

    Raises NotFound if vLLM would not serve it.
    """
    if not vllm.envs.VLLM_SERVER_DEV_MODE:
        raise NotFound("/server_info requires a server started with VLLM_SERVER_DEV_MODE=1.")
    state = SimpleNamespace(vllm_config=llm.vllm_config)
    request = cast("Request", SimpleNamespace(app=SimpleNamespace(state=state)))
    described: dict[str, Any] = json.loads((await show_server_info(request, config_format)).body)
    return described


def kv_event_sources(llm: AsyncLLM) -> dict[str, dict[str, Any]]:
    """Return the address at which each data parallel rank publishes its cache's changes."""
    return {str(rank): dataclasses.asdict(source) for rank, source in llm.get_kv_event_sources().items()}
