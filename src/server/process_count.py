"""The number of processes that handle HTTP."""

from __future__ import annotations

from accord.engine.deployment.options import option
from accord.server.sources import Configuration, ConfigurationError


def process_count(configured: Configuration, cores: int) -> int:
    """Return the number. Raises ConfigurationError if another setting allows only one."""
    asked = configured.settings.api_server_count
    needed = _needs_one(configured.vllm_arguments)
    if asked is None:
        return 1 if needed else max(1, min(cores, _engines(configured.vllm_arguments)))
    if asked > 1 and needed:
        raise ConfigurationError(f"{configured.called('api_server_count')}: got {asked}; {needed}.")
    return asked


def _engines(arguments: list[str]) -> int:
    """Return the number of data-parallel engines that the server itself balances, as vLLM counts them."""
    if _has(arguments, "--data-parallel-external-lb", "--data-parallel-rank", "-dpn"):
        return 1
    if _has(arguments, "--data-parallel-hybrid-lb", "--data-parallel-start-rank", "-dpr"):
        return int(option(arguments, "--data-parallel-size-local", "-dpl") or 1)
    return int(option(arguments, "--data-parallel-size", "-dp") or 1)


def _needs_one(arguments: list[str]) -> str | None:
    """Return why these settings allow only one process; None if they allow several."""
    if _has(arguments, "--enable-elastic-ep"):
        return "with --enable-elastic-ep it must be 1, as vLLM resizes the engines from one process"
    if _has(arguments, "--enable-fault-tolerance"):
        return "with --enable-fault-tolerance it must be 1, as in vLLM"
    if option(arguments, "--mm-tensor-ipc") == "torch_shm":
        return "with --mm-tensor-ipc torch_shm it must be 1, as one process passes these tensors"
    return None


def _has(arguments: list[str], *names: str) -> bool:
    return any(argument.partition("=")[0].replace("_", "-") in names for argument in arguments)
