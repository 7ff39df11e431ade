"""From a response request to a conversation and how to sample."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from accord.dialects.responses.items import Item, chat_messages
from accord.dialects.sampling import shared_sampling
from accord.engine import Conversation, Sampling
from accord.errors import InvalidRequest, rename
from accord.generated import models

_NAMES = {
    "messages": "input",
    "max_tokens": "max_output_tokens",
    "response_format.json_schema": "text.format",
    "response_format": "text.format",
    "reasoning_effort": "reasoning.effort",
}
"""What a field is called in a response request, by the name that the engine has for it."""


@contextmanager
def fields_renamed() -> Iterator[None]:
    """Name the field at fault as this API does, in errors of the engine's."""
    try:
        yield
    except InvalidRequest as error:
        rename(error, _NAMES)
        raise


def check(body: models.ResponseRequest) -> None:
    """Raise InvalidRequest where fields contradict each other, or ask for what this server does not have."""
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
    for index, tool in enumerate(body.tools or ()):
        if isinstance(tool, models.ResponseHostedToolParam):
            raise InvalidRequest(
                f"tools.{index}.type: there is no '{tool.type}' tool on this server; only 'function' tools "
                "can be called.",
                param=f"tools.{index}.type",
                code="unsupported_tool",
            )


def conversation_id(body: models.ResponseRequest) -> str | None:
    """Return the id of the conversation that the response belongs to."""
    named = body.conversation
    return named.id if isinstance(named, models.ResponseConversationParam) else named


def wants_logprobs(body: models.ResponseRequest) -> bool:
    """Whether the response is to hold log probabilities."""
    return "message.output_text.logprobs" in (body.include or ())


def sampling(body: models.ResponseRequest) -> Sampling:
    """Return how to sample."""
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


def conversation(body: models.ResponseRequest, items: list[Item]) -> Conversation:
    """Return the conversation of `items`: those of the responses before this one, and the input."""
    _check_outputs(items)
    tools, tool_choice = _tools(body)
    messages = chat_messages(body.instructions, items)
    if not messages:
        raise InvalidRequest("input: there is nothing to answer.", param="input")
    return Conversation(
        messages=messages,
        tools=tools,
        tool_choice=tool_choice,
        parallel_tool_calls=body.parallel_tool_calls is not False,
        reasoning_effort=body.reasoning.effort if body.reasoning else None,
        include_reasoning=body.include_reasoning is not False,
        chat_template_kwargs=body.chat_template_kwargs,
    )


def _check_outputs(items: list[Item]) -> None:
    """Raise InvalidRequest for the output of a call that nobody made."""
    calls: set[str] = set()
    for item in items:
        if item["type"] == "function_call":
            calls.add(item["call_id"])
        elif item["type"] == "function_call_output" and item["call_id"] not in calls:
            if item["call_id"] is None:
                continue
            raise InvalidRequest(
                f"input: no function_call with the call_id '{item['call_id']}' comes before its output.",
                param="input",
            )


def _tools(
    body: models.ResponseRequest,
) -> tuple[list[dict[str, Any]] | None, str | dict[str, Any] | None]:
    """Return the tools on offer, and the choice among them, in the forms that chat templates know."""
    tools: list[dict[str, Any]] = [
        {"type": "function", "function": tool.model_dump(exclude_none=True, exclude={"type"})}
        for tool in body.tools or ()
        if isinstance(tool, models.ResponseFunctionToolParam)
    ]
    choice = body.tool_choice
    if choice is None or choice in ("none", "auto"):
        return (tools, choice) if tools else (None, None)
    if not tools:
        raise InvalidRequest("tool_choice: needs tools to choose from.", param="tool_choice")
    known = {tool["function"]["name"] for tool in tools}
    if isinstance(choice, models.ResponseToolChoiceAllowedParam):
        allowed = {tool.name or "" for tool in choice.tools}
        _check_known(allowed, known)
        return [tool for tool in tools if tool["function"]["name"] in allowed], choice.mode
    if isinstance(choice, models.ResponseToolChoiceFunctionParam):
        _check_known({choice.name}, known)
        return tools, {"type": "function", "function": {"name": choice.name}}
    return tools, choice


def _check_known(names: set[str], known: set[str]) -> None:
    for name in sorted(names - known):
        raise InvalidRequest(
            f"tool_choice: there is no tool '{name}' among tools ({', '.join(sorted(known))}).",
            param="tool_choice",
        )
