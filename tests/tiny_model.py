"""The random model that the tests serve; the benchmark serves the same one."""

import os
import shutil
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from accord.engine.deployment import default_model
from bench import tiny_model
from bench.tiny_model import NAME, default_tokenizer, write_tiny_model

__all__ = ["NAME", "copy_tiny_model", "default_tokenizer", "write_tiny_model"]

CACHE = Path(__file__).parents[1] / "build" / "tiny-models"


def copy_tiny_model(folder: Path, thinks: bool = False) -> Path:
    """Copy what `write_tiny_model` writes, for eight seconds of CPU, the first time."""
    kept = CACHE / f"{_key()}{'-thinks' if thinks else ''}"
    if not kept.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=CACHE) as made, suppress(OSError):  # if another process was first
            os.rename(write_tiny_model(Path(made) / NAME, thinks), kept)
    return Path(shutil.copytree(kept, folder, dirs_exist_ok=True))


def _key() -> str:
    """Return a name that changes with the code that writes the model."""
    tokenizer = default_model.source()
    assert tokenizer is not None, "the package of the default model is missing: make dev"
    versions = f"{version('torch')} {version('transformers')} {tokenizer.name} {tokenizer.stat().st_size}"
    return sha256(Path(tiny_model.__file__).read_bytes() + versions.encode()).hexdigest()[:16]
