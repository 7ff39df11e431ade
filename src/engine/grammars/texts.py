"""Converts grammars for the text input of tools to regular expressions.

Calls are in the format of the model's family, so such a text is in a JSON string, or between tags. llguidance
can constrain both by a regular expression. Grammars without recursion, such as those of coding agents, are
regular, and so are those whose rules refer to themselves only at an end, as for lists. `nested.py` handles
other recursive grammars.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from accord.engine.grammars.patterns import NotRegular, escaped, without_anchors

MAX_PATTERN = 64 * 1024
"""The most characters of a result. Rules that use others twice grow fast."""

_COMMON = {
    "DIGIT": "[0-9]",
    "HEXDIGIT": "[a-fA-F0-9]",
    "INT": "[0-9]+",
    "SIGNED_INT": "[+-]?[0-9]+",
    "DECIMAL": r"(?:[0-9]+\.[0-9]*|\.[0-9]+)",
    "LCASE_LETTER": "[a-z]",
    "UCASE_LETTER": "[A-Z]",
    "LETTER": "[A-Za-z]",
    "WORD": "[A-Za-z]+",
    "CNAME": "[_A-Za-z][_A-Za-z0-9]*",
    "WS_INLINE": r"[ \t]+",
    "WS": r"[ \t\f\r\n]+",
    "CR": r"\r",
    "LF": r"\n",
    "NEWLINE": r"(?:\r?\n)+",
}
"""What `%import common.NAME` means."""
_TOKENS = re.compile(
    r"""
    (?P<blank>\s+|//[^\n]*|\#[^\n]*)
    |(?P<string>"(?:\\.|[^"\\\n])*"i?)
    |(?P<regex>/(?!/)(?:\\.|[^/\\\n])+/[a-z]*)
    |(?P<range>\.\.)
    |(?P<arrow>->)
    |(?P<count>\{\s*\d+\s*(?:,\s*\d*\s*)?\})
    |(?P<name>[!?]?[A-Za-z_][A-Za-z0-9_]*)
    |(?P<directive>%[a-z]+)
    |(?P<sign>[:|()\[\]?*+,.])
    """,
    re.VERBOSE,
)


class _Token(NamedTuple):
    kind: str
    text: str


@lru_cache(maxsize=256)
def text_pattern(syntax: Literal["lark", "regex"], definition: str) -> str:
    """Return the regular expression, without anchors, for a complete text.

    Raises NotRegular. It does not check whether the grammar compiles; llguidance does.
    """
    with read_grammar(definition):
        pattern = without_anchors(definition) if syntax == "regex" else Lark(definition).pattern()
    if len(pattern) > MAX_PATTERN:
        raise NotRegular("it is too long")
    return pattern


@contextmanager
def read_grammar(definition: str) -> Iterator[None]:
    """Raise NotRegular if a grammar is too large to be read."""
    if len(definition) > MAX_PATTERN:
        raise NotRegular("it is too long")
    try:
        yield
    except RecursionError:
        raise NotRegular("it is too deep") from None


class Lark:
    """A grammar in llguidance's Lark."""

    def __init__(self, definition: str) -> None:
        self.rules: dict[str, list[_Token]] = {}
        self.imported: dict[str, str] = {}
        self.ignored: list[list[_Token]] = []
        self._expanding: list[str] = []
        self._patterns: dict[str, str] = {}
        self._between = ""
        for statement in _statements(list(_tokens(definition))):
            self._read(statement)

    def pattern(self) -> str:
        """Return it as a regular expression."""
        if self.ignored:
            found = "|".join(Expression(self, tokens, is_rule=False).pattern() for tokens in self.ignored)
            self._between = f"(?:{found})*"
        return self.expanded("start", is_rule=True)

    def _read(self, statement: list[_Token]) -> None:
        first, *rest = statement
        if first.kind == "name":
            self.rules[first.text.lstrip("!?")] = rest[1:]
        elif first.text == "%ignore":
            self.ignored.append(rest)
        elif first.text == "%import":
            self._import(rest)
        else:
            raise NotRegular(f"{first.text} cannot be expressed")

    def _import(self, tokens: list[_Token]) -> None:
        texts = [token.text for token in tokens]
        match texts:
            case ["common", ".", name]:
                names = {name: name}
            case ["common", ".", name, "->", alias]:
                names = {alias: name}
            case ["common", "(", *listed, ")"]:
                names = {name: name for name in listed if name != ","}
            case _:
                raise NotRegular("only terminals of common can be imported")
        for alias, name in names.items():
            if name not in _COMMON:
                raise NotRegular(f"common.{name} is not known")
            self.imported[alias] = _COMMON[name]

    def expanded(self, name: str, *, is_rule: bool) -> str:
        """Return the expression of `name`; in a rule each terminal is followed by ignored text."""
        is_terminal = lark_terminal(name)
        if name in self._expanding:
            raise NotRegular(f"{name} is part of itself")
        if name not in self._patterns:
            if name in self.imported:
                self._patterns[name] = self.imported[name]
            elif name in self.rules:
                self._expanding.append(name)
                self._patterns[name] = self._defined(name, is_rule=not is_terminal)
                self._expanding.pop()
            else:
                raise NotRegular(f"{name} is not there")
            if len(self._patterns[name]) > MAX_PATTERN:
                raise NotRegular("it is too long")
        pattern = self._patterns[name]
        return self.terminal(pattern) if is_rule and is_terminal else pattern

    def _defined(self, name: str, *, is_rule: bool) -> str:
        """Return what a rule is defined as, which may begin or end with the rule itself, or both."""

        def pattern(alternatives: list[list[_Token]]) -> str:
            found = [Expression(self, tokens, is_rule=is_rule).pattern() for tokens in alternatives]
            return f"(?:{'|'.join(found)})"

        tokens, itself = self.rules[name], _Token("name", name)
        if not is_rule or itself not in tokens:
            return Expression(self, tokens, is_rule=is_rule).pattern()
        ends = _Ends()
        for alternative in _split(tokens):
            ends.add(alternative, itself)
        if not ends.neither:
            raise NotRegular(f"{name} is part of itself")
        one = pattern(ends.neither)
        if ends.ends:
            one = f"{pattern(ends.ends)}*{one}"
        if ends.begins:
            one = f"{one}{pattern(ends.begins)}*"
        return f"{one}(?:{pattern(ends.both)}{one})*" if ends.both else one

    def terminal(self, pattern: str) -> str:
        """Return a terminal followed by optional ignored text."""
        return f"(?:{pattern}){self._between}" if self._between else pattern


def lark_terminal(name: str) -> bool:
    """Return whether Lark treats this name as a terminal."""
    return name.lstrip("_")[:1].isupper()


@dataclass
class _Ends:
    """The alternatives of a rule by whether they begin or end with the rule, which is left out of them."""

    neither: list[list[_Token]] = field(default_factory=list)
    begins: list[list[_Token]] = field(default_factory=list)
    ends: list[list[_Token]] = field(default_factory=list)
    both: list[list[_Token]] = field(default_factory=list)

    def add(self, tokens: list[_Token], itself: _Token) -> None:
        """Sort one in. A list's rest that may be left out is an alternative: `a "," list | a`."""
        if (rest := _optional_end(tokens)) is not None and itself in rest[1]:
            before, inner = rest
            for alternative in _split(inner):
                self.add([*before, *alternative], itself)
            self.add(before, itself)
            return
        begins = tokens[:1] == [itself] and not _is_count(tokens[1:2])
        ends = tokens[-1:] == [itself] and len(tokens) > 1
        kinds = {(False, False): self.neither, (True, False): self.begins, (False, True): self.ends}
        kinds.get((begins, ends), self.both).append(tokens[int(begins) : len(tokens) - int(ends)])


def _split(tokens: list[_Token]) -> list[list[_Token]]:
    """Return the alternatives, without their names."""
    found: list[list[_Token]] = [[]]
    depth = 0
    named = False
    for token in tokens:
        depth += (token.text in ("(", "[")) - (token.text in (")", "]")) if token.kind == "sign" else 0
        if depth == 0 and token == _Token("sign", "|"):
            found.append([])
        elif named:
            pass  # the alias names a node of a tree
        elif token.kind != "arrow":
            found[-1].append(token)
        named = depth == 0 and token.kind == "arrow"
    return found


def _optional_end(tokens: list[_Token]) -> tuple[list[_Token], list[_Token]] | None:
    """Return the expression before an optional last part, and that part's content."""
    close = len(tokens) - 1
    if tokens[-1:] == [_Token("sign", "?")]:
        close -= 1
        if close >= 0 and tokens[close].kind == "name":
            return tokens[:close], tokens[close : close + 1]
        ends = ")"
    else:
        ends = "]"
    if close < 0 or tokens[close] != _Token("sign", ends):
        return None
    depth = 0
    for position in range(close, -1, -1):
        if tokens[position].kind == "sign":
            depth += (tokens[position].text in (")", "]")) - (tokens[position].text in ("(", "["))
        if depth == 0:
            return tokens[:position], tokens[position + 1 : close]
    return None


def _is_count(tokens: list[_Token]) -> bool:
    return any(token.kind == "count" or (token.kind == "sign" and token.text in "?*+") for token in tokens)


class Expression:
    """The parsed definition of a rule or terminal."""

    def __init__(self, grammar: Lark, tokens: list[_Token], *, is_rule: bool) -> None:
        self.grammar = grammar
        self.tokens = tokens
        self.is_rule = is_rule
        self.position = 0

    def pattern(self) -> str:
        pattern = self._alternatives()
        if self.position < len(self.tokens):
            raise NotRegular(f"{self.tokens[self.position].text} is not read here")
        return pattern

    def _next(self) -> _Token | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def _accept(self, *texts: str) -> str | None:
        token = self._next()
        if token is None or token.kind in ("string", "regex") or token.text not in texts:
            return None
        self.position += 1
        return token.text

    def _alternatives(self) -> str:
        found = [self._sequence()]
        while self._accept("|"):
            found.append(self._sequence())
        return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})"

    def _sequence(self) -> str:
        parts = []
        while (token := self._next()) is not None and token.text not in ("|", ")", "]"):
            if self._accept("->"):
                self.position += 1  # the alias names a node of a tree
                break
            parts.append(self._repeated(self._atom()))
        return self._joined(parts)

    def _joined(self, parts: list[str]) -> str:
        return "".join(parts)

    def _repeated(self, atom: str) -> str:
        while (token := self._next()) is not None and (
            token.kind == "count" or token.text in ("?", "*", "+")
        ):
            self.position += 1
            atom = f"{self._group(atom)}{''.join(token.text.split())}"
        return atom

    def _group(self, inner: str) -> str:
        return f"(?:{inner})"

    def _atom(self) -> str:
        token = self.tokens[self.position]
        self.position += 1
        if token.kind == "string":
            return self._string(token.text)
        if token.kind == "regex":
            return self._terminal(_regex(token.text))
        if token.kind == "name":
            return self._named(token.text)
        for begin, end, suffix in (("(", ")", ""), ("[", "]", "?")):
            if token.text == begin:
                inner = self._alternatives()
                if self._accept(end):
                    return f"{self._group(inner)}{suffix}"
        raise NotRegular(f"{token.text} is not read here")

    def _named(self, name: str) -> str:
        return self.grammar.expanded(name, is_rule=self.is_rule)

    def _string(self, text: str) -> str:
        value = _unquoted(text)
        if self._accept(".."):
            end = self._next()
            if end is None or end.kind != "string":
                raise NotRegular("a range ends with a string")
            self.position += 1
            return self._terminal(f"[{_in_class(value)}-{_in_class(_unquoted(end.text))}]")
        pattern = escaped(value)
        return self._terminal(f"(?i:{pattern})" if text.endswith("i") else pattern)

    def _terminal(self, pattern: str) -> str:
        return self.grammar.terminal(pattern) if self.is_rule else pattern


def _tokens(definition: str) -> Iterator[_Token]:
    position = 0
    while position < len(definition):
        found = _TOKENS.match(definition, position)
        if found is None:
            raise NotRegular(f"{definition[position : position + 10]!r} is not read here")
        position = found.end()
        if found.lastgroup and found.lastgroup != "blank":
            yield _Token(found.lastgroup, found[0])


def _statements(tokens: list[_Token]) -> Iterator[list[_Token]]:
    """Yield each statement: a rule begins with a name and a colon, a directive with a percent sign."""
    heads = [
        index
        for index, token in enumerate(tokens)
        if token.kind == "directive"
        or (token.kind == "name" and index + 1 < len(tokens) and tokens[index + 1] == _Token("sign", ":"))
    ]
    if heads[:1] != [0]:
        raise NotRegular("it does not begin with a rule")
    for begin, end in zip(heads, [*heads[1:], len(tokens)], strict=True):
        yield tokens[begin:end]


def _unquoted(string: str) -> str:
    try:
        value: str = json.loads(string.removesuffix("i"))
    except ValueError as error:
        raise NotRegular(f"{string} is not a JSON string") from error
    return value


def _in_class(character: str) -> str:
    if len(character) != 1:
        raise NotRegular("a range is of single characters")
    return rf"\x{{{ord(character):x}}}"


def _regex(token: str) -> str:
    body, _, flags = token[1:].rpartition("/")
    if set(flags) - {"i", "s"}:
        raise NotRegular(f"the flags {flags} are not read here")
    pattern = without_anchors(body.replace(r"\/", "/"))
    if pattern != body.replace(r"\/", "/"):
        raise NotRegular("it has anchors within")
    return f"(?{flags}:{pattern})"
