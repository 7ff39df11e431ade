"""`accord serve` on a node without HTTP: workers of an engine whose server runs on another node."""

from __future__ import annotations

import importlib
import logging
import os
import threading
from functools import partial

from accord.engine.deployment.options import option
from accord.engine.nodes import wait_until_disconnected
from accord.engine.processes import engine_processes
from accord.server.engine_of import engine_of, told_exit_code
from accord.server.sources import Configuration, ConfigurationError

logger = logging.getLogger("accord")

HEADLESS = "--headless"


def is_headless(arguments: list[str]) -> bool:
    """Whether vLLM's `arguments` describe a node without HTTP: --headless, or a later node of one engine.

    With data parallelism each node can have a server of its own, so there only --headless says so.
    """
    if HEADLESS in arguments:
        return True
    if int(option(arguments, "--data-parallel-size", "-dp") or 1) > 1:
        return False
    return int(option(arguments, "--node-rank", "-r") or 0) > 0


def check_node(arguments: list[str]) -> None:
    """Refuse a rank that no node has, before vLLM is imported. Raises ConfigurationError."""
    nodes = int(option(arguments, "--nnodes", "-n") or 1)
    rank = int(option(arguments, "--node-rank", "-r") or 0)
    if not 0 <= rank < nodes:
        raise ConfigurationError(f"--node-rank: got {rank}; with --nnodes {nodes} it takes 0 to {nodes - 1}.")


def run_node(configured: Configuration) -> int:
    """Run this node's workers until a signal, or one of them or the head ends; return the exit code."""
    settings, arguments = configured.settings, configured.vllm_arguments
    head = option(arguments, "--master-addr", "--data-parallel-address", "-dpa")
    if head is None:
        raise ConfigurationError(
            "--master-addr: got nothing; a node without a server needs the address of the node that has it."
        )
    if settings.api_server_count is not None:
        raise ConfigurationError(
            f"{configured.called('api_server_count')}: got {settings.api_server_count}; "
            "a node without a server has no processes that answer requests."
        )
    if settings.disable_model_download:
        os.environ["HF_HUB_OFFLINE"] = "1"
    logger.info("This node runs workers only; the server is on %s.", head)
    engine = engine_of(configured)
    try:
        engine_arguments = engine.prepared_arguments()
        module = importlib.import_module("accord.engine.vllm.headless")
        threading.Thread(target=partial(_end_with_head, head), name="head", daemon=True).start()
        module.run_workers(engine_arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except Exception as error:
        return told_exit_code(error)
    finally:
        engine.kill()
    logger.error("A worker of this node has ended. Restart all nodes of the engine.")
    return 1


def _end_with_head(head: str) -> None:
    """End this node once the head is gone, for which vLLM's workers would wait for ever."""
    wait_until_disconnected(head, engine_processes)
    logger.error("The head node %s has closed its connections. Restart all nodes of the engine.", head)
    for process in engine_processes():
        process.kill()
    os._exit(1)
