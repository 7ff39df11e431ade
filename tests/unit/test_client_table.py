"""The table in docs/clients: a cell of a program is filled if a test covers it."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest

from tests.agents import test_agents_sdk, test_claude_code, test_codex, test_other_agents, test_overload
from tests.agents.pages import PAGES

COLUMNS = {
    "answers": ("a_plain_answer", "aider_answers"),
    "works with its tools": (
        "a_file_is_read_edited_and_tested",
        "aider_edits_a_file_and_tests_it",
        "a_tool_is_called_and_the_answer_typed",
    ),
    "ten turns cached": ("ten_turns_of_a_conversation_are_cached", "aiders_ten_turns_are_cached"),
    "resumes after an interruption": (
        "it_continues_after_an_interruption",
        "aider_continues_after_an_interruption",
    ),
    "outgrows the context": (
        "a_conversation_that_outgrows_the_context_is_compacted",
        "aider_compacts_a_long_conversation",
        "cline_compacts_a_conversation_that_the_server_refuses_as_too_long",
    ),
    "server is full": ("it_retries_automatically",),
}
"""The tests that a column stands for."""
MODULES = {test_codex: "codex", test_claude_code: "claude-code", test_agents_sdk: "openai-agents"}


def named_tests(module: ModuleType) -> set[tuple[str, str]]:
    """Return the program and the name of each test."""
    found = set()
    for name, function in inspect.getmembers(module, inspect.isfunction):
        marks = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
        ids = [each.id for mark in marks for each in mark.args[1] if hasattr(each, "id") and each.id]
        named = [part for part in ("aider", "cline") if name.startswith(f"test_{part}")]
        programs = ids if module not in MODULES and ids else named or [MODULES.get(module, "")]
        found |= {(program, name.removeprefix("test_")) for program in programs}
    return found


TESTS = set().union(*map(named_tests, [*MODULES, test_other_agents, test_overload]))


def table() -> dict[str, list[str]]:
    """Return the cells of each program's row."""
    rows = [
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in (PAGES / "README.md").read_text().splitlines()
        if line.startswith("|")
    ]
    [begin] = [place for place, row in enumerate(rows) if row[1:] == list(COLUMNS)]
    found = {}
    for row in rows[begin + 2 :]:
        if len(row) != len(COLUMNS) + 1:
            break
        found[row[0].partition("](")[2].removesuffix(".md)")] = row[1:]
    return found


@pytest.mark.parametrize("program", sorted({program for program, _ in TESTS if program}))
def test_a_cell_is_filled_if_a_test_covers_it(program: str) -> None:
    cells = table()[program]
    for (column, names), cell in zip(COLUMNS.items(), cells, strict=True):
        covering = [name for name in names if (program, name) in TESTS]
        assert (cell != "") == bool(covering), (column, cell, covering)


def test_every_column_has_its_tests() -> None:
    names = {name for _, name in TESTS}
    assert {name for tests in COLUMNS.values() for name in tests} <= names
