"""Short prompts are rendered at once.

vLLM renders each prompt in two steps that a thread pool does, which costs more than the rendering of a
short one. Its renderer has a twin without threads of each; what is short is given to that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.renderers import BaseRenderer
from vllm.tokenizers.hf import ThreadSafeHFTokenizerMixin

from accord.engine.vllm.shortcuts.examples import OUTPUT, PROMPT
from accord.engine.vllm.shortcuts.shortcut import Shortcut, other_parameters

CHARACTERS_AT_ONCE = 16384
"""Characters, four thousand tokens or so: tokenized in less than a millisecond, in 4 if they are no words."""


class AtOnce(Shortcut):
    """Renders what is short at once: texts, and conversations in the operator's chat template.

    Only where the tokenizer can be used while vLLM's threads use it, too.
    """

    name = "rendering"
    what = "What is short is rendered at once, and does not go through vLLM's threads."

    def fits(self) -> str | None:
        if not isinstance(self.backend.llm.renderer.tokenizer, ThreadSafeHFTokenizerMixin):
            return "the model's tokenizer cannot be used by several threads"
        chats = "self conversations chat_params tok_params prompt_extras skip_mm_cache"
        texts = "self prompts tok_params prompt_extras skip_mm_cache"
        return (
            other_parameters(BaseRenderer, "render_chat", chats)
            or other_parameters(BaseRenderer, "render_chat_async", chats)
            or other_parameters(BaseRenderer, "render_cmpl", texts)
            or other_parameters(BaseRenderer, "render_cmpl_async", texts)
            or self._differs()
        )

    def _differs(self) -> str | None:
        """Render two prompts and a conversation both ways."""
        renderer: Any = self.backend.llm.renderer
        for prompt in ({"prompt": PROMPT}, {"prompt_token_ids": [1, 2, 3]}):
            in_threads = _waited_for(renderer.render_cmpl_async([dict(prompt)]))
            if _timeless(renderer.render_cmpl([dict(prompt)])) != _timeless(in_threads):
                return "a prompt that is rendered at once is not vLLM's"
        online = self.backend.renderer
        if online.chat_template is None and not getattr(renderer.tokenizer, "chat_template", None):
            return None
        request = ChatCompletionRequest(messages=[])
        params = request.build_chat_params(online.chat_template, online.chat_template_content_format)
        params = params.with_defaults({"tokenize": False})
        conversation = [{"role": "user", "content": OUTPUT}]
        in_threads = _waited_for(renderer.render_chat_async([conversation], params))
        if _timeless(renderer.render_chat([conversation], params)) != _timeless(in_threads):
            return "a conversation that is rendered at once is not vLLM's"
        return None

    def install(self) -> None:
        renderer, template = self.backend.llm.renderer, self.backend.renderer.chat_template
        chat, completion = renderer.render_chat_async, renderer.render_cmpl_async
        text_only = not renderer.model_config.is_multimodal_model

        async def render_chat_async(conversations: Any, chat_params: Any, *args: Any, **kwargs: Any) -> Any:
            trusted = chat_params.chat_template is None or chat_params.chat_template == template
            if text_only and trusted and room_left([conversations, chat_params.chat_template_kwargs]) > 0:
                return renderer.render_chat(conversations, chat_params, *args, **kwargs)
            return await chat(conversations, chat_params, *args, **kwargs)

        async def render_cmpl_async(prompts: Any, *args: Any, **kwargs: Any) -> Any:
            if room_left(list(prompts)) > 0:
                return renderer.render_cmpl(prompts, *args, **kwargs)
            return await completion(prompts, *args, **kwargs)

        self.patches.replace(renderer, "render_chat_async", render_chat_async)
        self.patches.replace(renderer, "render_cmpl_async", render_cmpl_async)


def _waited_for(awaitable: Awaitable[Any]) -> Any:
    """Return what comes of `awaitable`. In a thread of its own, as this one may have an event loop."""

    async def awaited() -> Any:
        return await awaitable

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, awaited()).result()


def _timeless(rendered: Any) -> Any:
    """Return what was rendered without when."""
    if isinstance(rendered, dict):
        return {name: value for name, value in rendered.items() if name != "arrival_time"}
    return [_timeless(each) for each in rendered] if isinstance(rendered, list | tuple) else rendered


def room_left(value: Any, room: int = CHARACTERS_AT_ONCE) -> int:
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


SHORTCUT = AtOnce
