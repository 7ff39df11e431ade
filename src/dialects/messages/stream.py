"""Encodes streamed messages as typed events; a block's frame is prepared as the block begins."""

from __future__ import annotations

from collections.abc import Callable

from accord.dialects.answers import is_json
from accord.dialects.errors import anthropic_error
from accord.dialects.messages.compaction import Compacted
from accord.dialects.messages.response import (
    blank_message,
    input_tokens,
    iterations,
    stopped,
    thinking_tokens,
    tool_use_id,
)
from accord.dialects.messages.signatures import Signatures
from accord.dialects.sse import escaped
from accord.engine import Delta, Generation, ToolCallDelta, Usage
from accord.errors import ApiError
from accord.generated import models

_PING = b'event: ping\ndata: {"type":"ping"}\n\n'
_END = b'event: message_stop\ndata: {"type":"message_stop"}\n\n'

_TEXT = b'{"type":"text","text":"","citations":null}'
_THINKING = b'{"type":"thinking","thinking":"","signature":""}'


class MessageStream:
    """Encodes deltas as the events of one message. One block is open at a time."""

    def __init__(
        self,
        generation: Generation,
        body: models.MessageRequest,
        *,
        id: str,  # noqa: A002  the field's name
        model: str,
        request_id: str,
        signatures: Signatures,
        context: models.MessageContextManagement | None = None,
        compacted: Compacted | None = None,
    ) -> None:
        self.generation = generation
        self.body = body
        self.id = id
        self.model = model
        self.request_id = request_id
        self.signatures = signatures
        self.context = context
        """How the conversation was edited, where that was asked for."""
        self.compacted = compacted
        """The compaction that preceded the answer: the first block."""
        self.open: str | None = None
        """The type of the open block."""
        self.index = -1
        """The place of the block that is open, or was last."""
        self.call = -1
        """Which of the calls is open, or was last."""
        self.arguments: list[str] = []
        """Of that call, so far."""
        self.thinking: list[str] = []
        """Of the block that is open, so far."""
        self.head = b""
        """Of each delta of the open block; the text follows."""
        self.last: Delta | None = None
        self.begun = False
        self.step: Callable[[list[Delta]], bytes] = self._first_step
        """What the deltas of one step add."""

    def begin(self) -> bytes:
        """Return nothing: the first event has the count of cached tokens, known once the engine responds."""
        return b""

    def _first_step(self, deltas: list[Delta]) -> bytes:
        self.step = self._step
        return self._start_of_message(self.generation.usage) + self._step(deltas)

    def _start_of_message(self, usage: Usage) -> bytes:
        self.begun = True
        message = blank_message(self.id, self.model, usage)
        data = message.model_dump_json(exclude_unset=True, by_alias=True, ensure_ascii=True).encode()
        return b'event: message_start\ndata: {"type":"message_start","message":%b}\n\n%b%b' % (
            data,
            _PING,
            b"" if self.compacted is None else self._compaction(self.compacted.block),
        )

    def _compaction(self, block: models.MessageCompactionBlock) -> bytes:
        """Return the events of a compaction block, whose summary is one delta."""
        empty = block.model_copy(update={"content": None})
        events = self._start(
            "compaction", empty.model_dump_json(ensure_ascii=True).encode(), b"compaction_delta", b"content"
        )
        summary = b"null" if block.content is None else escaped(block.content)
        return events + self.head + summary + b',"encrypted_content":null}}\n\n' + self._stop()

    def _step(self, deltas: list[Delta]) -> bytes:
        events = b""
        for delta in deltas:
            if delta.reasoning:
                if self.open != "thinking":
                    events += self._start("thinking", _THINKING, b"thinking_delta", b"thinking")
                    self.thinking = []
                self.thinking.append(delta.reasoning)
                events += self._delta(delta.reasoning)
            if delta.text:
                if self.open != "text":
                    events += self._start("text", _TEXT, b"text_delta", b"text")
                events += self._delta(delta.text)
            for call in delta.tool_calls or ():
                events += self._tool_use(call)
            if delta.finish_reason is not None:
                self.last = delta
        return events

    def end(self) -> bytes:
        usage = self.generation.usage
        begun = b"" if self.begun else self._start_of_message(usage)
        last = self.last or Delta(0)
        compaction = None if self.compacted is None else self.compacted.usage
        reason, sequence = stopped(
            self.body,
            last.finish_reason,
            last.stop_reason,
            self.call >= 0,
            not is_json("".join(self.arguments)),
            usage.completion_tokens,
        )
        counts = models.MessageDeltaUsage(
            **input_tokens(usage),
            output_tokens=usage.completion_tokens,
            **thinking_tokens(usage),
            **iterations(compaction, usage),
        )
        return begun + self._conclusion(reason, sequence, counts)

    def _conclusion(self, reason: str, sequence: str | None, counts: models.MessageDeltaUsage) -> bytes:
        return (
            b'%bevent: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"%b",'
            b'"stop_sequence":%b},"usage":%b%b}\n\n%b'
        ) % (
            self._stop(),
            reason.encode(),
            b"null" if sequence is None else escaped(sequence),
            counts.model_dump_json(exclude_unset=True, ensure_ascii=True).encode(),
            b""
            if self.context is None
            else b',"context_management":%b' % self.context.model_dump_json().encode(),
            _END,
        )

    def fail(self, error: ApiError) -> bytes:
        return b"event: error\ndata: %b\n\n" % anthropic_error(error, self.request_id)

    def _tool_use(self, call: ToolCallDelta) -> bytes:
        events = b""
        if call.index != self.call or self.open != "tool_use":
            if call.name is None:
                return b""  # blank text after the end of a call
            self.call = call.index
            self.arguments = []
            block = b'{"type":"tool_use","id":"%b","name":%b,"input":{}}' % (
                tool_use_id().encode(),
                escaped(call.name),
            )
            events += self._start("tool_use", block, b"input_json_delta", b"partial_json")
        if not call.arguments:
            return events
        self.arguments.append(call.arguments)
        return events + self._delta(call.arguments)

    def _start(self, kind: str, block: bytes, delta: bytes, field: bytes) -> bytes:
        events = self._stop()
        self.open = kind
        self.index += 1
        self.head = (
            b'event: content_block_delta\ndata: {"type":"content_block_delta","index":%d,'
            b'"delta":{"type":"%b","%b":' % (self.index, delta, field)
        )
        return (
            b'%bevent: content_block_start\ndata: {"type":"content_block_start","index":%d,'
            b'"content_block":%b}\n\n' % (events, self.index, block)
        )

    def _delta(self, text: str) -> bytes:
        return self.head + escaped(text) + b"}}\n\n"

    def _stop(self) -> bytes:
        """The end of the open block, if there is one."""
        if self.open is None:
            return b""
        signature = b""
        if self.open == "thinking":
            signature = (
                b'event: content_block_delta\ndata: {"type":"content_block_delta","index":%d,'
                b'"delta":{"type":"signature_delta","signature":"%b"}}\n\n'
                % (self.index, self.signatures.of("".join(self.thinking)).encode())
            )
        self.open = None
        return b'%bevent: content_block_stop\ndata: {"type":"content_block_stop","index":%d}\n\n' % (
            signature,
            self.index,
        )
