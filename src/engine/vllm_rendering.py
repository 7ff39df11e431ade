"""Short prompts are rendered at once.

vLLM renders each prompt in two steps that a thread pool does, which costs more than the rendering of a
short one. Its renderer has a twin without threads of each; what is short is given to that.
"""

from __future__ import annotations

from typing import Any

from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerBase, TokenizersBackend
from vllm.inputs import TextPrompt, TokensPrompt
from vllm.renderers import BaseRenderer, TokenizeParams
from vllm.tokenizers.hf import ThreadSafeHFTokenizerMixin

AT_ONCE = 4096
"""Characters, a thousand tokens or so: tokenized in less than a millisecond."""
_WORDS = 100_000
"""How many words' tokens are kept; tokenizers keeps the first 10,000, and forgets none for another."""


def render_short_prompts_at_once(renderer: BaseRenderer, chat_template: str | None) -> None:
    """Have `renderer` do so, for texts, and for conversations in the operator's `chat_template`.

    Only where its tokenizer can be used while vLLM's threads use it, too.
    """
    if not isinstance(renderer.tokenizer, ThreadSafeHFTokenizerMixin):
        return
    chat, completion = renderer.render_chat_async, renderer.render_cmpl_async
    text_only = not renderer.model_config.is_multimodal_model

    async def render_chat_async(conversations: Any, chat_params: Any, *args: Any, **kwargs: Any) -> Any:
        trusted = chat_params.chat_template is None or chat_params.chat_template == chat_template
        if text_only and trusted and room_left([conversations, chat_params.chat_template_kwargs]) > 0:
            return renderer.render_chat(conversations, chat_params, *args, **kwargs)
        return await chat(conversations, chat_params, *args, **kwargs)

    async def render_cmpl_async(prompts: Any, *args: Any, **kwargs: Any) -> Any:
        if room_left(list(prompts)) > 0:
            return renderer.render_cmpl(prompts, *args, **kwargs)
        return await completion(prompts, *args, **kwargs)

    renderer.render_chat_async = render_chat_async
    renderer.render_cmpl_async = render_cmpl_async
    if _is_plain(type(renderer.tokenizer)):
        _tokenize_directly(renderer)


def room_left(value: Any, room: int = AT_ONCE) -> int:
    """Return how much of `room` the texts in `value` leave; looks no further once none is left."""
    if isinstance(value, str | bytes):
        return room - len(value)
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return room - 1
    for each in value:
        room = room_left(each, room)
        if room <= 0:
            break
    return room


def _is_plain(kind: type) -> bool:
    """Say whether a tokenizer does no more than tokenizers' own does."""
    own = (base for base in kind.__mro__ if not issubclass(base, ThreadSafeHFTokenizerMixin))
    called = next(base for base in own if "__call__" in vars(base))
    encoder = getattr(kind, "_encode_plus", None)
    return called is PreTrainedTokenizerBase and encoder is TokenizersBackend._encode_plus


def _tokenize_directly(renderer: BaseRenderer) -> None:
    """Have what is not left to threads tokenized by tokenizers itself, without offsets and masks.

    With twice the words kept that a large vocabulary has, so that text of many words has its tokens there.
    """
    through_transformers = renderer._tokenize_prompt
    kept = renderer.tokenizer
    tokenizer = Tokenizer.from_str(kept._tokenizer.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = kept.split_special_tokens
    tokenizer.model._resize_cache(_WORDS)

    def tokenize(prompt: TextPrompt, params: TokenizeParams) -> TokensPrompt:
        if params.truncate_prompt_tokens is not None or params.return_token_offsets:
            return through_transformers(prompt, params)
        [encoding] = tokenizer.encode_batch_fast(
            [prompt["prompt"]], add_special_tokens=params.add_special_tokens
        )
        longest = params.get_encode_kwargs()["max_length"]
        return TokensPrompt(prompt_token_ids=encoding.ids[:longest], **prompt)

    renderer._tokenize_prompt = tokenize
