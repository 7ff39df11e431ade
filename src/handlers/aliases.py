"""Aliases of served models, for clients with a fixed model name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class ModelAlias:
    """A pattern, in which `*` matches anything, for the served model or adapter `name`."""

    pattern: str
    name: str

    def __str__(self) -> str:
        return f"{self.pattern}={self.name}"

    @classmethod
    def parsed(cls, rule: str) -> ModelAlias:
        """Return the alias for `PATTERN=NAME`. Raises ValueError if the text has another form."""
        pattern, separator, name = (part.strip() for part in rule.partition("="))
        if not (separator and pattern and name):
            raise ValueError("no alias")
        return cls(pattern, name)


def aliased_model(aliases: Sequence[ModelAlias], name: str) -> str | None:
    """Return the model of the first rule that matches `name`; None if none does."""
    return next((alias.name for alias in aliases if fnmatchcase(name, alias.pattern)), None)
