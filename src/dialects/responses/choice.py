"""`tool_choice`: the tools that the model may or must call."""

from __future__ import annotations

from typing import Any

from accord.dialects.ignored import Ignored
from accord.dialects.responses.tools import KNOWN, Tool, Tools, model_name
from accord.errors import InvalidRequest
from accord.generated import models

Choice = str | dict[str, Any] | None
MODES = ("none", "auto", "required")


def chosen(
    choice: models.ResponseToolChoiceParam | None, tools: Tools, ignored: Ignored
) -> tuple[Tools, Choice]:
    """Return the tools to offer, and the tool choice in the engine's form."""
    if choice is None or choice in ("none", "auto"):
        return tools, choice if tools else None
    if isinstance(choice, models.ResponseToolChoiceAllowedParam):
        return _allowed(choice, tools, ignored)
    if isinstance(choice, str):
        if not tools:
            raise InvalidRequest(
                "tool_choice: needs tools to choose from, and there are none that can be called.",
                param="tool_choice",
            )
        return tools, choice
    if isinstance(choice, models.ResponseToolChoiceMcpParam):
        return _of_server(choice, tools)
    return tools, {"type": "function", "function": {"name": _forced(choice, tools).model_name}}


def choice_after_first_turn(
    choice: models.ResponseToolChoiceParam | None,
) -> models.ResponseToolChoiceParam | None:
    """Return the choice for the turns after the first, by which a forced call has been made."""
    if isinstance(choice, models.ResponseToolChoiceAllowedParam):
        return choice.model_copy(update={"mode": "auto"})
    return choice if choice is None or choice == "none" else "auto"


def _of_server(choice: models.ResponseToolChoiceMcpParam, tools: Tools) -> tuple[Tools, Choice]:
    found = _of_mcp(tools, choice.server_label, choice.name)
    if not found:
        what = f"tool '{choice.name}'" if choice.name else "tool"
        _missing(f"{what} of an MCP server '{choice.server_label}'", tools, choice.type)
    if choice.name:
        return tools, {"type": "function", "function": {"name": found[0].model_name}}
    return tools.only(found), "required"


def _of_mcp(tools: Tools, label: str, name: str | None) -> list[Tool]:
    of_server = [tool for tool in tools if tool.kind == "mcp" and tool.namespace == label]
    return [tool for tool in of_server if name is None or tool.name == name]


def _forced(
    choice: models.ResponseToolChoiceFunctionParam
    | models.ResponseToolChoiceCustomParam
    | models.ResponseToolChoiceTypeParam,
    tools: Tools,
) -> Tool:
    if isinstance(choice, models.ResponseToolChoiceTypeParam):
        found = [tool for tool in tools if tool.kind == choice.type]
        return found[0] if found else _missing(f"'{choice.type}' tool", tools, choice.type)
    named = _named(tools, choice.name, choice.namespace)
    if len(named) > 1:
        names = ", ".join(tool.model_name for tool in named)
        raise InvalidRequest(
            f"tool_choice: '{choice.name}' is in several namespaces; one of {names} was expected.",
            param="tool_choice",
        )
    return named[0] if named else _missing(f"tool '{choice.name}'", tools)


def _named(tools: Tools, name: str, namespace: str | None) -> list[Tool]:
    """Return the tools that a client means by `name`, with or without the namespace."""
    exact = [tool for tool in tools if tool.model_name == model_name(name, namespace)]
    return exact or [tool for tool in tools if namespace is None and tool.name == name]


def _missing(what: str, tools: Tools, kind: str | None = None) -> Tool:
    names = ", ".join(sorted(tool.model_name for tool in tools)) or "none"
    known = f"Supported types of tools: {', '.join(KNOWN)}." if kind and kind not in KNOWN else ""
    raise InvalidRequest(
        f"tool_choice: there is no {what} among tools ({names}).{known}",
        param="tool_choice",
        code="unsupported_tool" if known else None,
    )


def _allowed(
    choice: models.ResponseToolChoiceAllowedParam, tools: Tools, ignored: Ignored
) -> tuple[Tools, Choice]:
    allowed: list[Tool] = []
    for index, named in enumerate(choice.tools):
        if named.type in ("function", "custom"):
            meant = _named(tools, named.name or "", named.namespace)
            allowed += meant or [_missing(f"tool '{named.name or ''}'", tools)]
        elif named.type == "namespace":
            allowed += [tool for tool in tools if tool.kind != "mcp" and tool.namespace == named.name]
        elif named.type == "mcp" and named.server_label:
            allowed += _of_mcp(tools, named.server_label, named.name)
        elif named.type in KNOWN:
            allowed += [tool for tool in tools if tool.kind == named.type]
        else:
            ignored.leave_out(f"tool_choice.tools.{index}", named.type)
    kept = tools.only(allowed)
    if not kept:
        if choice.mode == "required":
            _missing("tool of those that are allowed", tools, choice.tools[0].type)
        return kept, None
    return kept, choice.mode
