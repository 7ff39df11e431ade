"""A message that consists only of a compaction, streamed or not; `generation` writes its summary."""

from __future__ import annotations

from accord.dialects.messages.compaction import compaction_block
from accord.dialects.messages.response import blank_message, input_tokens, iterations
from accord.dialects.messages.signatures import Signatures
from accord.dialects.messages.stream import MessageStream
from accord.dialects.summary import NothingSummarized, summary_of
from accord.engine import Delta, Generation, Usage
from accord.generated import models

ToolChanges = list[models.MessageToolChangeBlock]

_NO_ANSWER = Usage()
"""The tokens of a compaction without an answer are reported separately from those of an answer."""


async def compaction_message(
    generation: Generation,
    tool_changes: ToolChanges,
    *,
    id: str,  # noqa: A002  the field's name
    model: str,
    context: models.MessageContextManagement | None = None,
) -> models.Message:
    """Run `generation` and return the response, without a summary if the model wrote none."""
    try:
        summary = await summary_of(generation)
    except NothingSummarized:
        summary = None
    result = blank_message(id, model, _NO_ANSWER)
    result.content = [compaction_block(summary, tool_changes)]
    result.stop_reason = "compaction"
    result.usage.iterations = iterations(generation.usage)["iterations"]
    if context is not None:
        result.context_management = context
    return result


class CompactionMessageStream(MessageStream):
    """Encodes the deltas of a summary as a message with the compaction as its only block."""

    def __init__(
        self,
        generation: Generation,
        body: models.MessageRequest,
        tool_changes: ToolChanges,
        *,
        id: str,  # noqa: A002  the field's name
        model: str,
        request_id: str,
        signatures: Signatures,
        context: models.MessageContextManagement | None = None,
    ) -> None:
        super().__init__(
            generation,
            body,
            id=id,
            model=model,
            request_id=request_id,
            signatures=signatures,
            context=context,
        )
        self.step = self._collect
        self.tool_changes = tool_changes
        self.text: list[str] = []
        self.reasoning: list[str] = []

    def begin(self) -> bytes:
        """Return all events before the summary: none of the counts depends on it."""
        return self._start_of_message(_NO_ANSWER)

    def _collect(self, deltas: list[Delta]) -> bytes:
        self.text += [delta.text for delta in deltas]
        self.reasoning += [delta.reasoning for delta in deltas]
        return b""

    def end(self) -> bytes:
        summary = "".join(self.text) or "".join(self.reasoning) or None
        counts = models.MessageDeltaUsage(
            **input_tokens(_NO_ANSWER),
            output_tokens=_NO_ANSWER.completion_tokens,
            **iterations(self.generation.usage),
        )
        block = self._compaction(compaction_block(summary, self.tool_changes))
        return block + self._conclusion("compaction", None, counts)
