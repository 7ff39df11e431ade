"""Functions, the older form of tools: converted to tools, and answers converted back."""

from __future__ import annotations

from typing import Any

from accord.errors import InvalidRequest
from accord.generated import models


def tools_of(
    body: models.ChatCompletionRequest,
) -> tuple[list[dict[str, Any]] | None, str | dict[str, Any] | None]:
    """Return the functions as tools, and the choice among them."""
    if body.tools:
        raise InvalidRequest("functions: cannot be given together with tools.", param="functions")
    functions = [function.model_dump(by_alias=True, exclude_none=True) for function in body.functions or ()]
    choice = body.function_call
    if not functions:
        if isinstance(choice, models.NamedToolFunction):
            raise InvalidRequest("function_call: needs functions to choose from.", param="function_call")
        return None, None
    tools = [{"type": "function", "function": function} for function in functions]
    if not isinstance(choice, models.NamedToolFunction):
        return tools, choice
    known = [function["name"] for function in functions]
    if choice.name not in known:
        raise InvalidRequest(
            f"function_call: there is no function '{choice.name}' among functions ({', '.join(known)}).",
            param="function_call",
        )
    return tools, {"type": "function", "function": {"name": choice.name}}


def in_newer_form(messages: list[dict[str, Any]]) -> None:
    """Convert function calls and their results in the messages to tool calls and results."""
    called: dict[str, str] = {}
    for index, message in enumerate(messages):
        if message["role"] == "assistant" and (call := message.pop("function_call", None)) is not None:
            called = {call["name"]: f"call{index:05}"}  # nine characters, as Mistral's templates require
            tool_call = {"id": called[call["name"]], "type": "function", "function": call}
            message.setdefault("tool_calls", []).append(tool_call)
        elif message["role"] == "function" and message["name"] in called:
            message |= {"role": "tool", "tool_call_id": called.pop(message["name"])}
            message.setdefault("content", "")


def is_older(body: models.ChatCompletionRequest) -> bool:
    """Whether the client expects the answer in the older form."""
    return bool(body.functions)


def ending(finished: str, body: models.ChatCompletionRequest) -> str:
    """Return the finish reason in the older form; a call that the client forced is not a reason."""
    named = isinstance(body.function_call, models.NamedToolFunction)
    return "function_call" if finished == "stop" and not named else finished
