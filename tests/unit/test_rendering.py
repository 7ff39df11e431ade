"""Which prompts are rendered at once, and which by vLLM's threads."""

from types import SimpleNamespace
from typing import Any

import pytest
from vllm.tokenizers.hf import ThreadSafeHFTokenizerMixin

from accord.engine.vllm_rendering import AT_ONCE, render_short_prompts_at_once

OPERATORS, CLIENTS = "{{ messages }}", "{% for a in range(10 ** 9) %}{% endfor %}"
SHORT: Any = [{"role": "user", "content": "Hello"}]
LONG: Any = [{"role": "user", "content": [{"type": "text", "text": "a" * AT_ONCE}]}]


class Renderer:
    """Says which of vLLM's two ways was taken."""

    def __init__(self, *, multimodal: bool, pooled: bool) -> None:
        self.tokenizer = ThreadSafeHFTokenizerMixin() if pooled else object()
        self.model_config = SimpleNamespace(is_multimodal_model=multimodal)

    def render_chat(self, *_: Any) -> str:
        return "at once"

    def render_cmpl(self, *_: Any) -> str:
        return "at once"

    async def render_chat_async(self, *_: Any) -> str:
        return "by threads"

    async def render_cmpl_async(self, *_: Any) -> str:
        return "by threads"


def renderer(*, multimodal: bool = False, pooled: bool = True) -> Any:
    made: Any = Renderer(multimodal=multimodal, pooled=pooled)
    render_short_prompts_at_once(made, OPERATORS)
    return made


async def chat(renderer: Any, messages: Any, template: str | None, **kwargs: Any) -> str:
    params = SimpleNamespace(chat_template=template, chat_template_kwargs=kwargs)
    rendered: str = await renderer.render_chat_async([messages], params)
    return rendered


@pytest.mark.parametrize("template", [OPERATORS, None])
async def test_a_short_conversation_is_rendered_at_once(template: str | None) -> None:
    assert await chat(renderer(), SHORT, template) == "at once"


@pytest.mark.parametrize(
    ("messages", "kwargs"),
    [(LONG, {}), (SHORT * AT_ONCE, {}), (SHORT, {"tools": [{"name": "a" * AT_ONCE}]})],
    ids=["a long text", "many messages", "long arguments"],
)
async def test_a_long_conversation_is_left_to_threads(messages: Any, kwargs: Any) -> None:
    assert await chat(renderer(), messages, OPERATORS, **kwargs) == "by threads"


async def test_a_clients_template_never_runs_where_others_wait() -> None:
    assert await chat(renderer(), SHORT, CLIENTS) == "by threads"


async def test_images_are_left_to_threads() -> None:
    assert await chat(renderer(multimodal=True), SHORT, OPERATORS) == "by threads"


async def test_a_tokenizer_that_two_threads_cannot_share_is_left_to_one() -> None:
    assert await chat(renderer(pooled=False), SHORT, OPERATORS) == "by threads"


@pytest.mark.parametrize(
    ("prompts", "way"),
    [(["Hello"], "at once"), ([{"prompt_token_ids": [1, 2]}], "at once"), (["a" * AT_ONCE], "by threads")],
)
async def test_a_prompt_is_rendered_at_once_if_short(prompts: Any, way: str) -> None:
    assert await renderer().render_cmpl_async(prompts) == way
