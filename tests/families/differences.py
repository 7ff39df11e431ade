"""Intended differences from vLLM's own server: differences.yaml."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("differences.yaml")


@dataclass(frozen=True)
class Place:
    """Cases of a difference: patterns of their names, the fields that may differ, and the expected values."""

    families: frozenset[str]
    """Empty for all."""
    cases: re.Pattern[str]
    fields: frozenset[str]
    vllm: Mapping[str, re.Pattern[str]]
    accord: Mapping[str, re.Pattern[str]]
    """What each server has to have said for this to be the difference, by field: text as it is, else JSON."""
    sometimes: bool
    """Whether it depends on how the tokens come, so that a run may not show it."""
    more: list[int] | None
    """How many tokens of prompt and answer Accord has to count more, where usage differs."""

    def explains(self, family: str, case: str, one: dict[str, Any], other: dict[str, Any]) -> set[str]:
        """Return the fields in which `one`, from vLLM's server, and `other` may differ."""
        if not (
            self.concerns(family)
            and self.cases.fullmatch(case)
            and all(pattern.fullmatch(_value(one, field)) for field, pattern in self.vllm.items())
            and all(pattern.fullmatch(_value(other, field)) for field, pattern in self.accord.items())
        ):
            return set()
        counted = self.more is None or _more(one, other) == self.more
        return {field for field in self.fields & differing(one, other) if field != "usage" or counted}

    def concerns(self, family: str) -> bool:
        """Whether it speaks of the family."""
        return not self.families or family in self.families


@dataclass(frozen=True)
class Difference:
    """One way in which Accord differs, with the reason and the cases."""

    title: str
    reason: str
    places: tuple[Place, ...]


def differences() -> list[Difference]:
    """Return the documented differences."""
    entries: list[dict[str, Any]] = yaml.safe_load(FILE.read_text()) or []
    return [
        Difference(entry["difference"], entry["reason"].strip(), tuple(map(_place, entry["places"])))
        for entry in entries
    ]


def _place(written: dict[str, Any]) -> Place:
    return Place(
        frozenset(written.get("families") or ()),
        re.compile(written["cases"]),
        frozenset(written["fields"]),
        _patterns(written.get("vllm")),
        _patterns(written.get("accord")),
        written.get("sometimes", False),
        written.get("more"),
    )


def _patterns(written: dict[str, str] | None) -> dict[str, re.Pattern[str]]:
    return {field: re.compile(pattern, re.DOTALL) for field, pattern in (written or {}).items()}


def _more(one: dict[str, Any], other: dict[str, Any]) -> list[int]:
    pairs = zip(one.get("usage") or (), other.get("usage") or (), strict=False)
    return [theirs - ours for ours, theirs in pairs]


def _value(answer: dict[str, Any], field: str) -> str:
    told = answer.get(field)
    return told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)


def differing(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    """Return the fields in which two answers differ; only `status` if one of them is a refusal."""
    if one["status"] != other["status"]:
        return {"status"}
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
