"""Prompts that another server has computed, and that a KV connector brings here."""

from __future__ import annotations

from typing import Any

from accord.dialects.sampling import RoutingHeaders
from accord.handlers.call import Call


async def rejected(
    call: Call, request_id: str, kv_transfer_params: dict[str, Any] | None, headers: RoutingHeaders
) -> None:
    """Have the connector told of a request that ended, with an error, before the engine had it.

    The server that computed the prompt keeps its blocks until they are fetched, which nobody will do now.
    """
    if kv_transfer_params and kv_transfer_params.get("do_remote_prefill"):
        await call.engine.kv_transfer_rejected(request_id, kv_transfer_params, headers.x_data_parallel_rank)
