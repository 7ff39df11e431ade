"""What the model says to a program, in the form of Qwen3's chat template."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TITLE = '{"title": "A title"}'


def said(text: str, thought: str = "") -> str:
    return f"<think>\n{thought}\n</think>\n\n{text}"


def call(tool: str, **arguments: Any) -> str:
    """One turn that calls one tool."""
    written = json.dumps({"name": tool, "arguments": arguments})
    return said(f"<tool_call>\n{written}\n</tool_call>", f"I call {tool}.")


def at_once(turn: str) -> str:
    """The turn without the blank line after the thought, for which an answer in a schema has no place."""
    return turn.replace("</think>\n\n", "</think>")


@dataclass
class Scripts:
    """The file in which the server finds what the model says."""

    path: Path

    def add(self, name: str, *turns: str, without_tools: str = TITLE, summary: str = "") -> str:
        """Write a script down, and return what a prompt has to hold for it to be spoken.

        Two requests are no turns: one `without_tools`, as programs ask for a title so, and one for a
        `summary` of the conversation.
        """
        scripts = json.loads(self.path.read_text()) if self.path.exists() else {}
        scripts[name] = {"turns": turns, "without_tools": said(without_tools), "summary": said(summary)}
        written = self.path.with_suffix(".new")
        written.write_text(json.dumps(scripts))
        written.replace(self.path)
        return f"script:{name}"
