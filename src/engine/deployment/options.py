"""vLLM's command line options, from a table, so that a wrong one is detected without importing vLLM.

`python -m accord.engine.vllm.options_writer` writes the table of the installed release; a test compares them.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from accord.engine.deployment.serve_options import SERVE_OPTIONS, Outcome, ServeOption

FILE = "vllm_options_{release}.json"
RELEASES = ("0.32", "0.33")
_THOUSANDS = {"k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_KIBI = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_NUMBERS = {"int": (int, "a whole number"), "float": (float, "a number")}


@cache
def installed_release() -> str:
    """Return the release of the installed vLLM, as `0.32`, without importing it; the newest where none is."""
    package = find_spec("vllm")
    if package is None or package.origin is None:
        return RELEASES[-1]
    version = Path(package.origin).with_name("_version.py").read_text()
    found = re.search(r"""^__version__ = .*['"](\d+\.\d+)""", version, re.MULTILINE)
    return found[1] if found else RELEASES[-1]


@cache
def vllm_options(release: str | None = None) -> dict[str, dict[str, Any]]:
    """Return each option of `vllm serve` with what it takes: `type`, `choices`, and whether it is a flag.

    `name` is the first of its names; `negated` is there with those that turn a flag off. The release is the
    installed one, or the newest that is known.
    """
    release = release or installed_release()
    table = FILE.format(release=release if release in RELEASES else RELEASES[-1])
    options: dict[str, dict[str, Any]] = json.loads(
        files("accord.engine.deployment").joinpath(table).read_text()
    )
    return options


@dataclass(frozen=True, slots=True)
class _ParsedOption:
    """One option of a command line: its spelling, its entry in the table, and its values."""

    name: str
    option: dict[str, Any] | None
    values: list[str]

    @property
    def outcome(self) -> ServeOption | None:
        """How the server treats it; None for an option of the engine, which is passed to vLLM."""
        return SERVE_OPTIONS.get(self.option["name"]) if self.option else None

    @property
    def negated(self) -> bool:
        """Whether it turns a flag off."""
        return self.option is not None and bool(self.option.get("negated"))


def check_vllm_arguments(arguments: list[str], own: Iterable[str] = ()) -> str | None:
    """Return one line about the first of `arguments` that is wrong; None if there is none.

    `own` are Accord's options, for hints.
    """
    for parsed in _parsed(arguments):
        if wrong := _error(parsed, own):
            return f"{parsed.name}: {wrong}"
    return None


def without_effect(arguments: list[str]) -> list[str]:
    """Return a line about each option that is accepted but has no effect, with the reason."""
    return [
        f"{parsed.name} has no effect. {outcome.text}"
        for parsed in _parsed(arguments)
        if (outcome := parsed.outcome) and outcome.outcome is Outcome.WITHOUT_EFFECT
    ]


def token_count(given: str) -> int:
    """Read a number of tokens as vLLM's command line does: `8192`, `8k`, `8K`, `25.6k`; -1 for `auto`.

    Raises ValueError.
    """
    text = given.strip()
    if text == "-1" or text.lower() == "auto":
        return -1
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([kmgtKMGT])", text)
    if match is None:
        return int(text)
    number, unit = match.groups()
    if unit in _THOUSANDS:
        return int(float(number) * _THOUSANDS[unit])
    return int(number) * _KIBI[unit]


def option(arguments: list[str], *names: str) -> str | None:
    """Return the value of an option, which is the last one given, as in vLLM's command line."""
    found = None
    for position, argument in enumerate(arguments):
        name, separator, value = argument.partition("=")
        if name.replace("_", "-") in names:
            found = value if separator else next(iter(arguments[position + 1 :]), None)
    return found


def _parsed(arguments: list[str]) -> Iterator[_ParsedOption]:
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        name, option = _option(argument)
        if option is None or option["flag"]:
            yield _ParsedOption(name, option, [])
        elif "=" in argument:
            yield _ParsedOption(name, option, [argument.partition("=")[2]])
        else:
            yield _ParsedOption(name, option, _values(rest, option["many"]))


def _error(parsed: _ParsedOption, own: Iterable[str]) -> str | None:
    option, outcome = parsed.option, parsed.outcome
    if option is None:
        if not parsed.name.startswith("-"):
            return "an argument that belongs to no option."
        close = difflib.get_close_matches(parsed.name, [*own, *vllm_options()], 1, 0.7)
        return "neither Accord nor vLLM has this option" + (f"; did you mean {close[0]}?" if close else ".")
    if outcome is not None and outcome.refused:
        unchanged = parsed.negated or (bool(parsed.values) and parsed.values[0] in outcome.same_as_default)
        return None if unchanged else f"not an option here. {outcome.text}"
    if not option["flag"] and not option["many"] and not parsed.values:
        return "got nothing; expected a value."
    wrong = ((value, _wrong_value(option, value)) for value in parsed.values)
    return next((f"got {value!r}; expected {takes}." for value, takes in wrong if takes), None)


def _option(argument: str) -> tuple[str, dict[str, Any] | None]:
    """Return the option's name as vLLM spells it, and what it takes. `--a.b` sets `b` of the object `--a`."""
    name = argument.partition("=")[0]
    if re.fullmatch(r"-O\d?", name):
        return name, {"name": "-O", "flag": True}
    name, _, member = name.partition(".")
    if name.startswith("--"):
        name = "--" + name[2:].replace("_", "-")
    option = vllm_options().get(name)
    return name, option | {"type": None, "choices": None} if option and member else option


def _values(rest: list[str], many: bool) -> list[str]:
    """Take an option's values from the front of `rest`."""
    values: list[str] = []
    while rest and (not rest[0].startswith("-") or _is_number(rest[0])) and (many or not values):
        values.append(rest.pop(0))
    return values


def _wrong_value(option: dict[str, Any], given: str) -> str | None:
    """Return what the option takes if `given` is wrong."""
    if choices := option["choices"]:
        return None if given in map(str, choices) else ", ".join(map(str, choices))
    kind, takes = _NUMBERS.get(option["type"], (str, ""))
    try:
        kind(given)
    except ValueError:
        return takes
    return None


def _is_number(argument: str) -> bool:
    try:
        float(argument)
    except ValueError:
        return False
    return True
