"""Short prompts are rendered at once.

vLLM renders each prompt in two steps that a thread pool does, which costs more than the rendering of a
short one. Its renderer has a twin without threads of each; what is short is given to that.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

from vllm.renderers import BaseRenderer
from vllm.tokenizers.hf import ThreadSafeHFTokenizerMixin

from accord.engine.vllm.shortcuts.templates import apply_template_directly
from accord.engine.vllm.shortcuts.tokenizing import tokenize_directly

AT_ONCE = 16384
"""Characters, four thousand tokens or so: tokenized in less than a millisecond, in 4 if they are no words."""


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
    tokenize_directly(renderer)
    apply_template_directly(renderer)


def room_left(value: Any, room: int = AT_ONCE) -> int:
    """Return how much of `room` is left once `value` is written; looks no further once none is."""
    if isinstance(value, str | bytes):
        return room - len(value)
    if isinstance(value, int):
        return room - 1 - value.bit_length() // 4
    if isinstance(value, dict):
        value = chain.from_iterable(value.items())
    elif not isinstance(value, list | tuple):
        return room - 1
    room -= 1
    for each in value:
        room = room_left(each, room)
        if room <= 0:
            break
    return room
