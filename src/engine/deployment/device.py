"""Default options and variables for the installed build of vLLM."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

from accord.engine.deployment.options import option
from accord.telemetry import logs, traces

CPU_KV_CACHE_GIB = "2"
SPAWN = "spawn"
BIND = "VLLM_CPU_OMP_THREADS_BIND"
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


def vllm_version() -> str:
    """Return the version of the installed vLLM, without importing it."""
    return version("vllm-cpu" if is_cpu_build() else "vllm")


def prepare_environment() -> None:
    """Set vLLM's variables that it reads at import, unless the user has set them.

    Processes are spawned in any case: vLLM is started from a thread of a process that already serves.
    """
    if (method := os.environ.get("VLLM_WORKER_MULTIPROC_METHOD", SPAWN)) != SPAWN:
        logger.warning("VLLM_WORKER_MULTIPROC_METHOD: got '%s'; the engine's processes are spawned.", method)
    os.environ["VLLM_WORKER_MULTIPROC_METHOD"] = SPAWN
    os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
    os.environ.setdefault("VLLM_MAX_STOP_STRINGS", "32")  # the contract's maximum
    if is_cpu_build():
        os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", CPU_KV_CACHE_GIB)
        os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")  # otherwise torch warns about NUMA binding
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
    """Return the seconds after which vLLM itself aborts a step of the engine."""
    with suppress(ValueError):  # vLLM refuses what is not a number
        return float(os.environ.get("VLLM_EXECUTE_MODEL_TIMEOUT_SECONDS") or STEP_SECONDS)
    return STEP_SECONDS


def device_arguments(arguments: list[str]) -> list[str]:
    """Return vLLM's `arguments`, with eager execution on the CPU unless they choose.

    Compilation on the CPU needs a C++ compiler and takes minutes.
    """
    chosen = any(
        a.startswith(("--enforce-eager", "--no-enforce-eager", "-O", "--compilation")) for a in arguments
    )
    if chosen or not is_cpu_build():
        return arguments
    if _size(arguments, "--pipeline-parallel-size", "-pp") > 1:  # which vLLM's CPU runner cannot run eagerly
        return [*arguments, "--compilation-config", '{"mode":1,"backend":"eager"}']
    return [*arguments, "--enforce-eager"]


def bind_cpu_workers(arguments: list[str], cores: Sequence[int], memory_nodes: int) -> None:
    """Bind each CPU worker to a share of the `cores` if there are fewer memory nodes than workers.

    Raises ValueError if there are fewer cores than workers.
    """
    workers = (
        _size(arguments, "--tensor-parallel-size", "-tp")
        * _size(arguments, "--pipeline-parallel-size", "-pp")
        // _size(arguments, "--nnodes", "-n")
    )
    workers *= _size(arguments, "--data-parallel-size-local", "-dpl", "--data-parallel-size", "-dp")
    if workers <= memory_nodes or BIND in os.environ:
        return
    if workers > len(cores):
        raise ValueError(f"{workers} workers need as many CPU cores; there are {len(cores)}.")
    shares = [cores[i * len(cores) // workers : (i + 1) * len(cores) // workers] for i in range(workers)]
    os.environ[BIND] = "|".join(",".join(map(str, share)) for share in shares)


def _size(arguments: list[str], *names: str) -> int:
    """Return the value of the first of `names` that is given; 1 if none is."""
    given = (option(arguments, name) for name in names)
    return max(1, int(next(filter(None, given), 1)))


def log_arguments(arguments: list[str]) -> list[str]:
    """Return the option that hides vLLM's progress bar, unless `arguments` choose."""
    return [] if any("use-tqdm-on-load" in a for a in arguments) else ["--no-use-tqdm-on-load"]


def trace_arguments(arguments: list[str]) -> list[str]:
    """Return the options that make vLLM trace as the server does, unless `arguments` choose."""
    url = traces.endpoint(os.environ)
    if url is None or any(a.startswith("--otlp-traces-endpoint") for a in arguments):
        return []
    return ["--otlp-traces-endpoint", url]
