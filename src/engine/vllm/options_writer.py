"""`python -m accord.engine.vllm.options_writer` writes the table of the installed vLLM's options."""

from __future__ import annotations

import json
from argparse import Action, BooleanOptionalAction, _HelpAction, _StoreFalseAction, _StoreTrueAction
from importlib.resources import files
from pathlib import Path
from typing import Any

from vllm.engine.arg_utils import AsyncEngineArgs
from vllm.utils.argparse_utils import FlexibleArgumentParser

from accord.engine.deployment.options import FILE, installed_release
from accord.engine.vllm.compat import make_arg_parser

_FLAGS = (BooleanOptionalAction, _HelpAction, _StoreFalseAction, _StoreTrueAction)


def installed_options() -> dict[str, dict[str, Any]]:
    """Return the options of `vllm serve`."""
    options: dict[str, dict[str, Any]] = {}
    for name, action in make_arg_parser(FlexibleArgumentParser())._option_string_actions.items():
        described = {
            "name": next(each for each in action.option_strings if each.startswith("--")),
            "flag": isinstance(action, _FLAGS),
            "many": action.nargs in ("*", "+", "?"),
            "type": action.type.__name__ if action.type in (int, float) else None,
            "choices": [c for c in action.choices if c is not None] if action.choices else None,
        }
        options[name] = described | ({"negated": True} if _turns_off(name, action) else {})
    return dict(sorted(options.items()))


def _turns_off(name: str, action: Action) -> bool:
    """Return whether this name of a flag disables it: `--no-enable-x`, and `--disable-x` since 0.33."""
    if not isinstance(action, BooleanOptionalAction):
        return False
    return name.startswith("--no-") or name in getattr(action, "negative_option_strings", ())


def engine_options() -> set[str]:
    """Return the names of the engine's options."""
    actions = AsyncEngineArgs.add_cli_args(FlexibleArgumentParser())._actions
    return {name for action in actions for name in action.option_strings}


def text() -> str:
    """Return the file's content, with one option in each line."""
    lines = (f"  {json.dumps(name)}: {json.dumps(o)}" for name, o in installed_options().items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    table = FILE.format(release=installed_release())
    Path(str(files("accord.engine.deployment") / table)).write_text(text())
