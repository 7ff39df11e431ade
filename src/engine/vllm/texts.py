"""Tools with a text input that has a grammar: calls are constrained to it if the family's format allows.

For vLLM such a tool is a function with one argument. Its schema gets the grammar (as a regular expression if
possible) while vLLM builds the grammar of a call, but not in the prompt.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionNamedToolChoiceParam
from vllm.sampling_params import StructuredOutputsParams

from accord.engine.grammars.checker import GrammarChecker
from accord.engine.grammars.nested import nested_rules
from accord.engine.grammars.patterns import NotRegular
from accord.engine.grammars.schemas import NESTED_TEXT
from accord.engine.grammars.texts import text_pattern
from accord.engine.requests import ToolGrammar
from accord.engine.vllm.grammars import serialized
from accord.errors import InvalidRequest
from accord.telemetry.request import current


@dataclass(slots=True)
class ToolTexts:
    """The text grammars of a request's tools."""

    schemas: dict[str, dict[str, Any]]
    """Additions to the schemas by the tools' names: a regular expression, or a grammar."""
    constrained: set[str] = field(default_factory=set)
    """The tools whose calls the answer's grammar constrains."""

    @classmethod
    def of(cls, grammars: dict[str, ToolGrammar]) -> ToolTexts:
        found = {name: _schema(grammar.syntax, grammar.definition) for name, grammar in grammars.items()}
        return cls({name: schema for name, schema in found.items() if schema is not None})

    def strict(self, tools: list[Any]) -> list[Any]:
        """Return vLLM's tools with the patterns in their schemas."""
        found = []
        for tool in tools:
            schema = self.schemas.get(tool.function.name)
            if schema is not None:
                [(argument, about)] = tool.function.parameters["properties"].items()
                constrained = {**tool.function.parameters, "properties": {argument: about | schema}}
                function = tool.function.model_copy(update={"parameters": constrained, "strict": True})
                tool = tool.model_copy(update={"function": function})
            found.append(tool)
        return found

    def note(self, constraints: str, grammar: str = "") -> None:
        """Record which patterns vLLM, or Accord, has kept in the schemas: some families drop them.

        A Lark rule is only applied if it is written in the answer's grammar itself.
        """
        self.constrained = {
            name for name, schema in self.schemas.items() if _is_in(schema, constraints, grammar)
        }


@lru_cache(maxsize=256)
def _schema(syntax: Literal["lark", "regex"], definition: str) -> dict[str, Any] | None:
    """Return what the schema of a text gets; None if it cannot be constrained."""
    with suppress(NotRegular):
        return {"pattern": f"^(?:{text_pattern(syntax, definition)})$"}
    if syntax == "lark":
        with suppress(NotRegular):
            nested_rules(definition)
            return {NESTED_TEXT: definition}
    return None


def _is_in(schema: dict[str, Any], constraints: str, grammar: str) -> bool:
    if definition := schema.get(NESTED_TEXT):
        return f"\n{nested_rules(definition)[0]}\n" in grammar
    return json.dumps(schema["pattern"])[1:-1] in constraints


def unconstrained_fields(grammars: dict[str, ToolGrammar], request: Any) -> list[str]:
    """Return the fields of the client's request whose grammar does not constrain the answer to `request`."""
    if not grammars or not request.tools or request.tool_choice == "none":
        return []
    choice = request.tool_choice
    can_be_called = {tool.function.name for tool in request.tools}
    if isinstance(choice, ChatCompletionNamedToolChoiceParam):
        can_be_called = {choice.function.name}
    can_be_called -= request.tool_texts.constrained
    return [grammar.field for name, grammar in grammars.items() if name in can_be_called]


async def check_tool_grammars(grammars: dict[str, ToolGrammar], checker: GrammarChecker | None) -> None:
    """Raise InvalidRequest for a tool's grammar that does not compile."""
    if checker is None:
        return
    for grammar in grammars.values():
        given = {"grammar" if grammar.syntax == "lark" else "regex": grammar.definition}
        error = await checker.error(serialized(StructuredOutputsParams(**given)), current().caller)
        if error is not None:
            what = "Lark grammar" if grammar.syntax == "lark" else "regular expression"
            raise InvalidRequest(
                f"{grammar.field}: the {what} does not compile: {_reason(error, grammar.syntax)}.",
                param=grammar.field,
            )


def _reason(error: str, syntax: str) -> str:
    """Return llguidance's message about a grammar, with the position as line and column."""
    regex_error = re.search(r"regex parse error:\n.*\n {4}( *)\^+\nerror: ([^\n]*)", error)
    position = re.match(r"(?:at )?(\d+)\((\d+)\): (.*)", error)
    if regex_error is not None and syntax == "regex":
        return f"column {len(regex_error[1]) + 1}: {regex_error[2]}"
    if position is None:
        return error.splitlines()[0].rstrip(".")
    what = f"invalid regular expression: {regex_error[2]}" if regex_error else position[3].rstrip(".")
    return f"line {position[1]}, column {position[2]}: {what}"
