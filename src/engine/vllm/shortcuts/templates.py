"""Renders plain conversations with the chat template alone.

Most messages have a role and a text, which many clients send as a list of parts; those of agents have tool
calls and their results, too. For them, three layers that look for images and documents add nothing to the
template's own rendering (measured: 62 microseconds with them for one message, 19 without; an agent's 80
messages with 20 tools 3,900 and 1,000).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import Template
from jinja2.runtime import new_context
from transformers.utils.chat_template_utils import _compile_jinja_template
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.inputs import TextPrompt
from vllm.renderers import ChatParams
from vllm.renderers.hf import (
    HfRenderer,
    resolve_chat_template,
    resolve_chat_template_content_format,
    resolve_chat_template_kwargs,
)

from accord.engine.vllm.shortcuts.comparison import Comparison, first_difference
from accord.engine.vllm.shortcuts.conversations import Message, plain_conversation
from accord.engine.vllm.shortcuts.sandbox import quicker
from accord.engine.vllm.shortcuts.shortcut import Shortcut, missing, other_parameters

if TYPE_CHECKING:
    from accord.engine.vllm.backend import VllmBackend

_PLAIN = {"documents": None, "continue_final_message": False}
"""Arguments of the rendering that must have these values if they are set."""
Rendered = tuple[list[Message], Any]
"""The conversation in the template's form, and the prompt."""
_OF_TRANSFORMERS = {
    *("padding", "truncation", "max_length", "return_tensors", "return_dict", "return_assistant_tokens_mask"),
    "tokenizer_kwargs",
}


EXAMPLES: list[list[Message]] = [
    [{"role": "user", "content": "Hello, {{ world }}!\n"}],
    [{"role": "system", "content": " Be brief. "}, {"role": "user", "content": "漢字 \n\n"}],
    [
        {"role": "user", "content": "What is 1 + 1?"},
        {"role": "assistant", "content": ""},
        {"role": "user", "content": "<think>And 2?</think> "},
        {"role": "assistant", "content": " 4 "},
        {"role": "user", "content": [{"type": "text", "text": "Good."}, {"type": "text", "text": " \nAnd"}]},
    ],
    [
        {"role": "user", "content": "What is in a.txt?"},
        {
            "role": "assistant",
            "content": None,
            "reasoning": "I look.",
            "tool_calls": [
                {
                    "id": "abcdefghi",
                    "type": "function",
                    "function": {"name": "read", "arguments": '{"n": 1.0}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "call00001", "content": [{"type": "text", "text": '"漢字" <b>'}]},
    ],
]
TOOLS: list[dict[str, Any]] = [
    {
        "type": "function",
        "function": {
            "name": "read",
            "description": 'Reads "a file", <quickly>.\n',
            "parameters": {"type": "object", "properties": {"n": {"type": "number", "default": 1e-7}}},
        },
    }
]


class _Template:
    """A compiled template, with its variables besides the messages and the tools.

    jinja2's own `render` reads the template's globals one by one for each conversation.
    """

    def __init__(self, compiled: Template, values: dict[str, Any]) -> None:
        self.compiled = compiled
        self.globals = dict(compiled.globals)
        self.values = self.globals | values

    def render(self, messages: list[Message], tools: list[dict[str, Any]] | None) -> str:
        template = self.compiled
        context = new_context(
            template.environment,
            template.name,
            template.blocks,
            self.values | {"messages": messages, "tools": tools},
            shared=True,
            globals=self.globals,
        )
        try:
            return template.environment.concat(template.root_render_func(context))
        except Exception:
            template.environment.handle_exception()


class PlainConversations(Shortcut):
    """Makes the renderer of a text-only model render plain conversations with the template alone."""

    name = "templates"
    what = "Renders a conversation of plain texts with the compiled chat template alone."

    def __init__(self, backend: VllmBackend) -> None:
        super().__init__(backend)
        self.renderer = backend.llm.renderer
        self.comparison = Comparison(backend, self.name)
        self._vllms: Callable[[list[Message], ChatParams], Rendered] = self.renderer.render_messages
        self._vllms_async: Callable[[list[Message], ChatParams], Awaitable[Rendered]]
        self._vllms_async = self.renderer.render_messages_async
        self._template = lru_cache(maxsize=64)(self._looked_up)
        self._last: tuple[ChatParams | None, _Template | None] = (None, None)

    def fits(self) -> str | None:
        if "rendering" not in self.backend.shortcuts.active:
            return "it requires rendering, which is not active"
        if not isinstance(self.renderer, HfRenderer):
            return "the model's chat template is not rendered by transformers"
        if self.renderer.model_config.is_multimodal_model:
            return "the model takes more than text"
        return (
            other_parameters(HfRenderer, "render_messages", "self messages params")
            or other_parameters(HfRenderer, "render_messages_async", "self messages params")
            or missing(self.renderer, "_executor")
            or self._differs()
        )

    def _differs(self) -> str | None:
        directly = False
        for messages in EXAMPLES:
            for prompted, tools in ((True, None), (False, None), (True, TOOLS)):
                params = self._params(tools, add_generation_prompt=prompted)
                ours, vllms = (
                    self._text(plain_conversation(messages), params),
                    _rendered(self._vllms, messages, params),
                )
                directly = directly or ours is not None
                if ours is not None and ours != vllms:
                    return "the template alone renders differently than vLLM"
        return None if directly else "the chat template cannot be rendered alone"

    def _params(self, tools: list[dict[str, Any]] | None, **arguments: Any) -> ChatParams:
        """Return vLLM's arguments of its renderer for a request."""
        online = self.backend.renderer
        request = ChatCompletionRequest(messages=[], **arguments)
        params = request.build_chat_params(online.chat_template, online.chat_template_content_format)
        return params.with_defaults(online.default_chat_template_kwargs | {"tokenize": False, "tools": tools})

    def install(self) -> None:
        self.patches.replace(self.renderer, "render_messages", self.render_messages)
        self.patches.replace(self.renderer, "render_messages_async", self.render_messages_async)

    def render_messages(self, messages: list[Message], params: ChatParams) -> Rendered:
        """Render as vLLM does; if the conversation is not plain, with vLLM's code."""
        return self._rendered(messages, params) or self._vllms(messages, params)

    async def render_messages_async(self, messages: list[Message], params: ChatParams) -> Rendered:
        """Render a long conversation in vLLM's thread, and one in a client's template with vLLM's code."""
        rendered = None
        if params.chat_template in (None, self.backend.renderer.chat_template):
            loop = asyncio.get_running_loop()
            rendered = await loop.run_in_executor(self.renderer._executor, self._rendered, messages, params)
        return rendered or await self._vllms_async(messages, params)

    def _rendered(self, messages: list[Message], params: ChatParams) -> Rendered | None:
        plain = plain_conversation(messages)
        text = self._text(plain, params)
        if text is None:
            return None
        if self.comparison.due:
            self.comparison.begin(lambda: self._difference(messages, params))
        return plain, TextPrompt(prompt=text)

    def _text(self, plain: list[Message], params: ChatParams) -> str | None:
        """Return the prompt; None if vLLM has to render it, or to report what is wrong."""
        if plain:
            with suppress(Exception):  # lists as arguments, or what the template refuses: vLLM reports it
                return self._directly(plain, params)
        return None

    def _directly(self, messages: list[Message], params: ChatParams) -> str | None:
        given = params.chat_template_kwargs
        tools = given.get("tools")
        if tools is not None and not all(isinstance(tool, dict) for tool in tools):
            return None
        last, found = self._last
        if params is not last:  # `parameters` makes many requests use the same
            # Types count: 1 and True are equal, but a template may write them.
            arguments = tuple((name, type(v), v) for name, v in given.items() if name != "tools")
            found = self._template(
                params.chat_template, params.chat_template_content_format, tools is not None, arguments
            )
            self._last = params, found
        if found is None:
            return None
        return found.render(messages, tools)

    def _looked_up(
        self,
        chat_template: str | None,
        content_format: str,
        with_tools: bool,
        arguments: tuple[tuple[str, type, Any], ...],
    ) -> _Template | None:
        given = {name: value for name, _, value in arguments}
        return _template(self.renderer, chat_template, content_format, [] if with_tools else None, given)

    def _difference(self, messages: list[Message], params: ChatParams) -> str | None:
        """Render both ways anew, because a template may write the time."""
        ours = vllms = ""
        for _ in range(3):  # the minute may change between the two
            ours = self._text(plain_conversation(messages), params) or ""
            vllms = _rendered(self._vllms, messages, params)
            if ours == vllms:
                return None
        where = first_difference(ours, vllms)
        return (
            f"a conversation of {len(messages)} messages has {len(ours)} characters, not {len(vllms)}, "
            f"and is another from character {where} on"
        )


def _rendered(render: Callable[..., Any], messages: list[Message], params: ChatParams) -> Any:
    """Return vLLM's prompt; None if the template refuses the conversation."""
    with suppress(Exception):
        return render(messages, params)[1].get("prompt")
    return None


def _template(
    renderer: HfRenderer,
    chat_template: str | None,
    content_format: str,
    tools: list[dict[str, Any]] | None,
    arguments: dict[str, Any],
) -> _Template | None:
    """Return what all conversations with these arguments share; None if they are not plain.

    Of the `tools` only their presence counts: a model may have another template for them.
    """
    if arguments.pop("tokenize", True) or any(arguments.get(name, _PLAIN[name]) for name in _PLAIN):
        return None
    tokenizer = renderer.get_tokenizer()
    config = renderer.model_config
    taken_as = resolve_chat_template_content_format(
        chat_template, tools, content_format, tokenizer, model_config=config
    )
    resolved = resolve_chat_template(tokenizer, chat_template, tools, model_config=config)
    if taken_as != "string" or resolved is None or config.enable_prompt_embeds:
        return None
    rest = {name: value for name, value in arguments.items() if name not in _PLAIN}
    values = resolve_chat_template_kwargs(tokenizer, resolved, rest)
    if values.keys() & _OF_TRANSFORMERS:
        return None
    known = {"add_generation_prompt": False} | tokenizer.special_tokens_map | values
    return _Template(quicker(_compile_jinja_template(resolved), resolved), known | {"documents": None})


SHORTCUT = PlainConversations
