"""Tools that a conversation adds later: the model gets their definitions at that place.

What a prompt declares stands at its beginning, so to declare another tool is to write all of it anew, and the
prefix cache has nothing of it.
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
    said = {name: function[name] for name in ("description", "name", "parameters") if name in function}
    return f"<function>{json.dumps(said, ensure_ascii=False)}</function>"
