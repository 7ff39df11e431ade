"""Tools that a conversation adds later: their definitions are placed where they are added.

Templates declare tools at the beginning of the prompt, so declaring another tool there would change the whole
prompt, and none of it would be in the prefix cache.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any


def definitions_text(functions: Iterable[dict[str, Any]]) -> str:
    """Return the text that defines functions for the model from here on."""
    listed = "\n".join(map(_definition, functions))
    return f"These tools can be called, too:\n<functions>\n{listed}\n</functions>"


def _definition(function: dict[str, Any]) -> str:
    """Return the function in the form of Anthropic's API for a referenced tool."""
    fields = {name: function[name] for name in ("description", "name", "parameters") if name in function}
    return f"<function>{json.dumps(fields, ensure_ascii=False)}</function>"
