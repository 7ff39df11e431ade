"""Chat messages put together from the parts of a turn, since templates read a turn as one message.

Messages and Responses both may give a turn in parts (texts, reasoning, calls) of several messages or items.
Which of them continue a turn is each API's own rule.
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
    """Return the message with its pieces of reasoning as one text, once nothing more joins it."""
    if "reasoning" not in message:
        return message
    return message | {"reasoning": separator.join(message["reasoning"])}
