"""Tools with text input: functions with one argument, `input`, parsed while it is generated."""

from __future__ import annotations

import re
from typing import Any

from pydantic_core import from_json

INPUT = "input"
"""The argument's name."""
_BEGIN = re.compile(r'\s*\{\s*"' + INPUT + r'"\s*:\s*"')
_TOKEN = re.compile(r'[^"\\]+|\\u[0-9a-fA-F]{4}|\\u(?=[0-9a-fA-F]{0,3}[^0-9a-fA-F])|\\[^u]', re.DOTALL)
_PART_OF_LOW = re.compile(r"(?:\\(?:u(?:[dD](?:[c-fC-F][0-9a-fA-F]{0,2})?)?)?)?")
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def text_parameters(syntax: str | None = None, definition: str = "") -> dict[str, Any]:
    """Return the schema of the function's arguments: for any text, or for text of a grammar."""
    about = "The tool's input, as plain text."
    if syntax is not None:
        kind = "Lark grammar" if syntax == "lark" else "regular expression"
        about += f" It keeps to this {kind}:\n{definition}"
    return {
        "type": "object",
        "properties": {INPUT: {"type": "string", "description": about}},
        "required": [INPUT],
        "additionalProperties": False,
    }


class TextArgument:
    """Parses `{"input": "..."}` incrementally. JSON of another form is read once it is complete."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._arguments: list[str] = []
        self._unread = ""
        self._state = "before"

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    def add(self, arguments: str) -> str:
        """Return the text that more JSON (`arguments`) adds."""
        self._arguments.append(arguments)
        if self._state == "after":
            return ""
        self._unread += arguments
        if self._state == "before":
            begin = _BEGIN.match(self._unread)
            if begin is None:
                return ""
            self._unread = self._unread[begin.end() :]
            self._state = "within"
        return self._read()

    def end(self) -> str:
        """Return the rest of the text, now that the JSON has ended."""
        if self._state != "before":
            return ""
        self._parts.append(_of_other_form("".join(self._arguments)))
        return self._parts[-1]

    def _read(self) -> str:
        """Parse up to the end of the text, or to an incomplete escape."""
        unread, position = self._unread, 0
        parts: list[str] = []
        while (found := _TOKEN.match(unread, position)) is not None:
            part, end = found[0], found.end()
            code = int(part[2:], 16) if len(part) == 6 and part.startswith("\\u") else None
            if code is not None and 0xD800 <= code < 0xDC00:
                low = _TOKEN.match(unread, end)
                if low is None and _PART_OF_LOW.fullmatch(unread, end):
                    break
                pair = low[0] if low is not None else ""
                if re.fullmatch(r"\\u[dD][c-fC-F].{2}", pair):
                    code, end = 0x10000 + (code - 0xD800) * 0x400 + int(pair[2:], 16) - 0xDC00, end + 6
            parts.append(_plain(part) if code is None else _character(code))
            position = end
        if unread.startswith('"', position):
            self._state = "after"
        self._unread = unread[position:]
        text = "".join(parts)
        if text:
            self._parts.append(text)
        return text


def _character(code: int) -> str:
    return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)


def _plain(part: str) -> str:
    """Return an invalid escape as text, with its backslash."""
    if not part.startswith("\\"):
        return part
    return part[1:] if part[1:] in ('"', "\\", "/") else _ESCAPES.get(part[1:], part)


def _of_other_form(arguments: str) -> str:
    """Return the only string of an object, or else the whole arguments as text."""
    try:
        given = from_json(arguments, allow_partial="trailing-strings")
    except ValueError:
        return arguments
    if isinstance(given, str):
        return given
    if isinstance(given, dict):
        texts = [given[INPUT]] if INPUT in given else list(given.values())
        if not texts:
            return ""
        if len(texts) == 1 and isinstance(texts[0], str):
            return texts[0]
    return arguments
