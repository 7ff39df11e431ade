r"""Converts regular expressions of texts to Lark for their JSON strings.

llguidance's lexer takes the longest match and never goes back. In JSON a tab and a line break begin with the
same backslash, so a lexeme that could go on with one would never leave room for the other. Here each of these
is a separate lexeme, apart from those of characters that JSON does not escape.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby

from accord.engine.grammars.patterns import NotRegular, lark_regex

_PLAIN = r'[^"\\\x00-\x1F]'
"""The characters that JSON does not escape."""
_NAMED = {'"': '"', "\\": r"\\", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
_ESCAPES = {
    character: rf"\\{_NAMED[character]}" if character in _NAMED else rf"\\u00(?i:{ord(character):02x})"
    for character in [*map(chr, range(0x20)), '"', "\\"]
}
"""The escapes of the other characters, as regular expressions."""
_SAMPLE = "".join(chr(code) for code in range(0x500) if chr(code) not in _ESCAPES) + "\u2028あ中가\U0001f600"
"""Characters on which two classes are compared, besides those that they name."""
_TOKENS = re.compile(
    r"""
    (?P<open>\((?:\?(?:P?<\w+>|(?P<flags>[is]*):)|(?!\?)))
    |(?P<close>\))
    |(?P<or>\|)
    |(?P<times>[*+?]|\{\d+(?:,\d*)?\})
    |(?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])
    |(?P<escape>\\(?:x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^\n]))
    |(?P<dot>\.)
    |(?P<character>[^\\[(){}])
    """,
    re.VERBOSE | re.DOTALL,
)
Sample = frozenset[str]
NOTHING: Sample = frozenset()
_CHARACTERS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "0": "\0"}


@lru_cache(maxsize=1024)
def json_text(pattern: str) -> str:
    """Return what JSON writes for the texts that `pattern` matches, as an expression of Lark.

    Raises NotRegular if it uses unsupported syntax.
    """
    node = _Reader(pattern).read()
    node.check()
    return node.lark()


@dataclass(frozen=True)
class _Node(ABC):
    """A part of a regular expression. Its properties are cached, because all parts around it need them."""

    @cached_property
    @abstractmethod
    def is_plain(self) -> bool:
        """Whether JSON escapes none of its characters."""

    @cached_property
    def nullable(self) -> bool:
        return False

    @cached_property
    @abstractmethod
    def first(self) -> Sample:
        """With which of the plain characters it may begin."""

    @cached_property
    @abstractmethod
    def every(self) -> Sample:
        """Its plain characters."""

    @cached_property
    def continues(self) -> Sample:
        """The plain characters with which it can continue where it could end."""
        return NOTHING

    @abstractmethod
    def check(self) -> None:
        """Raise NotRegular if the longest match of a lexeme would leave no room for what follows."""

    @abstractmethod
    def regex(self) -> str:
        """Return it as a regular expression, if it is plain."""

    def lark(self) -> str:
        """Return it as an expression of Lark."""
        return lark_regex(self.regex())


@dataclass(frozen=True)
class _Characters(_Node):
    """One character out of some."""

    plain: str
    """Those that JSON does not escape, as a regular expression; may be empty."""
    sample: Sample
    """Some of these."""
    escapes: tuple[str, ...] = ()
    """How the others are written."""

    @cached_property
    def is_plain(self) -> bool:
        return not self.escapes

    @cached_property
    def first(self) -> Sample:
        return self.sample

    @cached_property
    def every(self) -> Sample:
        return self.sample

    def check(self) -> None:
        pass

    def regex(self) -> str:
        return self.plain

    def lark(self, times: str = "") -> str:
        parts = [lark_regex(self.plain + times)] if self.plain else []
        if self.escapes:
            parts.append(lark_regex("|".join(self.escapes)))
        return parts[0] if len(parts) == 1 else f"({' | '.join(parts)})"


@dataclass(frozen=True)
class _Several(_Node):
    parts: tuple[_Node, ...]

    @cached_property
    def is_plain(self) -> bool:
        return all(part.is_plain for part in self.parts)

    @cached_property
    def every(self) -> Sample:
        return _union(part.every for part in self.parts)


@dataclass(frozen=True)
class _Sequence(_Several):
    @cached_property
    def nullable(self) -> bool:
        return all(part.nullable for part in self.parts)

    @cached_property
    def first(self) -> Sample:
        return _first(self.parts)

    @cached_property
    def continues(self) -> Sample:
        if self._overlaps:
            return self.every
        found = NOTHING
        for part in reversed(self.parts):
            found |= _after(part)
            if not part.nullable:
                break
        return found

    @cached_property
    def _overlaps(self) -> bool:
        return any(_after(part) & _first(self.parts[at + 1 :]) for at, part in enumerate(self.parts))

    def check(self) -> None:
        if self.is_plain:
            return
        for part in self.parts:
            part.check()
        if self._overlaps:
            raise NotRegular("a longest match would leave no room for what follows")

    def regex(self) -> str:
        return "".join(part.regex() for part in self.parts)

    def lark(self) -> str:
        if not self.parts:
            return '""'
        return super().lark() if self.is_plain else f"({' '.join(part.lark() for part in self.parts)})"


@dataclass(frozen=True)
class _Choice(_Several):
    @cached_property
    def nullable(self) -> bool:
        return any(part.nullable for part in self.parts)

    @cached_property
    def first(self) -> Sample:
        return _union(part.first for part in self.parts)

    @cached_property
    def continues(self) -> Sample:
        if all(isinstance(part, _Characters) for part in self.parts):
            return NOTHING
        begun = sum(len(part.first) for part in self.parts)
        return _union(part.continues for part in self.parts) if begun == len(self.first) else self.every

    def check(self) -> None:
        for part in self.parts:
            part.check()

    def regex(self) -> str:
        return f"(?:{'|'.join(part.regex() for part in self.parts)})"

    def lark(self, times: str = "") -> str:
        if self.is_plain:
            return lark_regex(self.regex() + times)
        found = [part.lark(times) if isinstance(part, _Characters) else part.lark() for part in self.parts]
        return f"({' | '.join(found)})"


@dataclass(frozen=True)
class _Repeated(_Node):
    part: _Node
    times: str

    def _again(self) -> bool:
        return self.times != "?"

    @cached_property
    def is_plain(self) -> bool:
        return self.part.is_plain

    @cached_property
    def nullable(self) -> bool:
        return self.part.nullable or self.times[0] in "*?" or self.times.startswith("{0")

    @cached_property
    def first(self) -> Sample:
        return self.part.first

    @cached_property
    def every(self) -> Sample:
        return self.part.every

    @cached_property
    def continues(self) -> Sample:
        if not self._again() or self.times.strip("{}").isdigit():
            return self.part.continues
        if self.part.continues & self.part.first:
            return self.every
        return self.part.continues | self.part.first

    def check(self) -> None:
        self.part.check()
        if not self.is_plain and self._again() and _after(self.part) & self.part.first:
            raise NotRegular("a longest match would leave no room for what follows")

    def regex(self) -> str:
        return f"(?:{self.part.regex()}){self.times}"

    def lark(self) -> str:
        if self.is_plain:
            return lark_regex(self.regex())
        if self.times in ("*", "+") and isinstance(self.part, _Characters | _Choice):
            return f"{self.part.lark('+')}{self.times}"  # one lexeme for a run of plain characters
        return f"({self.part.lark()}){self.times}"


def _union(samples: Iterable[Sample]) -> Sample:
    return NOTHING.union(*samples)


def _first(parts: Iterable[_Node]) -> Sample:
    found = NOTHING
    for part in parts:
        found |= part.first
        if not part.nullable:
            break
    return found


def _after(part: _Node) -> Sample:
    """The plain characters that may continue or begin a lexeme if what follows `part` may begin, too."""
    return part.continues | (part.first if part.nullable else NOTHING)


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0

    def read(self) -> _Node:
        found = self._choice("")
        if self.position < len(self.pattern):
            raise NotRegular(f"{self.pattern[self.position : self.position + 10]!r} is not read here")
        return found

    def _next(self) -> re.Match[str] | None:
        return _TOKENS.match(self.pattern, self.position)

    def _choice(self, flags: str) -> _Node:
        found = [self._sequence(flags)]
        while (token := self._next()) is not None and token.lastgroup == "or":
            self.position = token.end()
            found.append(self._sequence(flags))
        return found[0] if len(found) == 1 else _Choice(tuple(found))

    def _sequence(self, flags: str) -> _Node:
        parts: list[_Node] = []
        while (token := self._next()) is not None and token.lastgroup not in ("or", "close"):
            self.position = token.end()
            if token.lastgroup == "times":
                if not parts:
                    raise NotRegular(f"{token[0]!r} is not read here")
                times = token[0]
                if isinstance(parts[-1], _Repeated) and times == "?":
                    continue  # laziness does not change what it matches
                parts[-1] = _Repeated(parts[-1], times)
            else:
                parts.append(self._atom(token, flags))
        if len(parts) == 1:
            return parts[0]
        grouped = groupby(parts, lambda part: part.is_plain)
        joined = [(_Sequence(tuple(run)),) if is_plain else tuple(run) for is_plain, run in grouped]
        return _Sequence(tuple(part for run in joined for part in run))

    def _atom(self, token: re.Match[str], flags: str) -> _Node:
        text = token[0]
        match token.lastgroup:
            case "open" | "flags":
                inner = self._choice(flags + (token["flags"] or ""))
                if (end := self._next()) is None or end.lastgroup != "close":
                    raise NotRegular("a group has no end")
                self.position = end.end()
                return inner
            case "class":
                return _characters(text, "i" in flags)
            case "dot":
                return _characters(r"[\s\S]" if "s" in flags else r"[^\n]", False)
            case "escape" if text[1] in "dDwWsS":
                return _characters(f"[{text}]", False)
            case "escape":
                return _characters(_written(_character(text), text), "i" in flags)
            case "character":
                return _characters(_written(text, text), "i" in flags)
        raise NotRegular(f"{text!r} is not read here")


def _written(character: str, text: str) -> str:
    """Return how a regular expression has a character, which it has as `text`."""
    return f"[{re.escape(character)}]" if character in _ESCAPES else text


@lru_cache(maxsize=1024)
def _characters(text: str, ignore_case: bool) -> _Characters:
    """Return a class of characters."""
    inner = text[1:-1] if text.startswith("[") else ""
    if "[" in inner.replace(r"\[", "") or re.search(r"&&|--|~~|\|\||\\[pP]", inner):
        raise NotRegular(f"{text} is not read here")
    named = {chr(int(code, 16)) for code in re.findall(r"\\x\{([0-9a-fA-F]+)\}", text)} | set(text)
    flags = re.IGNORECASE if ignore_case else re.NOFLAG
    try:
        written = re.sub(r"\\x\{([0-9a-fA-F]+)\}", _python_escape, text)
        escapes = [
            escape for character, escape in _ESCAPES.items() if re.fullmatch(written, character, re.ASCII)
        ]
        sample = frozenset(re.findall(written, _SAMPLE + "".join(named - _ESCAPES.keys()), flags))
    except (re.error, OverflowError) as error:
        raise NotRegular(f"{text} is not read here") from error
    plain = (f"[{text}&&{_PLAIN}]" if escapes else text) if sample else ""
    return _Characters(f"(?i:{plain})" if plain and ignore_case else plain, sample, tuple(escapes))


def _character(escape: str) -> str:
    """Return the character of an escape."""
    kind = escape[1]
    if kind in "xu" and len(escape) > 2:
        return chr(int(escape[2:].strip("{}"), 16))
    if kind.isalnum() and kind not in _CHARACTERS:
        raise NotRegular(f"{escape} is not read here")
    return _CHARACTERS.get(kind, kind)


def _python_escape(found: re.Match[str]) -> str:
    return rf"\U{int(found[1], 16):08x}"
