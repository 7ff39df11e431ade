"""Regular expressions as llguidance reads them."""

from __future__ import annotations

import re


class NotRegular(ValueError):
    """A grammar is not a regular expression, or is written in an unsupported way."""


def escaped(text: str) -> str:
    """Return `text` as a regular expression in llguidance's syntax, which has fewer escapes than Python's."""
    escaped = re.sub(r"[.^$*+?{}\[\]\\|()]", r"\\\g<0>", text)
    return escaped.replace("\n", r"\n").replace("\t", r"\t").replace("\r", r"\r")


def lark_regex(pattern: str) -> str:
    """Return `pattern` as Lark has it."""
    return "/" + re.sub(r"(?<!\\)((?:\\\\)*)/", r"\1\\/", pattern).replace("\n", r"\n") + "/"


def without_anchors(regex: str) -> str:
    """Return `regex` without anchors at its ends. Other anchors depend on what surrounds the text."""
    depth = 0
    in_class = alternatives = False
    anchors: list[int] = []
    for found in re.finditer(r"\\.|.", regex, re.DOTALL):
        part = found[0]
        if part in (r"\b", r"\B", r"\A", r"\z", r"\Z") and not in_class:
            raise NotRegular("it has assertions")
        if in_class:
            in_class = part != "]" or regex[found.start() - 1] in "[^"
        elif part in "^$":
            anchors.append(found.start())
        elif part == "[":
            in_class = True
        elif part in "()":
            depth += 1 if part == "(" else -1
        elif part == "|" and depth == 0:
            alternatives = True
    start = 1 if 0 in anchors else 0
    end = len(regex) - 1 if len(regex) - 1 in anchors else len(regex)
    if not {*anchors} <= {0, len(regex) - 1} or (anchors and alternatives):
        raise NotRegular("it has anchors within")
    return regex[start:end]
