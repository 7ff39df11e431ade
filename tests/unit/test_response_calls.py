"""Tool calls in responses: the tool determines the item that the client gets for a function call."""

import json
from typing import Any

import pytest

from accord.dialects.text_argument import TextArgument
from accord.engine import Delta, ToolCallDelta
from tests.unit.test_response_tools import GRAMMAR, PATCH, TOOLS, function, said
from tests.unit.test_responses_stream import BEGIN, all_events, called, types


def test_a_call_of_a_namespaces_tool_has_the_bare_name() -> None:
    events = all_events(*called("multi_agent_v1__spawn_agent", '{"a"', ": 1}"), tools=TOOLS)
    item = events[-2]["item"]
    assert {key: item[key] for key in ("type", "name", "namespace", "arguments")} == {
        "type": "function_call",
        "name": "spawn_agent",
        "namespace": "multi_agent_v1",
        "arguments": '{"a": 1}',
    }
    assert [e["name"] for e in events if e["type"].endswith("arguments.done")] == ["spawn_agent"]


def test_a_model_may_forget_the_namespace() -> None:
    item = all_events(*called("spawn_agent", "{}"), tools=TOOLS)[-2]["item"]
    assert (item["namespace"], item["name"]) == ("multi_agent_v1", "spawn_agent")
    item = all_events(*called("unheard_of", "{}"), tools=TOOLS)[-2]["item"]
    assert (item.get("namespace"), item["name"]) == (None, "unheard_of")


@pytest.mark.parametrize("width", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_the_text_of_a_custom_tool_is_streamed(width: int, ascii_only: bool) -> None:
    arguments = json.dumps({"input": PATCH}, ensure_ascii=ascii_only)
    parts = [arguments[i : i + width] for i in range(0, len(arguments), width)]
    events = all_events(*called("apply_patch", *parts), tools=TOOLS)
    deltas = [e["delta"] for e in events if e["type"] == "response.custom_tool_call_input.delta"]
    assert "".join(deltas) == PATCH
    assert "" not in deltas
    assert width > 100 or len(deltas) > 5
    assert [e["input"] for e in events if e["type"] == "response.custom_tool_call_input.done"] == [PATCH]
    item = events[-2]["item"]
    assert (item["type"], item["name"], item["call_id"]) == ("custom_tool_call", "apply_patch", "call_1")
    assert item["input"] == PATCH
    assert said({key: value for key, value in item.items() if key != "id"}) == [
        {"role": "assistant", "tool_calls": [function("apply_patch", {"input": PATCH})]}
    ]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ('{"patch": "a\\nb"}', "a\nb"),
        ('{"input": {"a": 1}}', '{"input": {"a": 1}}'),
        ('"a"', "a"),
        ("*** Begin", "*** Begin"),
        ("{}", ""),
        ("", ""),
        ('{"input": "cut o', "cut o"),
        ('{"input": "cut\\', "cut"),
        ('{"input": "a\\ud83d', "a"),
        ('{"input": "a\\ud83d!\\udc00\\ud83d\\ud83d\\ude00"}', "a\ufffd!\ufffd\ufffd\U0001f600"),
        ('{"input": "\\d+\\u12\\/\\u0000"}', "\\d+\\u12/\0"),
    ],
)
def test_malformed_input_of_a_custom_tool_is_accepted_as_text(arguments: str, text: str) -> None:
    reader = TextArgument()
    assert reader.add(arguments) + reader.end() == text == reader.text
    reader = TextArgument()
    assert "".join(map(reader.add, arguments)) + reader.end() == text == reader.text


def test_a_shell_call_is_reported_once_it_is_whole() -> None:
    arguments = {"commands": ["ls", "pwd"], "timeout_ms": 5}
    events = all_events(*called("shell", json.dumps(arguments)), tools=TOOLS)
    command = [f"response.shell_call_command.{name}" for name in ("added", "delta", "done")]
    assert types(events) == [
        *BEGIN,
        "response.output_item.added",
        *command,
        *command,
        "response.output_item.done",
        "response.completed",
    ]
    item = events[-2]["item"]
    assert item["action"] == {"commands": ["ls", "pwd"], "timeout_ms": 5, "max_output_length": None}
    assert (item["type"], item["status"], item["environment"]) == ("shell_call", "completed", None)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        (
            "local_shell",
            {"command": ["ls"], "working_directory": "/"},
            {"action": {"type": "exec", "command": ["ls"], "env": {}, "working_directory": "/"}},
        ),
        (
            "local_shell",
            {"command": "ls -l"},
            {"action": {"type": "exec", "command": ["bash", "-lc", "ls -l"], "env": {}}},
        ),
        ("tool_search", {"query": "x"}, {"execution": "client", "arguments": {"query": "x"}}),
        (
            "apply_patch",
            {"type": "delete_file", "path": "a", "diff": ""},
            {"operation": {"type": "delete_file", "path": "a"}},
        ),
        (
            "apply_patch",
            {"type": "create_file", "path": "a", "diff": "+a"},
            {"operation": {"type": "create_file", "path": "a", "diff": "+a"}},
        ),
        ("shell", {}, {"action": {"commands": [], "timeout_ms": None, "max_output_length": None}}),
    ],
)
def test_a_call_is_what_its_tool_is(name: str, arguments: Any, expected: dict[str, Any]) -> None:
    tools = [*(tool for tool in TOOLS if tool["type"] != "custom"), {"type": "apply_patch"}]
    item = all_events(*called(name, json.dumps(arguments)), tools=tools)[-2]["item"]
    assert item["type"] == f"{name}_call"
    assert {key: item[key] for key in expected} == expected
    assert item["call_id"] == "call_1"


def test_the_tools_are_given_back() -> None:
    response = all_events(Delta(0, text="Hi", finish_reason="stop"), tools=TOOLS)[-1]["response"]
    assert [tool["type"] for tool in response["tools"]] == [
        "function",
        "namespace",
        "custom",
        "tool_search",
        "local_shell",
        "shell",
    ]
    assert response["tools"][2]["format"] == GRAMMAR


def test_a_patch_that_is_truncated_is_one_that_openai_knows() -> None:
    cut = [
        Delta(0, tool_calls=[ToolCallDelta(0, "call_1", "apply_patch", '{"type": "create_fi')]),
        Delta(0, finish_reason="length"),
    ]
    events = all_events(*cut, tools=[{"type": "apply_patch"}])
    [item] = events[-1]["response"]["output"]
    assert (item["status"], item["operation"]) == (
        "in_progress",
        {"type": "update_file", "path": "", "diff": ""},
    )
    assert events[-1]["type"] == "response.incomplete"
