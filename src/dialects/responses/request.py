"""Converts a response request to a conversation and sampling parameters."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from accord.dialects.ignored import Ignored
from accord.dialects.media import Shown
from accord.dialects.renaming import renamed
from accord.dialects.responses.choice import MODES, chosen
from accord.dialects.responses.compaction import since_last_compaction
from accord.dialects.responses.items import Item, chat_messages
from accord.dialects.responses.mcp_items import check_approvals
from accord.dialects.responses.tool_items import CALLS, OUTPUTS
from accord.dialects.responses.tools import Tools, places
from accord.dialects.sampling import shared_sampling
from accord.engine import Conversation, Sampling
from accord.errors import InvalidRequest
from accord.generated import models

_NAMES = {
    "messages": "input",
    "max_tokens": "max_output_tokens",
    "response_format.json_schema": "text.format",
    "response_format": "text.format",
    "reasoning_effort": "reasoning.effort",
}
"""Maps the engine's names of fields to those of a response request."""


fields_renamed = partial(renamed, _NAMES)
"""Renames the fields in the engine's errors to this API's."""


def check(body: models.ResponseRequest) -> None:
    """Raise InvalidRequest if fields contradict each other or are not supported by this server."""
    if body.input is None and body.previous_response_id is None and body.conversation is None:
        raise InvalidRequest("input: Field required", param="input", code="missing_required_parameter")
    if body.conversation is not None and body.previous_response_id is not None:
        raise InvalidRequest(
            "previous_response_id: cannot be given together with conversation.",
            param="previous_response_id",
            code="mutually_exclusive_parameters",
        )
    if body.background and body.store is False:
        raise InvalidRequest("background: true needs store to be true.", param="background")
    if body.stream_options is not None and not body.stream:
        raise InvalidRequest("stream_options: only allowed when stream is true.", param="stream_options")


_SUMMARIES = ("auto", "concise", "detailed")
_TUNING: dict[str, dict[str, tuple[str, ...]]] = {
    "": {
        "truncation": ("auto", "disabled"),
        "prompt_cache_retention": ("in_memory", "in-memory", "24h"),
        "service_tier": ("auto", "default", "flex", "scale", "priority", "fast", "ultrafast"),
    },
    "reasoning": {
        "effort": ("none", "minimal", "low", "medium", "high", "xhigh", "max"),
        "summary": _SUMMARIES,
        "generate_summary": _SUMMARIES,
    },
    "text": {"verbosity": ("low", "medium", "high")},
}
"""Fields without effect on the answer, and their known values. Newer clients may send others."""
_INCLUDABLE = (
    "message.output_text.logprobs",
    "reasoning.encrypted_content",
    "message.input_image.image_url",
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
)


def ignore_unknown(body: models.ResponseRequest, ignored: Ignored) -> None:
    """Remove unknown values of fields without effect on the answer from `body`."""
    for group, fields in _TUNING.items():
        if (holder := getattr(body, group) if group else body) is None:
            continue
        for name, known in fields.items():
            if (value := getattr(holder, name)) is not None and value not in known:
                ignored.add(f"{group}.{name}" if group else name)
                setattr(holder, name, None)
    for index, name in enumerate(body.include or ()):
        if name not in _INCLUDABLE:
            ignored.add(f"include.{index}")
    choice = body.tool_choice
    if isinstance(choice, str) and choice not in MODES:
        ignored.leave_out("tool_choice", choice)
        body.tool_choice = None
    elif isinstance(choice, models.ResponseToolChoiceAllowedParam) and choice.mode not in MODES[1:]:
        ignored.leave_out("tool_choice.mode", choice.mode)
        choice.mode = "auto"


def conversation_id(body: models.ResponseRequest) -> str | None:
    """Return the id of the conversation that the response belongs to."""
    named = body.conversation
    return named.id if isinstance(named, models.ResponseConversationParam) else named


def wants_logprobs(body: models.ResponseRequest) -> bool:
    """Whether the response includes log probabilities."""
    return "message.output_text.logprobs" in (body.include or ())


def sampling(body: models.ResponseRequest) -> Sampling:
    """Return the sampling parameters."""
    given = shared_sampling(body)
    if body.max_output_tokens is not None:
        given["max_tokens"] = body.max_output_tokens
    if wants_logprobs(body):
        given["logprobs"] = body.top_logprobs or 0
    match body.text.format if body.text else None:
        case models.ResponseTextFormatJsonSchemaParam() as form:
            schema = form.model_dump(by_alias=True, exclude_none=True, exclude={"type"})
            given["response_format"] = {"type": "json_schema", "json_schema": schema}
        case models.ResponseTextFormatJsonObjectParam():
            given["response_format"] = {"type": "json_object"}
    return Sampling(**given)


def conversation(
    body: models.ResponseRequest, items: list[Item], tools: Tools, ignored: Ignored, shown: Shown
) -> Conversation:
    """Return the conversation of `items`: those of earlier responses, and the input."""
    items = since_last_compaction(items)
    _check_outputs(items)
    check_approvals(items)
    offered, tool_choice = chosen(body.tool_choice, tools, ignored)
    declared, functions = offered.declared, offered.functions
    messages = chat_messages(body.instructions, items, shown)
    if not messages:
        raise InvalidRequest("input: there is nothing to answer.", param="input")
    return Conversation(
        messages=messages,
        tools=declared or None,
        callable_tools=functions if functions != declared else None,
        tool_choice=tool_choice,
        parallel_tool_calls=body.parallel_tool_calls is not False,
        reasoning_effort=body.reasoning.effort if body.reasoning else None,
        include_reasoning=body.include_reasoning is not False,
        chat_template_kwargs=body.chat_template_kwargs,
        tool_grammars=offered.grammars(dict(_places(body))),
        media_io_kwargs=body.media_io_kwargs,
        mm_processor_kwargs=body.mm_processor_kwargs,
        media=shown.media,
    )


def _places(body: models.ResponseRequest) -> Iterator[tuple[str, str]]:
    """Yield the model's name for each custom tool of the request, and its path."""
    yield from places(body.tools or (), "tools")
    for index, item in enumerate(body.input if isinstance(body.input, list) else ()):
        if isinstance(item, models.ResponseAdditionalToolsParam | models.ResponseToolSearchOutputParam):
            yield from places(item.tools, f"input.{index}.tools")


def _check_outputs(items: list[Item]) -> None:
    """Raise InvalidRequest for an output without a call."""
    calls: set[str] = set()
    for item in items:
        if item["type"] in CALLS:
            calls.add(item["call_id"])
        elif item["type"] in OUTPUTS and item["call_id"] is not None and item["call_id"] not in calls:
            kind = item["type"].removesuffix("_output").removesuffix("_call") + "_call"
            raise InvalidRequest(
                f"input: no {kind} with the call_id '{item['call_id']}' comes before its output.",
                param="input",
            )
