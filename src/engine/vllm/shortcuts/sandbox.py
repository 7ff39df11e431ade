"""A chat template in transformers' sandbox, with fast answers to frequent lookups.

For each `message.role` the sandbox tests, by an exception, whether a dictionary has such an attribute, and
for each `loop.first` whether it is safe (measured: 2 microseconds, 900 times in a conversation of 40 turns).
And a template writes the same tools as JSON in each turn.
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
"""How many texts of JSON are cached, and up to how many bytes."""


def quicker(template: Template, source: str) -> Template:
    """Return the same `template`, compiled from `source` in the faster sandbox."""
    environment: Environment = template.environment.overlay()
    setattr(environment, "getattr", _Attributes(environment))  # noqa: B010  an instance's own
    environment.filters = {**environment.filters, "tojson": _Json(environment.filters["tojson"])}
    return environment.from_string(source)


class _Attributes:
    """The sandbox's lookup of attributes.

    Immediate if a dictionary can have the name only as a key, and for a loop's numbers.
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
    """The template's own JSON filter, with a cache for the texts of objects."""

    def __init__(self, own: Callable[..., str]) -> None:
        self.own = own
        self.kept: dict[bytes, str] = {}
        """Keys are a shorter JSON of the objects, which is written in a tenth of the time."""

    def __call__(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if args or kwargs or type(value) is not dict:
            return self.own(value, *args, **kwargs)
        try:
            key = msgspec.json.encode(value)
        except Exception:  # the filter handles what is not JSON
            return self.own(value)
        if len(key) > LONGEST_KEPT or b"null" in key:  # such as NaN
            return self.own(value)
        if (text := self.kept.get(key)) is None:
            text = self.own(value)
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            self.kept[key] = text
        return text
