"""The manifest of a deployment: its model, this machine, and every profile with its requirements."""

from __future__ import annotations

from typing import Any

import yaml

from accord.engine.deployment.deployment import Deployment, Fit
from accord.engine.deployment.model_files import ModelUnreadable


def manifest(deployment: Deployment, release: str) -> str:
    """Return the manifest as YAML."""
    content: dict[str, Any] = {
        "schema_version": "1.0",
        "release": release,
        "model": deployment.files.name,
        "model_url": deployment.files.url,
        "devices": [
            {"kind": device.kind, "name": device.name, "memory_bytes": device.memory}
            for device in deployment.devices
        ],
    }
    try:
        content |= {
            "max_model_len": deployment.max_model_len,
            "selected_profile": deployment.selected.id,
            "profiles": [_profile(fit, deployment.max_model_len) for fit in deployment.fits],
        }
    except ModelUnreadable as error:
        content |= {"profiles": [], "reason": str(error)}
    text: str = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1000)
    return text


def _profile(fit: Fit, max_model_len: int) -> dict[str, Any]:
    profile = fit.profile
    cache = profile.cache_bytes(max_model_len)
    content: dict[str, Any] = {
        "id": profile.id,
        "name": profile.name,
        "tags": {
            "llm_engine": "vllm",
            "precision": profile.precision,
            "tp": profile.tensor_parallel_size,
            "pp": profile.pipeline_parallel_size,
            "feat_lora": profile.lora,
        },
        "requires": {
            "devices": profile.device_count,
            "memory_bytes_per_device": profile.weights_bytes_per_device + cache,
            "weights_bytes_per_device": profile.weights_bytes_per_device,
            "cache_bytes_per_device": cache,
        },
        "runnable": fit.shortcoming is None,
    }
    if fit.shortcoming is not None:
        content["reason"] = fit.shortcoming
    return content
