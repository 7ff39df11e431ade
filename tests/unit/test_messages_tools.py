"""The tools of requests for messages: choices, deferred tools, and tools that Anthropic defines."""

from typing import Any, get_args

import pytest
from anthropic.types.beta import BetaMemoryTool20250818Command

from tests.unit.message_requests import WEATHER, left_out, names, read

DEFERRED = {
    "name": "clock",
    "description": "Tells.",
    "input_schema": {"type": "object"},
    "defer_loading": True,
}
FOUND = {
    "role": "user",
    "content": [
        {
            "type": "tool_result",
            "tool_use_id": "toolu_1",
            "content": [{"type": "tool_reference", "tool_name": "clock"}],
        }
    ],
}
SAID = (
    "These tools can be called, too:\n<functions>\n"
    '<function>{"description": "Tells.", "name": "clock", "parameters": {"type": "object"}}</function>\n'
    "</functions>"
)


@pytest.mark.parametrize(
    ("choice", "expected", "parallel"),
    [
        (None, "auto", True),
        ({"type": "auto", "disable_parallel_tool_use": True}, "auto", False),
        ({"type": "any"}, "required", True),
        ({"type": "tool", "name": "weather"}, {"type": "function", "function": {"name": "weather"}}, True),
    ],
)
def test_tool_choices(choice: Any, expected: Any, parallel: bool) -> None:
    result = read(tools=[WEATHER], tool_choice=choice)
    assert (result.tool_choice, result.parallel_tool_calls) == (expected, parallel)
    assert result.tools == [
        {"type": "function", "function": {"name": "weather", "parameters": WEATHER["input_schema"]}}
    ]


def test_the_prompt_keeps_its_tools_where_none_may_be_called() -> None:
    result = read(tools=[WEATHER], tool_choice={"type": "none"})
    assert (result.tools, result.tool_choice) == (read(tools=[WEATHER]).tools, "none")


def test_a_deferred_tool_is_not_part_of_the_prompt() -> None:
    result = read(tools=[DEFERRED, WEATHER])
    assert (names(result.tools), result.callable_tools) == (["weather"], None)
    assert read(tools=[DEFERRED]).tools is None


def test_a_tool_that_was_found_is_defined_where_it_was_found() -> None:
    """The beginning of the prompt stays as it was, and what is cached of it serves."""
    result = read("Hi", FOUND, tools=[DEFERRED, WEATHER])
    assert result.messages[1]["content"] == SAID
    assert names(result.tools) == ["weather"]
    assert names(result.callable_tools) == ["weather", "clock"]


def test_the_first_tool_that_was_found_is_declared_where_no_other_is() -> None:
    result = read("Hi", FOUND, tools=[DEFERRED])
    assert (names(result.tools), result.callable_tools) == (["clock"], None)


def test_a_reference_to_a_tool_that_is_declared_or_gone_is_a_line_of_text() -> None:
    declared = read("Hi", FOUND, tools=[{"name": "clock", "input_schema": {}}])
    assert declared.messages[1]["content"] == "[The tool 'clock' can be called.]"
    gone = read("Hi", FOUND, tools=[WEATHER])
    assert (gone.messages[1]["content"], gone.callable_tools) == (
        "[There is no tool 'clock' any more.]",
        None,
    )


def test_a_forced_tool_is_declared_although_it_is_deferred() -> None:
    result = read(tools=[DEFERRED, WEATHER], tool_choice={"type": "tool", "name": "clock"})
    assert (names(result.tools), result.callable_tools) == (["clock", "weather"], None)


def test_a_system_message_adds_and_removes_tools() -> None:
    new = {"type": "tool_definition", "definition": {"name": "map", "input_schema": {}}}
    changes = [
        {"type": "tool_addition", "tool": {"type": "tool_reference", "name": "clock"}},
        {"type": "tool_addition", "tool": new},
        {"type": "tool_removal", "tool": {"type": "tool_reference", "name": "weather"}},
        {"type": "tool_addition", "tool": {"type": "mcp_toolset_reference", "server_name": "s"}},
    ]
    fields: dict[str, Any] = {
        "messages": [{"role": "user", "content": "Hi"}, {"role": "system", "content": changes}]
    }
    result = read(tools=[WEATHER, DEFERRED], **fields)
    assert names(result.tools) == ["weather"]
    assert names(result.callable_tools) == ["clock", "map"]
    assert result.messages[1]["content"].startswith(SAID)
    assert result.messages[1]["content"].endswith("[The tool 'weather' cannot be called any more.]")
    assert left_out(tools=[WEATHER, DEFERRED], **fields) == ["messages.1.content.3.tool_addition"]


EDITING = ["view", "create", "str_replace", "insert"]


@pytest.mark.parametrize(
    ("type_", "name", "commands"),
    [
        ("bash_20250124", "bash", None),
        ("bash_20990101", "bash", None),
        ("text_editor_20250124", "str_replace_editor", [*EDITING, "undo_edit"]),
        ("text_editor_20250728", "str_replace_based_edit_tool", EDITING),
        ("memory_20250818", "memory", [*EDITING, "delete", "rename"]),
    ],
)
def test_tools_that_anthropics_models_know_get_their_schema(
    type_: str, name: str, commands: list[str] | None
) -> None:
    for given in ({"type": type_, "name": name}, {"type": type_}):
        result = read(tools=[given], tool_choice={"type": "tool", "name": name})
        assert result.tools
        function = result.tools[0]["function"]
        assert function["name"] == name
        assert function["parameters"]["properties"]["command"].get("enum") == commands
        assert left_out(tools=[given]) == []


def test_the_memorys_arguments_are_those_of_anthropics_client() -> None:
    """What the SDK parses a call into has a type for each command."""
    tools = read(tools=[{"type": "memory_20250818", "name": "memory"}]).tools
    assert tools
    properties = tools[0]["function"]["parameters"]["properties"]
    [commands, *_] = get_args(BetaMemoryTool20250818Command)
    known = {name for command in get_args(commands) for name in command.model_fields}
    assert set(properties) == known
    assert properties["command"]["enum"] == [
        get_args(command.model_fields["command"].annotation)[0] for command in get_args(commands)
    ]
