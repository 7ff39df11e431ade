"""The default model: SmolLM2-135M-Instruct, from the package that carries it, made ready once."""

from __future__ import annotations

import importlib
import multiprocessing
from pathlib import Path

NAME = "SmolLM2-135M-Instruct"
WRITER = "accord.engine.default_model_writer"


def prepared_default_model(cache: Path) -> Path:
    """Return the folder of the model's weights and tokenizer, made now where it is not there yet.

    It is made in a process of its own, so that the memory which that takes is given back.
    """
    folder = cache / "models" / NAME
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
    importlib.import_module(WRITER).write_default_model(folder)
