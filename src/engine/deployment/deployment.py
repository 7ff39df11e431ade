"""A deployment: its model, the profile of its options, and the model's other profiles."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from accord.engine.deployment.device import CPU_KV_CACHE_GIB, is_cpu_build
from accord.engine.deployment.hardware import Device, devices
from accord.engine.deployment.model_files import ModelFiles, model_files
from accord.engine.deployment.model_license import model_license
from accord.engine.deployment.options import option, token_count
from accord.engine.deployment.profiles import (
    PRECISIONS,
    Limits,
    Profile,
    own_precision,
    possible_profiles,
    profile,
    shortcoming,
    shorter_length,
)
from accord.licenses import License

MEMORY_SHARE = 0.92
"""vLLM's default for --gpu-memory-utilization."""

LENGTHS = ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "model_max_length")


@dataclass(frozen=True, slots=True)
class Fit:
    """A profile, and the reason why this machine cannot run it, if there is one.

    `shorter` is the --max-model-len with which it could, where there is one.
    """

    profile: Profile
    shortcoming: str | None
    shorter: int | None = None


class Deployment:
    """A model with vLLM's `arguments`, before or after it is loaded. Its properties are computed once.

    Raises ModelNotHere if the model's files are not downloaded yet, ModelUnreadable if they are incomplete.
    """

    def __init__(self, model: str | None, arguments: list[str], cache: Path) -> None:
        self.model = model
        self.arguments = arguments
        self.cache = cache

    @cached_property
    def files(self) -> ModelFiles:
        return model_files(self.model, self.cache)

    @cached_property
    def license(self) -> License | None:
        """The model's license; None if its files name none."""
        return model_license(self.files)

    @cached_property
    def devices(self) -> list[Device]:
        return devices()

    @cached_property
    def max_model_len(self) -> int:
        """The context length: that of the options, or of the model's configuration."""
        given = option(self.arguments, "--max-model-len")
        if given and (length := _length(given)):
            return length
        return self.files.number(*LENGTHS)

    @cached_property
    def selected(self) -> Profile:
        """The profile of the options."""
        quantized = self.files.config.get("quantization_config")
        asked = option(self.arguments, "--quantization", "-q") if not quantized else None
        dtype = PRECISIONS.get(option(self.arguments, "--dtype") or "") if not quantized else None
        return profile(
            self.files,
            asked or dtype or own_precision(self.files),
            int(option(self.arguments, "--tensor-parallel-size", "-tp") or 1),
            int(option(self.arguments, "--pipeline-parallel-size", "-pp") or 1),
            "--enable-lora" in self.arguments,
        )

    @cached_property
    def fits(self) -> list[Fit]:
        """Every profile, the selected one among them, and whether this machine can run it."""
        profiles = possible_profiles(self.files)
        if self.selected not in profiles:
            profiles.append(self.selected)
        return [self._fit(each) for each in profiles]

    def _fit(self, profile: Profile) -> Fit:
        missing = shortcoming(profile, self._limits, self.max_model_len)
        shorter = shorter_length(profile, self._limits, self.max_model_len) if missing else None
        return Fit(profile, missing, shorter)

    @cached_property
    def _limits(self) -> Limits:
        if is_cpu_build():
            space = float(os.environ.get("VLLM_CPU_KVCACHE_SPACE") or CPU_KV_CACHE_GIB)
            return Limits(self.devices, 1.0, int(space * 2**30), len(os.sched_getaffinity(0)))
        return Limits(self.devices, float(option(self.arguments, "--gpu-memory-utilization") or MEMORY_SHARE))


def _length(given: str) -> int | None:
    """The given length; None if it is left to the model or invalid."""
    try:
        length = token_count(given)
    except ValueError:
        return None
    return length if length > 0 else None
