"""A chat's messages in the form of the other APIs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]


def as_input(messages: Iterable[Json]) -> list[Json]:
    """Return a chat's messages as the input items of Responses."""
    items: list[Json] = []
    for message in messages:
        content = message["content"]
        said = content if isinstance(content, str) else [_input_part(part) for part in content]
        if message["role"] == "tool":
            items.append({"type": "function_call_output", "call_id": message["tool_call_id"], "output": said})
        elif calls := message.get("tool_calls"):
            items += [{"type": "function_call", "call_id": call["id"], **call["function"]} for call in calls]
        else:
            items.append({"role": message["role"], "content": said})
    return items


def _input_part(part: Json) -> Json:
    if part["type"] == "text":
        return {"type": "input_text", "text": part["text"]}
    shown = part["image_url"]
    return {"type": "input_image", "image_url": shown["url"], "detail": shown.get("detail", "auto")}


def as_turns(messages: Iterable[Json]) -> Json:
    """Return a chat's messages, and its system prompt, as Anthropic's API has them."""
    turns: list[Json] = []
    said: Json = {"messages": turns}
    for message in messages:
        content = message["content"]
        blocks = content if isinstance(content, str) else [_block(part) for part in content]
        if message["role"] == "system":
            said["system"] = blocks
        elif message["role"] == "tool":
            result = {"type": "tool_result", "tool_use_id": message["tool_call_id"], "content": blocks}
            turns.append({"role": "user", "content": [result]})
        elif calls := message.get("tool_calls"):
            uses = [
                {
                    "type": "tool_use",
                    "id": call["id"],
                    "name": call["function"]["name"],
                    "input": json.loads(call["function"]["arguments"]),
                }
                for call in calls
            ]
            turns.append({"role": "assistant", "content": uses})
        else:
            turns.append({"role": message["role"], "content": blocks})
    return said


def _block(part: Json) -> Json:
    if part["type"] == "text":
        return part
    kind, _, data = part["image_url"]["url"].removeprefix("data:").partition(";base64,")
    return {"type": "image", "source": {"type": "base64", "media_type": kind, "data": data}}
