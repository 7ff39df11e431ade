"""Converts a message request to sampling parameters and a conversation with tools."""

from __future__ import annotations

from functools import partial
from typing import Any

from accord.dialects.ignored import Ignored
from accord.dialects.media import Shown
from accord.dialects.messages.history import chat_messages
from accord.dialects.messages.tools import Tools
from accord.dialects.renaming import renamed
from accord.dialects.sampling import is_prefill_only, shared_sampling
from accord.engine import Conversation, Sampling
from accord.errors import InvalidRequest
from accord.generated import models

Request = models.MessageRequest | models.MessageTokenCountRequest

EFFORTS = ("low", "medium", "high", "xhigh", "max")

_NAMES = {
    "response_format.json_schema": "output_config.format",
    "response_format": "output_config.format",
    "reasoning_effort": "output_config.effort",
    "stop": "stop_sequences",
    "thinking_token_budget": "thinking.budget_tokens",
}
"""Maps the engine's names of fields to those of a message request."""


fields_renamed = partial(renamed, _NAMES)
"""Renames the fields in the engine's errors to this API's."""


def sampling(body: models.MessageRequest, *, limits_thinking: bool) -> Sampling:
    """Return the sampling parameters.

    A budget for thinking has no effect if the engine does not recognize the end of thinking.
    """
    result = Sampling(stop=list(body.stop_sequences or ()), **shared_sampling(body))
    if isinstance(body.thinking, models.MessageThinkingEnabledParam):
        budget = body.thinking.budget_tokens
        if budget >= body.max_tokens and not is_prefill_only(body.kv_transfer_params):
            raise InvalidRequest(
                f"thinking.budget_tokens: must be less than max_tokens ({body.max_tokens}), and is {budget}.",
                param="thinking.budget_tokens",
            )
        if limits_thinking:
            result.thinking_token_budget = budget
    if body.output_config and isinstance(body.output_config.format, models.MessageJsonFormatParam):
        schema = {"name": "answer", "schema": body.output_config.format.schema_, "strict": True}
        result.response_format = {"type": "json_schema", "json_schema": schema}
    return result


def conversation(body: Request, shown: Shown) -> Conversation:
    """Return the conversation. `shown` collects the paths of unsupported parts."""
    ignored = Ignored(shown.left_out)
    tools = Tools(body, ignored)
    messages = chat_messages(body.system, body.messages, tools, shown)
    declared, callable_tools, tool_choice = tools.offered()
    continues = body.messages[-1].role == "assistant" and _is_text(messages)
    return Conversation(
        messages=messages,
        tools=declared,
        callable_tools=callable_tools,
        tool_choice=tool_choice,
        parallel_tool_calls=not getattr(body.tool_choice, "disable_parallel_tool_use", None),
        reasoning_effort=_effort(body.output_config, ignored),
        add_generation_prompt=not continues,
        continue_final_message=continues,
        chat_template_kwargs=_template_variables(body, ignored),
        media=shown.media,
    )


def tool_changes(body: Request, shown: Shown) -> list[models.MessageToolChangeBlock]:
    """Return the tools that the messages added and removed."""
    tools = Tools(body, Ignored())
    chat_messages(body.system, body.messages, tools, shown)
    return tools.changes()


def _effort(config: models.MessageOutputConfigParam | None, ignored: Ignored) -> str | None:
    if config is None:
        return None
    if isinstance(config.format, models.MessageOtherFormatParam):
        ignored.leave_out("output_config.format", config.format.type)
    if config.effort is None or config.effort in EFFORTS:
        return config.effort
    ignored.add("output_config.effort")
    return None


def _is_text(messages: list[dict[str, Any]]) -> bool:
    """Whether the last message is an assistant's text, which the model continues."""
    last = messages[-1] if messages else {"role": ""}
    return last["role"] == "assistant" and bool(last["content"]) and "tool_calls" not in last


def _template_variables(body: Request, ignored: Ignored) -> dict[str, Any] | None:
    """Return the chat template's variables for thinking: the two common names, and the client's own."""
    variables: dict[str, Any] = {}
    if isinstance(body.thinking, models.MessageOtherThinkingParam):
        ignored.leave_out("thinking", body.thinking.type)
    elif body.thinking is not None:
        thinks = not isinstance(body.thinking, models.MessageThinkingDisabledParam)
        variables = {"enable_thinking": thinks, "thinking": thinks}
    return (variables | (body.chat_template_kwargs or {})) or None
