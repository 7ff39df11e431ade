"""Messages with tools: forced calls, deferred tools, results that are cleared, and structured outputs."""

import json
from typing import Any

import anthropic
import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.agent_request import agent_request, tool
from tests.contract.document import Contract
from tests.contract.messages import (
    CHOICE,
    FORCED,
    HELLO,
    MESSAGES,
    NAMED,
    PING,
    assembled,
    comparable,
    events,
    post,
    read,
    read_tokens,
)
from tests.tiny_model import NAME


@pytest.mark.parametrize("forced", [FORCED, NAMED], ids=["any", "named"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_forced_call_always_fits_its_tool(
    client: httpx.Client, forced: dict[str, Any], stream: bool
) -> None:
    schemas = {t["name"]: t["input_schema"] for t in forced["tools"]}
    for attempt in range(12):
        turns = [{"role": "user", "content": f"Attempt {attempt}"}]
        body = forced | {"messages": turns, "max_tokens": 1000, "temperature": 1, "stream": stream}
        response = post(client, body)
        message = assembled(events(response)) if stream else read(response)
        [call] = comparable(message)["content"]
        assert message["stop_reason"] == "tool_use"
        Draft202012Validator(schemas[call["name"]]).validate(call["input"])


@pytest.mark.parametrize("eager", [True, False, None])
def test_anthropics_client_reads_arguments_as_they_are_written(
    client: httpx.Client, eager: bool | None
) -> None:
    """With fine-grained streaming or without. tests/unit/test_messages_stream.py has each piece."""
    asked: Any = HELLO | NAMED | {"model": NAME, "max_tokens": 1000}
    asked["tools"] = [PING, CHOICE | {"eager_input_streaming": eager}]
    own = anthropic.Anthropic(base_url=str(client.base_url), api_key="any")
    betas = ["fine-grained-tool-streaming-2025-05-14"] if eager else []
    with own.beta.messages.stream(**asked, betas=betas) as stream:
        pieces = [event.partial_json for event in stream if event.type == "input_json"]
        message = stream.get_final_message()
    [call] = message.content
    assert call.type == "tool_use"
    assert json.loads("".join(pieces)) == call.input
    assert call.input.keys() >= {"room", "level"}
    assert "x-ignored-parameters" not in stream.response.headers


def test_an_agents_tools_can_be_forced(client: httpx.Client) -> None:
    body = agent_request(max_tokens=1000, tool_choice={"type": "tool", "name": "TodoWrite"})
    message = assembled(events(post(client, body)))
    [call] = comparable(message)["content"]
    Draft202012Validator(tool("TodoWrite")["input_schema"]).validate(call["input"])


def test_a_stop_sequence_does_not_cut_a_forced_call(client: httpx.Client) -> None:
    message = read(post(client, HELLO | NAMED | {"max_tokens": 1000, "stop_sequences": ['"', "}"]}))
    assert message["stop_reason"] == "tool_use"
    assert message["content"][0]["input"].keys() >= {"room", "level"}


def test_a_keyword_that_cannot_be_enforced_is_refused(client: httpx.Client) -> None:
    schema = {"type": "object", "properties": {"a": {"not": {"type": "string"}}}}
    tools = [{"name": "odd", "input_schema": schema}]
    response = post(client, HELLO | {"tools": tools, "tool_choice": {"type": "any"}})
    assert response.status_code == 400
    assert '"not"' in response.json()["error"]["message"]
    assert post(client, HELLO | {"tools": tools}).status_code == 200


def test_the_prefix_is_read_from_the_cache_although_a_deferred_tool_was_found(client: httpx.Client) -> None:
    """The tool's definition is where it was found, and the prompt begins as before."""
    block = 128  # of vLLM's cache on the CPU
    tool = {"type": "object", "properties": {"place": {"type": "string"}}}
    tools = [
        {"name": "find_tools", "description": "Finds tools. " * 40, "input_schema": tool},
        {"name": "weather", "description": "The weather. " * 40, "input_schema": tool, "defer_loading": True},
    ]
    asked: list[dict[str, Any]] = [{"role": "user", "content": "What is the weather in Paris? " * 50}]
    first = read(post(client, HELLO | {"tools": tools, "messages": asked}))["usage"]
    asked += [
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "t1", "name": "find_tools", "input": {}}],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "t1",
                    "content": [{"type": "tool_reference", "tool_name": "weather"}],
                }
            ],
        },
    ]
    body = HELLO | {"tools": tools, "messages": asked}
    prompt: str = read(post(client, body, f"{MESSAGES}/render"))["prompt"]
    assert prompt.index("What is the weather") < prompt.index("The weather.") < prompt.index("</functions>")
    assert prompt.count("The weather. The weather.") == 20
    usage = read(post(client, body))["usage"]
    cached = read_tokens(first) // block * block
    assert cached > 0
    assert usage["cache_read_input_tokens"] == cached
    assert usage["cache_creation_input_tokens"] == read_tokens(usage) // block * block - cached > 0
    forced = body | {"tool_choice": {"type": "any"}, "max_tokens": 300}
    called = read(post(client, forced))["content"]
    assert {block["name"] for block in called} <= {"find_tools", "weather"}


def test_old_results_of_tools_are_cleared_and_counted(client: httpx.Client, contract: Contract) -> None:
    used = {"type": "tool_use", "id": "t1", "name": "list", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": "a line of a long list\n" * 40}
    edit = {
        "type": "clear_tool_uses_20250919",
        "trigger": {"type": "input_tokens", "value": 100},
        "keep": {"type": "tool_uses", "value": 0},
    }
    asked = {
        "messages": [
            {"role": "user", "content": "List."},
            {"role": "assistant", "content": [used]},
            {"role": "user", "content": [result]},
            {"role": "assistant", "content": "Done."},
            {"role": "user", "content": "Thank you."},
        ],
        "tools": [{"type": "bash_20250124", "name": "bash"}],
        "context_management": {"edits": [edit]},
    }
    response = post(client, HELLO | asked)
    contract.check(response)
    assert "x-ignored-parameters" not in response.headers
    message = read(response)
    [applied] = message["context_management"]["applied_edits"]
    counted = read(post(client, asked, f"{MESSAGES}/count_tokens"))
    whole = read(post(client, asked | {"context_management": None}, f"{MESSAGES}/count_tokens"))
    assert counted["context_management"] == {"original_input_tokens": whole["input_tokens"]}
    assert counted["input_tokens"] == read_tokens(message["usage"])
    assert applied["cleared_input_tokens"] == whole["input_tokens"] - counted["input_tokens"] > 100


def test_structured_outputs_constrain_a_message(client: httpx.Client, contract: Contract) -> None:
    body = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 20}
    response = client.post("/v1/messages", json=body | {"structured_outputs": {"choice": ["yes", "no"]}})
    contract.check(response)
    assert response.json()["content"][0]["text"] in ("yes", "no")
