"""Stored chat completions: their messages, and the complete answer of a stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from accord.dialects.answers import Answer
from accord.dialects.sse import Encoder
from accord.engine import Delta
from accord.errors import ApiError
from accord.generated import models


def stored_messages(messages: Sequence[models.ChatMessage], completion_id: str) -> list[dict[str, Any]]:
    """Return the messages in the form in which they are listed."""
    return [
        _stored(message, f"{completion_id}-{index}").model_dump(mode="json", exclude_unset=True)
        for index, message in enumerate(messages)
    ]


def _stored(message: models.ChatMessage, id_: str) -> models.StoredChatMessage:
    optional: dict[str, Any] = {}
    refusal = None
    if not isinstance(message, models.ToolMessage) and message.name is not None:
        optional["name"] = message.name
    if isinstance(message, models.ToolMessage):
        optional["tool_call_id"] = message.tool_call_id
    if isinstance(message, models.AssistantMessage):
        refusal = message.refusal
        if message.tool_calls:
            optional["tool_calls"] = [_call(call) for call in message.tool_calls]
    content, parts = message.content, None
    if content is not None and not isinstance(content, str):
        parts = [stored for part in content if (stored := _part(part)) is not None]
        content = "".join(part.text for part in parts if isinstance(part, models.StoredTextPart))
    return models.StoredChatMessage(
        id=id_, role=message.role, content=content, refusal=refusal, content_parts=parts, **optional
    )


def _call(call: models.AssistantToolCall) -> models.ChatCompletionToolCall:
    if isinstance(call, models.AssistantCustomToolCall):
        custom = models.ChatCompletionCustomCall(name=call.custom.name, input=call.custom.input)
        return models.ChatCompletionCustomToolCall(id=call.id, type="custom", custom=custom)
    function = models.ChatCompletionFunctionCall(name=call.function.name, arguments=call.function.arguments)
    return models.ChatCompletionFunctionToolCall(id=call.id, type="function", function=function)


def _part(part: Any) -> models.StoredTextPart | models.StoredImagePart | None:
    """Return a part in the form in which it is listed; None if it is neither text nor an image."""
    match part:
        case models.TextPart():
            return models.StoredTextPart(type="text", text=part.text)
        case models.ImagePart():
            url = models.StoredImageUrl(url=part.image_url.url)
            if part.image_url.detail is not None:
                url.detail = part.image_url.detail
            return models.StoredImagePart(type="image_url", image_url=url)
    return None


class GatheringStream:
    """An encoder that also collects the complete answers. They are `complete` if the stream ended well."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.complete = False
        self._answers: dict[int, Answer] = {}

    @property
    def answers(self) -> list[Answer]:
        """The choices by index."""
        return [self._answers[index] for index in sorted(self._answers)]

    def begin(self) -> bytes:
        return self.encoder.begin()

    def step(self, deltas: list[Delta]) -> bytes:
        for delta in deltas:
            self._answers.setdefault(delta.index, Answer(delta.index)).add(delta)
        return self.encoder.step(deltas)

    def end(self) -> bytes | Iterator[bytes]:
        self.complete = True
        return self.encoder.end()

    def fail(self, error: ApiError) -> bytes:
        return self.encoder.fail(error)
