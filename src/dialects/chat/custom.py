"""Custom tools in chat completions: their input is text, and the model sees them as functions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from accord.dialects.ignored import Ignored
from accord.dialects.text_argument import INPUT, TextArgument, text_parameters
from accord.engine import ToolCallDelta, ToolGrammar
from accord.generated import models

_NONE: frozenset[str] = frozenset()


def as_function(tool: models.CustomTool) -> dict[str, Any]:
    """Return the tool in the form of chat templates, a function."""
    about = tool.custom
    function: dict[str, Any] = {"name": about.name, "parameters": text_parameters()}
    if isinstance(about.format, models.CustomToolGrammarFormat):
        grammar = about.format.grammar
        function["parameters"] = text_parameters(grammar.syntax, grammar.definition)
    if about.description is not None:
        function["description"] = about.description
    return {"type": "function", "function": function}


def called_function(call: dict[str, Any]) -> dict[str, Any]:
    """Return a call of a custom tool as the call of a function."""
    custom = call["custom"]
    arguments = json.dumps({INPUT: custom["input"]}, ensure_ascii=False)
    return {
        "id": call["id"],
        "type": "function",
        "function": {"name": custom["name"], "arguments": arguments},
    }


def grammars(tools: list[models.ChatTool], ignored: Ignored) -> dict[str, ToolGrammar]:
    """Return the grammar of each custom tool's input, by the tool's name."""
    found: dict[str, ToolGrammar] = {}
    for index, tool in enumerate(tools):
        if not isinstance(tool, models.CustomTool):
            continue
        field, form = f"tools.{index}.custom.format", tool.custom.format
        if isinstance(form, models.CustomToolGrammarFormat):
            found[tool.custom.name] = ToolGrammar(form.grammar.syntax, form.grammar.definition, field)
        elif form is not None and form.type != "text":
            ignored.leave_out(field, form.type)
    return found


def custom_names(tools: list[models.ChatTool] | None) -> frozenset[str]:
    """Return the names of the custom tools among `tools`."""
    if not tools:
        return _NONE
    return frozenset(tool.custom.name for tool in tools if isinstance(tool, models.CustomTool))


def text_of(arguments: str) -> str:
    """Return the text in the arguments of a complete call."""
    argument = TextArgument()
    argument.add(arguments)
    argument.end()
    return argument.text


class CustomCalls:
    """The calls of custom tools in answers that are being generated."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self._arguments: dict[tuple[int, int], TextArgument] = {}

    def added(self, choice: int, call: ToolCallDelta) -> str | None:
        """Return the text that a part of a call adds; None for a call of a function."""
        key = (choice, call.index)
        if call.name in self.names:
            self._arguments[key] = TextArgument()
        argument = self._arguments.get(key)
        return None if argument is None else argument.add(call.arguments)

    def rest(self, choice: int) -> Iterable[tuple[int, str]]:
        """Yield the rest of each call's text after the answer has ended, with the call's index."""
        for (answer, index), argument in self._arguments.items():
            if answer == choice and (text := argument.end()):
                yield index, text
