"""Tools that the prompt declares, and callable tools that messages define."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accord.engine import Conversation, Sampling
from accord.engine.vllm.prompts import Prompts
from tests.unit.loaded import loaded_model

TEMPLATE = (
    "{% if tools %}<tools>{% for tool in tools %}{{ tool | tojson }}{% endfor %}</tools>{% endif %}"
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}"
)


def tool(name: str) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}


@pytest.fixture(scope="module")
def prompts(tiny_model: Path) -> Iterator[Prompts]:
    with loaded_model(tiny_model) as backend:
        backend.renderer.chat_template = TEMPLATE
        yield Prompts(backend.renderer)


async def rendered(prompts: Prompts, **fields: Any) -> tuple[Any, str]:
    conversation = Conversation(messages=[{"role": "user", "content": "Hi"}], tool_choice="none", **fields)
    request, engine_input = await prompts.chat(conversation, Sampling(max_tokens=5), False)
    return request, prompts.tokenizer.decode(prompts.rendered(engine_input).token_ids)


async def test_the_prompt_declares_tools_as_if_there_were_no_more(prompts: Prompts) -> None:
    variables = {"enable_thinking": True}
    fields: dict[str, Any] = {"tools": [tool("first")], "chat_template_kwargs": variables}
    _, alone = await rendered(prompts, **fields)
    request, prompt = await rendered(prompts, **fields, callable_tools=[tool("first"), tool("second")])
    assert prompt == alone
    assert "first" in prompt
    assert [tool.function.name for tool in request.tools] == ["first", "second"]
    assert request.chat_template_kwargs == variables


async def test_a_prompt_may_declare_none_of_them(prompts: Prompts) -> None:
    _, alone = await rendered(prompts)
    _, prompt = await rendered(prompts, callable_tools=[tool("second")])
    assert prompt == alone
