"""Encodes streamed token ids: a frame is prepared once per request and filled with token ids."""

from __future__ import annotations

from accord.dialects.chunks import ChunkStream
from accord.dialects.generate.request import with_text
from accord.dialects.generate.response import generate_logprobs
from accord.dialects.sse import escaped, integers, stop_reason_json
from accord.engine import Delta, Generation
from accord.generated import models


class GenerateStream(ChunkStream):
    """Encodes deltas as events of token ids."""

    def __init__(self, generation: Generation, body: models.GenerateRequest, *, request_id: str) -> None:
        super().__init__(generation, body.stream_options, b'"request_id":%b,' % escaped(request_id))
        self.with_text = with_text(body)
        self.choices_head = self.head + b'"choices":['
        self.prompt = b""
        if body.return_token_ids:
            self.prompt = b',"prompt_token_ids":' + integers(generation.prompts[0].token_ids)

    def begin(self) -> bytes:
        return b""

    def step(self, deltas: list[Delta]) -> bytes:
        return b"".join(map(self._chunk, deltas))

    def _chunk(self, delta: Delta) -> bytes:
        text = b',"text":' + escaped(delta.text) if self.with_text else b""
        logprobs = b""
        if delta.logprobs:
            logprobs = b',"logprobs":' + generate_logprobs(delta.logprobs, self.with_text)
        prompt, self.prompt = self.prompt, b""
        finish = b"null" if delta.finish_reason is None else b'"%b"' % delta.finish_reason.encode()
        return (
            self.choices_head
            + b'{"index":%d,"token_ids":%b' % (delta.index, integers(delta.token_ids or ()))
            + text
            + logprobs
            + b',"finish_reason":'
            + finish
            + stop_reason_json(delta.stop_reason)
            + b"}]"
            + prompt
            + self.current_tail()
        )
