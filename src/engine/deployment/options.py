"""vLLM's command line options, known without importing vLLM, so that a wrong one ends the start at once.

`python -m accord.engine.vllm.options_writer` makes vllm_options.json from the installed vLLM; a test holds it
to that.
"""

from __future__ import annotations

import difflib
import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

FILE = "vllm_options.json"
_NUMBERS = {"int": (int, "a whole number"), "float": (float, "a number")}


@cache
def vllm_options() -> dict[str, dict[str, Any]]:
    """Return each option with what it takes: `type`, `choices`, and whether it is a flag."""
    options: dict[str, dict[str, Any]] = json.loads(
        files("accord.engine.deployment").joinpath(FILE).read_text()
    )
    return options


def check_vllm_arguments(arguments: list[str]) -> str | None:
    """Return one line about the first of `arguments` that vLLM would not take; None where all are well."""
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        name, option = _option(argument)
        if not name.startswith("-"):
            return f"{argument}: an argument that belongs to no option."
        if option is None:
            close = difflib.get_close_matches(name, vllm_options(), 1)
            hint = f"; did you mean {close[0]}?" if close else "."
            return f"{name}: neither Accord nor vLLM has this option{hint}"
        if option["flag"]:
            continue
        values = [argument.partition("=")[2]] if "=" in argument else _values(rest, option["many"])
        if not values and not option["many"]:
            return f"{name}: got nothing; it takes a value."
        for value in values:
            if wrong := _wrong_value(option, value):
                return f"{name}: got {value!r}; it takes {wrong}."
    return None


def _option(argument: str) -> tuple[str, dict[str, Any] | None]:
    """Return the option's name as vLLM spells it, and what it takes. `--a.b` sets `b` of the object `--a`."""
    name = argument.partition("=")[0]
    if re.fullmatch(r"-O\d?", name):
        return name, {"flag": True}
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
    """What the option takes, where `given` is not that."""
    if option["choices"] and given not in option["choices"]:
        return ", ".join(map(str, option["choices"]))
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
