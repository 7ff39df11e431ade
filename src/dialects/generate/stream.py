"""Generated tokens, streamed: each chunk is a frame prepared once per request, filled with token ids."""

from __future__ import annotations

from accord.dialects.errors import openai_error
from accord.dialects.generate.request import with_text
from accord.dialects.generate.response import generate_logprobs
from accord.dialects.sampling import usage_options
from accord.dialects.sse import DONE, escaped, integers, stop_reason_json
from accord.dialects.usage import usage_json
from accord.engine import Delta, Generation
from accord.errors import ApiError
from accord.generated import models


class GenerateStream:
    """Encodes deltas as events of token ids."""

    def __init__(self, generation: Generation, body: models.GenerateRequest, *, request_id: str) -> None:
        self.generation = generation
        self.with_text = with_text(body)
        self.with_usage, self.continuous_usage = usage_options(body.stream_options)
        self.head = b'data: {"request_id":' + escaped(request_id)
        self.choices_head = self.head + b',"choices":['
        self.tail = b',"usage":null}\n\n' if self.with_usage else b"}\n\n"

    def begin(self) -> bytes:
        return b""

    def step(self, deltas: list[Delta]) -> bytes:
        return b"".join(map(self._chunk, deltas))

    def end(self) -> bytes:
        if not self.with_usage:
            return DONE
        return self.head + b',"choices":[]' + self._usage() + DONE

    def fail(self, error: ApiError) -> bytes:
        return b"data: " + openai_error(error) + b"\n\n" + DONE

    def _chunk(self, delta: Delta) -> bytes:
        text = b',"text":' + escaped(delta.text) if self.with_text else b""
        logprobs = b""
        if delta.logprobs:
            told = generate_logprobs(delta.logprobs, self.with_text)
            logprobs = b',"logprobs":' + told.model_dump_json(exclude_unset=True).encode()
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
            + (self._usage() if self.continuous_usage else self.tail)
        )

    def _usage(self) -> bytes:
        return b',"usage":' + usage_json(self.generation.usage) + b"}\n\n"
