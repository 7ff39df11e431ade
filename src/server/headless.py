"""`accord serve` on a node without HTTP: workers of an engine whose server runs on another node."""

from __future__ import annotations

import errno
import importlib
import logging
import os
import socket
import threading
from contextlib import suppress

from accord.engine.deployment.options import option
from accord.engine.nodes import wait_until_connected, wait_until_disconnected
from accord.engine.processes import engine_processes
from accord.server.engine_setup import create_engine, log_load_failure
from accord.server.run_folder import leave
from accord.server.sources import Configuration, ConfigurationError

logger = logging.getLogger("accord")

HEADLESS = "--headless"
MASTER_PORT, RPC_PORT = 29501, 29550
"""VLLM's default ports on which the head node listens for the others."""
READY_TIMEOUT, READY_SECONDS = "VLLM_ENGINE_READY_TIMEOUT_S", 600.0
"""VLLM's variable for the time limit of an engine's start, and its default."""


def is_headless(arguments: list[str]) -> bool:
    """Whether vLLM's `arguments` describe a node without HTTP: --headless, or a later node of one engine.

    With data parallelism each node can have its own server, so there only --headless counts.
    """
    if HEADLESS in arguments:
        return True
    if int(option(arguments, "--data-parallel-size", "-dp") or 1) > 1:
        return False
    return int(option(arguments, "--node-rank", "-r") or 0) > 0


def check_node(arguments: list[str]) -> None:
    """Check the rank and the ports before vLLM is imported. Raises ConfigurationError."""
    nodes = int(option(arguments, "--nnodes", "-n") or 1)
    rank = int(option(arguments, "--node-rank", "-r") or 0)
    if not 0 <= rank < nodes:
        raise ConfigurationError(f"--node-rank: got {rank}; with --nnodes {nodes} expected 0 to {nodes - 1}.")
    if rank > 0 or is_headless(arguments):
        return
    if nodes > 1:
        _check_free("--master-port", int(option(arguments, "--master-port") or MASTER_PORT))
    engines = int(option(arguments, "--data-parallel-size", "-dp") or 1)
    if engines > int(option(arguments, "--data-parallel-size-local", "-dpl") or engines):
        port = option(arguments, "--data-parallel-rpc-port", "-dpp")
        address = option(arguments, "--data-parallel-address", "-dpa") or ""
        _check_free("--data-parallel-rpc-port", int(port or RPC_PORT), address)


def _check_free(name: str, port: int, address: str = "") -> None:
    """Refuse a port on which another process listens. vLLM reports other errors."""
    try:
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConfigurationError(
                f"{name}: got {port}, on which the other nodes reach this one; another process uses it."
            ) from error
    except OverflowError as error:
        raise ConfigurationError(f"{name}: got {port}; expected 1 to 65535.") from error


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
    engine = create_engine(configured)
    connection = _Head(head)
    try:
        engine_arguments = engine.prepared_arguments()
        connection.watch()
        module = importlib.import_module("accord.engine.vllm.headless")
        module.run_workers(engine_arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except Exception as error:
        code = log_load_failure(error)
        if code == 1 and not connection.seen:
            logger.error("--master-addr: got %s; this node could not connect to that one.", head)
            return 2
        return code
    finally:
        engine.kill()
    logger.error("A worker of this node has ended. Restart all nodes of the engine.")
    return 1


def _ready_seconds() -> float:
    with suppress(ValueError):  # vLLM refuses what is not a number
        return float(os.environ.get(READY_TIMEOUT) or READY_SECONDS)
    return READY_SECONDS


class _Head:
    """The head node. If it is lost, vLLM's workers would wait for it forever."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.seen = False
        self._seconds = _ready_seconds()

    def watch(self) -> None:
        """End this node if it does not connect to the head in time, or loses its connection."""
        threading.Thread(target=self._watch, name="head", daemon=True).start()

    def _watch(self) -> None:
        self.seen = wait_until_connected(self.host, engine_processes, self._seconds)
        if self.seen:
            wait_until_disconnected(self.host, engine_processes)
            logger.error(
                "The head node %s has closed its connections. Restart all nodes of the engine.", self.host
            )
        else:
            logger.error(
                "--master-addr: got %s; this node was not connected with that one within %g s (%s).",
                *(self.host, self._seconds, READY_TIMEOUT),
            )
        for process in engine_processes():
            process.kill()
        logging.shutdown()
        leave(1 if self.seen else 2)
