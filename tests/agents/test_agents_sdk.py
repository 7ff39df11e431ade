"""OpenAI's Agents SDK, over its Responses."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable

from tests.agents.cached import CachedTokens
from tests.agents.script import Scripts, at_once, call, said
from tests.agents.workspace import CLIENTS, Workspace
from tests.mcp_server import serving_tools
from tests.scrape import Scrape, scrape_until
from tests.serving import RunningServer

CHAT = (str(CLIENTS / "python"), "chat.py")
"""A program of the page, which keeps a conversation from one run to the next."""


def test_a_plain_answer(set_up: Callable[[str], Workspace], scripts: Scripts) -> None:
    script = scripts.add("agents-sdk-plain", said("Forty-two.", "It is known."))
    assert set_up("openai-agents").done(*CHAT, f"{script} What is the answer?") == "Forty-two."


def test_ten_turns_of_a_conversation_are_cached(
    set_up: Callable[[str], Workspace], scripts: Scripts, cached: CachedTokens
) -> None:
    workspace = set_up("openai-agents")
    first = scripts.add("agents-sdk-first", said("Hello."))
    second = scripts.add("agents-sdk-second", *[call("list_files")] * 9, said("Nothing to do."))
    about = " ".join(f"Rule {number} is to be kept." for number in range(700))
    assert workspace.done(*CHAT, f"{first} Hello. {about}") == "Hello."
    with cached.at_least(0.95):
        assert workspace.done(*CHAT, f"{second} Look around.") == "Nothing to do."


def test_it_continues_after_an_interruption(
    set_up: Callable[[str], Workspace], scripts: Scripts, server: RunningServer
) -> None:
    workspace = set_up("openai-agents")
    long = scripts.add("agents-sdk-interrupted", said("word " * 3000))
    short = scripts.add("agents-sdk-short", said("I go on."))

    def writes() -> bool:
        return Scrape.of(server.url).value("accord_streams_open") == 1

    workspace.interrupted(*CHAT, f"{long} Write a long text.", when=writes)
    scrape_until(server.url, lambda scrape: scrape.value("vllm:num_requests_running") == 0)
    assert workspace.done(*CHAT, f"{short} Go on.") == "I go on."


def compactions(server: RunningServer) -> float:
    return Scrape.of(server.url).value("accord_requests_total", operation="compact_response", status="200")


def test_a_conversation_that_outgrows_the_context_is_compacted(
    set_up: Callable[[str], Workspace], scripts: Scripts, server: RunningServer
) -> None:
    workspace = set_up("openai-agents")
    looks = [call("list_files")] * 6
    script = scripts.add("agents-sdk-long", *looks, said("Nothing new."), summary="Files were listed.")
    after = scripts.add("agents-sdk-after", said("It has gone on."))
    before = compactions(server)
    assert workspace.done(*CHAT, f"{script} Look again and again.") == "Nothing new."
    assert compactions(server) == before + 1
    with sqlite3.connect(workspace.project / "chat.sqlite") as kept:
        items = [json.loads(item) for [item] in kept.execute("select message_data from agent_messages")]
    assert [item.get("type") for item in items].count("compaction") == 1
    assert "function_call" not in [item.get("type") for item in items]
    assert workspace.done(*CHAT, f"{after} Go on.") == "It has gone on."


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
