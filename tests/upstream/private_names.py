"""The list of private names of vLLM, compared with those that are used."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tests.upstream.use import FOLDER, Use

FILE = FOLDER / "private_names.toml"
LIST: dict[str, Any] = tomllib.loads(FILE.read_text())
PUBLIC: dict[str, list[str]] = LIST.pop("public")

Entries = dict[str, list[dict[str, Any]]]


def is_private(use: Use) -> bool:
    """Return whether a name is private, by the rule at the top of the list."""
    owner, _, name = use.name.rpartition(".")
    if use.how == "overridden" or name.startswith("_"):
        return True
    if use.how == "set":
        return owner not in PUBLIC["filled"]
    if any(f"{use.name}.".startswith(f"{module}.") or _within(use, module) for module in PUBLIC["modules"]):
        return False
    return (name if use.how == "imported" else owner) not in PUBLIC["names"]


def _within(use: Use, module: str) -> bool:
    return f"{use.module}.".startswith(f"{module}.")


def unlisted(uses: Iterable[Use], entries: Entries) -> list[Use]:
    """Return the private names that are used and not listed."""
    names = _names(entries)
    classes = {name.rpartition(".")[2] for each in names.values() for name in each}
    missing = []
    for use in uses:
        owner, _, name = use.name.rpartition(".")
        known = names[use.file]
        if not is_private(use) or use.name in known:
            continue
        if owner == "?" and any(each.endswith(f".{name}") for each in known):
            continue
        if use.how == "read" and not name.startswith("_") and owner in classes:
            continue  # it comes with its class
        missing.append(use)
    return missing


def unused(uses: Iterable[Use], entries: Entries) -> list[str]:
    """Return the listed names that their files do not use any more, or that are public."""
    used: dict[str, set[str]] = defaultdict(set)
    for use in uses:
        used[use.file] |= {use.name} if is_private(use) else set()
        used[use.file].add(use.name.rpartition(".")[0])  # a class that is not imported
    return [
        f"{file}: {name}"
        for file, names in _names(entries).items()
        for name in sorted(names)
        if name not in used[file] and f"?.{name.rpartition('.')[2]}" not in used[file]
    ]


def _names(entries: Entries) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for file, given in entries.items():
        for entry in given:
            found[file] |= set(entry["names"])
    return found
