"""OpenAI's Agents SDK, over its Responses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.agents.script import Scripts, at_once, call, said
from tests.agents.workspace import CLIENTS, Workspace
from tests.mcp_server import serving_tools


def test_a_tool_is_called_and_the_answer_typed(set_up: Callable[[str], Workspace], scripts: Scripts) -> None:
    workspace = set_up("openai-agents")
    script = scripts.add(
        "agents-sdk", at_once(call("read_file", path="greeting.txt")), at_once(said('{"lines": 1}'))
    )
    output = workspace.done(str(CLIENTS / "python"), "reader.py", f"{script} How many lines has it?")
    assert output == "lines=1"


async def test_a_hosted_mcp_tool_is_approved_and_called(
    set_up: Callable[[str], Workspace], scripts: Scripts, mcp_port: int
) -> None:
    workspace = set_up("openai-agents")
    script = scripts.add("hosted-mcp", call("docs__note", text="Ada"), said("It is noted."))
    async with serving_tools(port=mcp_port) as tools:
        output = await asyncio.to_thread(
            workspace.done, str(CLIENTS / "python"), "docs_reader.py", f"{script} Note this: Ada"
        )
    assert output == "It is noted."
    assert tools.calls == ["note Ada"]


async def test_a_hosted_mcp_tool_that_is_not_approved_is_not_called(
    set_up: Callable[[str], Workspace], scripts: Scripts, mcp_port: int
) -> None:
    workspace = set_up("openai-agents")
    script = scripts.add("hosted-mcp-refused", call("docs__add", a=1, b=2), said("I may not."))
    async with serving_tools(port=mcp_port) as tools:
        output = await asyncio.to_thread(
            workspace.done, str(CLIENTS / "python"), "docs_reader.py", f"{script} Add 1 and 2."
        )
    assert output == "I may not."
    assert tools.calls == []
