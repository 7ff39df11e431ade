"""The default model: SmolLM2-135M-Instruct, from the package that carries it, made ready once."""

from __future__ import annotations

import subprocess
import sys
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
        subprocess.run([sys.executable, "-m", WRITER, str(folder)], check=True)  # noqa: S603  our own module
    return folder
