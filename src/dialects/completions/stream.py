"""Encodes streamed completions: a frame is prepared once per request and filled with escaped text."""

from __future__ import annotations

from accord.dialects.chunks import ChunkStream, openai_head, transferred_json
from accord.dialects.completions.logprobs import TextOffsets, completion_logprobs
from accord.dialects.sse import escaped, integers, stop_reason_json
from accord.engine import Delta, Generation, RenderedPrompt
from accord.generated import models


class CompletionStream(ChunkStream):
    """Encodes deltas as `text_completion` events."""

    def __init__(
        self,
        generation: Generation,
        body: models.CompletionRequest,
        *,
        id: str,  # noqa: A002  the field's name
        created: int,
        model: str,
    ) -> None:
        super().__init__(generation, body.stream_options, openai_head("text_completion", id, created, model))
        self.n = body.n or 1
        self.echo = bool(body.echo)
        self.with_logprobs = body.logprobs is not None
        self.with_token_ids = bool(body.return_token_ids)
        self.text_frames = [
            (
                self.head + b'"choices":[{"text":',
                b',"index":%d,"logprobs":null,"finish_reason":null}]%b' % (index, self.tail),
            )
            for index in range(self.n * len(generation.prompts))
        ]
        self.offsets: dict[int, TextOffsets] = {}
        self.plain = not (self.echo or self.with_logprobs or self.with_token_ids or self.continuous_usage)

    def begin(self) -> bytes:
        return b""

    def step(self, deltas: list[Delta]) -> bytes:
        events = b""
        for delta in deltas:
            if self.plain and delta.finish_reason is None:
                if delta.text:
                    head, tail = self.text_frames[delta.index]
                    events += head + escaped(delta.text) + tail
            else:
                events += self._rich(delta)
        return events

    def _rich(self, delta: Delta) -> bytes:
        """A chunk with more than text, or the choice's last one."""
        prompt = self.generation.prompts[delta.index // self.n]
        first = delta.index not in self.offsets
        text = delta.text
        more = b""
        if self.with_token_ids:
            more += b',"token_ids":' + integers(delta.token_ids or ())
            if first:
                more += b',"prompt_token_ids":' + integers(prompt.token_ids)
        if first and self.echo:
            text = (prompt.text or "") + text
        logprobs = self._logprobs(delta, prompt, first) if self.with_logprobs else b"null"
        finish = b"null" if delta.finish_reason is None else b'"%b"' % delta.finish_reason.encode()
        self.offsets.setdefault(delta.index, TextOffsets())
        transfer = b"" if delta.finish_reason is None else transferred_json(prompt)
        return b'%b"choices":[{"text":%b,"index":%d,"logprobs":%b,"finish_reason":%b%b%b}]%b%b' % (
            self.head,
            escaped(text),
            delta.index,
            logprobs,
            finish,
            stop_reason_json(delta.stop_reason),
            more,
            transfer,
            self.current_tail(),
        )

    def _logprobs(self, delta: Delta, prompt: RenderedPrompt, first: bool) -> bytes:
        before = prompt.logprobs or [] if first and self.echo else []
        entries = [*before, *(delta.logprobs or ())]
        offsets = self.offsets.setdefault(delta.index, TextOffsets())
        return completion_logprobs(entries, offsets)
