"""LoRA adapters in vLLM. An adapter that vLLM's workers would refuse is refused before they are asked."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from vllm.config import VllmConfig
from vllm.entrypoints.serve.utils.api_utils import process_lora_modules
from vllm.lora.lora_model import is_base_embedding_weights, parse_fine_tuned_lora_name
from vllm.lora.peft_helper import PEFTHelper
from vllm.lora.request import LoRARequest
from vllm.lora.utils import get_adapter_absolute_path
from vllm.v1.engine.async_llm import AsyncLLM
from vllm.v1.engine.exceptions import EngineDeadError

from accord.engine.adapter_engine import Adapter, AdapterSource
from accord.engine.adapter_files import CONFIG, SAFETENSORS, AdapterRefused, safetensors_header, weights_file
from accord.engine.adapters import WORKERS
from accord.engine.deployment.model_files import ModelNotHere, ModelUnreadable, model_files
from accord.engine.vllm.errors import client_errors

PLAIN_DTYPES = {"F32", "F16", "BF16", "F8_E4M3", "F8_E5M2", "I8"}
"""Data types whose tensors have the shape of the weights that they store; others are packed."""


def static_adapters(modules: list[Any] | None, config: VllmConfig) -> list[AdapterSource]:
    """Return the adapters of `--lora-modules` and `--default-mm-loras`; those on a hub are downloaded."""
    default = config.lora_config.default_mm_loras if config.lora_config is not None else None
    return [
        AdapterSource(
            module.name,
            Path(get_adapter_absolute_path(module.path)),
            module.is_3d_lora_weight,
            module.base_model_name,
        )
        for module in process_lora_modules(modules, default) or []
    ]


def lora_request(adapter: Adapter) -> LoRARequest:
    """Return vLLM's description of an adapter."""
    return LoRARequest(adapter.name, adapter.id, str(adapter.path), is_3d_lora_weight=adapter.source.is_3d)


def lora_argument(adapter: Adapter | None) -> dict[str, Any]:
    """Return the argument with which the engine runs a request through an adapter."""
    return {} if adapter is None else {"lora_request": lora_request(adapter)}


async def add_adapter(llm: AsyncLLM, adapter: Adapter) -> None:
    """Have every worker load an adapter. Raises AdapterRefused."""
    config = llm.vllm_config
    if config.lora_config is None:
        raise AdapterRefused("the server was started without --enable-lora")
    await asyncio.to_thread(check, adapter.path, config)
    with client_errors():
        if config.parallel_config.worker_extension_cls == WORKERS:
            arguments = (adapter.name, adapter.id, str(adapter.path), adapter.source.is_3d)
            reasons = await _in_all_workers(llm, "accord_add_adapter", arguments)
            if reason := next((reason for reason in reasons if reason), None):
                await _in_all_workers(llm, "accord_remove_adapter", (adapter.id,))
                raise AdapterRefused(f"vLLM refuses it: {_clause(reason, adapter)}")
        else:
            await _add_by_vllm(llm, adapter)


async def _add_by_vllm(llm: AsyncLLM, adapter: Adapter) -> None:
    """Load an adapter as vLLM's server does. An error of a worker arrives as a plain Exception."""
    try:
        await llm.add_lora(lora_request(adapter))
    except EngineDeadError:
        raise
    except Exception as error:
        with suppress(Exception):
            await llm.remove_lora(adapter.id)
        raise AdapterRefused(f"vLLM refuses it: {_clause(error, adapter)}") from error


async def remove_adapter(llm: AsyncLLM, adapter: Adapter) -> None:
    """Make every worker unload an adapter."""
    with client_errors():
        if llm.vllm_config.parallel_config.worker_extension_cls == WORKERS:
            await _in_all_workers(llm, "accord_remove_adapter", (adapter.id,))
        else:
            await llm.remove_lora(adapter.id)


async def _in_all_workers(llm: AsyncLLM, method: str, arguments: tuple[Any, ...]) -> list[Any]:
    """Call a method in each worker of each engine.

    `collective_rpc` itself returns the first engine's answers only.
    """
    engines = await llm.engine_core.call_utility_all_async("collective_rpc", method, None, arguments, None)
    return [answer for answers in engines for answer in answers]


def runs_adapter(llm: AsyncLLM, adapter: Adapter) -> bool:
    """Return whether a running request of this process uses the adapter."""
    requests = [state.lora_request for state in llm.output_processor.request_states.values()]
    return any(request is not None and request.lora_int_id == adapter.id for request in requests)


def check(folder: Path, config: VllmConfig) -> None:
    """Raise AdapterRefused if vLLM cannot run the adapter, or its tensors contradict its configuration."""
    text_config = config.model_config.hf_config.get_text_config()
    positions = getattr(text_config, "max_position_embeddings", None)
    try:
        helper = PEFTHelper.from_local_dir(str(folder), positions)
        helper.validate_legal(config.lora_config)
    except Exception as error:
        raise AdapterRefused(
            f"its {CONFIG} uses features that vLLM does not support: {_clause(error)}"
        ) from error
    weights = weights_file(folder)
    if weights.name == SAFETENSORS:
        tensors = safetensors_header(weights)
        _check_tensors(tensors, helper)
        _check_model(tensors, _matrices(config.model_config.model))


@cache
def _matrices(model: str) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the model's matrices, as in its files, except packed ones."""
    try:
        tensors = model_files(model, Path()).tensors
    except (ModelNotHere, ModelUnreadable):
        return {}
    return {t.name: t.shape for t in tensors if len(t.shape) == 2 and t.dtype in PLAIN_DTYPES}


def _check_model(tensors: dict[str, Any], matrices: dict[str, tuple[int, ...]]) -> None:
    """Refuse an adapter for another model.

    vLLM runs an adapter for a narrower model, with meaningless output. Adapters usually name matrices as the
    model's files do; matrices with other names are not checked.
    """
    for name, tensor in tensors.items():
        module, _, half = name.removeprefix("base_model.model.").rpartition(".lora_")
        matrix = matrices.get(f"{module}.weight")
        if matrix is None or half not in ("A.weight", "B.weight"):
            continue
        width = tensor["shape"][1 if half[0] == "A" else 0]
        if width not in matrix:
            raise AdapterRefused(
                f"it is for another model: its tensor {name} is {width} wide, and the model's {module} has "
                f"the shape {list(matrix)}"
            )


def _check_tensors(tensors: dict[str, Any], helper: PEFTHelper) -> None:
    """Check the shapes of each pair of matrices against the rank in the configuration."""
    pairs: dict[str, set[bool]] = {}
    for name, tensor in tensors.items():
        shape = tensor["shape"]
        if ".experts" in name or is_base_embedding_weights(name) or len(shape) != 2 or ".lora_" not in name:
            continue
        try:
            module, is_a = parse_fine_tuned_lora_name(name)
        except ValueError as error:
            raise AdapterRefused(f"vLLM does not know its tensor {name}") from error
        pairs.setdefault(module, set()).add(is_a)
        rank, _ = helper.get_rank_and_scaling(module)
        if shape[0 if is_a else 1] != rank:
            raise AdapterRefused(f"its tensor {name} has the shape {shape}, and its {CONFIG} the rank {rank}")
    for module, there in pairs.items():
        if len(there) == 1:
            missing = "lora_A" if False in there else "lora_B"
            raise AdapterRefused(f"it has no {missing} for {module}")
    if not tensors:
        raise AdapterRefused("it has no tensors")


def _clause(error: object, adapter: Adapter | None = None) -> str:
    """Return an error's message as a clause, with the operator's folder instead of the copy."""
    text = " ".join(str(error).split()).rstrip(".")
    return text.replace(str(adapter.path), str(adapter.source.path)) if adapter is not None else text
