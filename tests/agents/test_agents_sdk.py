"""OpenAI's Agents SDK, over its Responses."""

from __future__ import annotations

from collections.abc import Callable

from tests.agents.script import Scripts, at_once, call, said
from tests.agents.workspace import CLIENTS, Workspace


def test_a_tool_is_called_and_the_answer_typed(set_up: Callable[[str], Workspace], scripts: Scripts) -> None:
    workspace = set_up("openai-agents")
    script = scripts.add(
        "agents-sdk", at_once(call("read_file", path="greeting.txt")), at_once(said('{"lines": 1}'))
    )
    output = workspace.done(str(CLIENTS / "python"), "reader.py", f"{script} How many lines has it?")
    assert output == "lines=1"
