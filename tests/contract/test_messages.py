"""Messages: against the contract and Anthropic's types, usage and errors."""

import json
from typing import Any

import httpx
import pytest
from anthropic.types import Message, RawMessageStreamEvent
from pydantic import TypeAdapter

from tests.agent_request import agent_request
from tests.contract.document import Contract, sse_events
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
from tests.serving import RunningServer, wait_until_logged

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
    "thinking": {
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "max_tokens": 1025,
        "stop_sequences": ["a"],
    },
    "more than the context holds": {"max_tokens": 100_000, "stop_sequences": ["a"]},
    "agent": agent_request(stream=False, max_tokens=12),
}


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
def test_a_stream_matches_the_unstreamed_message(client: httpx.Client, variant: dict[str, Any]) -> None:
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


def test_a_prefill_is_continued(client: httpx.Client) -> None:
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


def test_requests_of_newer_clients_are_answered(client: httpx.Client, contract: Contract) -> None:
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


def test_a_client_that_disconnects_frees_the_engine(client: httpx.Client, server: RunningServer) -> None:
    body = HELLO | {"max_tokens": 2000, "stream": True}
    with client.stream("POST", MESSAGES, json=body) as response:
        first = next(response.iter_bytes()).decode()
        started = json.loads(sse_events(first[: first.index("\n\n") + 2])[0].data)
    wait_until_logged(server, f"Aborted request(s) {started['message']['id']}")
