import json
from typing import Any

import anthropic
import httpx
import pytest
from anthropic.types import Message, RawMessageStreamEvent
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

from tests.agent_request import HEADERS, agent_request, tool
from tests.contract.document import Contract, sse_events
from tests.serving import RunningServer, wait_until_logged
from tests.tiny_model import NAME

MESSAGES = "/v1/messages"
HELLO: dict[str, Any] = {"max_tokens": 8, "messages": [{"role": "user", "content": "Hello"}]}

CHOICE: dict[str, Any] = {
    "name": "set_light",
    "input_schema": {
        "type": "object",
        "properties": {
            "room": {"enum": ["kitchen", "hall"]},
            "level": {"type": "integer", "minimum": 0, "maximum": 100},
            "at": {"$ref": "#/$defs/time"},
        },
        "required": ["room", "level"],
        "$defs": {"time": {"type": "string", "format": "time"}},
    },
}
PING: dict[str, Any] = {"name": "ping", "input_schema": {"type": "object"}}
FORCED = {"tools": [CHOICE, PING], "tool_choice": {"type": "any", "disable_parallel_tool_use": True}}
NAMED = {"tools": [PING, CHOICE], "tool_choice": {"type": "tool", "name": "set_light"}}

VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "system blocks": {"system": [{"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}}]},
    "system message": {
        "messages": [
            {"role": "user", "content": "A"},
            {"role": "system", "content": [{"type": "text", "text": "B"}]},
        ]
    },
    "prefill": {"messages": [*HELLO["messages"], {"role": "assistant", "content": "The answer"}]},
    "stop sequences": {"stop_sequences": ["e", "a"], "max_tokens": 64},
    "what a router adds": {
        "kv_transfer_params": {"do_remote_decode": True},
        "ec_transfer_params": {"a": {"b": 1}},
        "vllm_xargs": {"session_id": "s-1", "script": [1, 2]},
        "watermarking": False,
    },
    "sampling": {"temperature": 1, "top_p": 0.9, "top_k": 40},
    "tools": {"tools": [CHOICE, PING]},
    "no tool": {"tools": [CHOICE], "tool_choice": {"type": "none"}},
    "any tool": FORCED | {"max_tokens": 200},
    "one tool": NAMED | {"max_tokens": 200},
    "a call cut short": NAMED | {"max_tokens": 4},
    "JSON": {
        "output_config": {"format": {"type": "json_schema", "schema": CHOICE["input_schema"]}},
        "max_tokens": 200,
    },
    "thinking": {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 1025},
    "more than the context holds": {"max_tokens": 100_000, "stop_sequences": ["a"]},
    "agent": agent_request(stream=False, max_tokens=12),
}


def post(client: httpx.Client, body: dict[str, Any], path: str = MESSAGES) -> httpx.Response:
    return client.post(path, json=body, headers=HEADERS)


def read(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def events(response: httpx.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    found = []
    for event in sse_events(response.text):
        data = json.loads(event.data)
        assert event.name == data["type"]
        found.append(data)
    return found


def assembled(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The message that a stream's events make, as a client puts it together."""
    message: dict[str, Any] = found[0]["message"]
    parts: list[str] = []
    for event in found[1:]:
        match event["type"]:
            case "content_block_start":
                assert event["index"] == len(message["content"])
                message["content"].append(event["content_block"])
                parts = []
            case "content_block_delta":
                block = message["content"][event["index"]]
                match event["delta"]["type"]:
                    case "text_delta":
                        block["text"] += event["delta"]["text"]
                    case "thinking_delta":
                        block["thinking"] += event["delta"]["thinking"]
                    case "signature_delta":
                        block["signature"] = event["delta"]["signature"]
                    case "input_json_delta":
                        parts.append(event["delta"]["partial_json"])
            case "content_block_stop":
                if parts and message["stop_reason"] is None:
                    message["content"][event["index"]]["input"] = "".join(parts)
            case "message_delta":
                message |= event["delta"]
                message["usage"] |= event["usage"]
    return message


def comparable(message: dict[str, Any]) -> dict[str, Any]:
    """A message without what is new each time, and with arguments as they are where they are whole."""
    blocks = []
    for block in message["content"]:
        block = {key: value for key, value in block.items() if key != "id"}
        if isinstance(given := block.get("input"), str):
            block["input"] = json.loads(given) if message["stop_reason"] == "tool_use" else {}
        blocks.append(block)
    compared: dict[str, Any] = {key: message[key] for key in ("stop_reason", "stop_sequence")}
    compared |= {"content": blocks, "read": read_tokens(message["usage"])}
    return compared | {"written": message["usage"]["output_tokens"]}


def read_tokens(usage: dict[str, Any]) -> int:
    """All tokens of the prompt, however much of it was cached."""
    counts = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    return sum(usage[count] for count in counts)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_a_whole_message_is_what_the_contract_and_anthropic_say(
    client: httpx.Client, contract: Contract, variant: dict[str, Any]
) -> None:
    response = post(client, HELLO | variant)
    read(response)
    contract.check(response)
    TypeAdapter(Message).validate_json(response.content)
    assert response.headers["request-id"] == response.headers["x-request-id"]


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_every_event_is_what_the_contract_and_anthropic_say(
    client: httpx.Client, contract: Contract, variant: dict[str, Any]
) -> None:
    response = post(client, HELLO | variant | {"stream": True})
    found = events(response)
    contract.check(response)
    for event in found:
        if event["type"] != "ping":
            TypeAdapter[Any](RawMessageStreamEvent).validate_python(event)
    assert [e["type"] for e in found[:2]] == ["message_start", "ping"]
    assert [e["type"] for e in found[-2:]] == ["message_delta", "message_stop"]
    assert "request-id" in response.headers


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_a_stream_says_what_a_whole_message_says(client: httpx.Client, variant: dict[str, Any]) -> None:
    body = HELLO | variant | {"temperature": 0}
    whole = read(post(client, body))
    streamed = assembled(events(post(client, body | {"stream": True})))
    assert comparable(streamed) == comparable(whole)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_tokens_are_counted_as_they_are_used(
    client: httpx.Client, contract: Contract, variant: dict[str, Any]
) -> None:
    body = HELLO | variant
    counted = post(client, body, f"{MESSAGES}/count_tokens")
    contract.check(counted)
    rendered = post(client, body, f"{MESSAGES}/render")
    contract.check(rendered)
    found = events(post(client, body | {"stream": True}))
    tokens = read(counted)["input_tokens"]
    assert tokens == len(read(rendered)["token_ids"])
    assert tokens == read_tokens(found[0]["message"]["usage"]) == read_tokens(found[-2]["usage"])


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
    """With fine-grained streaming or without: none waits for the end of a value."""
    asked: Any = HELLO | NAMED | {"model": NAME, "max_tokens": 1000, "temperature": 0}
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
    assert len(pieces) > 2
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


def test_a_keyword_that_cannot_be_held_is_refused(client: httpx.Client) -> None:
    schema = {"type": "object", "properties": {"a": {"not": {"type": "string"}}}}
    tools = [{"name": "odd", "input_schema": schema}]
    response = post(client, HELLO | {"tools": tools, "tool_choice": {"type": "any"}})
    assert response.status_code == 400
    assert '"not"' in response.json()["error"]["message"]
    assert post(client, HELLO | {"tools": tools}).status_code == 200


def test_a_prefill_is_gone_on_from(client: httpx.Client) -> None:
    body = HELLO | VARIANTS["prefill"]
    prompt: str = read(post(client, body, f"{MESSAGES}/render"))["prompt"]
    assert prompt.endswith("assistant\nThe answer")


def test_a_billing_header_does_not_change_the_prompt(client: httpx.Client) -> None:
    def prompt(value: str) -> str:
        blocks = [
            {"type": "text", "text": f"x-anthropic-billing-header: cch={value};"},
            {"type": "text", "text": "S"},
        ]
        text: str = read(post(client, HELLO | {"system": blocks}, f"{MESSAGES}/render"))["prompt"]
        return text

    assert prompt("1") == prompt("2")


def test_what_newer_clients_send_is_answered(client: httpx.Client, contract: Contract) -> None:
    newer = {
        "thinking": {"type": "adaptive", "display": "updates"},
        "speed": "fast",
        "tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": 3}],
        "messages": [
            {"role": "user", "content": "Hi"},
            {
                "role": "assistant",
                "content": [{"type": "server_tool_use", "id": "s", "name": "x", "input": {}}],
            },
            {"role": "user", "content": [{"type": "hologram", "data": "x"}, {"type": "text", "text": "Ho"}]},
        ],
    }
    response = post(client, HELLO | newer)
    contract.check(response)
    assert set(response.headers["x-ignored-parameters"].split(", ")) == {
        *("speed", "tools.0.web_search_20250305"),
        *("messages.1.content.0.server_tool_use", "messages.2.content.0.hologram"),
    }


def test_the_prefix_is_read_from_the_cache_although_a_deferred_tool_was_found(client: httpx.Client) -> None:
    """What the tool is stands where it was found, and the prompt begins as before."""
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


def test_a_message_of_no_tokens_has_the_prompt_read(client: httpx.Client, contract: Contract) -> None:
    body = HELLO | {"max_tokens": 0, "messages": [{"role": "user", "content": "Remember this. " * 60}]}
    response = post(client, body)
    contract.check(response)
    message = read(response)
    assert (message["content"], message["stop_reason"]) == ([], "max_tokens")
    assert message["usage"]["output_tokens"] == 0
    assert read(post(client, body | {"max_tokens": 1}))["usage"]["cache_read_input_tokens"] > 0


def test_unknown_fields_and_parameters_are_accepted(client: httpx.Client) -> None:
    edits = {"edits": [{"type": "compact_20990101"}]}
    response = post(client, HELLO | {"context_management": edits}, f"{MESSAGES}?beta=true&other=1")
    read(response)
    assert response.headers["x-ignored-parameters"] == "context_management.edits.0.compact_20990101"


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


@pytest.mark.parametrize(
    ("change", "status", "kind", "named"),
    [
        ({"max_tokens": None}, 400, "invalid_request_error", "max_tokens"),
        ({"max_tokens": -1}, 400, "invalid_request_error", "max_tokens"),
        ({"messages": []}, 400, "invalid_request_error", "messages"),
        ({"messages": [{"role": "tool", "content": "x"}]}, 400, "invalid_request_error", "messages.0.role"),
        ({"temperature": 1.5}, 400, "invalid_request_error", "temperature"),
        ({"model": "claude-5"}, 404, "not_found_error", "claude-5"),
        (
            {
                "tools": [{"type": "web_search_20250305", "name": "web_search"}],
                "tool_choice": {"type": "tool", "name": "web_search"},
            },
            400,
            "invalid_request_error",
            "web_search",
        ),
        (
            {
                "messages": [
                    {"role": "user", "content": [{"type": "image", "source": {"type": "url", "url": "u"}}]}
                ]
            },
            400,
            "invalid_request_error",
            "text only",
        ),
        ({"messages": [{"role": "user", "content": "a " * 9000}]}, 400, "invalid_request_error", "2048"),
        (
            {"thinking": {"type": "enabled", "budget_tokens": 1024}},
            400,
            "invalid_request_error",
            "thinking.budget_tokens",
        ),
    ],
)
def test_errors_are_anthropics(
    client: httpx.Client, contract: Contract, change: dict[str, Any], status: int, kind: str, named: str
) -> None:
    response = post(client, HELLO | change)
    assert response.status_code == status, response.text
    contract.check(response)
    error = response.json()
    assert error["error"]["type"] == kind
    assert named in error["error"]["message"]
    assert error["request_id"] == response.headers["request-id"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "kind"),
    [
        ("POST", f"{MESSAGES}/batches", {}, 404, "not_found_error"),
        ("GET", MESSAGES, {}, 405, "invalid_request_error"),
        ("POST", MESSAGES, {"content-type": "text/plain"}, 415, "invalid_request_error"),
    ],
)
def test_errors_before_any_handler_are_anthropics_too(
    client: httpx.Client, method: str, path: str, headers: dict[str, str], status: int, kind: str
) -> None:
    response = client.request(
        method, path, content=b"{}", headers={"content-type": "application/json"} | headers
    )
    assert response.status_code == status
    error = response.json()
    assert (error["type"], error["error"]["type"]) == ("error", kind)
    assert error["request_id"] == response.headers["request-id"]


def test_a_client_that_leaves_frees_the_engine(client: httpx.Client, server: RunningServer) -> None:
    body = HELLO | {"max_tokens": 2000, "stream": True}
    with client.stream("POST", MESSAGES, json=body) as response:
        first = next(response.iter_bytes()).decode()
        started = json.loads(sse_events(first[: first.index("\n\n") + 2])[0].data)
    wait_until_logged(server, f"Aborted request(s) {started['message']['id']}")


def test_structured_outputs_hold_a_message(client: httpx.Client, contract: Contract) -> None:
    body = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 20}
    response = client.post("/v1/messages", json=body | {"structured_outputs": {"choice": ["yes", "no"]}})
    contract.check(response)
    assert response.json()["content"][0]["text"] in ("yes", "no")
