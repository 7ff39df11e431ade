"""Plain conversations through the chat template without what vLLM and transformers do around it.

Most messages have a role and a text, which many clients send as a list of parts. For those, three layers
that look for images, tools and documents come to nothing but the template's own rendering (measured: 62
microseconds with them, 19 without).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

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

from accord.engine.billing import BILLING
from accord.engine.vllm.shortcuts.comparison import Comparison, first_difference
from accord.engine.vllm.shortcuts.shortcut import Shortcut, other_parameters

if TYPE_CHECKING:
    from accord.engine.vllm.backend import VllmBackend

Message = dict[str, Any]

_FIELDS = {"role", "content"}
_PART = {"type", "text"}
_ROLES = ("user", "assistant", "system")
_PLAIN = {"tools": None, "documents": None, "continue_final_message": False}
"""Arguments of the rendering that have to be so where they are given."""
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
]


@dataclass(frozen=True, slots=True)
class _Template:
    compiled: Any
    values: dict[str, Any]
    """What the template knows besides the messages."""


class PlainConversations(Shortcut):
    """Has the renderer of a model that takes text only render plain conversations by the template alone."""

    name = "templates"
    what = "A conversation of plain texts is rendered by the compiled chat template alone."

    def __init__(self, backend: VllmBackend) -> None:
        super().__init__(backend)
        self.renderer = backend.llm.renderer
        self.comparison = Comparison(backend, self.name)
        self._vllms: Callable[[list[Message], ChatParams], tuple[list[Message], Any]]
        self._vllms = self.renderer.render_messages
        self._template = lru_cache(maxsize=64)(self._looked_up)

    def fits(self) -> str | None:
        if "rendering" not in self.backend.shortcuts.active:
            return "it stands on rendering, which is not active"
        if not isinstance(self.renderer, HfRenderer):
            return "the model's chat template is not rendered by transformers"
        if self.renderer.model_config.is_multimodal_model:
            return "the model takes more than text"
        return other_parameters(HfRenderer, "render_messages", "self messages params") or self._differs()

    def _differs(self) -> str | None:
        directly = False
        for messages in EXAMPLES:
            for prompted in (True, False):
                params = self._params(add_generation_prompt=prompted)
                ours, vllms = (
                    self._text(_plain_conversation(messages), params),
                    _rendered(self._vllms, messages, params),
                )
                directly = directly or ours is not None
                if ours is not None and ours != vllms:
                    return "the template alone renders other than vLLM does"
        return None if directly else "the chat template is none that can be rendered alone"

    def _params(self, **arguments: Any) -> ChatParams:
        """Return what vLLM gives its renderer for a request."""
        online = self.backend.renderer
        request = ChatCompletionRequest(messages=[], **arguments)
        params = request.build_chat_params(online.chat_template, online.chat_template_content_format)
        return params.with_defaults(online.default_chat_template_kwargs | {"tokenize": False, "tools": None})

    def install(self) -> None:
        self.patches.replace(self.renderer, "render_messages", self.render_messages)

    def render_messages(self, messages: list[Message], params: ChatParams) -> tuple[list[Message], Any]:
        """Render as vLLM does, in its way where the conversation is not plain."""
        plain = _plain_conversation(messages)
        text = self._text(plain, params)
        if text is None:
            return self._vllms(messages, params)
        if self.comparison.due:
            self.comparison.begin(lambda: self._difference(messages, params))
        return plain, TextPrompt(prompt=text)

    def _text(self, plain: list[Message], params: ChatParams) -> str | None:
        """Return the prompt; None where only vLLM can say it, or what is wrong."""
        if plain:
            with suppress(Exception):  # arguments that are lists, or what the template refuses: vLLM says it
                return self._directly(plain, params)
        return None

    def _directly(self, messages: list[Message], params: ChatParams) -> str | None:
        # By their types, too: 1 and True are equal, and a template may write them.
        arguments = tuple((name, type(v), v) for name, v in params.chat_template_kwargs.items())
        found = self._template(params.chat_template, params.chat_template_content_format, arguments)
        return found.compiled.render(messages=messages, **found.values) if found is not None else None

    def _looked_up(
        self,
        chat_template: str | None,
        content_format: str,
        arguments: tuple[tuple[str, type, Any], ...],
    ) -> _Template | None:
        given = {name: value for name, _, value in arguments}
        return _template(self.renderer, chat_template, content_format, given)

    def _difference(self, messages: list[Message], params: ChatParams) -> str | None:
        """Render both ways anew: what is sent has told the time, too, where the template does."""
        ours = vllms = ""
        for _ in range(3):  # the minute may change between the two
            ours = self._text(_plain_conversation(messages), params) or ""
            vllms = _rendered(self._vllms, messages, params)
            if ours == vllms:
                return None
        where = first_difference(ours, vllms)
        return (
            f"a conversation of {len(messages)} messages has {len(ours)} characters, not {len(vllms)}, "
            f"and is another from character {where} on"
        )


def _rendered(render: Callable[..., Any], messages: list[Message], params: ChatParams) -> Any:
    """Return the prompt that vLLM makes; None where the template refuses the conversation."""
    with suppress(Exception):
        return render(messages, params)[1].get("prompt")
    return None


def _plain_conversation(messages: list[Message]) -> list[Message]:
    """Return the messages as vLLM gives them to a template; none where one is more than a text."""
    plain = []
    for message in messages:
        if (known := _plain(message)) is None:
            return []
        plain.append(known)
    return plain


def _plain(message: Message) -> Message | None:
    """Return the message with its text as vLLM gives it to a template; None where it is more than a text."""
    if message.keys() != _FIELDS or message["role"] not in _ROLES:
        return None
    content = message["content"]
    if isinstance(content, str):
        text = content
    elif isinstance(content, list) and all(map(_is_text, content)):
        text = "\n".join([part["text"] for part in content if part["text"]])  # vLLM drops those without text
        message = {"role": message["role"], "content": text}
    else:
        return None
    return None if message["role"] == "system" and BILLING in text else message


def _is_text(part: Any) -> bool:
    return (
        isinstance(part, dict)
        and part.keys() == _PART
        and part["type"] == "text"
        and isinstance(part["text"], str)
    )


def _template(
    renderer: HfRenderer, chat_template: str | None, content_format: str, arguments: dict[str, Any]
) -> _Template | None:
    """Return what is the same for all conversations with these arguments; None where they are not plain."""
    arguments = dict(arguments)
    if arguments.pop("tokenize", True) or any(arguments.get(name, _PLAIN[name]) for name in _PLAIN):
        return None
    tokenizer = renderer.get_tokenizer()
    config = renderer.model_config
    taken_as = resolve_chat_template_content_format(
        chat_template, None, content_format, tokenizer, model_config=config
    )
    resolved = resolve_chat_template(tokenizer, chat_template, None, model_config=config)
    if taken_as != "string" or resolved is None or config.enable_prompt_embeds:
        return None
    rest = {name: value for name, value in arguments.items() if name not in _PLAIN}
    values = resolve_chat_template_kwargs(tokenizer, resolved, rest)
    if values.keys() & _OF_TRANSFORMERS:
        return None
    known = {"add_generation_prompt": False} | tokenizer.special_tokens_map | values
    return _Template(_compile_jinja_template(resolved), known | {"tools": None, "documents": None})


SHORTCUT = PlainConversations
