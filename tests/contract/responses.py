"""Requests for responses, and how to read the answers."""

import json
from typing import Any

import httpx
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from tests.contract.document import Contract, sse_events

RESPONSES = "/v1/responses"
HELLO: dict[str, Any] = {"input": "Hello", "max_output_tokens": 8}
GREEDY = HELLO | {"temperature": 0}
SEEDED = HELLO | {"temperature": 0.8, "seed": 7}
LONG = {"input": "Hello", "max_output_tokens": 1500, "ignore_eos": True}
YES: dict[str, Any] = {
    "type": "object",
    "properties": {"yes": {"type": "boolean"}},
    "required": ["yes"],
    "additionalProperties": False,
}
TOOL = {"type": "function", "name": "answer", "parameters": YES, "strict": True}
CALL = {"type": "function_call", "call_id": "call_1", "name": "answer", "arguments": '{"yes": true}'}
CALL_OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": "18"}
YES_OR_NO = {"type": "grammar", "syntax": "lark", "definition": 'start: "yes" | "no" "!"*'}
TEXT_TOOL = {"type": "custom", "name": "say", "description": "Says it.", "format": YES_OR_NO}
AGENTS = {
    "type": "namespace",
    "name": "agents",
    "description": "Sub-agents.",
    "tools": [TOOL | {"name": "spawn"}, TEXT_TOOL | {"name": "tell"}],
}
SEARCH = {"type": "tool_search", "execution": "client", "description": "Finds tools."}
AGENT_ITEMS: list[dict[str, Any]] = [
    {"type": "additional_tools", "role": "developer", "tools": [AGENTS, {"type": "web_search"}]},
    {"role": "user", "content": "Well?"},
    {"type": "function_call", "call_id": "c1", "name": "spawn", "namespace": "agents", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "c1", "output": "noted"},
    {"type": "custom_tool_call", "call_id": "c2", "name": "say", "input": "yes", "status": "completed"},
    {"type": "custom_tool_call_output", "call_id": "c2", "output": [{"type": "input_text", "text": "ok"}]},
    {"type": "local_shell_call", "call_id": "c3", "action": {"type": "exec", "command": ["ls"], "env": {}}},
    {"type": "local_shell_call_output", "id": "c3", "output": "a.txt"},
    {"type": "shell_call", "call_id": "c4", "action": {"commands": ["ls"]}, "status": "completed"},
    {
        "type": "shell_call_output",
        "call_id": "c4",
        "output": [{"stdout": "a.txt", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}],
    },
    {
        "type": "apply_patch_call",
        "call_id": "c5",
        "operation": {"type": "create_file", "path": "a", "diff": "+a"},
    },
    {"type": "apply_patch_call_output", "call_id": "c5", "status": "completed"},
    {"type": "tool_search_call", "call_id": "c6", "execution": "client", "arguments": {"query": "x"}},
    {
        "type": "tool_search_output",
        "call_id": "c6",
        "execution": "client",
        "tools": [TOOL | {"name": "found"}],
    },
    {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAAA"},
    {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"query": "x"}},
    {"role": "user", "content": "So?"},
]
VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "more of vLLM's": {"logit_bias": {"17": 5}, "stop_token_ids": [17], "skip_special_tokens": False},
    "what a router adds": {
        "kv_transfer_params": {"do_remote_decode": False},
        "ec_transfer_params": {"a": {"b": 1}},
        "vllm_xargs": {"session_id": "s-1", "script": [1, 2]},
        "session_id": "s-2",
    },
    "items": {
        "input": [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "input_text", "text": "Hello"}]},
            {"type": "message", "role": "assistant", "content": "Hi"},
            {
                "type": "message",
                "id": "msg_1",
                "status": "completed",
                "role": "assistant",
                "content": [{"type": "output_text", "text": "there", "annotations": [], "logprobs": []}],
            },
            {"role": "user", "content": "What?"},
            {"role": "developer", "content": "The user is away."},
            {"role": "system", "content": [{"type": "input_text", "text": "The date has changed."}]},
        ]
    },
    "a cut call": {"input": [CALL | {"status": "incomplete"}, CALL_OUTPUT]},
    "instructions": {"instructions": "Be brief.", "metadata": {"topic": "demo"}, "user": "me"},
    "log probabilities": {"include": ["message.output_text.logprobs"], "top_logprobs": 2},
    "cut off": {"max_output_tokens": 2, "ignore_eos": True},
    "JSON schema": {
        "text": {"format": {"type": "json_schema", "name": "n", "schema": YES}, "verbosity": "low"},
        "max_output_tokens": 64,
    },
    "JSON object": {"text": {"format": {"type": "json_object"}}, "max_output_tokens": 64},
    "a forced call": {
        "tools": [TOOL],
        "tool_choice": {"type": "function", "name": "answer"},
        "max_output_tokens": 64,
    },
    "a required call": {
        "tools": [TOOL, TOOL | {"name": "doubt", "description": "Says no."}],
        "tool_choice": "required",
        "parallel_tool_calls": False,
        "max_output_tokens": 200,
    },
    "allowed tools": {
        "tools": [TOOL, TOOL | {"name": "doubt"}],
        "tool_choice": {
            "type": "allowed_tools",
            "mode": "auto",
            "tools": [{"type": "function", "name": "doubt"}],
        },
    },
    "a forced text": {
        "tools": [TOOL, TEXT_TOOL],
        "tool_choice": {"type": "custom", "name": "say"},
        "max_output_tokens": 64,
    },
    "a forced text of a namespace": {
        "tools": [AGENTS],
        "tool_choice": {"type": "custom", "name": "tell"},
        "max_output_tokens": 64,
    },
    "a forced call of a namespace": {
        "tools": [AGENTS],
        "tool_choice": {"type": "function", "name": "spawn", "namespace": "agents"},
        "max_output_tokens": 64,
    },
    "a forced shell call": {
        "tools": [{"type": "shell", "environment": {"type": "local"}}],
        "tool_choice": {"type": "shell"},
        "max_output_tokens": 48,
    },
    "a forced patch": {
        "tools": [{"type": "apply_patch"}],
        "tool_choice": {"type": "apply_patch"},
        "max_output_tokens": 48,
    },
    "what an agent gives back": {"tools": [SEARCH, TEXT_TOOL, {"type": "shell"}], "input": AGENT_ITEMS},
    "what a server would run": {"tools": [TOOL, {"type": "web_search"}, {"type": "code_interpreter"}]},
    "the output of a call": {
        "tools": [TOOL],
        "input": [
            {"role": "user", "content": "Well?"},
            CALL,
            {"type": "function_call_output", "call_id": "call_1", "output": "noted"},
        ],
    },
    "reasoning given back": {
        "reasoning": {"effort": "low", "summary": "auto"},
        "input": [
            {"role": "user", "content": "Well?"},
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm"}]},
            {"role": "assistant", "content": "Yes."},
            {"role": "user", "content": "Why?"},
        ],
    },
}
EVENT: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)


def post(client: httpx.Client, body: dict[str, Any], path: str = "") -> httpx.Response:
    return client.post(RESPONSES + path, json=body)


def events_of(response: httpx.Response) -> list[Any]:
    """Return the events, parsed by OpenAI's types, with matching names and consecutive numbers."""
    events = sse_events(response.text)
    found = [EVENT.validate_json(event.data) and json.loads(event.data) for event in events]
    assert [event.name for event in events] == [data["type"] for data in found]
    assert [data["sequence_number"] for data in found] == list(range(len(found)))
    return found


def read(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    TypeAdapter(Response).validate_json(response.content)
    answer: dict[str, Any] = response.json()
    return answer


def without_ids(output: list[Any]) -> list[Any]:
    return [{k: v for k, v in item.items() if k not in ("id", "call_id")} for item in output]


def rendered(client: httpx.Client, contract: Contract, body: dict[str, Any]) -> str:
    response = post(client, body, "/render")
    assert response.status_code == 200, response.text
    contract.check(response)
    prompt: str = response.json()["prompt"]
    return prompt
