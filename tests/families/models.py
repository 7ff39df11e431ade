"""The compared model families: the writer of each tiny model, and the options of both servers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.families.writing import (
    write_deepseek_v3_1,
    write_gemma3,
    write_gemma4,
    write_gpt_oss,
    write_llama3_1,
    write_mistral,
    write_mistral_v3,
    write_qwen2_audio,
    write_qwen3,
    write_qwen3_with_adapter,
    write_smolvlm,
)


@dataclass(frozen=True)
class Family:
    """A model family: how its tiny model is written, and the options of both servers."""

    name: str
    title: str
    write: Callable[[Path], None]
    options: tuple[str, ...]
    environment: Callable[[Path], Mapping[str, str]] = field(default=lambda folder: {})
    scripted: bool = True
    """Whether it says what a script says; else it says what random weights say, to the same questions."""
    adapter: str | None = None
    """The name of a LoRA adapter that is asked in the model's place."""
    shows: str | None = None
    """What its conversations have beside text: `image` or `audio`."""
    counts: str | None = None
    """A metric of vLLM's that has to have grown, for what answers do not show."""

    @property
    def asked(self) -> str:
        """The model that requests name."""
        return self.adapter or self.name

    @property
    def told(self) -> tuple[str, ...]:
        """The options of both servers."""
        return ("--served-model-name", self.name, *self.options)

    def arguments(self, folder: Path) -> list[str]:
        """The options of both servers as command-line arguments."""
        arguments = [*self.told]
        if self.scripted:
            arguments += ["--logits-processors", "tests.families.scripted:Scripted"]
        if self.adapter:
            arguments += ["--enable-lora", "--lora-modules", f"{self.adapter}={folder / self.adapter}"]
        return arguments


SPECULATION = {
    "method": "ngram",
    "num_speculative_tokens": 4,
    "prompt_lookup_min": 1,
    "prompt_lookup_max": 3,
}

FAMILIES = {
    family.name: family
    for family in (
        Family("llama3_1", "Llama 3.1", write_llama3_1, ("--tool-call-parser", "llama3_json")),
        Family(
            "qwen3", "Qwen3", write_qwen3, ("--tool-call-parser", "hermes", "--reasoning-parser", "qwen3")
        ),
        Family(
            "speculative",
            "Qwen3 with n-gram speculation",
            write_qwen3,
            (
                *("--tool-call-parser", "hermes", "--reasoning-parser", "qwen3"),
                *("--speculative-config", json.dumps(SPECULATION)),
            ),
            scripted=False,
            counts="vllm:spec_decode_num_accepted_tokens_total",
        ),
        Family(
            "lora",
            "Qwen3 with a LoRA adapter",
            write_qwen3_with_adapter,
            ("--tool-call-parser", "hermes", "--reasoning-parser", "qwen3"),
            scripted=False,
            adapter="tuned",
        ),
        Family(
            "smolvlm",
            "SmolVLM (Idefics3), with images",
            write_smolvlm,
            ("--tool-call-parser", "hermes", "--trust-request-mm-kwargs"),
            scripted=False,
            shows="image",
        ),
        Family(
            "qwen2_audio",
            "Qwen2-Audio, with sound",
            write_qwen2_audio,
            (
                "--tool-call-parser",
                "hermes",
            ),
            scripted=False,
            shows="audio",
        ),
        Family("gemma3", "Gemma 3", write_gemma3, ("--tool-call-parser", "pythonic")),
        Family(
            "gemma4",
            "Gemma 4",
            write_gemma4,
            ("--tool-call-parser", "gemma4", "--reasoning-parser", "gemma4"),
        ),
        Family(
            "gpt_oss",
            "gpt-oss",
            write_gpt_oss,
            ("--tool-call-parser", "openai", "--reasoning-parser", "openai_gptoss"),
            lambda folder: {"TIKTOKEN_ENCODINGS_BASE": str(folder)},
        ),
        Family(
            "deepseek_v3_1",
            "DeepSeek V3.1",
            write_deepseek_v3_1,
            ("--tool-call-parser", "deepseek_v31", "--reasoning-parser", "deepseek_v3"),
        ),
        Family(
            "mistral",
            "Mistral (tekken v13)",
            write_mistral,
            (
                *("--tokenizer-mode", "mistral", "--tool-call-parser", "mistral"),
                *("--reasoning-parser", "mistral"),
            ),
        ),
        Family(
            "mistral_v3",
            "Mistral (tekken v3)",
            write_mistral_v3,
            ("--tokenizer-mode", "mistral", "--tool-call-parser", "mistral"),
        ),
    )
}
