"""`python -m accord.engine.vllm.options_writer` writes vllm_options.json, from the installed vLLM."""

from __future__ import annotations

import json
from argparse import BooleanOptionalAction, _HelpAction, _StoreFalseAction, _StoreTrueAction
from importlib.resources import files
from pathlib import Path
from typing import Any

from vllm.engine.arg_utils import AsyncEngineArgs
from vllm.utils.argparse_utils import FlexibleArgumentParser

from accord.engine.deployment.options import FILE
from accord.engine.vllm.compat import make_arg_parser

_FLAGS = (BooleanOptionalAction, _HelpAction, _StoreFalseAction, _StoreTrueAction)


def installed_options() -> dict[str, dict[str, Any]]:
    """Return what `vllm serve` takes."""
    options: dict[str, dict[str, Any]] = {}
    for action in make_arg_parser(FlexibleArgumentParser())._actions:
        if not action.option_strings:
            continue
        described = {
            "name": next(name for name in action.option_strings if name.startswith("--")),
            "flag": isinstance(action, _FLAGS),
            "many": action.nargs in ("*", "+", "?"),
            "type": action.type.__name__ if action.type in (int, float) else None,
            "choices": [c for c in action.choices if c is not None] if action.choices else None,
        }
        options |= dict.fromkeys(action.option_strings, described)
    return dict(sorted(options.items()))


def engine_options() -> set[str]:
    """Return the names of those that are the engine's."""
    actions = AsyncEngineArgs.add_cli_args(FlexibleArgumentParser())._actions
    return {name for action in actions for name in action.option_strings}


def text() -> str:
    """Return the file's content: a line an option."""
    lines = (f"  {json.dumps(name)}: {json.dumps(o)}" for name, o in installed_options().items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    Path(str(files("accord.engine.deployment") / FILE)).write_text(text())
