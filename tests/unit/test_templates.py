"""Conversations rendered by the template alone are the same as vLLM's."""

import json
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from threading import current_thread
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment
from vllm.exceptions import VLLMValidationError
from vllm.renderers import ChatParams
from vllm.renderers.hf import HfRenderer
from vllm.tokenizers import get_tokenizer

from accord.engine.vllm.shortcuts import templates as vllm_templates
from accord.engine.vllm.shortcuts.sandbox import quicker
from accord.engine.vllm.shortcuts.templates import PlainConversations

OWN = None
"""The model's own template, which has a system message of its own."""
THINKS = (
    "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content | trim }}{% endfor %}"
    "{% if add_generation_prompt %}>{{ enable_thinking }} {{ reasoning_effort }}{% endif %}"
    "{{ tools }}{{ documents }}"
)
STRICT = (
    "{% if messages | length > 1 %}{{ raise_exception('one at a time') }}{% endif %}{{ messages[0].content }}"
)
PARTS = "{% for m in messages %}{% for part in m.content %}{{ part.text }}{% endfor %}{% endfor %}"
CALLS = (
    "{% for t in tools or [] %}{{ t | tojson }} {{ t | tojson(indent=1) }} {{ t.function.name }} {{ t.a }}"
    "{% endfor %}{% for m in messages %}{{ loop.index0 }}/{{ loop.length }} {{ loop.last }} {{ loop.depth }}"
    "[{{ m.role }}, {{ m.content }}, {{ m.name }}, {{ m.reasoning_content }}, {{ m.tool_call_id }}"
    "{% for c in m.tool_calls or [] %}{{ c.id }} {{ c.function.name }}{{ c.function.arguments | tojson }}"
    "{{ c.function.arguments }}{% endfor %}] {{ m.nothing is defined }} {{ m.get('role') }}"
    " {{ m | tojson }} {{ m.keys() | list }}{% endfor %}{{ {'a': 1.0, 'b': none} | tojson }}"
)
UNSAFE = (
    "{{ messages[0].__class__ }}|{{ messages[0].items.__self__ }}|{{ ''.__class__ }}|{{ messages.append }}"
    "|{{ messages[0].update }}|{% for m in messages %}{{ loop._length }}{{ loop.__class__ }}{% endfor %}"
)
CHANGES = "{{ messages[0].update({'role': 'system'}) }}"
DEEPER = "{{ messages[0].nothing.more }}"

HELLO = {"role": "user", "content": "Hello <|im_end|> {{ 1 }}\n"}
TURNS = [
    {"role": "system", "content": " Be brief. "},
    HELLO,
    {"role": "assistant", "content": ""},
    {"role": "user", "content": "漢字 🏳️‍🌈"},
]


def call(name: str, arguments: Any) -> dict[str, Any]:
    return {"id": "1", "type": "function", "function": {"name": name, "arguments": arguments}}


CONVERSATIONS: dict[str, list[dict[str, Any]]] = {
    "a question": [HELLO],
    "turns": TURNS,
    "a part": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}],
    "parts": [
        {
            "role": "system",
            "content": [{"type": "text", "text": " Be brief.\n"}, {"type": "text", "text": ""}],
        },
        {"role": "user", "content": [{"type": "text", "text": " Hello"}, {"type": "text", "text": "\nAnn "}]},
        {"role": "assistant", "content": []},
    ],
    "a part that is no text": [{"role": "user", "content": [{"type": "refusal", "refusal": "No"}, "No"]}],
    "a part with more": [{"role": "user", "content": [{"type": "text", "text": "Hello", "more": 1}]}],
    "a billing header in a part": [
        {"role": "system", "content": [{"type": "text", "text": "x-anthropic-billing-header: a\nBe brief."}]},
        HELLO,
    ],
    "a call": [HELLO, {"role": "assistant", "content": "", "reasoning": "why"}],
    "a call and its result": [
        HELLO,
        {"role": "assistant", "content": None, "tool_calls": [call("f", '{"b": [1.0, null], "a": "漢"}')]},
        {"role": "tool", "tool_call_id": "1", "content": [{"type": "text", "text": "20 °C"}]},
        {"role": "assistant", "reasoning": "", "tool_calls": [call("f", ""), call("g", {"a": 1e-7})]},
        {"role": "tool", "content": ""},
        {"role": "assistant", "content": "Warm.", "tool_calls": []},
    ],
    "NaN in a call": [
        {"role": "assistant", "tool_calls": [call("f", '{"a": null}'), call("f", '{"a": NaN}')]}
    ],
    "no object in a call": [{"role": "assistant", "tool_calls": [call("f", "[1]")]}],
    "no JSON in a call": [{"role": "assistant", "tool_calls": [call("f", "{")]}],
    "a call of something else": [{"role": "assistant", "tool_calls": [{"type": "custom", "custom": {}}]}],
    "a tool's name": [{"role": "tool", "name": "f", "tool_call_id": "1", "content": "Yes"}],
    "a developer": [{"role": "developer", "content": "Be brief."}, HELLO],
    "a billing header": [{"role": "system", "content": "x-anthropic-billing-header: a\nBe brief."}, HELLO],
    "a name": [{"role": "user", "content": "Hello", "name": "Ann"}],
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "plain": {"add_generation_prompt": True},
    "as vLLM's requests": {
        "add_generation_prompt": True,
        "continue_final_message": False,
        "documents": None,
        "reasoning_effort": None,
        "tools": None,
    },
    "thinking": {"enable_thinking": True, "reasoning_effort": "high", "add_generation_prompt": True},
    "thinking, as a number": {
        "enable_thinking": 1,
        "reasoning_effort": "high",
        "add_generation_prompt": True,
    },
    "continued": {"continue_final_message": True},
    "documents": {"documents": [{"title": "a", "text": "b"}], "add_generation_prompt": True},
    "unknown": {"nothing": 1, "bos_token": "<s>"},
    "tools": {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"d": [1.0, "漢<"]}}}]},
    "no tools": {"tools": [], "add_generation_prompt": True},
    "tools that are none": {"tools": [1]},
}


PLAIN = ChatParams(chat_template_kwargs={"tokenize": False, "add_generation_prompt": True})


@pytest.fixture(scope="module")
def tokenizer(tiny_model: Path) -> Any:
    return get_tokenizer(str(tiny_model))


class Renderer(HfRenderer):  # type: ignore[misc]  # vllm is not followed
    """vLLM's own, of which only the part that renders conversations is there."""

    def __init__(self, tokenizer: Any, *, multimodal: bool = False) -> None:
        self.model_config: Any = SimpleNamespace(
            is_multimodal_model=multimodal,
            multimodal_config=None,
            enable_prompt_embeds=False,
            hf_config=SimpleNamespace(model_type="llama"),
            revision=None,
            tokenizer_revision=None,
            tokenizer=tokenizer.name_or_path,
            model=tokenizer.name_or_path,
            code_revision=None,
            trust_remote_code=False,
        )
        self.tokenizer = tokenizer
        self.use_unified_vision_chunk = False


def backend(renderer: Any) -> Any:
    """What is loaded, as far as templates go."""
    return SimpleNamespace(
        llm=SimpleNamespace(renderer=renderer),
        renderer=SimpleNamespace(
            chat_template=None, chat_template_content_format="auto", default_chat_template_kwargs={}
        ),
        shortcuts=SimpleNamespace(active={"rendering": None}),
    )


def apply_template_directly(renderer: Any) -> None:
    PlainConversations(backend(renderer)).install()


def rendered(renderer: Any, messages: list[dict[str, Any]], params: ChatParams) -> Any:
    """What comes of it; of `messages` a copy, as vLLM writes into them."""
    try:
        return renderer.render_messages(deepcopy(messages), params)
    except (VLLMValidationError, ValueError) as error:
        return str(error)


TEMPLATES = {
    "own": OWN,
    "thinks": THINKS,
    "strict": STRICT,
    "parts": PARTS,
    "calls": CALLS,
    "unsafe": UNSAFE,
    "changes": CHANGES,
    "deeper": DEEPER,
}


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
@pytest.mark.parametrize("arguments", ARGUMENTS.values(), ids=ARGUMENTS.keys())
@pytest.mark.parametrize("messages", CONVERSATIONS.values(), ids=CONVERSATIONS.keys())
def test_a_conversation_reads_as_vllm_renders_it(
    tokenizer: Any, messages: list[dict[str, Any]], arguments: dict[str, Any], template: str | None
) -> None:
    params = ChatParams(chat_template=template, chat_template_kwargs={"tokenize": False} | arguments)
    ours, from_vllm = Renderer(tokenizer), Renderer(tokenizer)
    apply_template_directly(ours)
    assert "render_messages" in vars(ours)
    expected = rendered(from_vllm, messages, params)
    for _ in range(2):  # the second time from what is kept
        assert rendered(ours, messages, params) == expected


def test_arguments_that_are_equal_and_not_the_same_are_distinguished(tokenizer: Any) -> None:
    renderer = Renderer(tokenizer)
    apply_template_directly(renderer)

    def thinking(value: Any) -> str:
        arguments = {"tokenize": False, "add_generation_prompt": True, "enable_thinking": value}
        return str(rendered(renderer, [HELLO], ChatParams(THINKS, chat_template_kwargs=arguments)))

    assert len({thinking(value) for value in (True, 1, 1.0)}) == 3


@pytest.mark.parametrize(
    ("conversation", "direct"),
    [
        ("turns", True),
        ("parts", True),
        ("a call and its result", True),
        ("a part with more", False),
        ("a name", False),
        ("no object in a call", False),
        ("a call of something else", False),
    ],
)
def test_only_plain_conversations_go_the_short_way(
    tokenizer: Any, monkeypatch: pytest.MonkeyPatch, conversation: str, direct: bool
) -> None:
    renderer = Renderer(tokenizer)
    taken: list[dict[str, Any]] = []

    def prompt(**fields: Any) -> dict[str, Any]:
        taken.append(fields)
        return fields

    monkeypatch.setattr(vllm_templates, "TextPrompt", prompt)
    apply_template_directly(renderer)
    rendered(renderer, CONVERSATIONS[conversation], PLAIN)
    assert bool(taken) is direct


def test_the_same_tools_are_written_once(tokenizer: Any) -> None:
    written: list[dict[str, Any]] = []

    def own(value: Any) -> str:
        written.append(value)
        return json.dumps(value)

    environment = Environment(autoescape=False)
    environment.filters["tojson"] = own
    template = quicker(environment.from_string(""), "{{ a | tojson }}")
    for value in ({"a": 1}, {"a": 1}, {"a": 1.0}, {"a": True}, {"a": None}, {"a": float("nan")}):
        assert template.render(a=value) == json.dumps(value)
    assert len(written) == 5


async def test_a_long_conversation_is_rendered_in_a_thread_and_a_clients_template_by_vllm(
    tokenizer: Any,
) -> None:
    threads: list[str] = []

    class Tokenizing(Renderer):
        async def render_messages_async(self, messages: Any, params: ChatParams) -> Any:
            return "vLLM's", params.chat_template

    renderer = Tokenizing(tokenizer)
    with ThreadPoolExecutor(1, initializer=lambda: threads.append(current_thread().name)) as executor:
        renderer._executor = executor
        shortcut = PlainConversations(backend(renderer))
        expected = renderer.render_messages(CONVERSATIONS["turns"], PLAIN)
        shortcut.install()
        assert await renderer.render_messages_async(CONVERSATIONS["turns"], PLAIN) == expected
        assert len(threads) == 1
        clients = ChatParams(THINKS, chat_template_kwargs={"tokenize": False})
        assert await renderer.render_messages_async([HELLO], clients) == ("vLLM's", THINKS)
        assert await renderer.render_messages_async(CONVERSATIONS["a name"], PLAIN) == ("vLLM's", None)


def test_a_model_that_takes_images_is_left_to_vllm(tokenizer: Any) -> None:
    shortcut = PlainConversations(backend(Renderer(tokenizer, multimodal=True)))
    assert shortcut.fits() == "the model takes more than text"
