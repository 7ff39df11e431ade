"""Moves the file by which the workers of one machine find each other; vLLM leaves it in /tmp."""

from __future__ import annotations

from types import SimpleNamespace

import vllm.envs
from vllm.utils import network_utils


def move_rendezvous_file() -> None:
    """Make vLLM create the file in the folder of its sockets, which the server removes at the end.

    vLLM's other files stay in /tmp: caches are for the next server, locks for other servers.
    """
    network_utils.tempfile = SimpleNamespace(gettempdir=lambda: vllm.envs.VLLM_RPC_BASE_PATH)
