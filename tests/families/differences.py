"""What differs from vLLM's own server on purpose: differences.yaml, an entry a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("differences.yaml")


@dataclass(frozen=True)
class Difference:
    """Cases whose `fields` may differ, by families and by a pattern of their names, and why."""

    families: frozenset[str]
    """Empty for all."""
    cases: re.Pattern[str]
    fields: frozenset[str]
    reason: str

    def allows(self, family: str, case: str, fields: set[str]) -> bool:
        """Whether it explains that a case differs in these fields."""
        return self.concerns(family) and bool(self.cases.fullmatch(case)) and fields <= self.fields

    def concerns(self, family: str) -> bool:
        """Whether it speaks of the family."""
        return not self.families or family in self.families


def differences() -> list[Difference]:
    """Return the written differences."""
    entries: list[dict[str, Any]] = yaml.safe_load(FILE.read_text()) or []
    return [
        Difference(
            frozenset(entry.get("families") or ()),
            re.compile(entry["cases"]),
            frozenset(entry["fields"]),
            entry["reason"],
        )
        for entry in entries
    ]


def differing(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    """Return the fields in which two answers differ; only `status` where one of them is a refusal."""
    if one["status"] != other["status"]:
        return {"status"}
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
