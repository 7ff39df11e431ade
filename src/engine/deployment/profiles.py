"""Profiles, the ways to run a model: precision, parallel sizes, adapters, and the memory that each needs."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from accord.engine.deployment.hardware import Device
from accord.engine.deployment.model_files import ModelFiles

TENSOR_PARALLEL_SIZES = (1, 2, 4, 8)
PIPELINE_PARALLEL_SIZES = (1, 2)
LORA_RANK = 16
"""vLLM's default for --max-lora-rank."""

FP8_CAPABILITY = (8, 0)
"""The first GPUs for which vLLM quantizes to FP8 while it loads."""

LENGTH_STEP = 512
"""Tokens; suggested lengths are multiples of it."""

PRECISIONS = {"bfloat16": "bf16", "float16": "fp16", "half": "fp16", "float32": "fp32", "float": "fp32"}
_BYTES = {"bf16": 2, "fp16": 2, "fp32": 4}


@dataclass(frozen=True)
class Profile:
    """One way to run a model. Its memory is the minimum: the weights, and a cache for one longest prompt."""

    model: str
    model_digest: str
    precision: str
    tensor_parallel_size: int
    pipeline_parallel_size: int
    lora: bool
    weights_bytes: int
    """Of all devices together, adapters included."""
    cache_bytes_per_token: int
    """Of one device."""

    @property
    def name(self) -> str:
        lora = "-lora" if self.lora else ""
        return f"vllm-{self.precision}-tp{self.tensor_parallel_size}-pp{self.pipeline_parallel_size}{lora}"

    @cached_property
    def id(self) -> str:
        """The SHA-256 of the content: the same for the same model, on any machine."""
        content = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()

    @property
    def device_count(self) -> int:
        return self.tensor_parallel_size * self.pipeline_parallel_size

    @property
    def weights_bytes_per_device(self) -> int:
        return -(-self.weights_bytes // self.device_count)

    def cache_bytes(self, max_model_len: int) -> int:
        """Return the size of the cache of one longest prompt and answer on each device."""
        return self.cache_bytes_per_token * max_model_len


@dataclass(frozen=True, slots=True)
class Limits:
    """The part of a machine that a model may use."""

    devices: list[Device]
    memory_share: float
    """Of each device's memory, for weights and cache."""
    cache_bytes: int | None = None
    """For the cache alone, where that is fixed beforehand."""
    cores: int | None = None
    """Of the CPU, whose memory nodes several workers can share."""


def shortcoming(profile: Profile, limits: Limits, max_model_len: int) -> str | None:
    """Return why the profile cannot run, None if it can. Models that are loaded already are not counted."""
    there = limits.devices
    kind = "CPU memory node" if there and there[0].kind == "cpu" else "GPU"
    if limits.cores is not None and limits.cores < profile.device_count:
        return (
            f"needs {_counted(profile.device_count, 'CPU core')}; this machine has {limits.cores or 'none'}"
        )
    if limits.cores is None and len(there) < profile.device_count:
        return f"needs {_counted(profile.device_count, kind)}; this machine has {len(there) or 'none'}"
    if profile.precision == "fp8" and not all((d.capability or (0, 0)) >= FP8_CAPABILITY for d in there):
        return "FP8 needs GPUs of compute capability 8.0"
    cache = profile.cache_bytes(max_model_len)
    if limits.cache_bytes is not None and cache > limits.cache_bytes:
        return (
            f"{max_model_len} tokens need {gib(cache)} of cache; VLLM_CPU_KVCACHE_SPACE gives "
            f"{gib(limits.cache_bytes)}"
        )
    needed = profile.weights_bytes_per_device + max(cache, limits.cache_bytes or 0)
    needed *= -(-profile.device_count // len(there))  # workers that share a node
    least = min(device.memory for device in there)
    if needed > least * limits.memory_share:
        usable = gib(int(least * limits.memory_share))
        return f"needs {gib(needed)} on each {kind}; {usable} of {gib(least)} can be used"
    return None


def shorter_length(profile: Profile, limits: Limits, max_model_len: int) -> int | None:
    """Return the longest --max-model-len, below `max_model_len`, with which the profile can run."""
    lengths = range(LENGTH_STEP, max_model_len, LENGTH_STEP)
    fitting = bisect_left(lengths, True, key=lambda length: shortcoming(profile, limits, length) is not None)
    return lengths[fitting - 1] if fitting else None


def _counted(count: int, kind: str) -> str:
    return f"{count} {kind}" if count == 1 else f"{count} {kind}s"


def gib(size: int) -> str:
    """Return a number of bytes as text, in GiB."""
    return f"{size / 2**30:.2f} GiB"


def possible_profiles(files: ModelFiles) -> list[Profile]:
    """Return the profiles that the model's shape allows, the simplest first."""
    heads = files.number("num_attention_heads", "n_head")
    layers = files.number("num_hidden_layers", "n_layer")
    own = own_precision(files)
    precisions = [own, "fp8"] if own in _BYTES else [own]
    return [
        profile(files, precision, tensor, pipeline, lora)
        for precision in precisions
        for lora in (False, True)
        for pipeline in PIPELINE_PARALLEL_SIZES
        for tensor in TENSOR_PARALLEL_SIZES
        if heads % tensor == 0 and pipeline <= layers
    ]


def profile(files: ModelFiles, precision: str, tensor: int, pipeline: int, lora: bool) -> Profile:
    """Return one profile."""
    return Profile(
        model=files.name,
        model_digest=files.digest,
        precision=precision,
        tensor_parallel_size=tensor,
        pipeline_parallel_size=pipeline,
        lora=lora,
        weights_bytes=_weights_bytes(files, precision) + (_adapter_bytes(files) if lora else 0),
        cache_bytes_per_token=_cache_bytes_per_token(files, precision, tensor, pipeline),
    )


def own_precision(files: ModelFiles) -> str:
    """Return the precision in which vLLM runs the model by default.

    It is the weights' quantization, or else their data type, with 16 bits instead of 32.
    """
    quantization = files.config.get("quantization_config") or {}
    if method := quantization.get("quant_method"):
        return _quantized(method, quantization)
    stored = files.config.get("dtype") or files.config.get("torch_dtype") or "float32"
    precision = PRECISIONS.get(str(stored).removeprefix("torch."), "bf16")
    return "bf16" if precision == "fp32" else precision


def _quantized(method: str, quantization: dict[str, Any]) -> str:
    """Return the precision of quantized weights, with the number of bits if the configuration has it."""
    if groups := quantization.get("config_groups"):  # compressed-tensors
        weights = next(iter(groups.values()))["weights"]
        return f"{'fp' if weights.get('type') == 'float' else 'int'}{weights['num_bits']}"
    if algorithm := quantization.get("quant_algo"):  # modelopt
        return str(algorithm).lower()
    bits = quantization.get("bits") or quantization.get("w_bit") or (4 if method == "awq" else None)
    return f"int{bits}" if bits else method


def _weights_bytes(files: ModelFiles, precision: str) -> int:
    """Return the size of the loaded weights in `precision`."""
    if precision in _BYTES:
        tensors = sum(
            tensor.size if not tensor.dtype.startswith(("F", "BF")) else tensor.count * _BYTES[precision]
            for tensor in files.tensors
        )
    elif precision == "fp8" and own_precision(files) in _BYTES:
        tensors = sum(tensor.count * (1 if tensor.is_projection else 2) for tensor in files.tensors)
    else:
        tensors = sum(tensor.size for tensor in files.tensors)
    return tensors + files.other_weights_bytes


def _adapter_bytes(files: ModelFiles) -> int:
    """Return the memory that vLLM reserves for one adapter of 16 bits and default rank, for all matrices."""
    return sum(sum(tensor.shape) * LORA_RANK * 2 for tensor in files.tensors if tensor.is_projection)


def _cache_bytes_per_token(files: ModelFiles, precision: str, tensor: int, pipeline: int) -> int:
    """Return the size of a token in one device's cache: keys and values of its attention layers."""
    config = files.config
    size = 4 if precision == "fp32" else 2
    kinds = config.get("layer_types")
    layers = (
        sum("attention" in kind and "linear" not in kind for kind in kinds)
        if kinds
        else files.number("num_hidden_layers", "n_layer")
    )
    if "kv_lora_rank" in config:  # latent attention: one compressed vector, on every device
        width = files.number("kv_lora_rank") + files.number("qk_rope_head_dim")
    else:
        heads = files.number("num_key_value_heads", "num_attention_heads", "n_head")
        width = 2 * max(1, heads // tensor) * _head_size(files)
    return -(-layers // pipeline) * width * size


def _head_size(files: ModelFiles) -> int:
    if isinstance(size := files.config.get("head_dim"), int):
        return size
    return files.number("hidden_size", "n_embd") // files.number("num_attention_heads", "n_head")
