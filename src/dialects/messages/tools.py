"""The tools of a message request: those at the start of the prompt, and those that messages add.

A tool with `defer_loading` is in the prompt only where a block refers to it. So the beginning of a
conversation that adds tools stays the same, and in the prefix cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accord.dialects.ignored import Ignored
from accord.dialects.messages.client_tools import client_tool
from accord.dialects.tool_definitions import definitions_text
from accord.errors import InvalidRequest
from accord.generated import models

Tool = dict[str, Any]
"""A tool in OpenAI's chat format, which chat templates read."""


class Tools:
    """The tools at this point of the conversation. `ignored` collects those that are not supported."""

    def __init__(
        self, body: models.MessageRequest | models.MessageTokenCountRequest, ignored: Ignored
    ) -> None:
        self.declared: list[Tool] = []
        """At the beginning of the prompt."""
        self.deferred: dict[str, Tool] = {}
        self.referred: dict[str, Tool] = {}
        """The deferred tools that a message has referred to, in this order."""
        self.defined: dict[str, models.MessageToolParam] = {}
        """Those that a message has defined."""
        self.removed: set[str] = set()
        self.choice = body.tool_choice
        forced = self.choice.name if isinstance(self.choice, models.MessageToolChoiceToolParam) else None
        for index, given in enumerate(body.tools or ()):
            tool = as_function(given)
            if tool is None:
                ignored.leave_out(f"tools.{index}", given.type or "custom")
            elif given.defer_loading and tool["function"]["name"] != forced:
                self.deferred[tool["function"]["name"]] = tool
            else:
                self.declared.append(tool)
        if isinstance(self.choice, models.MessageOtherChoiceParam):
            ignored.leave_out("tool_choice", self.choice.type)

    def refer(self, names: Sequence[str]) -> str:
        """Make the tools callable from here on; return a text for the model that names them."""
        definitions: list[Tool] = []
        others: list[str] = []
        declared = _by_name(self.declared)
        for name in names:
            self.removed.discard(name)
            if (tool := self.deferred.get(name) or self.referred.get(name)) is not None:
                self.referred.setdefault(name, tool)
                definitions.append(tool["function"])
            elif name in declared:
                others.append(f"[The tool '{name}' can be called.]")
            else:
                others.append(f"[There is no tool '{name}' any more.]")
        if definitions:
            others.insert(0, definitions_text(definitions))
        return "\n".join(others)

    def change(
        self, block: models.MessageToolAdditionBlockParam | models.MessageToolRemovalBlockParam
    ) -> str:
        """Add or remove a tool; return the text for the model, "" if the change is not supported."""
        change = block.tool
        tool = as_function(change.definition) if change.definition is not None else None
        name = tool["function"]["name"] if tool is not None else change.name
        if change.type not in ("tool_reference", "tool_definition") or name is None:
            return ""
        if isinstance(block, models.MessageToolRemovalBlockParam):
            self.removed.add(name)
            return f"[The tool '{name}' cannot be called any more.]"
        if tool is not None:
            assert change.definition is not None
            self.deferred[name] = tool
            self.defined[name] = change.definition
            self.referred.pop(name, None)
        return self.refer([name])

    def changes(self) -> list[models.MessageToolChangeBlock]:
        """Return the tools that messages added and removed, in the form of a compaction."""
        added = [name for name in self.referred if name not in self.removed]
        changes: list[models.MessageToolChangeBlock] = [
            models.MessageToolAdditionBlock(type="tool_addition", tool=self._change(name)) for name in added
        ]
        for name in sorted(self.removed & set(_by_name(self.declared))):
            tool = models.MessageToolReference(type="tool_reference", name=name)
            changes.append(models.MessageToolRemovalBlock(type="tool_removal", tool=tool))
        return changes

    def _change(self, name: str) -> models.MessageToolChange:
        if (definition := self.defined.get(name)) is None:
            return models.MessageToolReference(type="tool_reference", name=name)
        return models.MessageToolDefinition(
            type="tool_definition", definition=definition.model_dump(by_alias=True, exclude_unset=True)
        )

    def offered(self) -> tuple[list[Tool] | None, list[Tool] | None, str | Tool | None]:
        """Return the declared tools, the callable ones if they differ, and the tool choice.

        Templates explain how to call tools only if one is declared, so the first added tool may be declared.
        """
        first = list(self.referred.values())[:1]
        declared = self.declared or first
        known = _by_name([*declared, *self.referred.values()])
        callable_tools = [tool for name, tool in known.items() if name not in self.removed]
        choice = self._choice(list(_by_name(callable_tools)))
        if not declared:
            return None, None, None
        return declared, (None if callable_tools == declared else callable_tools), choice

    def _choice(self, names: list[str]) -> str | Tool | None:
        """Return the choice among the tools of these names in the form of chat completions."""
        choice = self.choice
        if isinstance(choice, models.MessageToolChoiceToolParam):
            if choice.name not in names:
                listed = ", ".join(names) if names else "none can be called here"
                raise InvalidRequest(
                    f"tool_choice.name: there is no tool '{choice.name}' among tools ({listed}).",
                    param="tool_choice.name",
                )
            return {"type": "function", "function": {"name": choice.name}}
        if isinstance(choice, models.MessageToolChoiceAnyParam):
            if not names:
                raise InvalidRequest(
                    "tool_choice: needs tools to choose from, and none can be called here.",
                    param="tool_choice",
                )
            return "required"
        # "none" leaves the tools in the prompt, so that the prefix cache still applies.
        return "none" if isinstance(choice, models.MessageToolChoiceNoneParam) or not names else "auto"


def as_function(tool: models.MessageCustomToolParam | models.MessageOtherToolParam) -> Tool | None:
    """Return the tool as a function; None if only Anthropic's servers or models implement it."""
    function: dict[str, Any] | None = None
    if tool.name is not None and tool.input_schema is not None:
        function = {"name": tool.name, "parameters": tool.input_schema}
    elif tool.type is not None:
        function = client_tool(tool.type, tool.name)
    if function is None:
        return None
    if tool.description is not None:
        function["description"] = tool.description
    if tool.strict is not None:
        function["strict"] = tool.strict
    return {"type": "function", "function": function}


def _by_name(tools: Sequence[Tool]) -> dict[str, Tool]:
    return {tool["function"]["name"]: tool for tool in tools}
