"""The model's answers to a program, in the form of Qwen3's chat template."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TITLE = '{"title": "A title"}'


def said(text: str, thought: str = "") -> str:
    return f"<think>\n{thought}\n</think>\n\n{text}"


def call(tool: str, **arguments: Any) -> str:
    """A turn that calls one tool."""
    written = json.dumps({"name": tool, "arguments": arguments})
    return said(f"<tool_call>\n{written}\n</tool_call>", f"I call {tool}.")


def at_once(turn: str) -> str:
    """The turn without the blank line after the thought, which an answer with a schema does not allow."""
    return turn.replace("</think>\n\n", "</think>")


@dataclass
class Scripts:
    """The file from which the server reads the model's answers."""

    path: Path

    def add(self, name: str, *turns: str, without_tools: str = TITLE, summary: str = "") -> str:
        """Write a script, and return the text that a prompt must contain to select it.

        Two requests are not turns: one `without_tools`, for a title, and one for a `summary` of the
        conversation.
        """
        scripts = json.loads(self.path.read_text()) if self.path.exists() else {}
        scripts[name] = {"turns": turns, "without_tools": said(without_tools), "summary": said(summary)}
        written = self.path.with_suffix(".new")
        written.write_text(json.dumps(scripts))
        written.replace(self.path)
        return f"script:{name}"
