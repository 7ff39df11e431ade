"""Anthropic's client tools, whose schemas its models know; other models get the schema as a function.

The schemas follow Anthropic's documents. The type's date is its version; newer ones are treated as the newest
known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]

_TYPE = re.compile(r"(bash|text_editor|memory)_(\d{8})")
_UNDO_ENDED = 20250429
"""The first version of the text editor without undo, and with another name."""
_PATH = "The file or directory."


def client_tool(type_: str, name: str | None) -> Json | None:
    """Return the function for a tool of this type, with the client's name for it; None for other types."""
    found = _TYPE.fullmatch(type_)
    if found is None:
        return None
    function = _FUNCTIONS[found[1]](int(found[2]))
    return function | {"name": name} if name else function


def _text(about: str) -> Json:
    return {"type": "string", "description": about}


def _function(name: str, description: str, properties: Json, required: list[str]) -> Json:
    parameters = {"type": "object", "properties": properties, "required": required}
    return {"name": name, "description": description, "parameters": parameters}


def _bash(_version: int) -> Json:
    return _function(
        "bash",
        "Runs a command in a lasting bash session and returns what it printed. Needs command, or restart.",
        {
            "command": _text("The command."),
            "restart": {"type": "boolean", "description": "Whether to begin a new session instead."},
        },
        [],
    )


def _editing(commands: list[str]) -> Json:
    """Return the arguments that the text editor and the memory tool share."""
    return {
        "command": {"type": "string", "enum": commands, "description": "What to do."},
        "path": _text(_PATH),
        "view_range": {
            "type": "array",
            "items": {"type": "integer"},
            "description": "For view, of a file: its first and last line, from 1 on; -1 is the file's end.",
        },
        "file_text": _text("For create: what the file is to contain."),
        "old_str": _text("For str_replace: the text to replace, exactly as it is, and there only once."),
        "new_str": _text("For str_replace: the text in its place."),
        "insert_line": {
            "type": "integer",
            "description": "For insert: the line after which to insert; 0 is the file's beginning.",
        },
        "insert_text": _text("For insert: the text to insert."),
    }


def _text_editor(version: int) -> Json:
    commands = ["view", "create", "str_replace", "insert"]
    older = version < _UNDO_ENDED
    return _function(
        "str_replace_editor" if older else "str_replace_based_edit_tool",
        "Views, creates and edits text files; a directory is viewed as a list of its files.",
        _editing([*commands, "undo_edit"] if older else commands),
        ["command", "path"],
    )


def _memory(_version: int) -> Json:
    commands = ["view", "create", "str_replace", "insert", "delete", "rename"]
    return _function(
        "memory",
        "Keeps files in the directory /memories, from one conversation to the next.",
        _editing(commands)
        | {
            "old_path": _text("For rename: the file or directory, in place of path."),
            "new_path": _text("For rename: its new path."),
        },
        ["command"],
    )


_FUNCTIONS: dict[str, Callable[[int], Json]] = {
    "bash": _bash,
    "text_editor": _text_editor,
    "memory": _memory,
}
