"""The one argument of a function that stands for a tool which takes text, read while it is written."""

from __future__ import annotations

import json
import re

from pydantic_core import from_json

from accord.dialects.responses.tools import INPUT

_BEGIN = re.compile(r'\s*\{\s*"' + INPUT + r'"\s*:\s*"')
_PLAIN = re.compile(r'[^"\\]*')
_ESCAPE = re.compile(
    r'\\(?:["\\/bfnrt]|u(?![dD][89abAB])[0-9a-fA-F]{4}|u[dD][89abAB][0-9a-fA-F]{2}'
    r"\\u[0-9a-fA-F]{4})"
)


class TextArgument:
    """Reads `{"input": "..."}` as it comes. What has another form is read once it is whole."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._given: list[str] = []
        self._unread = ""
        self._state = "before"

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    def add(self, arguments: str) -> str:
        """Return the text that `arguments`, more of the JSON, add."""
        self._given.append(arguments)
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
        """Return what is left to say of the text, now that there is no more JSON."""
        if self._state != "before":
            return ""
        self._parts.append(_of_other_form("".join(self._given)))
        return self._parts[-1]

    def _read(self) -> str:
        """Read up to the end of the text, or to an escape that is not whole yet."""
        unread, place = self._unread, 0
        while True:
            place = _PLAIN.match(unread, place).end()  # type: ignore[union-attr]  # it matches nothing, too
            escape = _ESCAPE.match(unread, place)
            if escape is None:
                break
            place = escape.end()
        if unread.startswith('"', place):
            self._state = "after"
        self._unread = unread[place:]
        text: str = json.loads(f'"{unread[:place]}"', strict=False)
        if text:
            self._parts.append(text)
        return text


def _of_other_form(arguments: str) -> str:
    """Return the text that the model meant: the only one of an object, or all that it wrote."""
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
