"""Codex from npm, with OpenAI's Responses."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.agents.cached import CachedTokens
from tests.agents.script import Scripts, at_once, call, said
from tests.agents.workspace import GREETER, Workspace
from tests.scrape import Scrape, scrape_until
from tests.serving import RunningServer

SetUp = Callable[[str], Workspace]
ASK = ("codex", "exec")
WORK = (*ASK, "--dangerously-bypass-approvals-and-sandbox", "--json")
PATCH = """*** Begin Patch
*** Update File: greeting.txt
@@
-Hello, wold!
+Hello, world!
*** End Patch
"""


def events(output: str) -> list[Any]:
    return [json.loads(line) for line in output.splitlines()]


def items(output: str, kind: str) -> list[Any]:
    done = [event["item"] for event in events(output) if event["type"] == "item.completed"]
    return [item for item in done if item["type"] == kind]


def last_message(output: str) -> str:
    text: str = items(output, "agent_message")[-1]["text"]
    return text.strip()


def test_a_plain_answer(set_up: SetUp, scripts: Scripts) -> None:
    codex = set_up("codex")
    script = scripts.add("codex-plain", said("Forty-two.", "It is known."))
    assert codex.done(*ASK, f"{script} What is the answer?") == "Forty-two."


def test_a_file_is_read_edited_and_tested(set_up: SetUp, scripts: Scripts) -> None:
    codex = set_up("codex")
    script = scripts.add(
        "codex-edit",
        call("exec_command", cmd="cat greeting.txt"),
        call("exec_command", cmd=f"apply_patch <<'EOF'\n{PATCH}EOF\n"),
        call("exec_command", cmd="grep -c world greeting.txt"),
        said("The greeting is right now."),
    )
    output = codex.done(*WORK, f"{script} Mend the greeting.")
    assert codex.greeting.read_text() == "Hello, world!\n"
    assert last_message(output) == "The greeting is right now."
    assert [item["exit_code"] for item in items(output, "command_execution")] == [0, 0]
    assert [item["status"] for item in items(output, "file_change")] == ["completed"]


def test_ten_turns_of_a_conversation_are_cached(
    set_up: SetUp, scripts: Scripts, cached: CachedTokens
) -> None:
    codex = set_up("codex")
    first = scripts.add("codex-first", said("Hello."))
    looks = [call("exec_command", cmd="git status")] * 9
    second = scripts.add("codex-second", *looks, said("Nothing to do."))
    assert codex.done(*ASK, f"{first} Hello.") == "Hello."
    with cached.at_least(0.9):
        assert codex.done(*ASK, "resume", "--last", f"{second} Look around.") == "Nothing to do."


def test_an_answer_in_a_schema_after_calls(set_up: SetUp, scripts: Scripts, tmp_path: Path) -> None:
    codex = set_up("codex")
    schema = tmp_path / "schema.json"
    schema.write_text(
        json.dumps(
            {
                "type": "object",
                "properties": {"lines": {"type": "integer"}},
                "required": ["lines"],
                "additionalProperties": False,
            }
        )
    )
    script = scripts.add(
        "codex-schema",
        at_once(call("exec_command", cmd="wc -l greeting.txt")),
        at_once(said('{"lines": 1}')),
    )
    output = codex.done(*WORK, "--output-schema", str(schema), f"{script} How many lines?")
    assert json.loads(last_message(output)) == {"lines": 1}
    assert len(items(output, "command_execution")) == 1


def test_a_tool_of_an_mcp_server_is_called(set_up: SetUp, scripts: Scripts) -> None:
    codex = set_up("codex")
    codex.done("codex", "mcp", "add", "greeter", "--", sys.executable, str(GREETER))
    script = scripts.add("codex-mcp", call("mcp__greeter__greet", name="Ada"), said("She is greeted."))
    output = codex.done(*WORK, f"{script} Greet Ada.")
    [called] = items(output, "mcp_tool_call")
    assert (called["server"], called["tool"], called["status"]) == ("greeter", "greet", "completed")
    assert "Greetings, Ada!" in json.dumps(called["result"])
    assert last_message(output) == "She is greeted."


def test_an_image_that_the_model_cannot_see_ends_nothing(set_up: SetUp, scripts: Scripts) -> None:
    codex = set_up("codex")
    script = scripts.add(
        "codex-picture", call("view_image", path=str(codex.picture())), said("I cannot see it.")
    )
    assert codex.done(*ASK, f"{script} Describe the picture.") == "I cannot see it."


def test_a_model_that_it_knows_patches_in_a_grammar(set_up: SetUp, scripts: Scripts) -> None:
    codex = set_up("codex")
    script = scripts.add(
        "codex-patch",
        call("exec_command", cmd="cat greeting.txt"),
        call("apply_patch", input=PATCH),
        said("The greeting is right now."),
    )
    output = codex.done(*WORK, "--model", "gpt-5.5", f"{script} Mend the greeting.")
    assert codex.greeting.read_text() == "Hello, world!\n"
    assert [item["status"] for item in items(output, "file_change")] == ["completed"]
    assert last_message(output) == "The greeting is right now."


def test_a_model_that_it_knows_writes_programs(set_up: SetUp, scripts: Scripts) -> None:
    """Its only tools are in an item of the conversation, and the first of them takes JavaScript."""
    codex = set_up("codex")
    program = f"""
        text(await tools.exec_command({{cmd: "cat greeting.txt"}}));
        text(await tools.apply_patch({json.dumps(PATCH)}));
    """
    script = scripts.add(
        "codex-program", call("functions__exec", input=program), said("The greeting is right now.")
    )
    output = codex.done(*WORK, "--model", "gpt-5.6-sol", f"{script} Mend the greeting.")
    assert codex.greeting.read_text() == "Hello, world!\n"
    assert last_message(output) == "The greeting is right now."


def test_a_conversation_that_outgrows_the_context_is_compacted(set_up: SetUp, scripts: Scripts) -> None:
    codex = set_up("codex")
    after = scripts.add("codex-after", said("It has gone on."))
    script = scripts.add(
        "codex-long-read",
        call("exec_command", cmd="seq 1 3000"),
        call("exec_command", cmd="seq 1 3000"),
        summary=f"Numbers were listed. {after}",
    )
    short = ("-c", "model_auto_compact_token_limit=16000")
    output = codex.done(*WORK, *short, f"{script} List numbers.")
    assert last_message(output) == "It has gone on."


def test_it_continues_after_an_interruption(set_up: SetUp, scripts: Scripts, server: RunningServer) -> None:
    codex = set_up("codex")
    long = scripts.add("codex-interrupted", call("exec_command", cmd="touch begun"), said("word " * 3000))
    short = scripts.add("codex-short", said("I go on."))

    def writes() -> bool:
        return (codex.project / "begun").exists() and Scrape.of(server.url).value("accord_streams_open") == 1

    codex.interrupted(*WORK, f"{long} Write a long text.", when=writes)
    scrape_until(server.url, lambda scrape: scrape.value("vllm:num_requests_running") == 0)
    assert codex.done(*ASK, "resume", "--last", f"{short} Go on.") == "I go on."
