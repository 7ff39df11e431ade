"""Encodes streamed responses: a delta's frame is prepared once per item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import aclosing
from typing import Any, Literal

from accord.dialects.logprobs import WrittenAnswer, gathered
from accord.dialects.responses.calls import CallItem, call_item
from accord.dialects.responses.output import (
    EventWriter,
    MessageItem,
    OpenItem,
    ReasoningItem,
    preceding_item,
)
from accord.dialects.responses.request import wants_logprobs
from accord.dialects.responses.response import as_json, ended, usage_model
from accord.dialects.responses.tools import Tools
from accord.dialects.sampling import transferred
from accord.dialects.sse import escaped
from accord.engine import Delta, Generation, TokenLogprob, ToolCallDelta
from accord.engine.deltas import FinishReason
from accord.errors import ApiError
from accord.generated import models
from accord.store import WrittenItem

LARGE = 262_144
"""Bytes of log probabilities from which the last events are written one by one."""


class ResponseStream:
    """Encodes deltas as OpenAI's typed events.

    `response` is the state in the latest event; once the stream is `over`, the final state.
    """

    def __init__(
        self,
        generation: Generation,
        body: models.ResponseRequest,
        response: models.Response,
        tools: Tools | None = None,
        made: Sequence[models.ResponseOutputItem] = (),
    ) -> None:
        self.generation = generation
        self.tools = tools or Tools()
        self.response = response
        self.over = False
        self.silent = False
        """Whether nobody reads the events, so that most are not built."""
        self.with_logprobs = wants_logprobs(body)
        self.as_summary = response.reasoning.summary is not None
        self.encoded = "reasoning.encrypted_content" in (body.include or ())
        self.writer = EventWriter()
        self.output: list[models.ResponseOutputItem] = [*made]
        self.before = len(self.output)
        """The output items that precede the answer."""
        self.open_item: OpenItem | None = None
        self.open_call: CallItem | None = None
        """The last call, if it is the open item."""
        self.finish_reason: FinishReason = "stop"
        self.pending_logprobs: list[TokenLogprob] = []

    def begin(self) -> bytes:
        events = self._response_event("created") + self._response_event(self.response.status)
        return events + self._earlier_items() if self.response.status == "in_progress" else events

    def step(self, deltas: list[Delta]) -> bytes:
        events = self._in_progress() if self.response.status == "queued" else b""
        for delta in deltas:
            if delta.reasoning:
                events += self._reasoning(delta.reasoning)
            if delta.text or delta.logprobs:
                events += self._text(delta)
            for call in delta.tool_calls or ():
                events += self._call(call)
            if delta.finish_reason is not None:
                self.finish_reason = delta.finish_reason
        return events

    def end(self) -> bytes | Iterator[bytes]:
        status: Literal["incomplete", "completed"] = (
            "incomplete" if self.finish_reason == "length" else "completed"
        )
        events = b""
        if self.open_item is None and len(self.output) == self.before:
            events = self._opened(MessageItem(self.writer, self.before))
        item = self.open_item
        if large := isinstance(item, MessageItem) and self._is_large() and not self.silent:
            self._keep(status)
        else:
            events += self._closed(status)
        self._conclude(
            status, usage=usage_model(self.generation.usage), **transferred(self.generation.prompts[0])
        )
        if large:
            assert isinstance(item, MessageItem)
            return self._large_events(item, status)
        return events + self._response_event(self.response.status)

    def _is_large(self) -> bool:
        return sum(len(each) for pieces in self.writer.logprobs.values() for each in pieces) > LARGE

    def _large_events(self, item: MessageItem, status: models.ResponseItemStatus) -> Iterator[bytes]:
        """Yield the last events of a message with megabytes of log probabilities."""
        yield from item.last_events(status)
        yield self._response_event(self.response.status)

    def fail(self, error: ApiError) -> bytes:
        self._conclude("failed", error=models.ResponseError(code="server_error", message=error.message))
        return self._response_event("failed")

    def cancel(self) -> bytes:
        """Return the last events of a cancelled response. OpenAI defines none."""
        self._conclude("cancelled")
        return self.break_off("The response was cancelled.", b'"response_cancelled"')

    def break_off(self, message: str, code: bytes = b"null") -> bytes:
        """Return the last events if it is not known how the response ended."""
        return self.writer.write(b"error", b'"code":%b,"message":%b,"param":null' % (code, escaped(message)))

    def stored(self) -> dict[str, Any]:
        """Return the response in the form in which it is stored."""
        response = as_json(self.response)
        for place, item in enumerate(self.response.output):
            if item.id in self.writer.logprobs:
                text = self.writer.dumped(item).decode()
                response["output"][place] = WrittenItem(text, id=item.id)
        return response

    # --- items

    def _text(self, delta: Delta) -> bytes:
        """Yield a message's text. Log probabilities of other output, such as a call, belong to no message."""
        logprobs = delta.logprobs or () if self.with_logprobs else ()
        item = self.open_item
        if isinstance(item, MessageItem) and (delta.text or not delta.tool_calls):
            return item.add(delta.text, logprobs)
        if not delta.text:
            if item is None:
                self.pending_logprobs += logprobs
            return b""
        logprobs, self.pending_logprobs = [*self.pending_logprobs, *logprobs], []
        events = self._closed("completed")
        item = MessageItem(self.writer, len(self.output))
        return events + self._opened(item) + item.add(delta.text, logprobs)

    def _reasoning(self, text: str) -> bytes:
        self.pending_logprobs = []
        item = self.open_item
        if isinstance(item, ReasoningItem):
            return item.add(text)
        events = self._closed("completed")
        item = ReasoningItem(self.writer, len(self.output), as_summary=self.as_summary, encoded=self.encoded)
        return events + self._opened(item) + item.add(text)

    def _call(self, call: ToolCallDelta) -> bytes:
        self.pending_logprobs = []
        item = self.open_call
        events = b""
        if item is None or item is not self.open_item or item.index != call.index:
            events = self._closed("completed")
            tool = self.tools.called(call.name or "")
            item = self.open_call = call_item(self.writer, len(self.output), call, tool)
            events += self._opened(item)
        return events + item.add(call.arguments) if call.arguments else events

    def _opened(self, item: OpenItem) -> bytes:
        self.open_item = item
        return b"" if self.silent else item.open()

    def _closed(self, status: models.ResponseItemStatus) -> bytes:
        if self.open_item is None:
            return b""
        unheard = self.silent and isinstance(self.open_item, MessageItem)  # others are whole once closed
        events = b"" if unheard else self.open_item.close(status)
        self._keep(status)
        return events

    def _keep(self, status: models.ResponseItemStatus) -> None:
        if self.open_item is not None:
            self.output.append(self.open_item.item(status))
            self.open_item = None

    # --- the response

    def _in_progress(self) -> bytes:
        """The first events of a response that leaves the queue."""
        if self.response.status != "queued":
            return b""
        self.response = self.response.model_copy(update={"status": "in_progress"})
        return self._response_event("in_progress") + self._earlier_items()

    def _earlier_items(self) -> bytes:
        """The events of the preceding items."""
        return b"".join(
            preceding_item(self.writer, place, item) for place, item in enumerate(self.output[: self.before])
        )

    def _response_event(self, name: str) -> bytes:
        if self.silent:
            return b""
        return self.writer.write(
            b"response." + name.encode(), b'"response":', *self.writer.parts(self.response)
        )

    def _conclude(self, status: models.ResponseStatus, **changes: Any) -> None:
        self._keep("incomplete")
        self.response = ended(self.response, status, output=self.output, **changes)
        self.over = True


async def whole(stream: ResponseStream) -> models.Response | WrittenAnswer:
    """Run the generation to its end and return the response, as JSON if it has log probabilities.

    It is built by the encoder of streams, so that both are the same; expensive events are not created.
    """
    stream.silent = True

    def consume(deltas: list[Delta]) -> None:
        stream.step(deltas)

    async with aclosing(stream.generation.deltas) as steps:
        await steps.for_each(consume)
    stream.end()
    if not stream.writer.logprobs:
        return stream.response
    return WrittenAnswer(await gathered(stream.writer.parts(stream.response)))
