"""Compaction: a block with a summary that replaces all earlier messages in the prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accord.dialects.summary import INTRODUCTION, PROMPT_FOR_ALL
from accord.engine import Usage
from accord.generated import models

Messages = list[models.MessageParam]

TRIGGER = 150_000
"""The default number of tokens above which a conversation is compacted, as in Anthropic's API."""


@dataclass(frozen=True, slots=True)
class Compacted:
    """The compaction for an answer, and its usage."""

    block: models.MessageCompactionBlock
    usage: Usage


def compaction_block(
    summary: str | None, tool_changes: list[models.MessageToolChangeBlock]
) -> models.MessageCompactionBlock:
    """Return the block; without a summary it represents one that the model has not written."""
    return models.MessageCompactionBlock(
        type="compaction", content=summary, encrypted_content=None, tool_changes=tool_changes
    )


def trigger_of(edit: models.MessageCompactParam, context: int) -> int:
    """Return the number of tokens above which a conversation is compacted, for this context length."""
    return edit.trigger.value if edit.trigger is not None else min(TRIGGER, context * 3 // 4)


def prompt_of(asked: models.MessageCompactParam | models.MessageCompactionParam) -> str:
    """Return the prompt for the summary: with an edit's instructions, or only a request's."""
    instructions = (asked.instructions or "").strip()
    if not instructions:
        return PROMPT_FOR_ALL
    if isinstance(asked, models.MessageCompactionParam):
        return instructions
    return f"{PROMPT_FOR_ALL}\n\n{instructions}"


def summary_text(block: models.MessageCompactionBlockParam) -> str:
    """Return the text of a block for the model; empty without a summary."""
    return f"{INTRODUCTION}{block.content}" if block.content else ""


def with_block(messages: Messages, block: models.MessageCompactionBlock) -> Messages:
    """Return the messages with the block at the end, as a client sends them back."""
    given = models.MessageCompactionBlockParam.model_validate(block.model_dump())
    return [*messages, models.MessageParam(role="assistant", content=[given])]


def ends_with_one(messages: Messages) -> bool:
    """Whether a conversation ends with a compaction."""
    content = messages[-1].content
    return (
        not isinstance(content, str)
        and bool(content)
        and isinstance(content[-1], models.MessageCompactionBlockParam)
    )


def beginning(messages: Sequence[models.MessageParam]) -> tuple[int, int]:
    """Return the indexes of the message and the block of the last summary, where the prompt begins."""
    for index in range(len(messages) - 1, -1, -1):
        content = messages[index].content
        for number in range(len(content) - 1, -1, -1) if not isinstance(content, str) else ():
            block = content[number]
            if isinstance(block, models.MessageCompactionBlockParam) and block.content:
                return index, number
    return 0, 0
