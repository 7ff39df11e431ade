"""Other names for served models, as clients that insist on a name of their own give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class ModelAlias:
    """`pattern`, in which `*` stands for anything, means the served model or adapter `name`."""

    pattern: str
    name: str

    def __str__(self) -> str:
        return f"{self.pattern}={self.name}"

    @classmethod
    def parsed(cls, rule: str) -> ModelAlias:
        """Return the alias of a rule, `PATTERN=NAME`. Raises ValueError where it is none."""
        pattern, separator, name = (part.strip() for part in rule.partition("="))
        if not (separator and pattern and name):
            raise ValueError("no alias")
        return cls(pattern, name)


def meant(aliases: Sequence[ModelAlias], name: str) -> str | None:
    """Return what `name` is another name for, by the first rule that it fits; None where it fits none."""
    return next((alias.name for alias in aliases if fnmatchcase(name, alias.pattern)), None)
