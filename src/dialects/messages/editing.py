"""Edits of `context_management`: clears tool results and thinking before the model reads a conversation.

This module decides whether to compact a conversation; the model itself does it (`handlers/messages.py`).
Blocks keep their positions, so that the paths in errors and in `x-ignored-parameters` are those of the
client's request.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

from accord.dialects.ignored import Ignored
from accord.dialects.messages.compaction import ends_with_one, trigger_of
from accord.generated import models

Messages = list[models.MessageParam]
Count = Callable[[Messages], Awaitable[int]]
"""Counts the tokens of the prompt with these messages."""

CLEARED = "[The result of this call has been cleared.]"
_TRIGGER = models.MessageContextAmountParam(type="input_tokens", value=100_000)
_KEEP = models.MessageContextAmountParam(type="tool_uses", value=3)


@dataclass(frozen=True, slots=True)
class Edited:
    """The edited messages, what was cleared, and which edit compacts the rest."""

    messages: Messages
    applied: models.MessageContextManagement | None = None
    """None if no edits are asked for."""
    compact: models.MessageCompactParam | None = None


async def edited(
    body: models.MessageRequest | models.MessageTokenCountRequest,
    count: Count,
    ignored: Ignored,
    context: int,
) -> Edited:
    """Apply the requested edits, for a model with this context length.

    Tokens are counted only if there is something to clear, or a compaction depends on the count.
    """
    if body.context_management is None:
        return Edited(body.messages)
    editor = _Editor(body.messages, count)
    compact: models.MessageCompactParam | None = None
    for index, edit in enumerate(body.context_management.edits or ()):
        if compact is not None:
            break  # nothing is left to clear
        if not _is_known(edit):
            ignored.leave_out(f"context_management.edits.{index}", edit.type)
        elif isinstance(edit, models.MessageClearThinkingParam):
            await editor.clear_thinking(edit)
        elif isinstance(edit, models.MessageClearToolUsesParam):
            await editor.clear_tool_uses(edit)
        elif isinstance(edit, models.MessageCompactParam) and not ends_with_one(editor.messages):
            compact = edit if await editor.tokens() > trigger_of(edit, context) else None
    applied = models.MessageContextManagement(applied_edits=editor.applied)
    return Edited(editor.messages, applied, compact)


def _is_known(edit: models.MessageContextEditParam) -> bool:
    if isinstance(edit, models.MessageCompactParam):
        return edit.trigger is None or edit.trigger.type == "input_tokens"
    if not isinstance(edit, models.MessageClearToolUsesParam):
        return isinstance(edit, models.MessageClearThinkingParam)
    return (
        (edit.trigger is None or edit.trigger.type in ("input_tokens", "tool_uses"))
        and (edit.keep is None or edit.keep.type == "tool_uses")
        and (edit.clear_at_least is None or edit.clear_at_least.type == "input_tokens")
    )


class _Editor:
    """The messages so far, and the edits that have changed them."""

    def __init__(self, messages: Messages, count: Count) -> None:
        self.messages = messages
        self.applied: list[models.MessageAppliedEdit] = []
        self._count = count
        self._tokens: int | None = None

    async def tokens(self) -> int:
        if self._tokens is None:
            self._tokens = await self._count(self.messages)
        return self._tokens

    async def clear_thinking(self, edit: models.MessageClearThinkingParam) -> None:
        if edit.keep == "all" or (edit.keep is not None and edit.keep.type == "all"):
            return
        turns = _thinking_turns(self.messages)
        cleared = turns[: -((edit.keep.value if edit.keep is not None else None) or 1)]
        if not cleared:
            return
        gained = await self._gain(_without_thinking(self.messages, {i for turn in cleared for i in turn}))
        self.applied.append(
            models.MessageClearedThinking(
                type="clear_thinking_20251015",
                cleared_thinking_turns=len(cleared),
                cleared_input_tokens=gained,
            )
        )

    async def clear_tool_uses(self, edit: models.MessageClearToolUsesParam) -> None:
        names = dict(_answered_calls(self.messages))
        trigger, keep = edit.trigger or _TRIGGER, (edit.keep or _KEEP).value
        excluded = set(edit.exclude_tools or ())
        older = list(names)[: len(names) - keep] if keep < len(names) else []
        cleared = {id_ for id_ in older if names[id_] not in excluded}
        if not cleared:
            return
        size = len(names) if trigger.type == "tool_uses" else await self.tokens()
        if size <= trigger.value:
            return
        inputs = edit.clear_tool_inputs or ()
        without_inputs = {id_ for id_ in cleared if inputs is True or names[id_] in inputs}
        least = edit.clear_at_least.value if edit.clear_at_least is not None else None
        gained = await self._gain(_without_results(self.messages, cleared, without_inputs), least)
        if least is None or gained >= least:
            self.applied.append(
                models.MessageClearedToolUses(
                    type="clear_tool_uses_20250919",
                    cleared_tool_uses=len(cleared),
                    cleared_input_tokens=gained,
                )
            )

    async def _gain(self, messages: Messages, at_least: int | None = None) -> int:
        """Return by how many tokens `messages` shorten the prompt, and use them if that is enough."""
        before, after = await self.tokens(), await self._count(messages)
        gained = max(before - after, 0)
        if at_least is None or gained >= at_least:
            self.messages, self._tokens = messages, after
        return gained


def _blocks(message: models.MessageParam) -> Sequence[models.MessageContentBlockParam]:
    return () if isinstance(message.content, str) else message.content


def _thinking_turns(messages: Messages) -> list[list[int]]:
    """Return the indexes of the messages of each turn that has thinking."""
    turns: list[list[int]] = []
    begins = True
    for index, message in enumerate(messages):
        if message.role == "user":
            begins = begins or _has_other_content(message)
        elif any(isinstance(block, models.MessageThinkingBlockParam) for block in _blocks(message)):
            if begins:
                turns.append([])
                begins = False
            turns[-1].append(index)
    return turns


def _has_other_content(message: models.MessageParam) -> bool:
    return isinstance(message.content, str) or any(
        not isinstance(block, models.MessageToolResultBlockParam) for block in message.content
    )


def _without_thinking(messages: Messages, indexes: set[int]) -> Messages:
    def without(block: models.MessageContentBlockParam) -> models.MessageContentBlockParam:
        if isinstance(block, models.MessageThinkingBlockParam):
            return models.MessageRedactedThinkingBlockParam(type="redacted_thinking")
        return block

    return [
        message.model_copy(update={"content": [without(block) for block in _blocks(message)]})
        if index in indexes
        else message
        for index, message in enumerate(messages)
    ]


def _answered_calls(messages: Messages) -> Iterator[tuple[str, str]]:
    """Yield the id and tool of each call whose result can be cleared, in order.

    A result that adds tools cannot be cleared: the model could not call them any more.
    """
    clearable = {
        block.tool_use_id
        for message in messages
        for block in _blocks(message)
        if isinstance(block, models.MessageToolResultBlockParam) and not _adds_tools(block)
    }
    for message in messages:
        for block in _blocks(message):
            if isinstance(block, models.MessageToolUseBlockParam) and block.id in clearable:
                yield block.id, block.name


def _adds_tools(block: models.MessageToolResultBlockParam) -> bool:
    return not isinstance(block.content, str) and any(
        isinstance(part, models.MessageToolReferenceBlockParam) for part in block.content or ()
    )


def _without_results(messages: Messages, cleared: set[str], without_inputs: set[str]) -> Messages:
    def without(block: models.MessageContentBlockParam) -> models.MessageContentBlockParam:
        if isinstance(block, models.MessageToolResultBlockParam) and block.tool_use_id in cleared:
            return block.model_copy(update={"content": CLEARED})
        if isinstance(block, models.MessageToolUseBlockParam) and block.id in without_inputs:
            return block.model_copy(update={"input": {}})
        return block

    return [
        message
        if isinstance(message.content, str)
        else message.model_copy(update={"content": [without(block) for block in message.content]})
        for message in messages
    ]
