"""A plugin that vLLM loads in each of its processes (pyproject.toml, vllm.general_plugins).

The engine's processes end when their parent ends, for whatever reason, and leave no files in /tmp
(`engine/vllm/rendezvous.py`).
"""

from __future__ import annotations

import importlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading


def exit_with_parent() -> None:
    """Set up both in a process that vLLM has spawned; do nothing elsewhere."""
    if watch_parent():
        importlib.import_module("accord.engine.vllm.rendezvous").move_rendezvous_file()


def watch_parent() -> bool:
    """End a process that vLLM has spawned when its parent ends; return whether this is such a process."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return False

    def watch() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="exit-with-parent", daemon=True).start()
    if threading.current_thread() is threading.main_thread():
        # Ctrl+C and a closed terminal signal every process of it; the server finishes running requests first.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return True
