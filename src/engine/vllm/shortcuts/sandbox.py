"""A chat template in transformers' sandbox, which looks up what is surely allowed at once.

The sandbox asks of each `message.role` whether a dictionary has an attribute of that name, by an exception,
and of each `loop.first` whether it is safe (measured: 2 microseconds, 900 times in a conversation of 40
turns). And a template writes the same tools as JSON in each turn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from jinja2 import Environment, Template
from jinja2.runtime import LoopContext

_OF_EVERY_DICT = frozenset(dir(dict))
_OF_LOOPS = frozenset({"first", "last", "index", "index0", "revindex", "revindex0", "length"})

MOST_KEPT, LONGEST_KEPT = 512, 16384
"""How many texts of JSON are kept, and of how many bytes at the most."""


def quicker(template: Template, source: str) -> Template:
    """Return the `template` of that `source` as it is, but for what it costs."""
    environment: Environment = template.environment.overlay()
    setattr(environment, "getattr", _Attributes(environment))  # noqa: B010  an instance's own
    environment.filters = {**environment.filters, "tojson": _Json(environment.filters["tojson"])}
    return environment.from_string(source)


class _Attributes:
    """What the sandbox says of an attribute.

    It is said at once where a dictionary can only have the name as a key, and of a loop's numbers.
    """

    def __init__(self, environment: Environment) -> None:
        self.undefined = environment.undefined
        self.sandboxed = environment.getattr

    def __call__(self, of: Any, name: str) -> Any:
        if type(of) is dict and name not in _OF_EVERY_DICT:
            try:
                return of[name]
            except KeyError:
                return self.undefined(obj=of, name=name)
        if type(of) is LoopContext and name in _OF_LOOPS:
            return getattr(of, name)
        return self.sandboxed(of, name)


class _Json:
    """The template's own filter for JSON, whose texts of objects are kept."""

    def __init__(self, own: Callable[..., str]) -> None:
        self.own = own
        self.kept: dict[bytes, str] = {}
        """By what they are in a shorter JSON, which is made in a tenth of the time."""

    def __call__(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if args or kwargs or type(value) is not dict:
            return self.own(value, *args, **kwargs)
        try:
            key = msgspec.json.encode(value)
        except Exception:  # of what is no JSON the filter has its own to say
            return self.own(value)
        if len(key) > LONGEST_KEPT or b"null" in key:  # which NaN is, too
            return self.own(value)
        if (text := self.kept.get(key)) is None:
            text = self.own(value)
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            self.kept[key] = text
        return text
