"""The tools of responses: how the model sees them, and the items of their calls."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from accord.dialects.ignored import Ignored
from accord.dialects.media import text_only
from accord.dialects.responses.items import chat_messages, input_items
from accord.dialects.responses.request import conversation, ignore_unknown
from accord.dialects.responses.response import as_json, begun
from accord.dialects.responses.tools import offered, stored_tools
from accord.engine import Conversation
from accord.errors import InvalidRequest
from accord.generated import models
from tests.unit.test_responses_stream import all_events, called

ITEMS: TypeAdapter[Any] = TypeAdapter(list[models.ResponseItem])
PATCH = '*** Begin Patch\n*** Add File: "é".txt\n+a\tb\\\U0001f600\n*** End Patch\n'
GRAMMAR = {"type": "grammar", "syntax": "lark", "definition": "start: /.+/"}
TOOLS: list[dict[str, Any]] = [
    {"type": "function", "name": "exec_command", "parameters": {"type": "object"}},
    {
        "type": "namespace",
        "name": "multi_agent_v1",
        "description": "Sub-agents.",
        "tools": [
            {"type": "function", "name": "spawn_agent", "description": "Spawn.", "strict": False},
            {"type": "function", "name": "close_agent", "description": "Close."},
        ],
    },
    {"type": "web_search", "external_web_access": False},
    {"type": "custom", "name": "apply_patch", "description": "Edits files.", "format": GRAMMAR},
    {"type": "tool_search", "execution": "client", "description": "Find.", "parameters": {"type": "object"}},
    {"type": "local_shell"},
    {"type": "shell"},
]
HI = {"role": "user", "content": "Hi"}


def asked(*items: Any, **fields: Any) -> tuple[Conversation, list[str]]:
    """The conversation of a request, and what of it is ignored."""
    body = models.ResponseRequest.model_validate({"input": list(items or [HI])} | fields)
    ignored = Ignored()
    ignore_unknown(body, ignored)
    kept = input_items(body.input, {}, text_only(), ignored)
    ITEMS.validate_python(kept)
    tools = offered(stored_tools(body.tools or (), "tools", ignored), kept)
    return conversation(body, kept, tools, ignored, text_only()), ignored.names


def names(found: Conversation) -> list[str]:
    return [tool["function"]["name"] for tool in found.tools or ()]


def said(*items: Any) -> list[dict[str, Any]]:
    """The messages without the user's first one."""
    return asked(HI, *items)[0].messages[1:]


def test_each_client_tool_becomes_a_function() -> None:
    found, ignored = asked(tools=TOOLS)
    assert names(found) == [
        "exec_command",
        "multi_agent_v1__spawn_agent",
        "multi_agent_v1__close_agent",
        "apply_patch",
        "tool_search",
        "local_shell",
        "shell",
    ]
    assert ignored == ["tools.2.web_search"]
    functions = {tool["function"]["name"]: tool["function"] for tool in found.tools or ()}
    assert functions["multi_agent_v1__spawn_agent"] == {
        "name": "multi_agent_v1__spawn_agent",
        "description": "Sub-agents.\n\nSpawn.",
        "strict": False,
    }
    assert functions["multi_agent_v1__close_agent"]["description"] == "Close."
    [argument] = functions["apply_patch"]["parameters"]["properties"].items()
    assert argument[0] == "input"
    assert GRAMMAR["definition"] in argument[1]["description"]
    assert functions["tool_search"] == {
        "name": "tool_search",
        "description": "Find.",
        "parameters": {"type": "object"},
    }
    assert functions["shell"]["parameters"]["required"] == ["commands"]


def test_ignored_parts_are_listed_once_without_their_fields() -> None:
    ignored = Ignored(["client_metadata", "tools.2.external_web_access", "tools.20.x"])
    kept = stored_tools(models.ResponseRequest.model_validate({"tools": TOOLS}).tools or (), "tools", ignored)
    assert ignored.names == ["client_metadata", "tools.20.x", "tools.2.web_search"]
    assert [tool["type"] for tool in kept] == [t["type"] for t in TOOLS if t["type"] != "web_search"]


@pytest.mark.parametrize(
    "tool",
    [
        {"type": "web_search_2025_08_26"},
        {"type": "mcp", "server_label": "x", "server_url": "https://example.com"},
        {"type": "computer_use_preview", "display_width": 1},
        {"type": "from_the_future", "strict": "yes"},
        {"type": "tool_search"},
        {"type": "shell", "environment": {"type": "container_auto"}},
    ],
)
def test_tools_of_a_server_are_left_out(tool: dict[str, Any]) -> None:
    found, ignored = asked(tools=[tool])
    assert found.tools is None
    assert ignored == [f"tools.0.{tool['type']}"]
    with pytest.raises(InvalidRequest, match=tool["type"]):
        asked(tools=[tool, TOOLS[0]], tool_choice={"type": tool["type"]})


def test_a_forced_tool_of_an_unknown_type_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidRequest, match="function, custom, namespace, tool_search") as caught:
        asked(tools=TOOLS, tool_choice={"type": "web_search"})
    assert (caught.value.param, caught.value.code) == ("tool_choice", "unsupported_tool")


@pytest.mark.parametrize(
    ("choice", "name"),
    [
        ({"type": "function", "name": "spawn_agent"}, "multi_agent_v1__spawn_agent"),
        ({"type": "function", "name": "multi_agent_v1__spawn_agent"}, "multi_agent_v1__spawn_agent"),
        (
            {"type": "function", "name": "spawn_agent", "namespace": "multi_agent_v1"},
            "multi_agent_v1__spawn_agent",
        ),
        ({"type": "shell"}, "shell"),
        ({"type": "custom", "name": "apply_patch"}, "apply_patch"),
    ],
)
def test_any_tool_can_be_forced(choice: Any, name: str) -> None:
    found, _ = asked(tools=TOOLS, tool_choice=choice)
    assert found.tool_choice == {"type": "function", "function": {"name": name}}
    response = all_events(*called(name, "{}"), tools=TOOLS, tool_choice=choice)[-1]["response"]
    assert response["tool_choice"] == choice


def test_some_tools_can_be_allowed() -> None:
    allowed = [
        {"type": "custom", "name": "apply_patch"},
        {"type": "namespace", "name": "multi_agent_v1"},
        {"type": "shell"},
        {"type": "web_search"},
    ]
    choice = {"type": "allowed_tools", "mode": "required", "tools": allowed}
    found, ignored = asked(tools=TOOLS, tool_choice=choice)
    assert names(found) == [
        "multi_agent_v1__spawn_agent",
        "multi_agent_v1__close_agent",
        "apply_patch",
        "shell",
    ]
    assert found.tool_choice == "required"
    assert ignored == ["tools.2.web_search", "tool_choice.tools.3.web_search"]


def test_newer_tuning_values_are_accepted() -> None:
    found, ignored = asked(
        HI | {"status": "paused", "phase": "x"},
        truncation="smart",
        service_tier="warp",
        reasoning={"effort": "ultra", "summary": "haiku"},
        text={"verbosity": "epic"},
        include=["reasoning.encrypted_content", "thoughts"],
        tools=TOOLS[:1],
        tool_choice="whenever",
    )
    assert found.reasoning_effort is None
    assert found.tool_choice is None
    assert ignored == [
        "truncation",
        "service_tier",
        "reasoning.effort",
        "reasoning.summary",
        "text.verbosity",
        "include.1",
        "tool_choice.whenever",
    ]


def callable_names(found: Conversation) -> list[str]:
    return [tool["function"]["name"] for tool in found.callable_tools or ()]


def test_tools_can_come_with_the_conversation() -> None:
    """At its beginning the prompt declares them; later it tells of them, and its beginning stays."""
    search = {"type": "tool_search_call", "call_id": "call_1", "execution": "client", "arguments": {"q": "x"}}
    output = {
        "type": "tool_search_output",
        "call_id": "call_1",
        "status": "completed",
        "execution": "client",
        "tools": [{"type": "function", "name": "found", "description": "F.", "defer_loading": True}],
    }
    more = {"type": "additional_tools", "role": "developer", "tools": [{"type": "function", "name": "more"}]}
    found, ignored = asked(
        {"type": "additional_tools", "role": "developer", "tools": [TOOLS[1], TOOLS[2]]},
        HI,
        search,
        output,
        more,
        tools=[TOOLS[4], {"type": "function", "name": "later", "defer_loading": True}],
    )
    declared = ["tool_search", "multi_agent_v1__spawn_agent", "multi_agent_v1__close_agent"]
    assert names(found) == declared
    assert callable_names(found) == [*declared, "found", "more"]
    assert ignored == ["input.0.tools.1.web_search"]
    called, result, told = found.messages[1:]
    assert called == {"role": "assistant", "tool_calls": [function("tool_search", {"q": "x"})]}
    assert result == {
        "role": "tool",
        "tool_call_id": "call_1",
        "content": "These tools can be called, too:\n<functions>\n"
        '<function>{"description": "F.", "name": "found"}</function>\n</functions>',
    }
    assert told["role"] == "developer"
    assert '{"name": "more"}' in told["content"]


def test_a_tool_that_was_found_can_be_forced() -> None:
    item = {"type": "additional_tools", "tools": [{"type": "function", "name": "more"}]}
    found, _ = asked(HI, item, tools=TOOLS[:1], tool_choice={"type": "function", "name": "more"})
    assert (names(found), callable_names(found)) == (["exec_command"], ["exec_command", "more"])
    found, _ = asked(HI, item)
    assert (names(found), found.callable_tools) == (["more"], None)


def test_without_a_search_nothing_is_deferred() -> None:
    assert names(asked(tools=[{"type": "function", "name": "later", "defer_loading": True}])[0]) == ["later"]


def function(name: str, arguments: Any) -> dict[str, Any]:
    text = json.dumps(arguments, ensure_ascii=False)
    return {"id": "call_1", "type": "function", "function": {"name": name, "arguments": text}}


@pytest.mark.parametrize(
    ("item", "name", "arguments"),
    [
        (
            {"type": "function_call", "name": "spawn_agent", "namespace": "a", "arguments": "{}"},
            "a__spawn_agent",
            {},
        ),
        (
            {"type": "custom_tool_call", "name": "apply_patch", "input": PATCH},
            "apply_patch",
            {"input": PATCH},
        ),
        (
            {"type": "custom_tool_call", "name": "exec", "namespace": "functions", "input": "1"},
            "functions__exec",
            {"input": "1"},
        ),
        (
            {"type": "local_shell_call", "action": {"type": "exec", "command": ["ls"], "timeout_ms": 5}},
            "local_shell",
            {"command": ["ls"], "timeout_ms": 5},
        ),
        ({"type": "shell_call", "action": {"commands": ["ls", "pwd"]}}, "shell", {"commands": ["ls", "pwd"]}),
        (
            {"type": "apply_patch_call", "operation": {"type": "delete_file", "path": "a"}},
            "apply_patch",
            {"diff": "", "type": "delete_file", "path": "a"},
        ),
        ({"type": "tool_search_call", "arguments": {"query": "x"}}, "tool_search", {"query": "x"}),
    ],
)
def test_a_call_that_comes_back_is_the_call_of_its_function(
    item: dict[str, Any], name: str, arguments: Any
) -> None:
    """With or without ids and status."""
    expected = [{"role": "assistant", "tool_calls": [function(name, arguments)]}]
    assert said(item | {"call_id": "call_1"}) == expected
    assert said(item | {"call_id": "call_1", "id": "x_1", "status": "completed"}) == expected


SHELL = {"type": "shell_call", "call_id": "call_1", "action": {"commands": ["ls"]}}


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ({"type": "custom_tool_call_output", "output": "Done."}, "Done."),
        (
            {
                "type": "custom_tool_call_output",
                "output": [{"type": "input_text", "text": "a"}, {"type": "input_text", "text": "b"}],
            },
            "a\nb",
        ),
        ({"type": "local_shell_call_output", "output": "{}"}, "{}"),
        (
            {
                "type": "shell_call_output",
                "output": [
                    {"stdout": "a\n", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}},
                    {"stdout": "", "stderr": "no", "outcome": {"type": "timeout"}},
                ],
            },
            "a\n[exit code 0]\nstderr:\nno\n[timeout]",
        ),
        ({"type": "apply_patch_call_output", "status": "failed"}, "The change has failed."),
        ({"type": "apply_patch_call_output", "status": "failed", "output": "No such file"}, "No such file"),
        ({"type": "function_call_output", "output": "x"}, "x"),
        ({"type": "tool_search_output", "tools": []}, "No tools were found."),
    ],
)
def test_the_output_of_a_tool_is_its_result(output: dict[str, Any], text: str) -> None:
    """A client may answer any call as a function's."""
    [_, result] = said(SHELL, output | {"call_id": "call_1"})
    assert result == {"role": "tool", "tool_call_id": "call_1", "content": text}


def test_the_output_of_a_local_shell_names_its_call_as_id() -> None:
    made = {"type": "local_shell_call", "id": "call_9", "action": {"type": "exec", "command": ["ls"]}}
    output = {"type": "local_shell_call_output", "id": "call_9", "output": "x"}
    assert said(made, output)[1] == {"role": "tool", "tool_call_id": "call_9", "content": "x"}


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ({"type": "web_search_call", "action": {"query": "x"}}, None),
        ({"type": "compaction", "encrypted_content": "x"}, None),
        ({"type": "agent_message", "author": "a", "content": [{"type": "text", "text": "Done."}]}, "Done."),
        ({"type": "code_interpreter_call", "code": "9 + 9", "output": "18"}, "18"),
    ],
)
def test_an_unknown_item_becomes_its_text_or_is_left_out(item: dict[str, Any], text: str | None) -> None:
    found, ignored = asked(HI, item, HI)
    line = [{"role": "user", "content": f"[{item['type']}] {text}"}] if text else []
    assert found.messages == [HI, *line, HI]
    assert ignored == [f"input.1.{item['type']}"]


def test_an_unknown_part_becomes_its_text_or_is_left_out() -> None:
    parts = [{"type": "input_text", "text": "a"}, {"type": "summary", "text": "b"}, {"type": "input_smell"}]
    found, ignored = asked({"role": "user", "content": parts})
    assert found.messages[0]["content"] == [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert ignored == ["input.0.content.1.summary", "input.0.content.2.input_smell"]


def test_the_reasoning_of_another_server_is_left_out() -> None:
    item = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAAA"}
    found, ignored = asked(HI, item, {"role": "assistant", "content": "Hello"}, HI)
    assert found.messages == [HI, {"role": "assistant", "content": "Hello"}, HI]
    assert ignored == ["input.1.encrypted_content"]
    told = item | {"summary": [{"type": "summary_text", "text": "Hm"}]}
    assert said(told, {"role": "assistant", "content": "Hello"})[0]["reasoning"] == "Hm"


def test_truncated_calls_were_never_made() -> None:
    cut = SHELL | {"status": "incomplete"}
    assert said(cut) == []
    assert chat_messages(None, [], text_only()) == []


def test_ignored_fields_are_not_returned() -> None:
    """The response is of the contract, whatever the request had."""
    choices: list[Any] = [
        "whenever",
        {"type": "allowed_tools", "mode": "perhaps", "tools": [{"type": "shell"}]},
    ]
    for choice in choices:
        body = models.ResponseRequest.model_validate({"input": "Hi", "tools": TOOLS, "tool_choice": choice})
        ignore_unknown(body, Ignored())
        response = begun(body, id="resp_1", created=5, model="m", default_sampling={})
        given = as_json(response)["tool_choice"]
        assert given == ("auto" if isinstance(choice, str) else choice | {"mode": "auto"})
