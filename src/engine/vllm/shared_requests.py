"""Requests with the same parameters: validated by vLLM's models once, and copied for each request.

Most requests of a deployment have the same parameters, and an agent has the same tools in each turn. Only
their messages differ, which vLLM's models do not validate.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, ClassVar

import msgspec
from pydantic import PrivateAttr
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.sampling_params import SamplingParams

from accord.engine.requests import Conversation, Sampling

CONVERSATION_FIELDS = tuple(
    name
    for name in Conversation.__struct_fields__
    if name not in ("messages", "tools", "callable_tools", "tool_choice", "media", "tool_grammars")
)
MOST_SHARED, MOST_LENGTHS = 1024, 16
"""Cache sizes: of different request parameters, and of `max_tokens` values for each."""
MOST_WITH_TOOLS, LONGEST_TOOLS = 64, 65536
"""Cache sizes: of sets of tools, and of the bytes of one set. An agent has the same tools in each turn."""
_sampling_values = attrgetter(
    *(n for n in Sampling.__struct_fields__ if n not in ("stop", "stop_token_ids", "bad_words"))
)
_conversation_values = attrgetter(*CONVERSATION_FIELDS)
_encode = msgspec.msgpack.Encoder().encode


class ChatRequest(ChatCompletionRequest):  # type: ignore[misc]  # vllm is not followed
    """vLLM's request, which may be a copy of one with the same parameters."""

    _shared: Any = PrivateAttr(None)


class SharedRequest:
    """A validated request without messages, of which all with the same parameters are copies."""

    _known: ClassVar[dict[Any, SharedRequest]] = {}
    _with_tools: ClassVar[dict[Any, SharedRequest]] = {}

    def __init__(self, request: ChatRequest) -> None:
        self.request = request
        self.containers = [name for name, value in vars(request).items() if isinstance(value, list | dict)]
        self.params: dict[tuple[int | None, bool], SharedParams] = {}
        """By `max_tokens` and `detokenize`."""
        self.rendered_with: tuple[tuple[Any, ...], dict[str, Any]] = ((), {})
        """The arguments of vLLM's renderer besides the messages."""
        self.rendered_changes: dict[str, Any] = {}
        """What parsers change in the request while it is rendered."""
        self.rendered_by: object = None
        """A mark of what has set both, which is of one engine."""

    def copied(self) -> ChatRequest:
        request: ChatRequest = self.request.model_copy()
        values = request.__dict__
        for name in self.containers:
            values[name] = values[name].copy()
        return request

    def is_as_it_was(self, request: ChatRequest) -> bool:
        """Return whether only its messages differ from this request: parsers may have changed it."""
        return {**request.__dict__, "messages": []} == self.request.__dict__

    def changes(self, request: ChatRequest) -> dict[str, Any]:
        """Return the other fields in which a copy differs."""
        before = self.request.__dict__
        return {
            name: value
            for name, value in request.__dict__.items()
            if name != "messages" and value != before[name]
        }

    @classmethod
    def known(cls, key: Any) -> SharedRequest | None:
        """Return the request of a `key`; None if there is none yet."""
        return cls._known.get(key) or cls._with_tools.get(key)

    @classmethod
    def keep(cls, key: Any, request: ChatRequest) -> SharedRequest:
        kept, most = (cls._with_tools, MOST_WITH_TOOLS) if request.tools else (cls._known, MOST_SHARED)
        if len(kept) >= most:
            kept.clear()
        shared = kept[key] = SharedRequest(request)
        request._shared = shared
        return shared


def shared_of(request: Any) -> SharedRequest | None:
    """Return the request of which `request` is a copy; None if it is no copy."""
    if not isinstance(request, ChatRequest):
        return None
    # Not `request._shared`, for which pydantic looks in five places.
    shared: SharedRequest | None = (request.__pydantic_private__ or {}).get("_shared")
    return shared


class SharedParams:
    """Sampling parameters, of which all of the same request and `defaults` are copies."""

    def __init__(self, params: SamplingParams, defaults: dict[str, Any]) -> None:
        self.params = params
        self.defaults = defaults
        values = {name: getattr(params, name) for name in params.__struct_fields__}
        self.containers = [name for name, value in values.items() if isinstance(value, list | dict | set)]

    def copied(self) -> SamplingParams:
        """Return a copy, which vLLM may change."""
        params: SamplingParams = self.params.__copy__()
        for name in self.containers:
            setattr(params, name, getattr(params, name).copy())
        return params


def shared_key(conversation: Conversation, sampling: Sampling, *others: Any) -> Any:
    """Return the key of a request's parameters; None if other requests are unlikely to have the same.

    Those have lists or objects, which have no hash, or a text of the client's. Tools are compared as text.
    """
    if (
        conversation.callable_tools
        or conversation.tool_grammars
        or conversation.chat_template is not None
        or sampling.stop
        or sampling.stop_token_ids
        or sampling.bad_words
        or sampling.cache_salt is not None
    ):
        return None
    key: tuple[Any, ...] = (_sampling_values(sampling), _conversation_values(conversation), others)
    try:
        hash(key)
        if conversation.tools:
            tools = _encode(conversation.tools)
            # A forced call has its tools changed to the parser's needs.
            if conversation.tool_choice not in (None, "auto", "none") or len(tools) > LONGEST_TOOLS:
                return None
            key = (*key, conversation.tool_choice, tools)
    except (TypeError, ValueError, OverflowError):
        return None
    return key
