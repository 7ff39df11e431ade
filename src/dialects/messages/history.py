"""Converts conversations of content blocks to chat messages.

Each message has one text; calls and their results are separate messages or fields.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from accord.dialects import turns
from accord.dialects.ignored import Ignored
from accord.dialects.media import Shown, line_about
from accord.dialects.messages import compaction
from accord.dialects.messages.tools import Tools
from accord.engine.billing import without_billing
from accord.errors import InvalidRequest
from accord.generated import models

Part = dict[str, Any]


def chat_messages(
    system: str | Sequence[models.MessageContentBlockParam] | None,
    messages: list[models.MessageParam],
    tools: Tools,
    shown: Shown,
) -> list[dict[str, Any]]:
    """Return the messages in OpenAI's chat form, from the last compaction on.

    Consecutive messages of one role become one. `shown` collects the paths of blocks that cannot be read
    here.
    """
    history = _History(tools, shown)
    history.add_system(system, "system")
    begins, history.first_block = compaction.beginning(messages)
    last_user = max((index for index, message in enumerate(messages) if message.role == "user"), default=0)
    for index, message in enumerate(messages[begins:], begins):
        field = f"messages.{index}.content"
        if message.role == "system":
            still = message.clear_at != "next_user_message" or index > last_user
            history.add_system(message.content, field, shown=still)
        elif message.role == "assistant":
            history.add_assistant(message.content, field)
        else:
            history.add_user(message.content, field)
        history.first_block = 0
    return [_whole(message) for message in history.messages]


class _History:
    """The messages so far. Parts, reasoning and calls are lists, which the next message can extend."""

    def __init__(self, tools: Tools, shown: Shown) -> None:
        self.tools = tools
        self.shown = shown
        self.ignored = Ignored(shown.left_out)
        self.messages: list[dict[str, Any]] = []
        self.tool_names: dict[str, str] = {}
        self.first_block = 0
        """The index of the first block to read of the next message."""

    def add(self, message: dict[str, Any]) -> None:
        """Append the message, or join it to the last one if both have the same role."""
        role = message["role"]
        same = bool(self.messages) and self.messages[-1]["role"] == role
        turns.add(self.messages, message, continues=same and role not in ("tool", "system"))

    def add_system(
        self,
        content: str | Sequence[models.MessageContentBlockParam] | None,
        field: str,
        *,
        shown: bool = True,
    ) -> None:
        """Add a system message, if it has content; templates get its blocks as one text.

        A message that is no longer `shown` still changes the tools, and adds a text about that.
        """
        texts: list[str] = []
        for where, block in self._blocks(content or "", field):
            match block:
                case models.MessageTextBlockParam():
                    if shown:
                        texts.append(without_billing(block.text))
                case models.MessageToolAdditionBlockParam() | models.MessageToolRemovalBlockParam():
                    texts.append(self._changed_tools(block, where))
                case models.MessageOtherBlockParam():
                    self.ignored.leave_out(where, block.type)
                case _:
                    raise _misplaced(block.type, where, "a system message")
        if text := "".join(texts):
            self.add({"role": "system", "content": _text(text)})

    def _changed_tools(
        self, block: models.MessageToolAdditionBlockParam | models.MessageToolRemovalBlockParam, field: str
    ) -> str:
        if not (text := self.tools.change(block)):
            self.ignored.leave_out(field, block.type)
        return text

    def add_assistant(self, content: str | list[models.MessageContentBlockParam], field: str) -> None:
        """Add an assistant message. It is left out if all its blocks were."""
        message: dict[str, Any] = {"role": "assistant", "content": []}
        left_out = False
        for where, block in self._blocks(content, field):
            match block:
                case models.MessageTextBlockParam():
                    message["content"] += _text(block.text)
                case models.MessageThinkingBlockParam():
                    message.setdefault("reasoning", []).append(block.thinking)
                case models.MessageRedactedThinkingBlockParam():
                    pass
                case models.MessageToolUseBlockParam():
                    self.tool_names[block.id] = block.name
                    message.setdefault("tool_calls", []).append(_tool_call(block))
                case models.MessageCompactionBlockParam():
                    left_out = True
                    if summary := self._summary(block, where):
                        self.add({"role": "user", "content": summary})
                case models.MessageOtherBlockParam():
                    self.ignored.leave_out(where, block.type)
                    left_out = True
                case _:
                    raise _misplaced(block.type, where, "an assistant's message")
        if not left_out or message != {"role": "assistant", "content": []}:
            self.add(message)

    def add_user(self, content: str | list[models.MessageContentBlockParam], field: str) -> None:
        """Add tool results before other content, because they answer the calls before them."""
        parts: list[Part] = []
        answered = False
        for where, block in self._blocks(content, field):
            match block:
                case models.MessageToolResultBlockParam():
                    answered = True
                    parts += self._add_result(block, where)
                case models.MessageToolAdditionBlockParam() | models.MessageToolRemovalBlockParam():
                    parts += _text(self._changed_tools(block, where))
                case models.MessageCompactionBlockParam():
                    parts += self._summary(block, where)
                case (
                    models.MessageThinkingBlockParam()
                    | models.MessageRedactedThinkingBlockParam()
                    | models.MessageToolUseBlockParam()
                ):
                    raise _misplaced(block.type, where, "a user's message")
                case _:
                    parts += self._parts(block, where)
        if parts or not answered:
            self.add({"role": "user", "content": parts})

    def _summary(self, block: models.MessageCompactionBlockParam, field: str) -> list[Part]:
        """Return the summary that replaces earlier messages, and the tools that came with it."""
        if not (summary := compaction.summary_text(block)):
            return []
        tools: list[str] = []
        for index, change in enumerate(block.tool_changes or ()):
            where = f"{field}.tool_changes.{index}"
            if isinstance(change, models.MessageOtherToolChangeParam):
                self.ignored.leave_out(where, change.type)
            else:
                tools.append(self._changed_tools(change, where))
        return _text("\n\n".join(filter(None, (summary, *tools))))

    def _blocks(
        self, content: str | Sequence[models.MessageContentBlockParam], field: str
    ) -> list[tuple[str, models.MessageContentBlockParam]]:
        if isinstance(content, str):
            return [(field, models.MessageTextBlockParam(type="text", text=content))]
        return [(f"{field}.{index}", block) for index, block in enumerate(content)][self.first_block :]

    def _add_result(self, block: models.MessageToolResultBlockParam, field: str) -> list[Part]:
        """Add a tool result's text; return its other parts, which templates expect from the user."""
        parts = _text(block.content) if isinstance(block.content, str) else []
        found: list[str] = []
        for index, item in enumerate(block.content if isinstance(block.content, list) else ()):
            if isinstance(item, models.MessageToolReferenceBlockParam):
                found.append(item.tool_name)
            else:
                parts += self._parts(item, f"{field}.content.{index}", in_result=True)
        if found:
            parts += _text(self.tools.refer(found))
        text = _joined(part["text"] for part in parts if part["type"] == "text")
        message = {
            "role": "tool",
            "tool_call_id": block.tool_use_id,
            "content": _text(f"Error: {text}" if block.is_error else text),
        }
        if name := self.tool_names.get(block.tool_use_id):
            message["name"] = name
        self.add(message)
        return [part for part in parts if part["type"] != "text"]

    def _parts(
        self, block: models.MessageToolResultContentParam, field: str, *, in_result: bool = False
    ) -> list[Part]:
        """Return a block as parts for the model; none if the model cannot read it."""
        match block:
            case models.MessageTextBlockParam():
                return _text(block.text)
            case models.MessageDocumentBlockParam():
                return self._document(block, field, in_result)
            case models.MessageSearchResultBlockParam():
                texts = (block.title, block.source, *(part.text for part in block.content))
                return _text(_joined(filter(None, texts)))
            case models.MessageToolReferenceBlockParam():
                return _text(self.tools.refer([block.tool_name]))
            case models.MessageOtherBlockParam():
                self.ignored.leave_out(field, block.type)
                return []
        return self._image(block.source, field, in_result)

    def _image(self, source: models.MessageSourceParam, field: str, in_result: bool) -> list[Part]:
        replaced = in_result and "image" not in self.shown.modalities
        url = source.type if replaced else _image_url(source, field)
        if self.shown.accepts("image", url, field, in_result=in_result):
            return [{"type": "image_url", "image_url": {"url": url}}]
        return _text(line_about("image"))

    def _document(self, block: models.MessageDocumentBlockParam, field: str, in_result: bool) -> list[Part]:
        """Return a document's text, or a line about it if it has none."""
        about = [part for text in (block.title, block.context) for part in _text(text or "")]
        source = block.source
        if source.type == "text" and source.data is not None:
            return about + _text(source.data)
        content = source.content if source.type == "content" else None
        if isinstance(content, str):
            return about + _text(content)
        if content is not None:
            for index, item in enumerate(content):
                about += self._parts(item, f"{field}.source.content.{index}", in_result=in_result)
            return about
        data = source.data if source.type == "base64" else None
        kind = source.media_type or "application/pdf"
        return [*about, *_text(self.shown.text_of(f"{field}.source", data=data, name=None, kind=kind))]


def _text(text: str) -> list[Part]:
    return [{"type": "text", "text": text}] if text else []


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _whole(message: dict[str, Any]) -> dict[str, Any]:
    """Return the message in the form of templates, once its turn is complete."""
    return turns.with_reasoning_text(message | {"content": _content(message["content"])}, separator="")


def _content(parts: list[Part]) -> str | list[Part]:
    """Return a single text as a string, which every template accepts, and several parts as a list.

    vLLM joins texts with line breaks for templates that do not read parts.
    """
    if not parts:
        return ""
    return parts[0]["text"] if len(parts) == 1 and parts[0]["type"] == "text" else parts


def _tool_call(block: models.MessageToolUseBlockParam) -> dict[str, Any]:
    arguments = json.dumps(block.input, ensure_ascii=False)
    return {"id": block.id, "type": "function", "function": {"name": block.name, "arguments": arguments}}


def _image_url(source: models.MessageSourceParam, field: str) -> str:
    if source.type == "url" and source.url:
        return source.url
    if source.type == "base64" and source.data and source.media_type:
        return f"data:{source.media_type};base64,{source.data}"
    raise InvalidRequest(
        f"{field}.source: an image is 'base64' with media_type and data, or 'url' with url; "
        f"this one is of type '{source.type}'.",
        param=f"{field}.source",
    )


def _misplaced(kind: str, field: str, where: str) -> InvalidRequest:
    return InvalidRequest(f"{field}: a block of type '{kind}' cannot be read in {where}.", param=field)
