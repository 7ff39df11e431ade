"""The file by which the workers of one machine find each other, which vLLM makes in /tmp and leaves there."""

from __future__ import annotations

from types import SimpleNamespace

import vllm.envs
from vllm.utils import network_utils


def meet_beside_sockets() -> None:
    """Have vLLM make the file in the folder of its sockets, which the server removes at its end.

    Nothing else of vLLM's moves: caches in /tmp are for the next server, and locks for those beside it.
    """
    network_utils.tempfile = SimpleNamespace(gettempdir=lambda: vllm.envs.VLLM_RPC_BASE_PATH)
