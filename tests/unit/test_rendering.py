"""Which prompts are rendered in the event loop, and which in vLLM's threads."""

import copy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from vllm.renderers import BaseRenderer, TokenizeParams
from vllm.tokenizers import get_tokenizer
from vllm.tokenizers.hf import maybe_make_thread_pool

from accord.engine.vllm.shortcuts.rendering import CHARACTERS_AT_ONCE, AtOnce
from accord.engine.vllm.shortcuts.tokenizing import OwnCore

OPERATORS, CLIENTS = "{{ messages }}", "{% for a in range(10 ** 9) %}{% endfor %}"
SHORT: Any = [{"role": "user", "content": "Hello"}]
LONG: Any = [{"role": "user", "content": [{"type": "text", "text": "a" * CHARACTERS_AT_ONCE}]}]


class Renderer:
    """Says which of vLLM's two ways was taken."""

    def __init__(self, tokenizer: Any, *, multimodal: bool) -> None:
        self.tokenizer = tokenizer
        self.model_config = SimpleNamespace(is_multimodal_model=multimodal)
        self._executor = None

    def render_chat(self, *_: Any) -> str:
        return "at once"

    def render_cmpl(self, *_: Any) -> str:
        return "at once"

    def get_tokenizer(self) -> Any:
        return self.tokenizer

    def _wants_offsets(self, *_: Any) -> bool:
        return False

    _build_tokens_prompt = staticmethod(BaseRenderer._build_tokens_prompt)
    _tokenize_prompt = BaseRenderer._tokenize_prompt

    async def render_chat_async(self, *_: Any) -> str:
        return "by threads"

    async def render_cmpl_async(self, *_: Any) -> str:
        return "by threads"


@pytest.fixture(scope="module")
def tokenizer(tiny_model: Path) -> Any:
    """A tokenizer as vLLM's renderer has it."""
    pooled = copy.copy(get_tokenizer(str(tiny_model)))
    maybe_make_thread_pool(pooled, 2)
    return pooled


@pytest.fixture
def renderer(tokenizer: Any) -> Any:
    return prepared(tokenizer)


@pytest.fixture(scope="module")
def tokenizing(tokenizer: Any) -> Any:
    made: Any = Renderer(tokenizer, multimodal=False)
    made._tokenize_prompt_async = None
    shortcut = OwnCore(backend(made))
    assert shortcut.fits() is None
    shortcut.install()
    return made


def prepared(tokenizer: Any, *, multimodal: bool = False) -> Any:
    made: Any = Renderer(tokenizer, multimodal=multimodal)
    AtOnce(backend(made)).install()
    return made


def backend(renderer: Any) -> Any:
    """What is loaded, as far as rendering goes."""
    return SimpleNamespace(
        llm=SimpleNamespace(renderer=renderer), renderer=SimpleNamespace(chat_template=OPERATORS)
    )


async def chat(renderer: Any, messages: Any, template: str | None, **kwargs: Any) -> str:
    params = SimpleNamespace(chat_template=template, chat_template_kwargs=kwargs)
    rendered: str = await renderer.render_chat_async([messages], params)
    return rendered


@pytest.mark.parametrize("template", [OPERATORS, None])
async def test_a_short_conversation_is_rendered_at_once(renderer: Any, template: str | None) -> None:
    assert await chat(renderer, SHORT, template) == "at once"


@pytest.mark.parametrize(
    ("messages", "kwargs"),
    [
        (LONG, {}),
        (SHORT * CHARACTERS_AT_ONCE, {}),
        (SHORT, {"tools": [{"name": "a" * CHARACTERS_AT_ONCE}]}),
        (SHORT, {"tools": [{"a" * CHARACTERS_AT_ONCE: 1}]}),
        (SHORT, {"documents": [{}] * CHARACTERS_AT_ONCE}),
        (SHORT, {"documents": [10**4000] * 10}),
    ],
    ids=[
        *("a long text", "many messages", "long arguments", "a long name", "much that is empty"),
        "large numbers",
    ],
)
async def test_a_long_conversation_is_left_to_threads(renderer: Any, messages: Any, kwargs: Any) -> None:
    assert await chat(renderer, messages, OPERATORS, **kwargs) == "by threads"


async def test_a_clients_template_never_runs_where_others_wait(renderer: Any) -> None:
    assert await chat(renderer, SHORT, CLIENTS) == "by threads"


async def test_images_are_left_to_threads(tokenizer: Any) -> None:
    assert await chat(prepared(tokenizer, multimodal=True), SHORT, OPERATORS) == "by threads"


async def test_a_tokenizer_that_two_threads_cannot_share_is_left_to_one(tiny_model: Path) -> None:
    renderer = Renderer(get_tokenizer(str(tiny_model)), multimodal=False)
    assert AtOnce(backend(renderer)).fits() == "the model's tokenizer cannot be used by several threads"


@pytest.mark.parametrize(
    ("prompts", "way"),
    [
        (["Hello"], "at once"),
        ([{"prompt_token_ids": [1, 2]}], "at once"),
        (["a" * CHARACTERS_AT_ONCE], "by threads"),
    ],
)
async def test_a_prompt_is_rendered_at_once_if_short(renderer: Any, prompts: Any, way: str) -> None:
    assert await renderer.render_cmpl_async(prompts) == way


TEXTS = [
    "",
    "Hello, world",
    "  two\n\n\tspaces ",
    "1234567 x=3.14",
    "żółć 漢字 🏳️‍🌈 \u0301",
    "<|im_start|>user\n<|im_end|>",
    "a" * 300,
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "params",
    [
        TokenizeParams(max_total_tokens=2048),
        TokenizeParams(max_total_tokens=2048, add_special_tokens=False),
        TokenizeParams(max_total_tokens=None),
        TokenizeParams(max_total_tokens=2048, truncate_prompt_tokens=2),
    ],
    ids=["plain", "no special tokens", "unbounded", "truncated"],
)
def test_a_text_has_the_tokens_that_vllm_gives_it(tokenizing: Any, text: str, params: TokenizeParams) -> None:
    renderer = tokenizing
    expected = Renderer._tokenize_prompt(renderer, {"prompt": text}, params)
    assert renderer._tokenize_prompt({"prompt": text}, params) == expected
    assert vars(renderer)["_tokenize_prompt"].__module__ == OwnCore.__module__


def test_a_text_that_is_too_long_is_known_by_one_token_too_many(tokenizing: Any) -> None:
    renderer = tokenizing
    params = TokenizeParams(max_total_tokens=4)
    prompt = {"prompt": "one two three four five six"}
    assert len(renderer._tokenize_prompt(prompt, params)["prompt_token_ids"]) == 5
    assert len(Renderer._tokenize_prompt(renderer, prompt, params)["prompt_token_ids"]) == 5
