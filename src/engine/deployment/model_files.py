"""Reads a model's configuration and the headers of its tensors, which profiles need."""

from __future__ import annotations

import hashlib
import json
import math
import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from accord.engine.deployment import default_model

DTYPE_BITS = {
    "F64": 64, "F32": 32, "F16": 16, "BF16": 16, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F4": 4,
    "I64": 64, "I32": 32, "I16": 16, "I8": 8, "U64": 64, "U32": 32, "U16": 16, "U8": 8, "BOOL": 8,
}  # fmt: skip


class ModelNotHere(Exception):
    """The model's files are not on this machine, or not yet. The message is a sentence."""


class ModelUnreadable(Exception):
    """The model's files lack the requested information. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor of the weights, from its header."""

    name: str
    dtype: str
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        """The number of its elements."""
        return math.prod(self.shape)

    @property
    def size(self) -> int:
        """In bytes."""
        return self.count * DTYPE_BITS.get(self.dtype, 16) // 8

    @property
    def is_projection(self) -> bool:
        """Whether it is a matrix of a layer: what LoRA adapts and quantization shrinks."""
        return len(self.shape) == 2 and not any(
            part in self.name for part in ("embed", "lm_head", "wte", "wpe")
        )


@dataclass(frozen=True)
class ModelFiles:
    """The folder of a model. `name` and `url` identify the model and its source."""

    folder: Path
    name: str
    url: str
    origin: Path | None = None
    """The file from which the folder was converted, if it was."""

    @cached_property
    def config(self) -> dict[str, Any]:
        """The model's configuration; of a model with several parts, that of the one that generates text."""
        config = self._json("config.json")
        text: dict[str, Any] = config.get("text_config") or {}
        return config | text

    @cached_property
    def digest(self) -> str:
        """The model's identity: the SHA-256 of its configuration."""
        return hashlib.sha256((self.folder / "config.json").read_bytes()).hexdigest()

    @cached_property
    def tensors(self) -> list[Tensor]:
        """All tensors of the safetensors files that the model is loaded from."""
        return [tensor for file in self._weights_files() for tensor in _headers(file)]

    def _weights_files(self) -> list[Path]:
        """The files that the index names; without one, all but Mistral's own copy of the others."""
        if (self.folder / "model.safetensors.index.json").is_file():
            names = set(self._json("model.safetensors.index.json")["weight_map"].values())
            return [self.folder / name for name in sorted(names)]
        files = sorted(self.folder.glob("*.safetensors"))
        return [file for file in files if not file.name.startswith("consolidated")] or files

    @cached_property
    def other_weights_bytes(self) -> int:
        """The size of weights in PyTorch's own format, which counts where there are no safetensors files."""
        return 0 if self.tensors else sum(file.stat().st_size for file in self.folder.glob("*.bin"))

    def number(self, *names: str) -> int:
        """Return the first of the configuration's fields `names` that exists."""
        for name in names:
            if isinstance(value := self.config.get(name), int):
                return value
        raise ModelUnreadable(f"{self.folder / 'config.json'} has no {' or '.join(names)}.")

    def _json(self, name: str) -> dict[str, Any]:
        try:
            content = json.loads((self.folder / name).read_text())
        except (OSError, ValueError) as error:
            raise ModelUnreadable(f"{self.folder / name} cannot be read: {error}.") from error
        if not isinstance(content, dict):
            raise ModelUnreadable(f"{self.folder / name} is not a JSON object.")
        return content


def _headers(file: Path) -> list[Tensor]:
    try:
        with file.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            if length > file.stat().st_size:
                raise ValueError(f"it would be {length} bytes long")
            header = json.loads(stream.read(length))
        tensors = [
            Tensor(name, entry["dtype"], tuple(entry["shape"]))
            for name, entry in header.items()
            if name != "__metadata__"
        ]
    except (OSError, ValueError, struct.error, KeyError, TypeError, AttributeError) as error:
        raise ModelUnreadable(f"{file} has no safetensors header: {error}.") from error
    return tensors


def model_files(model: str | None, cache: Path) -> ModelFiles:
    """Return the files of `model`: a folder, a Hugging Face id, or None for the default model.

    Raises ModelNotHere if they would have to be fetched or made first.
    """
    if model is None:
        folder = default_model.folder_in(cache)
        if not (folder / "config.json").is_file():
            raise ModelNotHere(f"The default model, {default_model.NAME}, is made at the first start.")
        return ModelFiles(folder, default_model.NAME, folder.as_uri(), default_model.source())
    if Path(model).is_dir():
        folder = Path(model).resolve()
        return ModelFiles(folder, folder.name, folder.as_uri())
    return ModelFiles(_cached_snapshot(model), model, f"hf://{model}")


def _cached_snapshot(repository: str) -> Path:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        config = try_to_load_from_cache(repository, "config.json")
    except HFValidationError:
        config = None
    if not isinstance(config, str):
        raise ModelNotHere(f"The model '{repository}' is neither a folder nor in Hugging Face's cache.")
    return Path(config).parent
