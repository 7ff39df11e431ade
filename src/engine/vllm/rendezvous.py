"""Moves the file by which the workers of one machine find each other; vLLM leaves it in /tmp."""

from __future__ import annotations

from types import SimpleNamespace

import vllm.envs
from vllm.utils import network_utils


def meet_beside_sockets() -> None:
    """Make vLLM create the file in the folder of its sockets, which the server removes at the end.

    vLLM's other files in /tmp stay there: caches are for the next server, locks for servers beside it.
    """
    network_utils.tempfile = SimpleNamespace(gettempdir=lambda: vllm.envs.VLLM_RPC_BASE_PATH)
