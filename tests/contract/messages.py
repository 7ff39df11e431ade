"""Requests for messages, and how to read the answers."""

import json
from typing import Any

import httpx

from tests.agent_request import HEADERS
from tests.contract.document import sse_events

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
    """Return the message that a client assembles from a stream's events."""
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
    """Return a message without ids, and with parsed arguments if they are complete."""
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
    """Return all tokens of the prompt, cached or not."""
    counts = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    return sum(usage[count] for count in counts)
