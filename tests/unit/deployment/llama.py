"""A model of 9 GiB, of which only the headers exist."""

import json
import struct
from pathlib import Path
from typing import Any

from accord.engine.deployment.deployment import Deployment
from accord.engine.deployment.hardware import Device
from accord.engine.deployment.model_files import ModelFiles, model_files

GIB = 2**30
LLAMA = {
    "dtype": "bfloat16",
    "hidden_size": 4096,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "num_hidden_layers": 32,
    "max_position_embeddings": 8192,
}
H100 = Device("gpu", "NVIDIA H100", 80 * GIB, (9, 0))


def write_tensors(file: Path, tensors: dict[str, tuple[str, list[int]]]) -> None:
    """A safetensors file without its data, which nobody reads here."""
    header = {name: {"dtype": dtype, "shape": shape} for name, (dtype, shape) in tensors.items()}
    content = json.dumps(header | {"__metadata__": {"format": "pt"}}).encode()
    file.write_bytes(struct.pack("<Q", len(content)) + content)


def of(folder: Path, **config: Any) -> ModelFiles:
    (folder / "config.json").write_text(json.dumps(LLAMA | config))
    return model_files(str(folder), Path("unused"))


def deployed(folder: Path, *arguments: str) -> Deployment:
    return Deployment(str(folder), list(arguments), Path("unused"))
