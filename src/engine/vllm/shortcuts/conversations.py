"""Conversations of text only, in the form in which vLLM passes them to a chat template."""

from __future__ import annotations

import json
from typing import Any

from accord.engine.billing import BILLING

Message = dict[str, Any]

_FIELDS: dict[str, frozenset[str]] = {
    "system": frozenset({"role", "content"}),
    "user": frozenset({"role", "content"}),
    "assistant": frozenset({"role", "content", "tool_calls", "reasoning"}),
    "tool": frozenset({"role", "content", "tool_call_id"}),
}
"""The known fields of a message, by its role."""
_PART = {"type", "text"}


def plain_conversation(messages: list[Message]) -> list[Message]:
    """Return the messages in vLLM's form for a template; none if one has more than text and calls."""
    plain = []
    for message in messages:
        if (known := _plain(message)) is None:
            return []
        plain.append(known)
    return plain


def _plain(message: Message) -> Message | None:
    role = message["role"]
    if role not in _FIELDS or not message.keys() <= _FIELDS[role]:
        return None
    text = _text(message.get("content"))
    if text is None or (role == "system" and BILLING in text):
        return None
    plain = {"role": role, "content": text}
    if role == "tool":
        if "tool_call_id" in message:
            plain["tool_call_id"] = message["tool_call_id"]
    elif role == "assistant":
        return _assistant_message(plain, message)
    return plain


def _text(content: Any) -> str | None:
    """Return the text of a message; None if there is more."""
    if isinstance(content, str):
        return content
    if content is None:
        return ""
    if isinstance(content, list) and all(map(_is_text, content)):
        return "\n".join([part["text"] for part in content if part["text"]])  # vLLM drops parts without text
    return None


def _is_text(part: Any) -> bool:
    return (
        isinstance(part, dict)
        and part.keys() == _PART
        and part["type"] == "text"
        and isinstance(part["text"], str)
    )


def _assistant_message(plain: Message, message: Message) -> Message | None:
    """Add the calls and the reasoning of an assistant's message; None if vLLM does more with them."""
    if (calls := message.get("tool_calls")) is not None:
        if not isinstance(calls, list):
            return None
        called = [_parsed_call(call) for call in calls]
        if None in called:
            return None
        if called:
            plain["tool_calls"] = called
    if (reasoning := message.get("reasoning")) is not None:
        if not isinstance(reasoning, str):
            return None
        plain["reasoning"] = plain["reasoning_content"] = reasoning
    return plain


def _parsed_call(call: Any) -> Message | None:
    """Return a call with its arguments as an object; None if they are not an object, which vLLM logs."""
    if not isinstance(call, dict) or call.get("type", "function") != "function":
        return None
    function = call.get("function")
    if not isinstance(function, dict):
        return None
    arguments = function.get("arguments") or {}
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except ValueError:
            return None
    if not isinstance(arguments, dict):
        return None
    return call | {"function": function | {"arguments": arguments}}
