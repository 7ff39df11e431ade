"""Requests for messages, as the dialect reads them."""

from typing import Any

from accord.dialects.media import Shown
from accord.dialects.messages.request import conversation
from accord.engine import Conversation
from accord.generated import models

WEATHER = {"name": "weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}


def message_request(*messages: Any, **fields: Any) -> models.MessageRequest:
    turns = [m if isinstance(m, dict) else {"role": "user", "content": m} for m in messages or ("Hi",)]
    return models.MessageRequest.model_validate({"max_tokens": 2000, "messages": turns} | fields)


def read(*messages: Any, takes: frozenset[str] = frozenset(), **fields: Any) -> Conversation:
    return conversation(message_request(*messages, **fields), Shown(takes))


def left_out(*messages: Any, **fields: Any) -> list[str]:
    found: list[str] = []
    conversation(message_request(*messages, **fields), Shown(frozenset(), found))
    return found


def names(tools: list[dict[str, Any]] | None) -> list[str]:
    return [tool["function"]["name"] for tool in tools or ()]
