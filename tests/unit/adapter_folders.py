"""Folders with a LoRA adapter's files."""

import json
import struct
from pathlib import Path

from accord.engine.adapter_files import SAFETENSORS


def tensors(content: bytes) -> bytes:
    """A safetensors file of one tensor of bytes."""
    tensor = {"dtype": "U8", "shape": [len(content)], "data_offsets": [0, len(content)]}
    header = json.dumps({"__metadata__": {"format": "pt"}, "weight": tensor}).encode()
    return struct.pack("<Q", len(header)) + header + content


def write(folder: Path, rank: int = 8, weights: bytes = b"weights") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "adapter_config.json").write_text(json.dumps({"r": rank}))
    (folder / SAFETENSORS).write_bytes(tensors(weights))
    return folder
