"""Starts a server: checks its environment, then serves in one process or several.

Only the processes that answer requests import the application.
"""

from __future__ import annotations

import logging
import os
from collections.abc import MutableMapping

from accord.engine.deployment.options import without_effect
from accord.mcp_servers.allowed import forget_secrets
from accord.server.headless import check_node, is_headless, run_node
from accord.server.listening import prepare
from accord.server.nim_variables import without_effect as variables_without_effect
from accord.server.process_count import process_count
from accord.server.run_folder import run_folder, set_engine_socket_folder
from accord.server.settings import API_KEYS, SIGNING_KEY
from accord.server.sources import Configuration
from accord.telemetry.logs import configure_logging

logger = logging.getLogger("accord")


def keep_kernels(configured: Configuration, environment: MutableMapping[str, str]) -> None:
    """Make vLLM store compiled kernels in the cache folder if one is set, such as a container's volume."""
    if configured.origins["cache_path"] != "default":
        environment.setdefault("VLLM_CACHE_ROOT", str(configured.settings.work_path / "vllm"))


def start(configured: Configuration) -> int:
    """Serve until a signal or a failed start; return the exit code. Raises ConfigurationError."""
    settings = configured.settings
    check_node(configured.vllm_arguments)
    headless = is_headless(configured.vllm_arguments)
    count = 1 if headless else process_count(configured, len(os.sched_getaffinity(0)))
    configure_logging(settings.log_level, settings.jsonl_logging)
    for line in [*without_effect(configured.vllm_arguments), *variables_without_effect(os.environ)]:
        logger.warning("%s", line)
    listening = None if headless else prepare(configured)
    keep_kernels(configured, os.environ)
    for secret in (API_KEYS, SIGNING_KEY, "ACCORD_DATABASE_URL"):
        os.environ.pop(secret, None)  # so that the engine's processes, which start later, do not inherit it
    forget_secrets(settings.mcp_servers)
    with run_folder() as folder:
        set_engine_socket_folder(folder, configured.vllm_arguments, os.environ)
        if listening is None:
            return run_node(configured)
        if count > 1:
            from accord.server.frontends.parent import serve_together

            return serve_together(configured, listening, count, folder)
        from accord.server.serve import serve

        return serve(configured, listening)
