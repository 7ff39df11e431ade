"""From a message request to how to sample, and to a conversation with its tools."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from accord.dialects.messages.history import chat_messages
from accord.dialects.sampling import shared_sampling
from accord.engine import Conversation, Sampling
from accord.errors import InvalidRequest, rename
from accord.generated import models

Request = models.MessageRequest | models.MessageTokenCountRequest

_NAMES = {
    "response_format.json_schema": "output_config.format",
    "response_format": "output_config.format",
    "reasoning_effort": "output_config.effort",
    "stop": "stop_sequences",
    "thinking_token_budget": "thinking.budget_tokens",
}
"""What a field is called in a message request, by the name that the engine has for it."""


@contextmanager
def fields_renamed() -> Iterator[None]:
    """Name the field at fault as this API does, in errors of the engine's."""
    try:
        yield
    except InvalidRequest as error:
        rename(error, _NAMES)
        raise


def sampling(body: models.MessageRequest, *, limits_thinking: bool) -> Sampling:
    """Return how to sample.

    A budget for thinking has no effect where the engine does not know where thinking ends.
    """
    result = Sampling(stop=list(body.stop_sequences or ()), **shared_sampling(body))
    if isinstance(body.thinking, models.MessageThinkingEnabledParam):
        budget = body.thinking.budget_tokens
        if budget >= body.max_tokens and not _only_reads(body):
            raise InvalidRequest(
                f"thinking.budget_tokens: must be less than max_tokens ({body.max_tokens}), and is {budget}.",
                param="thinking.budget_tokens",
            )
        if limits_thinking:
            result.thinking_token_budget = budget
    if body.output_config and body.output_config.format:
        schema = {"name": "answer", "schema": body.output_config.format.schema_, "strict": True}
        result.response_format = {"type": "json_schema", "json_schema": schema}
    return result


def _only_reads(body: models.MessageRequest) -> bool:
    """Whether another server writes the message: this one is asked for a token only, whatever the budget."""
    return bool(body.kv_transfer_params and body.kv_transfer_params.get("do_remote_decode"))


def conversation(body: Request, *, text_only: bool) -> Conversation:
    """Return the conversation. `text_only` refuses what is not text, by its place."""
    tools, tool_choice = _tools(body)
    messages = chat_messages(body.system, body.messages, text_only=text_only)
    continues = body.messages[-1].role == "assistant" and _is_text(messages[-1])
    return Conversation(
        messages=messages,
        tools=tools,
        tool_choice=tool_choice,
        parallel_tool_calls=not getattr(body.tool_choice, "disable_parallel_tool_use", None),
        reasoning_effort=body.output_config.effort if body.output_config else None,
        add_generation_prompt=not continues,
        continue_final_message=continues,
        chat_template_kwargs=_template_variables(body),
    )


def _is_text(message: dict[str, Any]) -> bool:
    """Whether the message is text that the model can go on from."""
    return message["role"] == "assistant" and bool(message["content"]) and "tool_calls" not in message


def _template_variables(body: Request) -> dict[str, Any] | None:
    """What the chat template is told of thinking, by the two names in use, and what the client gives."""
    variables: dict[str, Any] = {}
    if body.thinking is not None:
        thinks = not isinstance(body.thinking, models.MessageThinkingDisabledParam)
        variables = {"enable_thinking": thinks, "thinking": thinks}
    return (variables | (body.chat_template_kwargs or {})) or None


def _tools(body: Request) -> tuple[list[dict[str, Any]] | None, str | dict[str, Any] | None]:
    """Return the tools, and the choice among them, as chat completions have them."""
    tools = [_tool(index, tool) for index, tool in enumerate(body.tools or ())]
    choice = body.tool_choice
    if not tools:
        if isinstance(choice, models.MessageToolChoiceAnyParam | models.MessageToolChoiceToolParam):
            raise InvalidRequest("tool_choice: needs tools to choose from.", param="tool_choice")
        return None, None
    if isinstance(choice, models.MessageToolChoiceNoneParam):
        return tools, "none"  # still in the prompt, so that the cached beginning of the conversation serves
    if isinstance(choice, models.MessageToolChoiceAnyParam):
        return tools, "required"
    if isinstance(choice, models.MessageToolChoiceToolParam):
        known = [tool["function"]["name"] for tool in tools]
        if choice.name not in known:
            raise InvalidRequest(
                f"tool_choice.name: there is no tool '{choice.name}' among tools ({', '.join(known)}).",
                param="tool_choice.name",
            )
        return tools, {"type": "function", "function": {"name": choice.name}}
    return tools, "auto"


def _tool(index: int, tool: models.MessageCustomToolParam | models.MessageOtherToolParam) -> dict[str, Any]:
    if isinstance(tool, models.MessageOtherToolParam):
        raise InvalidRequest(
            f"tools.{index}.type: a tool of type '{tool.type}' cannot be run here; "
            "only tools of type 'custom', with a name and an input_schema, can be called.",
            param=f"tools.{index}.type",
        )
    function: dict[str, Any] = {"name": tool.name, "parameters": tool.input_schema}
    if tool.description is not None:
        function["description"] = tool.description
    if tool.strict is not None:
        function["strict"] = tool.strict
    return {"type": "function", "function": function}
