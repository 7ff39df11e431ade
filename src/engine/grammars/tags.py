"""Translates xgrammar's structural tags, which constrain parts of an answer, to llguidance's Lark.

In the result, special tokens of the tokenizer are separate terminals, and free text has none of them:
llguidance's own conversion of structural tags treats every `<name>` as a special token.

Its lexer takes the longest match and never goes back, so whatever comes next to each other as plain text is
one lexeme here, and text that goes up to an end is a lexeme with that end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from llguidance.gbnf_to_lark import any_to_lark

from accord.engine.grammars.nested import nested_rules, nested_text
from accord.engine.grammars.patterns import escaped, lark_regex
from accord.engine.grammars.schemas import either_schema, grammar_schema, record_schema
from accord.engine.grammars.xml import xml_format

Format = dict[str, Any]
NONE: Mapping[str, str] = {}
_BREAK = r"\n"


class UnknownTag(ValueError):
    """A structural tag cannot be translated to Lark."""


def tag_lark(tag: Any, special: Mapping[str, str] = NONE, ends: Collection[str] = ()) -> str:
    """Return a structural tag as Lark. `special` are the special tokens, each with its name in it.

    `ends` are the names of those that end an answer in addition to the one that llguidance has.
    Raises UnknownTag if a part of the tag cannot be expressed.
    """
    writer = _Writer(special)
    try:
        start = writer.expression(_root(tag))
    except KeyError as error:
        raise UnknownTag(f"{error} is unknown or missing") from error
    except (AttributeError, TypeError, ValueError, RecursionError) as error:
        raise UnknownTag(str(error)) from error
    if ends:
        start = f"({start}) ({' | '.join(ends)})?"
    return "\n".join(["%llguidance {}", f"start: {start}", *writer.rules]) + "\n"


def calls_only(calls: Format) -> Format:
    """Return a format for one or more `calls` without text around them, separated as models write them."""
    if calls["type"] not in ("triggered_tags", "tags_with_separator") or calls.get("separator"):
        return calls
    call: Format = {"type": "or", "elements": calls["tags"]}
    if calls.get("stop_after_first"):
        return call
    pattern = "; " if calls["tags"][0]["begin"].startswith("{") else r"\n"
    apart = {"type": "separator", "pattern": pattern}
    more = [{"type": "sequence", "elements": [apart, tag]} for tag in calls["tags"]]
    rest = {"type": "star", "content": {"type": "or", "elements": more}}
    return {"type": "sequence", "elements": [call, rest]}


def calls_or_answer(calls: Format, answer: Format) -> Format:
    """Return a format for calls, or else an answer.

    llguidance decides at its first character which of two pieces of JSON one is, so where both are JSON
    they are one schema, and the call is one only.
    """
    tags = calls.get("tags") or [calls]
    if answer["type"] != "json_schema" or not any(
        str(tag.get("begin")).startswith(("{", "[")) for tag in tags
    ):
        return {"type": "or", "elements": [calls, answer]}
    schemas = [_call_schema(tag) for tag in tags]
    return {"type": "json_schema", "json_schema": either_schema([*schemas, answer["json_schema"]])}


def _call_schema(tag: Format) -> Any:
    """Return the schema of a tag that is an object, such as `{"name": "f", "parameters": ...}`."""
    call = json.loads(f"{tag['begin']}null{tag['end']}")
    schema = tag["content"]["json_schema"]
    held = schema if isinstance(schema, dict) else {"type": "object"}
    return record_schema({key: held if value is None else {"const": value} for key, value in call.items()})


def _root(tag: Any) -> Format:
    if "structures" not in tag:
        form: Format = tag["format"]
        return form
    contents = [
        (s["begin"], {"type": "json_schema", "json_schema": s["schema"]}, s["end"]) for s in tag["structures"]
    ]
    tags = [{"begin": begin, "content": content, "end": end} for begin, content, end in contents]
    return {"type": "triggered_tags", "triggers": tag["triggers"], "tags": tags}


class _Text:
    """Text without some strings, and of a pattern if there is one."""

    def __init__(self, excludes: list[str], pattern: str = "(?s:.*)") -> None:
        self.excludes = excludes
        self.pattern = pattern


class _Between:
    """Optional text that forms one lexeme with what follows."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern


class _Ends:
    """One of several strings."""

    def __init__(self, strings: list[str]) -> None:
        self.strings = strings


_Part = str | _Text | _Ends | _Between
"""A part of a sequence: an expression of Lark, or text that is merged with its neighbors."""


class _Writer:
    """Collects the rules that an expression needs."""

    def __init__(self, special: Mapping[str, str]) -> None:
        self.special = special
        self.rules: list[str] = []
        self._names: dict[str, str] = {}
        self._splitter = (
            re.compile("(" + "|".join(map(re.escape, sorted(special, key=len, reverse=True))) + ")")
            if special
            else None
        )

    # --- formats

    def expression(self, form: Format) -> str:
        """Return the expression for `form`."""
        return self._sequence(self._parts(form))

    def _parts(self, form: Format) -> list[_Part]:
        match form["type"]:
            case "const_string":
                return [_Ends([form["value"]])]
            case "any_text":
                if form.get("max_tokens") is not None or form.get("max_chars") is not None:
                    raise UnknownTag("text of a bounded length")
                return [_Text(form.get("excludes") or [], form.get("pattern") or "(?s:.*)")]
            case "break":
                return [_Between(_BREAK)]
            case "separator":
                return [_Between(form["pattern"])]
            case "json_schema" if form.get("style", "json") != "json":
                return [*self._parts(xml_format(form["json_schema"], form["style"])), _Between(_BREAK)]
            case "json_schema" if nested := nested_text(form["json_schema"]):
                return self._nested(*nested)
            case "sequence":
                return [part for element in form["elements"] for part in self._parts(element)]
            case "tag":
                return self._tag(form)
        return [_EXPRESSIONS[form["type"]](self, form)]

    def _tag(self, form: Format, trigger: str = "") -> list[_Part]:
        begin: _Part
        if isinstance(form["begin"], str):
            begin = _Ends([form["begin"].removeprefix(trigger)])
        else:
            begin = self._token(form["begin"])
        end: _Part
        if isinstance(form["end"], dict):
            end = self._token(form["end"])
        else:
            end = _Ends([form["end"]] if isinstance(form["end"], str) else form["end"])
        return [begin, *self._parts(form["content"]), end]

    def _json(self, form: Format) -> str:
        schema = form["json_schema"]
        if form.get("excludes") or schema is False:
            raise UnknownTag("JSON without some strings")
        held = grammar_schema(schema if isinstance(schema, dict) else {"type": "object"})
        return self._rule(f"%json {json.dumps(held)}")

    def _nested(self, name: str, definition: str) -> list[_Part]:
        """Return an object whose only member is a text by a grammar."""
        rules = nested_rules(definition)
        self.rules += [rule for rule in rules if rule not in self.rules]
        first, _, _ = rules[0].partition(":")
        return [_Ends([f'{{{json.dumps(name)}: "']), first, _Ends(['"}'])]

    def _regex(self, form: Format) -> str:
        pattern = form["pattern"]
        if any(token in pattern.replace("\\", "") for token in self.special):
            raise UnknownTag("a special token in a regular expression")
        return lark_regex(pattern)

    def _grammar(self, form: Format) -> str:
        return self._rule("%lark {\n" + any_to_lark(form["grammar"]) + "\n}")

    def _or(self, form: Format) -> str:
        return self._any(map(self.expression, form["elements"]))

    def _repeated(self, form: Format, times: str) -> str:
        return f"({self.expression(form['content'])}){times}"

    def _repeat(self, form: Format) -> str:
        most = form["max"]
        return self._repeated(form, f"{{{form['min']},{'' if most == -1 else most}}}")

    def _tags_with_separator(self, form: Format) -> str:
        tags = self._any(self._sequence(self._tag(tag)) for tag in form["tags"])
        if not form.get("stop_after_first"):
            more = self._sequence([_Ends([form["separator"]]), tags])
            tags = f"{tags} ({more})*"
        return tags if form.get("at_least_one") else f"({tags})?"

    def _triggered_tags(self, form: Format) -> str:
        triggers: list[str] = form["triggers"]
        rules: dict[str, list[str]] = {}
        for tag in form["tags"]:
            found = [trigger for trigger in triggers if tag["begin"].startswith(trigger)]
            if not found:
                raise UnknownTag(f"no trigger begins {tag['begin']!r}")
            trigger = min(found, key=len)
            rules.setdefault(trigger, []).append(self._sequence(self._tag(tag, trigger)))
        first = None
        if form.get("at_least_one"):
            first = self._any(self._sequence(self._tag(tag)) for tag in form["tags"])
        return self._dispatched(
            [(trigger, self._any(tags)) for trigger, tags in rules.items()],
            form.get("excludes") or [],
            loop=not form.get("stop_after_first"),
            first=first,
        )

    def _dispatch(self, form: Format) -> str:
        rules = [(pattern, self.expression(content)) for pattern, content in form["rules"]]
        return self._dispatched(rules, form.get("excludes") or [], loop=form.get("loop", True))

    def _dispatched(
        self, rules: list[tuple[str, str]], excludes: list[str], *, loop: bool, first: str | None = None
    ) -> str:
        """Return text in which each trigger is followed by its rule; `first` is its beginning."""
        if first is not None and not loop:
            return first
        text = self._sequence([_Text([*excludes, *(trigger for trigger, _ in rules)])])
        if not rules:
            return text
        found = self._any(f"{self._until(_Text(excludes), [trigger])} {then}" for trigger, then in rules)
        if not loop:
            return f"({found} | {text})"
        return f"{first or ''} ({found})* {text}"

    def _token(self, form: Format) -> str:
        token = form["token"]
        if isinstance(token, int):
            return f"<[{token}]>"
        if token not in self.special:
            raise UnknownTag(f"{token!r} is not a special token")
        return self.special[token]

    # --- Lark

    def _sequence(self, parts: list[_Part]) -> str:
        """Return the expression for a sequence."""
        parts = _joined(parts)
        expressions: list[str] = []
        index = 0
        while index < len(parts):
            part = parts[index]
            following = parts[index + 1] if index + 1 < len(parts) else None
            if isinstance(part, _Text) and isinstance(following, _Ends):
                expressions.append(self._until(part, following.strings))
                index += 1
            elif isinstance(part, _Text):
                expressions.append(self._terminal(_text(self._spelled(part.excludes), part.pattern)))
            elif isinstance(part, _Between) and isinstance(following, _Ends):
                expressions.append(self._any(self._after(part.pattern, end) for end in following.strings))
                index += 1
            elif isinstance(part, _Between):
                expressions.append(self._after(part.pattern, ""))
            elif isinstance(part, _Ends):
                expressions.append(self._one_of(part.strings))
            else:
                expressions.append(part)
            index += 1
        return " ".join(filter(None, expressions)) or '""'

    def _any(self, expressions: Iterable[str]) -> str:
        found = list(dict.fromkeys(expressions))
        if not found:
            raise UnknownTag("a choice of nothing")
        return found[0] if len(found) == 1 else f"({' | '.join(found)})"

    def _one_of(self, strings: list[str]) -> str:
        literals = list(dict.fromkeys(self._literal(string) for string in strings))
        some = " | ".join(literal for literal in literals if literal)
        if not some:
            return ""
        return f"({some})?" if "" in literals else (f"({some})" if len(literals) > 1 else some)

    def _after(self, pattern: str, string: str) -> str:
        """Return `string` after what `pattern` matches."""
        head = self._split(string)[0] if string else ""
        if not head or head in self.special:
            return f"({lark_regex(pattern)})? {self._literal(string)}".rstrip()
        begin = self._terminal(lark_regex(f"({pattern})?{escaped(head)}"))
        return f"{begin} {self._literal(string.removeprefix(head))}".rstrip()

    def _until(self, text: _Text, ends: list[str]) -> str:
        """Return text up to one of `ends`."""
        plain = self._spelled(text.excludes)
        spelled = [end for end in ends if end and len(self._split(end)) == 1 and end not in self.special]
        without = self._terminal(_text([*plain, *spelled], text.pattern))
        found = []
        for end in ends:
            head = self._split(end)[0] if end else ""
            if end in spelled:
                continue
            if not end or head in self.special:
                found.append(f"{without} {self._literal(end)}".rstrip())
            else:
                before = self._terminal(f"({_text(plain, text.pattern)}) {lark_regex(escaped(head))}")
                found.append(f"{before} {self._literal(end.removeprefix(head))}")
        if spelled:
            some = lark_regex(f"({'|'.join(map(escaped, spelled))})")
            inner = _text([*plain, *spelled], text.pattern) if text.pattern != "(?s:.*)" else _text(plain)
            found.append(self._rule(self._terminal(f"({inner}) {some}"), "[lazy]"))
        return self._any(found)

    def _spelled(self, strings: list[str]) -> list[str]:
        """The `strings` that plain text can contain: those without special tokens."""
        return [string for string in strings if len(self._split(string)) == 1 and string not in self.special]

    def _split(self, text: str) -> list[str]:
        """Return `text` split at its special tokens."""
        return [part for part in self._splitter.split(text) if part] if self._splitter else [text]

    def _literal(self, text: str) -> str:
        """Return `text` as Lark: quoted, with special tokens standing by themselves."""
        if not text:
            return ""
        return " ".join(self.special.get(part) or json.dumps(part) for part in self._split(text))

    def _terminal(self, body: str) -> str:
        return self._named(body, "T{}", "")

    def _rule(self, body: str, options: str = "") -> str:
        return self._named(body, "r{}", options)

    def _named(self, body: str, name: str, options: str) -> str:
        definition = f"{options}: {body}"
        if definition not in self._names:
            self._names[definition] = name.format(len(self._names))
            self.rules.append(self._names[definition] + definition)
        return self._names[definition]


_EXPRESSIONS: dict[str, Callable[[_Writer, Format], str]] = {
    "json_schema": _Writer._json,
    "regex": _Writer._regex,
    "grammar": _Writer._grammar,
    "or": _Writer._or,
    "optional": lambda writer, form: writer._repeated(form, "?"),
    "plus": lambda writer, form: writer._repeated(form, "+"),
    "star": lambda writer, form: writer._repeated(form, "*"),
    "repeat": _Writer._repeat,
    "tags_with_separator": _Writer._tags_with_separator,
    "triggered_tags": _Writer._triggered_tags,
    "dispatch": _Writer._dispatch,
    "token": _Writer._token,
}


def _joined(parts: list[_Part]) -> list[_Part]:
    """Return `parts` with adjacent strings merged."""
    joined: list[_Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(last, _Ends) and isinstance(part, _Ends):
            joined[-1] = _Ends([before + after for before in last.strings for after in part.strings])
        else:
            joined.append(part)
    return joined


def _text(excludes: list[str], pattern: str = "(?s:.*)") -> str:
    if not excludes:
        return lark_regex(pattern)
    some = "|".join(map(escaped, excludes))
    return f"{lark_regex(pattern)} & ~{lark_regex(f'(?s:.*)({some})(?s:.*)')}"
