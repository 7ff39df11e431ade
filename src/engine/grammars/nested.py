"""Recursive grammars of texts, which no regular expression can describe, as Lark rules for a JSON string.

JSON escapes each character of a text separately, so a grammar's rules stay the same, and only its terminals
are converted (`json_text.py`). Such a text ends with a quotation mark, which no terminal matches. A text
between tags has no such end, so these grammars apply only in JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from zlib import crc32

from accord.engine.grammars.json_text import json_text
from accord.engine.grammars.patterns import NotRegular
from accord.engine.grammars.schemas import NESTED_TEXT
from accord.engine.grammars.texts import Expression, Lark, lark_terminal, read_grammar


@lru_cache(maxsize=256)
def nested_rules(definition: str) -> Sequence[str]:
    """Return the rules of a text in a JSON string, without its quotation marks; it begins with the first.

    Raises NotRegular if the grammar is written in a way that is not read here.
    """
    with read_grammar(definition):
        grammar = _Nested(definition)
        grammar.called("start")
    return tuple(f"{name}: {grammar.written[rule]}" for rule, name in grammar.names.items())


def nested_text(schema: Any) -> tuple[str, str] | None:
    """Return the name of an object's only member, and its grammar if that is recursive."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict) or len(properties) != 1:
        return None
    [(name, about)] = properties.items()
    grammar = about.get(NESTED_TEXT) if isinstance(about, dict) else None
    return (name, grammar) if isinstance(grammar, str) else None


class _Nested(Lark):
    """A grammar whose rules are written for a JSON string."""

    def __init__(self, definition: str) -> None:
        super().__init__(definition)
        self.prefix = f"text_{crc32(definition.encode()):08x}_"  # a prefix that no other grammar's rules have
        self.names: dict[str, str] = {}
        """What each rule is called here."""
        self.written: dict[str, str] = {}
        ignored = [Expression(self, tokens, is_rule=False).pattern() for tokens in self.ignored]
        self.between = f" ({' | '.join(map(json_text, ignored))})*" if ignored else ""

    def called(self, rule: str) -> str:
        """Return the name of a rule here, and write the rule."""
        if rule not in self.names:
            if rule not in self.rules:
                raise NotRegular(f"{rule} is not there")
            self.names[rule] = f"{self.prefix}{len(self.names)}"
            self.written[rule] = _Written(self, self.rules[rule], is_rule=True).pattern()
        return self.names[rule]

    def terminal(self, pattern: str) -> str:
        return f"{json_text(pattern)}{self.between}"


class _Written(Expression):
    """The definition of a rule, in Lark."""

    grammar: _Nested

    def _alternatives(self) -> str:
        found = [self._sequence()]
        while self._accept("|"):
            found.append(self._sequence())
        return found[0] if len(found) == 1 else f"({' | '.join(found)})"

    def _joined(self, parts: list[str]) -> str:
        return " ".join(parts) or '""'

    def _named(self, name: str) -> str:
        if lark_terminal(name):
            return self._group(self.grammar.expanded(name, is_rule=True))
        return self.grammar.called(name)

    def _group(self, inner: str) -> str:
        return f"({inner})"

    def _terminal(self, pattern: str) -> str:
        return self._group(super()._terminal(pattern))
