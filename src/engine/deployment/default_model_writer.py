"""Converts the quantized weights of the default model to the form that vLLM loads."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils.quantization_config import GgufConfig

from accord.engine.deployment.default_model import NAME, PACKAGE, source


def _report_progress(step: int, what: str) -> None:
    print(f"[{step}/3] {what}", file=sys.stderr, flush=True)  # noqa: T201  the progress display


def default_model_source() -> Path:
    """Return the file of quantized weights, or end the program."""
    if (file := source()) is None:
        sys.exit(
            f"The default model needs the package '{PACKAGE.replace('_', '-')}'; --model names another model."
        )
    return file


def write_default_model(folder: Path) -> None:
    """Read the quantized weights and write them, with the tokenizer, as vLLM loads them."""
    weights = default_model_source()
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{NAME}-") as made:
        _report_progress(
            1, f"Preparing the default model, {NAME}, once (about half a minute): the tokenizer ..."
        )
        AutoTokenizer.from_pretrained(weights.parent, gguf_file=weights.name).save_pretrained(made)
        _report_progress(2, "The weights ...")
        model = AutoModelForCausalLM.from_pretrained(
            weights.parent,
            gguf_file=weights.name,
            quantization_config=GgufConfig(dequantize=True),
            dtype=torch.bfloat16,
        )
        _report_progress(3, f"Writing {folder} ...")
        model.save_pretrained(made)
        Path(made).rename(folder)
        Path(made).mkdir()  # for TemporaryDirectory to remove
