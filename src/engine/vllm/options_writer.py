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

FRONTEND = (
    "--chat-template",
    "--chat-template-content-format",
    "--default-chat-template-kwargs",
    "--enable-auto-tool-choice",
    "--exclude-tools-when-tool-choice-none",
    "--tool-call-parser",
    "--tool-parser-plugin",
    "--tool-strict-level",
    "--trust-request-chat-template",
    "--trust-request-mm-kwargs",
)
"""Those of vLLM's own HTTP server that mean something here. The others are refused, not ignored: an
`--api-key` that protects nothing would be worse than an error."""

_FLAGS = (BooleanOptionalAction, _HelpAction, _StoreFalseAction, _StoreTrueAction)


def installed_options() -> dict[str, dict[str, Any]]:
    """Return what vLLM's engine takes, and the FRONTEND options."""
    options: dict[str, dict[str, Any]] = {}
    frontend = make_arg_parser(FlexibleArgumentParser())._actions
    chosen = [action for action in frontend if set(action.option_strings) & set(FRONTEND)]
    for action in AsyncEngineArgs.add_cli_args(FlexibleArgumentParser())._actions + chosen:
        described = {
            "flag": isinstance(action, _FLAGS),
            "many": action.nargs in ("*", "+", "?"),
            "type": action.type.__name__ if action.type in (int, float) else None,
            "choices": [c for c in action.choices if c is not None] if action.choices else None,
        }
        options |= dict.fromkeys(action.option_strings, described)
    return dict(sorted(options.items()))


def text() -> str:
    """Return the file's content: a line an option."""
    lines = (f"  {json.dumps(name)}: {json.dumps(o)}" for name, o in installed_options().items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    Path(str(files("accord.engine.deployment") / FILE)).write_text(text())
