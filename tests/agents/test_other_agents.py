"""Coding agents that use OpenAI's chat completions; `make agents` has them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.agents.cached import CachedTokens
from tests.agents.script import Scripts, call, said
from tests.agents.workspace import Workspace
from tests.scrape import Scrape, scrape_until
from tests.serving import RunningServer

SetUp = Callable[[str], Workspace]


@dataclass(frozen=True)
class Agent:
    """How a program is started, and the names of its tools; the edit corrects the greeting."""

    page: str
    ask: tuple[str, ...]
    work: tuple[str, ...]
    go_on: tuple[str, ...]
    read: Callable[[Path], str]
    edit: Callable[[Path], str]
    run: Callable[[str], str]


OPENCODE = Agent(
    page="opencode",
    ask=("opencode", "run"),
    work=(),
    go_on=("--continue",),
    read=lambda path: call("read", filePath=str(path)),
    edit=lambda path: call("edit", filePath=str(path), oldString="wold", newString="world"),
    run=lambda command: call("bash", command=command, description="Count"),
)
QWEN_CODE = Agent(
    page="qwen-code",
    ask=("qwen",),
    work=("--approval-mode", "yolo"),
    go_on=("--continue",),
    read=lambda path: call("read_file", file_path=str(path)),
    edit=lambda path: call("edit", file_path=str(path), old_string="wold", new_string="world"),
    run=lambda command: call("run_shell_command", command=command, is_background=False),
)
CONTINUE = Agent(
    page="continue",
    ask=("bash", "-c", 'exec cn --config ~/.continue/config.yaml "$@"', "cn", "-p"),
    work=("--auto",),
    go_on=("--resume",),
    read=lambda path: call("Read", filepath=str(path)),
    edit=lambda path: call("Edit", file_path=str(path), old_string="wold", new_string="world"),
    run=lambda command: call("Bash", command=command),
)
CLINE = Agent(
    page="cline",
    ask=("cline",),
    work=(),
    go_on=(),  # without a terminal it starts another task, with the same beginning of the prompt
    read=lambda path: call("read_files", files=[{"path": str(path)}]),
    edit=lambda path: call("editor", path=str(path), old_text="wold", new_text="world"),
    run=lambda command: call("run_commands", commands=[command]),
)
AGENTS = [pytest.param(agent, id=agent.page) for agent in (OPENCODE, QWEN_CODE, CONTINUE, CLINE)]


@pytest.mark.parametrize("agent", AGENTS)
def test_a_plain_answer(agent: Agent, set_up: SetUp, scripts: Scripts) -> None:
    workspace = set_up(agent.page)
    script = scripts.add(f"{agent.page}-plain", said("Forty-two.", "It is known."))
    assert "Forty-two." in workspace.done(*agent.ask, f"{script} What is the answer?")


@pytest.mark.parametrize("agent", AGENTS)
def test_a_file_is_read_edited_and_tested(agent: Agent, set_up: SetUp, scripts: Scripts) -> None:
    workspace = set_up(agent.page)
    script = scripts.add(
        f"{agent.page}-edit",
        agent.read(workspace.greeting),
        agent.edit(workspace.greeting),
        agent.run("grep -c world greeting.txt"),
        said("The greeting is right now."),
    )
    output = workspace.done(*agent.ask, *agent.work, f"{script} Mend the greeting.")
    assert workspace.greeting.read_text() == "Hello, world!\n"
    assert "The greeting is right now." in output


@pytest.mark.parametrize("agent", AGENTS)
def test_ten_turns_of_a_conversation_are_cached(
    agent: Agent, set_up: SetUp, scripts: Scripts, cached: CachedTokens
) -> None:
    workspace = set_up(agent.page)
    looks = [agent.run(f"head -n {lines} greeting.txt") for lines in range(1, 9)]
    first = scripts.add(f"{agent.page}-first", said("Hello."))
    second = scripts.add(
        f"{agent.page}-second", agent.read(workspace.greeting), *looks, said("Nothing to do.")
    )
    assert "Hello." in workspace.done(*agent.ask, *agent.work, f"{first} Hello.")
    with cached.at_least(0.9):
        output = workspace.done(*agent.ask, *agent.work, *agent.go_on, f"{second} Look around.")
    assert "Nothing to do." in output


@pytest.mark.parametrize("agent", AGENTS)
def test_it_continues_after_an_interruption(
    agent: Agent, set_up: SetUp, scripts: Scripts, server: RunningServer
) -> None:
    workspace = set_up(agent.page)
    long = scripts.add(f"{agent.page}-interrupted", agent.run("touch begun"), said("word " * 3000))
    short = scripts.add(f"{agent.page}-short", said("I go on."))

    def writes() -> bool:
        scrape = Scrape.of(server.url)
        return (workspace.project / "begun").exists() and scrape.value("accord_streams_open") == 1

    workspace.interrupted(*agent.ask, *agent.work, f"{long} Write a long text.", when=writes)
    scrape_until(server.url, lambda scrape: scrape.value("vllm:num_requests_running") == 0)
    if agent is CLINE:
        assert cline_status(workspace) == "cancelled"
    output = workspace.done(*agent.ask, *agent.work, *agent.go_on, f"{short} Go on.")
    assert "I go on." in output


def cline_status(workspace: Workspace) -> str:
    """Return Cline's status of the session that was interrupted."""
    told = workspace.done("cline", "history", "--json")
    [session] = json.loads(told[told.index("[{") :])
    status: str = session["status"]
    return status


@pytest.mark.parametrize(
    ("agent", "file", "context"),
    [
        pytest.param(OPENCODE, "project/opencode.json", 20000, id="opencode"),
        pytest.param(QWEN_CODE, "home/.qwen/settings.json", 32000, id="qwen-code"),
        pytest.param(CONTINUE, "home/.continue/config.yaml", 16000, id="continue"),
    ],
)
def test_a_conversation_that_outgrows_the_context_is_compacted(
    agent: Agent, file: str, context: int, set_up: SetUp, scripts: Scripts
) -> None:
    """OpenCode and Qwen Code request the summary without tools."""
    workspace = set_up(agent.page)
    settings = workspace.folder / file
    settings.write_text(settings.read_text().replace("131072", str(context)))
    # Some of the last turns are kept unchanged.
    after = scripts.add(f"{agent.page}-after", *[said("It has gone on.")] * 6)
    lists = [agent.run(f"seq {1000 * n} {1000 * n + 2000}") for n in range(1, 5)]
    summary = f"<state_snapshot>Numbers were listed. {after}</state_snapshot>"
    script = scripts.add(f"{agent.page}-long", *lists, without_tools=summary, summary=summary)
    output = workspace.done(*agent.ask, *agent.work, f"{script} List numbers.")
    assert "It has gone on." in output


def test_cline_compacts_a_conversation_that_the_server_refuses_as_too_long(
    set_up: SetUp, scripts: Scripts
) -> None:
    """It drops a part of the conversation, and writes no summary."""
    cline = set_up("cline")
    scripts.add("cline-after", said("It has gone on."))
    lists = [CLINE.run(f"seq {1000 * n} {1000 * n + 2000}") for n in range(1, 5)]
    last = CLINE.run("seq 1 2000; echo script:cline-after")
    script = scripts.add("cline-long", *lists, last)
    output = cline.done(*CLINE.ask, f"{script} List numbers.")
    assert "context window exceeded" in output
    assert "It has gone on." in output


AIDER = ("aider", "--yes-always", "--no-check-update", "--analytics-disable", "--no-show-model-warnings")


def test_aider_answers(set_up: SetUp, scripts: Scripts) -> None:
    aider = set_up("aider")
    script = scripts.add("aider-plain", without_tools="Forty-two.")
    assert "Forty-two." in aider.done(*AIDER, "--message", f"{script} What is the answer?")


def test_aiders_ten_turns_are_cached(set_up: SetUp, scripts: Scripts, cached: CachedTokens) -> None:
    aider = set_up("aider")
    notes = "".join(f"Line {n} of the notes says nothing new.\n" for n in range(300))
    (aider.project / "notes.txt").write_text(notes)
    script = scripts.add("aider-ten", without_tools="Forty-two.")
    aider.done(*AIDER, "--chat-mode", "ask", "--read", "notes.txt", "--message", f"{script} Hello.")
    questions = "".join(f"{script} What is the answer to question {n}?\n" for n in range(10))
    (aider.project / "typed.txt").write_text(questions)
    typed = ("bash", "-c", 'exec "$@" < typed.txt', "bash")
    with cached.at_least(0.9):
        output = aider.done(*typed, *AIDER, "--chat-mode", "ask", "--read", "notes.txt")
    assert output.count("Forty-two.") >= 10


def test_aider_continues_after_an_interruption(
    set_up: SetUp, scripts: Scripts, server: RunningServer
) -> None:
    aider = set_up("aider")
    long = scripts.add("aider-interrupted", without_tools="".join(f"{n} " for n in range(3000)))
    short = scripts.add("aider-short", without_tools="I go on.")

    def writes() -> bool:
        return Scrape.of(server.url).value("accord_streams_open") == 1

    aider.interrupted(*AIDER, "--message", f"{long} Write a long text.", when=writes)
    scrape_until(server.url, lambda scrape: scrape.value("vllm:num_requests_running") == 0)
    output = aider.done(*AIDER, "--restore-chat-history", "--message", f"{short} Go on.")
    assert "Restored previous conversation history." in output
    assert "I go on." in output


def test_aider_compacts_a_long_conversation(set_up: SetUp, scripts: Scripts) -> None:
    aider = set_up("aider")
    after = scripts.add("aider-after", without_tools="It has gone on.")
    numbers = " ".join(map(str, range(400)))
    script = scripts.add("aider-long", without_tools=numbers, summary=f"I asked you for numbers. {after}")
    aider.done(*AIDER, "--chat-mode", "ask", "--message", f"{script} List numbers.")
    again = ("--restore-chat-history", "--max-chat-history-tokens", "200")
    output = aider.done(*AIDER, *again, "--chat-mode", "ask", "--message", "And now?")
    assert "It has gone on." in output


def test_aider_edits_a_file_and_tests_it(set_up: SetUp, scripts: Scripts) -> None:
    aider = set_up("aider")
    script = scripts.add("aider-edit", without_tools="greeting.txt\n```\nHello, world!\n```\n")
    test = ("--auto-test", "--test-cmd", "grep -c world greeting.txt")
    aider.done(*AIDER, *test, "--message", f"{script} Mend the greeting.", "greeting.txt")
    assert aider.greeting.read_text() == "Hello, world!\n"
