"""Claude Code from npm, with Anthropic's Messages."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.agents.cached import CachedTokens
from tests.agents.pages import page
from tests.agents.relay import Relay
from tests.agents.script import Scripts, call, said
from tests.agents.workspace import GREETER, Workspace
from tests.scrape import Scrape, scrape_until
from tests.serving import RunningServer

SetUp = Callable[[str], Workspace]
ASK = ("claude", "-p")
WORK = (*ASK, "--allowedTools", "Bash", "--permission-mode", "acceptEdits")


def test_a_plain_answer(set_up: SetUp, scripts: Scripts) -> None:
    claude = set_up("claude-code")
    script = scripts.add("claude-plain", said("Forty-two.", "It is known."))
    ran = claude.run(*ASK, f"{script} What is the answer?")
    assert (ran.code, ran.output.strip()) == (0, "Forty-two.")
    assert "context window" not in ran.errors  # it knows the context length


def test_it_asks_for_a_model_of_its_own(set_up: SetUp, scripts: Scripts) -> None:
    claude = set_up("claude-code")
    script = scripts.add("claude-alias", said("Forty-two."))
    its_own = ("env", "-u", "ANTHROPIC_MODEL", "-u", "ANTHROPIC_DEFAULT_HAIKU_MODEL")
    assert claude.done(*its_own, *ASK, f"{script} What is the answer?") == "Forty-two."


def test_a_file_is_read_edited_and_tested(set_up: SetUp, scripts: Scripts) -> None:
    claude = set_up("claude-code")
    path = str(claude.greeting)
    script = scripts.add(
        "claude-edit",
        call("Read", file_path=path),
        call("Edit", file_path=path, old_string="wold", new_string="world"),
        call("Bash", command="grep -c world greeting.txt", description="Count"),
        said("The greeting is right now."),
    )
    told = json.loads(claude.done(*WORK, "--output-format", "json", f"{script} Mend the greeting."))
    assert claude.greeting.read_text() == "Hello, world!\n"
    assert (told["result"].strip(), told["num_turns"]) == ("The greeting is right now.", 4)
    assert told["permission_denials"] == []


def test_ten_turns_of_a_conversation_are_cached(
    set_up: SetUp, scripts: Scripts, cached: CachedTokens
) -> None:
    claude = set_up("claude-code")
    first = scripts.add("claude-first", said("Hello."))
    reads = [call("Read", file_path=str(claude.greeting))] * 2 + [call("Bash", command="git status")] * 7
    second = scripts.add("claude-second", *reads, said("Nothing to do."))
    assert claude.done(*ASK, f"{first} Hello.") == "Hello."
    with cached.at_least(0.9):
        assert claude.done(*WORK, "--continue", f"{second} Look around.") == "Nothing to do."


def test_its_thinking_is_verified_when_it_comes_back(
    workspace: Workspace, scripts: Scripts, server: RunningServer
) -> None:
    with Relay(server.url) as relay:
        workspace.follow(page("claude-code", relay.url))
        read = call("Read", file_path=str(workspace.greeting))
        first = scripts.add("claude-thinks", read, said("I have read it.", "It is short."))
        assert workspace.done(*WORK, f"{first} Read the greeting.") == "I have read it."
        second = scripts.add("claude-thinks-on", said("Nothing to do.", "That was all."))
        assert workspace.done(*WORK, "--continue", f"{second} And now?") == "Nothing to do."
    blocks = [block for body in relay.bodies for block in thinking(body)]
    assert {block["thinking"].strip() for block in blocks} == {"I call Read.", "It is short."}
    assert all(block["signature"] for block in blocks)
    assert not [name for name in relay.ignored if name.startswith("messages.")]


def thinking(body: bytes) -> list[dict[str, Any]]:
    """Return the thinking blocks of a request."""
    said = json.loads(body or b"{}").get("messages", [])
    contents = [message["content"] for message in said if isinstance(message["content"], list)]
    return [block for content in contents for block in content if block["type"] == "thinking"]


def test_it_continues_after_an_interruption(set_up: SetUp, scripts: Scripts, server: RunningServer) -> None:
    claude = set_up("claude-code")
    long = scripts.add("claude-interrupted", call("Bash", command="touch begun"), said("word " * 3000))
    short = scripts.add("claude-short", said("I go on."))

    def writes() -> bool:
        return (claude.project / "begun").exists() and Scrape.of(server.url).value("accord_streams_open") == 1

    claude.interrupted(*WORK, f"{long} Write a long text.", when=writes)
    scrape_until(server.url, lambda scrape: scrape.value("vllm:num_requests_running") == 0)
    assert claude.done(*ASK, "--continue", f"{short} Go on.") == "I go on."


def test_a_tool_of_an_mcp_server_is_searched_for_and_called(set_up: SetUp, scripts: Scripts) -> None:
    claude = set_up("claude-code")
    claude.done("claude", "mcp", "add", "greeter", "--", sys.executable, str(GREETER))
    script = scripts.add(
        "claude-mcp",
        call("ToolSearch", query="select:mcp__greeter__greet"),
        call("mcp__greeter__greet", name="Ada"),
        said("She is greeted."),
    )
    told = claude.done(
        *(*ASK, "--allowedTools", "mcp__greeter__greet", "--output-format", "stream-json", "--verbose"),
        f"{script} Greet Ada.",
    )
    assert "Greetings, Ada!" in told
    assert json.loads(told.splitlines()[-1])["result"].strip() == "She is greeted."


def test_an_image_that_the_model_cannot_see_ends_nothing(set_up: SetUp, scripts: Scripts) -> None:
    claude = set_up("claude-code")
    script = scripts.add(
        "claude-picture", call("Read", file_path=str(claude.picture())), said("I cannot see it.")
    )
    assert claude.done(*WORK, f"{script} Describe the picture.") == "I cannot see it."


@pytest.mark.parametrize("knows", [True, False], ids=["before", "refused"])
def test_a_conversation_that_outgrows_the_context_is_compacted(
    set_up: SetUp, scripts: Scripts, knows: bool
) -> None:
    """Before the context is full, and when only the server's error says so."""
    claude = set_up("claude-code")
    if knows:
        claude.environment["CLAUDE_AUTOCOMPACT_PCT_OVERRIDE"] = "15"
    lists = [call("Bash", command=f"seq {1000 * n} {1000 * n + 2000}") for n in range(2 if knows else 4)]
    # Some of the last turns are kept unchanged.
    after = scripts.add("claude-after", *[said("It has gone on.")] * 4)
    summary = f"<summary>Numbers were listed. {after}</summary>"
    script = scripts.add("claude-long", *lists, summary=summary)
    told = claude.done(*WORK, "--output-format", "stream-json", "--verbose", f"{script} List numbers.")
    events = [json.loads(line) for line in told.splitlines()]
    assert "compact_boundary" in [event.get("subtype") for event in events]
    assert events[-1]["result"].strip() == "It has gone on."
