"""Prompts of a prefill server, whose KV blocks a connector transfers."""

from __future__ import annotations

from typing import Any

from accord.dialects.sampling import RoutingHeaders
from accord.handlers.call import Call


async def rejected(
    call: Call, request_id: str, kv_transfer_params: dict[str, Any] | None, headers: RoutingHeaders
) -> None:
    """Notify the connector of a request that failed before the engine had it.

    The server that computed the prompt keeps its blocks until they are fetched, which will not happen now.
    """
    if kv_transfer_params and kv_transfer_params.get("do_remote_prefill"):
        await call.engine.kv_transfer_rejected(request_id, kv_transfer_params, headers.x_data_parallel_rank)
