"""A model folder, and two GPUs."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from accord.engine.deployment import deployment as deployments
from accord.engine.deployment.hardware import Device
from tests.unit.deployment.llama import GIB, H100, LLAMA, write_tensors


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of 8 GiB of matrices and 1 GiB of embeddings, by its headers."""
    folder = tmp_path / "llama"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(LLAMA))
    embedding = {"model.embed_tokens.weight": ("BF16", [131072, 4096])}
    layer = {f"model.layers.{i}.mlp.down_proj.weight": ("BF16", [32768, 4096]) for i in range(32)}
    write_tensors(folder / "model-1.safetensors", embedding)
    write_tensors(folder / "model-2.safetensors", layer)
    return folder


@pytest.fixture
def gpus(monkeypatch: pytest.MonkeyPatch) -> list[Device]:
    """Stands in for the machine: two GPUs that the model fits only together."""
    found = [replace(H100, memory=9 * GIB)] * 2
    monkeypatch.setattr(deployments, "devices", lambda: found)
    monkeypatch.setattr(deployments, "is_cpu_build", lambda: False)
    monkeypatch.delenv("NIM_MODEL_PROFILE", raising=False)
    return found
