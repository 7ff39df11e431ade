"""Derives the renderer's arguments once for all requests with the same parameters.

From each request, vLLM derives how its messages are rendered and how the prompt is tokenized: several
objects, which depend on anything but the messages. The arguments that vLLM makes for the first of the
requests that Accord copies from one (`SharedRequest`) are used for the others.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from vllm.renderers import BaseRenderer
from vllm.renderers.online_renderer import OnlineRenderer

from accord.engine.requests import Conversation, Sampling
from accord.engine.vllm.requests import chat_request
from accord.engine.vllm.shared_requests import ChatRequest, shared_of
from accord.engine.vllm.shortcuts.shortcut import Shortcut, other_parameters, result_of
from accord.engine.vllm.shortcuts.templates import TOOLS

if TYPE_CHECKING:
    from accord.engine.vllm.backend import VllmBackend

Arguments = tuple[tuple[Any, ...], dict[str, Any]]
_IMMUTABLE = (bool, int, float, str, type(None))
"""What parsers may have set in a request, such as whether special tokens are skipped; grammars are others."""
_EXAMPLES = ["Hello", "And again, 漢字", "Once more"]


class Parameters(Shortcut):
    """Replaces vLLM's preparation of a request if it has prepared one with the same parameters."""

    name = "parameters"
    what = "Derives the renderer's arguments once for all requests with the same parameters."

    def __init__(self, backend: VllmBackend) -> None:
        super().__init__(backend)
        self.renderer = backend.llm.renderer
        self._vllms = backend.renderer.render_chat
        self._render = self.renderer.render_chat_async
        self._given: ContextVar[list[Arguments] | None] = ContextVar("given", default=None)
        """Where the arguments go that vLLM passes to its renderer."""
        self._mark = object()
        """Marks what this shortcut has remembered. Not the shortcut itself, which refers to the whole engine:
        the requests that remember outlive an engine that has failed."""

    def fits(self) -> str | None:
        if "templates" not in self.backend.shortcuts.active:
            return "it requires templates, which is not active"
        if self.backend.renderer.use_harmony:
            return "the model's prompts are not rendered from a template"
        chats = "self conversations chat_params tok_params prompt_extras skip_mm_cache"
        return (
            other_parameters(OnlineRenderer, "render_chat", "self request skip_mm_cache")
            or other_parameters(BaseRenderer, "render_chat_async", chats)
            or self._differs()
        )

    def _differs(self) -> str | None:
        """Render some conversations both ways: all but the first with the arguments of the first."""
        return result_of(self._difference())

    async def _difference(self) -> str | None:
        self._replace_argument_taker()
        try:
            for tools in (None, TOOLS):
                for text in _EXAMPLES:
                    ours, vllms = (self._example(text, tools) for _ in range(2))
                    rendered, expected = await self.render_chat(ours), await self._vllms(vllms)
                    if _prompts(rendered) != _prompts(expected) or vars(ours) != vars(vllms):
                        return "a request with remembered arguments is rendered differently than by vLLM"
            return None
        finally:
            self.patches.undo()

    def _example(self, text: str, tools: list[dict[str, Any]] | None) -> ChatRequest:
        conversation = Conversation(messages=[{"role": "user", "content": text}], tools=tools)
        return chat_request(conversation, Sampling(max_tokens=3), True, 1024)

    def install(self) -> None:
        self._replace_argument_taker()
        self.patches.replace(self.backend.renderer, "render_chat", self.render_chat)

    def _replace_argument_taker(self) -> None:
        async def render_chat_async(conversations: Any, *args: Any, **kwargs: Any) -> Any:
            if (given := self._given.get()) is not None:
                given.append((args, kwargs))
            return await self._render(conversations, *args, **kwargs)

        self.patches.replace(self.renderer, "render_chat_async", render_chat_async)

    async def render_chat(self, request: Any, *, skip_mm_cache: bool = False) -> Any:
        """Render as vLLM does; with its code if the request shares its parameters with none before it."""
        shared = shared_of(request)
        if shared is None or skip_mm_cache:
            return await self._vllms(request, skip_mm_cache=skip_mm_cache)
        if shared.rendered_by is self._mark:
            args, kwargs = shared.rendered_with
            request.__dict__.update(shared.rendered_changes)
            [conversation], prompts = await self._render([request.messages], *args, **kwargs)
            return conversation, prompts
        given: list[Arguments] = []
        token = self._given.set(given)
        try:
            rendered = await self._vllms(request)
        finally:
            self._given.reset(token)
        changes = shared.changes(request)
        if len(given) == 1 and all(type(value) in _IMMUTABLE for value in changes.values()):
            shared.rendered_with, shared.rendered_changes = given[0], changes
            shared.rendered_by = self._mark
        return rendered


def _prompts(rendered: Any) -> Any:
    """Return the prompts without their time stamps; what is none, such as an error, as it is."""
    if not isinstance(rendered, tuple):
        return rendered
    return [{name: each for name, each in prompt.items() if name != "arrival_time"} for prompt in rendered[1]]


SHORTCUT = Parameters
