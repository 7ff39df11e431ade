"""Joins the parts of a turn to one chat message, because templates read a turn as one message.

In Messages and Responses, a turn may consist of several messages or items (texts, reasoning, calls).
Each API has its own rule for which of them continue a turn.
"""

from __future__ import annotations

from typing import Any

Message = dict[str, Any]


def add(messages: list[Message], message: Message, *, continues: bool) -> None:
    """Append `message`, or join it to the last one if it `continues` that one's turn.

    Its lists (calls, reasoning, parts of content) extend those of the last message.
    """
    if not continues:
        messages.append(message)
        return
    last = messages[-1]
    for field, value in message.items():
        if isinstance(value, list):
            last.setdefault(field, []).extend(value)
        else:
            last[field] = value


def with_reasoning_text(message: Message, separator: str) -> Message:
    """Return the message with its parts of reasoning as one text, once the turn is complete."""
    if "reasoning" not in message:
        return message
    return message | {"reasoning": separator.join(message["reasoning"])}
