"""A random Qwen2-Audio of two layers, as audio input needs no torchvision."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

from tests.tiny_model import default_tokenizer

RATE = 16000
"""The sampling rate of the model's input; other audio must be resampled."""
SECONDS = 30
"""The longest audio in seconds; vLLM accepts no other value."""

TOKENS = {
    "<|vision_start|>": "<|audio_bos|>",
    "<|vision_end|>": "<|audio_eos|>",
    "<|vision_pad|>": "<|AUDIO|>",
}
"""Tokens of Qwen that are renamed to those of Qwen2-Audio."""

TEMPLATE = """{% set sounds = namespace(count=0) %}{% for message in messages %}<|im_start|>{{ message.role }}
{% if message.content is string %}{{ message.content }}{% else %}{% for part in message.content %}\
{% if part.type == 'audio' %}{% set sounds.count = sounds.count + 1 %}\
Audio {{ sounds.count }}: <|audio_bos|><|AUDIO|><|audio_eos|>
{% else %}{{ part.text }}{% endif %}{% endfor %}{% endif %}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""
"""A chat template in the format of Qwen2-Audio's."""


def write_audio_model(folder: Path) -> Path:
    """Write the model, with the default model's tokenizer, into `folder`, and return it."""
    tokenizer = default_tokenizer()
    tokenizer.add_special_tokens({"additional_special_tokens": list(TOKENS.values())})
    tokenizer.chat_template = TEMPLATE
    sizes = {
        "vocab_size": len(tokenizer),
        "hidden_size": 128,
        "intermediate_size": 256,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 4,
        "max_position_embeddings": 8192,
    }
    write_audio_layers(folder, tokenizer, sizes)
    return folder


def write_audio_layers(folder: Path, tokenizer: Any, text_config: dict[str, Any]) -> None:
    """Write the layers, the tokenizer, and the audio processor."""
    import torch
    from safetensors.torch import load_file, save_file
    from transformers import (
        Qwen2AudioConfig,
        Qwen2AudioForConditionalGeneration,
        Qwen2AudioProcessor,
        WhisperFeatureExtractor,
    )

    extractor = WhisperFeatureExtractor(feature_size=16, sampling_rate=RATE, chunk_length=SECONDS)
    Qwen2AudioProcessor(extractor, tokenizer, chat_template=TEMPLATE).save_pretrained(folder)
    config = Qwen2AudioConfig(
        text_config={"model_type": "qwen2", **text_config},
        audio_config={
            "num_mel_bins": 16,
            "encoder_layers": 1,
            "encoder_attention_heads": 2,
            "encoder_ffn_dim": 128,
            "d_model": 64,
            "max_source_positions": extractor.nb_max_frames // 2,
        },
        audio_token_index=tokenizer.convert_tokens_to_ids("<|AUDIO|>"),
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    torch.manual_seed(0)
    Qwen2AudioForConditionalGeneration(config).to(torch.bfloat16).save_pretrained(folder)
    weights = load_file(folder / "model.safetensors")
    named = {name.replace(".model.model.", ".model."): weight for name, weight in weights.items()}
    save_file(named, folder / "model.safetensors", {"format": "pt"})  # as the released weights are named


def tone(
    hertz: int = 440, seconds: float = 1.0, rate: int = RATE, kind: str = "WAV", channels: int = 1
) -> str:
    """Return an audio file in base64."""
    import numpy as np
    import soundfile

    wave = np.sin(np.arange(int(seconds * rate)) * (2 * np.pi * hertz / rate)) / 2
    file = io.BytesIO()
    soundfile.write(file, np.stack([wave] * channels, axis=1), rate, format=kind)
    return base64.b64encode(file.getvalue()).decode()
