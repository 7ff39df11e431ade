"""Compactions as output items while they are generated."""

from __future__ import annotations

from accord.dialects.responses.compaction import Compaction
from accord.dialects.responses.output import EventWriter, Item
from accord.dialects.responses.response import usage_model
from accord.dialects.responses.stream import ResponseStream
from accord.dialects.summary import NothingSummarized
from accord.engine import Delta, Generation
from accord.generated import models


class CompactionItem(Item):
    """A compaction: sent only once it is complete."""

    prefix = "cmp"

    def __init__(self, writer: EventWriter, output_index: int, kept: int) -> None:
        super().__init__(writer, output_index)
        self.kept = kept
        self.text: list[str] = []
        self.reasoning: list[str] = []

    @property
    def summary(self) -> str:
        """The text of the model, or its reasoning if there is no text."""
        return "".join(self.text) or "".join(self.reasoning)

    def open(self) -> bytes:
        empty = models.ResponseCompaction(id=self.id, type="compaction", encrypted_content="")
        return self.added(empty) + self.writer.write(b"response.compaction.compacting", self.place)

    def close(self, status: models.ResponseItemStatus) -> bytes:
        return self.done(self.item(status))

    def item(self, status: models.ResponseItemStatus) -> models.ResponseCompaction:
        return Compaction(self.summary, self.kept).item(self.id)


class CompactionStream(ResponseStream):
    """Encodes the deltas of a summary as a response whose output is the compaction."""

    def __init__(
        self, generation: Generation, body: models.ResponseRequest, response: models.Response, kept: int
    ) -> None:
        super().__init__(generation, body, response)
        self.compaction = CompactionItem(self.writer, 0, kept)

    def step(self, deltas: list[Delta]) -> bytes:
        events = self._in_progress() + self._begun()
        self.compaction.text += [delta.text for delta in deltas]
        self.compaction.reasoning += [delta.reasoning for delta in deltas]
        return events

    def end(self) -> bytes:
        if not self.compaction.summary:
            return self.fail(NothingSummarized())
        events = self._begun() + self._closed("completed")
        self._conclude("completed", usage=usage_model(self.generation.usage))
        return events + self._response_event("completed")

    def _begun(self) -> bytes:
        return b"" if self.open_item is self.compaction else self._opened(self.compaction)

    def _keep(self, status: models.ResponseItemStatus) -> None:
        """Keep the summary, unless it was truncated."""
        if status == "completed":
            super()._keep(status)
