"""Output items while they are generated, each with its events.

An item opens, grows by deltas, and closes. `item` returns its current content at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from accord.dialects.logprobs import logprobs_json
from accord.dialects.responses import new_id
from accord.dialects.responses.reasoning import encoded_reasoning
from accord.dialects.sse import escaped
from accord.engine import TokenLogprob
from accord.generated import models
from accord.generated.base import ContractModel


class EventWriter:
    """Formats a stream's events and numbers them."""

    def __init__(self, logprobs: dict[str, list[bytes]] | None = None) -> None:
        self.number = 0
        self.logprobs = {} if logprobs is None else logprobs
        """Of each message by its id, as JSON arrays of each step without their brackets; models have none."""

    def dumped(self, model: ContractModel) -> bytes:
        """Return an item, or a response with its items, as JSON with the log probabilities."""
        return b"".join(self.parts(model))

    def parts(self, model: ContractModel) -> Iterator[bytes]:
        """Yield the same in parts, as each copy of megabytes holds the event loop."""
        return _with_logprobs(dumped(model), self.logprobs)

    def write(self, name: bytes, *fields: bytes) -> bytes:
        """Return the event `name`; `fields`, one after the other, are members of a JSON object."""
        number = b"%d," % self.number
        self.number += 1
        return b"".join([frame_head(name), number, *fields, b"}\n\n"])

    def fill(self, head: bytes, rest: bytes) -> bytes:
        """Return an event with a prepared head."""
        event = b"%b%d%b" % (head, self.number, rest)
        self.number += 1
        return event


def frame_head(name: bytes) -> bytes:
    """Return an event's text up to its number."""
    return b'event: %b\ndata: {"type":"%b","sequence_number":' % (name, name)


def dumped(model: ContractModel) -> bytes:
    """Return `model` as JSON."""
    return model.model_dump_json(exclude_unset=True, by_alias=True, ensure_ascii=True).encode()


STEPS_AT_ONCE = 32
"""How many steps' log probabilities are joined at once: with twenty likeliest tokens each, 60 kB."""

_LOGPROBS = b'"logprobs":['
"""The beginning of a message's log probabilities. It is in no string, as quotes are escaped there."""


def _with_logprobs(json: bytes, logprobs: Mapping[str, Sequence[bytes]]) -> Iterator[bytes]:
    """Yield JSON in parts, with each message's log probabilities after its id.

    As models, 8 MB of them take more than a second to build and to serialize.
    """
    at = 0
    for id_, arrays in logprobs.items():
        if (item := json.find(b'"id":"%b"' % id_.encode(), at)) >= 0:
            place = json.index(_LOGPROBS, item) + len(_LOGPROBS)
            yield json[at:place]
            yield from _joined(arrays)
            at = place
    yield json[at:]


def _joined(arrays: Sequence[bytes]) -> Iterator[bytes]:
    """Yield JSON arrays without their brackets as one, some of them at a time."""
    for begin in range(0, len(arrays), STEPS_AT_ONCE):
        between = b"," if begin else b""
        yield between + b",".join(arrays[begin : begin + STEPS_AT_ONCE])


def preceding_item(writer: EventWriter, output_index: int, item: models.ResponseOutputItem) -> bytes:
    """Return the events of an item that precedes the answer: a compaction, or a list of tools."""
    place = b'"item_id":"%b","output_index":%d' % (item.id.encode(), output_index)
    names = [b"response.compaction.compacting"]
    begun = item
    if isinstance(item, models.ResponseMcpListTools):
        ended = b"failed" if "error" in item.model_fields_set else b"completed"
        names = [b"response.mcp_list_tools.in_progress", b"response.mcp_list_tools." + ended]
        label = item.server_label
        begun = models.ResponseMcpListTools(id=item.id, type="mcp_list_tools", server_label=label, tools=[])
    events = writer.write(
        b"response.output_item.added", b'"output_index":%d,"item":%b' % (output_index, dumped(begun))
    )
    events += b"".join(writer.write(name, place) for name in names)
    return events + writer.write(
        b"response.output_item.done", b'"output_index":%d,"item":%b' % (output_index, dumped(item))
    )


class OpenItem(Protocol):
    """An item that is being generated."""

    def open(self) -> bytes:
        """Its first events."""
        ...

    def close(self, status: models.ResponseItemStatus) -> bytes:
        """Its last events."""
        ...

    def item(self, status: models.ResponseItemStatus) -> models.ResponseOutputItem:
        """Its content so far."""
        ...


class Item:
    """The base class of items: an id, a position in the output, and the first and last events."""

    prefix = ""

    def __init__(self, writer: EventWriter, output_index: int) -> None:
        self.writer = writer
        self.id = new_id(self.prefix)
        self.output = b'"output_index":%d' % output_index
        self.place = b'"item_id":"%b",%b' % (self.id.encode(), self.output)

    def added(self, item: ContractModel) -> bytes:
        return self.writer.write(
            b"response.output_item.added", self.output, b',"item":', self.writer.dumped(item)
        )

    def done(self, item: ContractModel) -> bytes:
        return self.writer.write(
            b"response.output_item.done", self.output, b',"item":', *self.writer.parts(item)
        )


class MessageItem(Item):
    """A message with one part."""

    prefix = "msg"

    def __init__(self, writer: EventWriter, output_index: int) -> None:
        super().__init__(writer, output_index)
        self.text: list[str] = []
        self.place += b',"content_index":0'
        self.head = frame_head(b"response.output_text.delta")
        self.middle = b',%b,"delta":' % self.place

    def open(self) -> bytes:
        empty = models.ResponseOutputMessage(
            id=self.id, type="message", status="in_progress", role="assistant", content=[]
        )
        part = b'%b,"part":%b' % (self.place, dumped(self._part()))
        return self.added(empty) + self.writer.write(b"response.content_part.added", part)

    def add(self, text: str, logprobs: Sequence[TokenLogprob]) -> bytes:
        """Return the event that adds `text`."""
        self.text.append(text)
        tail = b',"logprobs":[]}\n\n'
        if logprobs:
            added = logprobs_json(logprobs)
            self.writer.logprobs.setdefault(self.id, []).append(added[1:-1])
            tail = b',"logprobs":%b}\n\n' % added
        return self.writer.fill(self.head, self.middle + escaped(text) + tail)

    def close(self, status: models.ResponseItemStatus) -> bytes:
        return b"".join(self.last_events(status))

    def last_events(self, status: models.ResponseItemStatus) -> Iterator[bytes]:
        """Yield the last events, each of which has all the log probabilities."""
        logprobs = b",".join(self.writer.logprobs.get(self.id, ()))
        if logprobs:
            self.writer.logprobs[self.id] = [logprobs]
        text = b'%b,"text":%b,"logprobs":[' % (self.place, escaped("".join(self.text)))
        yield self.writer.write(b"response.output_text.done", text, logprobs, b"]")
        item = self.item(status)
        before, found, after = dumped(item.content[0]).partition(_LOGPROBS)
        part = b'%b,"part":' % self.place
        yield self.writer.write(b"response.content_part.done", part, before, found, logprobs, after)
        yield self.done(item)

    def item(self, status: models.ResponseItemStatus) -> models.ResponseOutputMessage:
        return models.ResponseOutputMessage(
            id=self.id, type="message", status=status, role="assistant", content=[self._part()]
        )

    def _part(self) -> models.ResponseOutputText:
        return models.ResponseOutputText(
            type="output_text", text="".join(self.text), annotations=[], logprobs=[]
        )


class ReasoningItem(Item):
    """Reasoning, sent as `content`, or as `summary` if the client asked for a summary.

    The summary is the whole reasoning, because nothing here could shorten it; it is then not sent as
    `content` too.
    """

    prefix = "rs"

    def __init__(self, writer: EventWriter, output_index: int, *, as_summary: bool, encoded: bool) -> None:
        super().__init__(writer, output_index)
        self.as_summary = as_summary
        self.encoded = encoded
        self.text: list[str] = []
        if as_summary:
            self.place += b',"summary_index":0'
            self.text_event = b"response.reasoning_summary_text"
            self.part_event = b"response.reasoning_summary_part"
        else:
            self.place += b',"content_index":0'
            self.text_event = b"response.reasoning_text"
            self.part_event = b"response.content_part"
        self.head = frame_head(self.text_event + b".delta")
        self.middle = b',%b,"delta":' % self.place

    def open(self) -> bytes:
        empty = models.ResponseReasoning(id=self.id, type="reasoning", summary=[], status="in_progress")
        return self.added(empty) + self._part_event(b".added")

    def add(self, text: str) -> bytes:
        """Return the event that adds `text`."""
        self.text.append(text)
        return self.writer.fill(self.head, self.middle + escaped(text) + b"}\n\n")

    def close(self, status: models.ResponseItemStatus) -> bytes:
        text = b'%b,"text":%b' % (self.place, escaped("".join(self.text)))
        return (
            self.writer.write(self.text_event + b".done", text)
            + self._part_event(b".done")
            + self.done(self.item(status))
        )

    def item(self, status: models.ResponseItemStatus) -> models.ResponseReasoning:
        text = "".join(self.text)
        item = models.ResponseReasoning(id=self.id, type="reasoning", summary=[], status=status)
        if self.as_summary:
            item.summary = [models.ResponseSummaryText(type="summary_text", text=text)]
        else:
            item.content = [models.ResponseReasoningText(type="reasoning_text", text=text)]
        if self.encoded:
            item.encrypted_content = encoded_reasoning(text)
        return item

    def _part_event(self, suffix: bytes) -> bytes:
        kind = models.ResponseSummaryText if self.as_summary else models.ResponseReasoningText
        type_ = "summary_text" if self.as_summary else "reasoning_text"
        part = kind.model_validate({"type": type_, "text": "".join(self.text)})
        return self.writer.write(self.part_event + suffix, b'%b,"part":%b' % (self.place, dumped(part)))
