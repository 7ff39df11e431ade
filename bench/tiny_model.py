"""A random Llama, small enough that the engine costs next to nothing, with the default model's tokenizer."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

NAME = "tiny"

_THINKING_TEMPLATE = """{% for message in messages %}<|im_start|>{{ message.role }}
{% if message.reasoning %}<think>{{ message.reasoning }}</think>{% endif %}{{ message.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% if enable_thinking is not defined or enable_thinking %}<think>{% else %}<think></think>{% endif %}\
{% endif %}"""


def default_tokenizer() -> Any:
    """Return a new copy of the default model's tokenizer, which takes seconds to read."""
    return copy.deepcopy(_read_default_tokenizer())


@cache
def _read_default_tokenizer() -> Any:
    from transformers import AutoTokenizer

    from accord.engine.deployment.default_model_writer import default_model_source

    source = default_model_source()
    return AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)


def write_tiny_model(
    folder: Path, thinks: bool = False, template: str | None = None, context: int = 8192
) -> Path:
    """Write the model into `folder`, the same weights each time, and return it.

    One that `thinks` has tokens for the two ends of its thinking, and a template that opens it. It does not
    open it itself, on no processor: of `<think>` in an answer vLLM makes one thing whole, another streamed.
    """
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = default_tokenizer()
    if thinks:
        tokenizer.add_tokens(["<think>", "</think>"])
        tokenizer.chat_template = _THINKING_TEMPLATE
    if template is not None:
        tokenizer.chat_template = template
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=128,
        intermediate_size=256,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=4,
        head_dim=32,
        max_position_embeddings=context,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        tie_word_embeddings=False,
    )
    model = LlamaForCausalLM(config).to(torch.bfloat16)
    if thinks:
        model.lm_head.weight.data[tokenizer.convert_tokens_to_ids("<think>")] = 0  # never the likeliest
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
