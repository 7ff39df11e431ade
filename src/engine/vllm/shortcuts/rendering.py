"""Renders short prompts in the event loop.

vLLM renders each prompt in two steps in a thread pool, which costs more than rendering a short one. Its
renderer has synchronous versions of both, which are used for short prompts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.renderers import BaseRenderer
from vllm.tokenizers.hf import ThreadSafeHFTokenizerMixin

from accord.engine.vllm.shortcuts.examples import OUTPUT, PROMPT
from accord.engine.vllm.shortcuts.shortcut import Shortcut, other_parameters, result_of

CHARACTERS_AT_ONCE = 16384
"""About four thousand tokens: tokenized in less than a millisecond, or in 4 if they are not words."""


class AtOnce(Shortcut):
    """Renders short texts and short conversations in the operator's chat template synchronously.

    Only if the tokenizer is thread-safe, as vLLM's threads use it, too.
    """

    name = "rendering"
    what = "Renders short prompts at once, without vLLM's threads."

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
        """Compare two prompts and a conversation, rendered both ways."""
        renderer: Any = self.backend.llm.renderer
        for prompt in ({"prompt": PROMPT}, {"prompt_token_ids": [1, 2, 3]}):
            in_threads = result_of(renderer.render_cmpl_async([dict(prompt)]))
            if _timeless(renderer.render_cmpl([dict(prompt)])) != _timeless(in_threads):
                return "a prompt that is rendered at once differs from vLLM's"
        online = self.backend.renderer
        if online.chat_template is None and not getattr(renderer.tokenizer, "chat_template", None):
            return None
        request = ChatCompletionRequest(messages=[])
        params = request.build_chat_params(online.chat_template, online.chat_template_content_format)
        params = params.with_defaults({"tokenize": False})
        conversation = [{"role": "user", "content": OUTPUT}]
        in_threads = result_of(renderer.render_chat_async([conversation], params))
        if _timeless(renderer.render_chat([conversation], params)) != _timeless(in_threads):
            return "a conversation that is rendered at once differs from vLLM's"
        return None

    def install(self) -> None:
        renderer, template = self.backend.llm.renderer, self.backend.renderer.chat_template
        chat, completion = renderer.render_chat_async, renderer.render_cmpl_async
        text_only = not renderer.model_config.is_multimodal_model
        measured: Any = None
        room = 0

        async def render_chat_async(conversations: Any, chat_params: Any, *args: Any, **kwargs: Any) -> Any:
            nonlocal measured, room
            if chat_params is not measured:  # `parameters` makes many requests use the same
                measured, room = chat_params, room_left(_parts(chat_params.chat_template_kwargs.values()))
            trusted = chat_params.chat_template is None or chat_params.chat_template == template
            if text_only and trusted and room > 0 and room_left(_parts(conversations), room) > 0:
                return renderer.render_chat(conversations, chat_params, *args, **kwargs)
            return await chat(conversations, chat_params, *args, **kwargs)

        async def render_cmpl_async(prompts: Any, *args: Any, **kwargs: Any) -> Any:
            if room_left(_parts(list(prompts))) > 0:
                return renderer.render_cmpl(prompts, *args, **kwargs)
            return await completion(prompts, *args, **kwargs)

        self.patches.replace(renderer, "render_chat_async", render_chat_async)
        self.patches.replace(renderer, "render_cmpl_async", render_cmpl_async)


def _timeless(rendered: Any) -> Any:
    """Return the rendered prompt without its time stamp."""
    if isinstance(rendered, dict):
        return {name: value for name, value in rendered.items() if name != "arrival_time"}
    return [_timeless(each) for each in rendered] if isinstance(rendered, list | tuple) else rendered


def _parts(values: Iterable[Any]) -> Iterator[Any]:
    """Yield what `values` consist of: messages, a prompt's text, each of the tools."""
    for value in values:
        if isinstance(value, list):
            yield from value
        elif isinstance(value, dict):
            yield from value.values()
        else:
            yield value


def room_left(values: Iterable[Any], room: int = CHARACTERS_AT_ONCE) -> int:
    """Return the rest of `room` after each of `values` is written; stops as soon as there is none."""
    for value in values:
        room -= len(value) if type(value) is str else _size(value)
        if room <= 0:
            break
    return room


_encode = msgspec.msgpack.Encoder().encode


def _size(value: Any) -> int:
    """Return about how long the JSON of a value is: its MessagePack is written in a fiftieth of the time."""
    try:
        return len(_encode(value))
    except Exception:  # such as an integer of more than 64 bits
        return len(repr(value))


SHORTCUT = AtOnce
