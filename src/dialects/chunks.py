"""The parts that chunk streams of chat, completions and generate share: frame, usage and `[DONE]`."""

from __future__ import annotations

import json

from accord.dialects.errors import openai_error
from accord.dialects.sampling import transferred, usage_options
from accord.dialects.sse import escaped
from accord.dialects.usage import usage_json
from accord.engine import Generation, RenderedPrompt
from accord.errors import ApiError
from accord.generated import models

DONE = b"data: [DONE]\n\n"


def openai_head(kind: str, id_: str, created: int, model: str) -> bytes:
    """Return the fields with which OpenAI's chunks begin; `kind` is the `object`."""
    return b'"id":%b,"object":%b,"created":%d,"model":%b,' % (
        escaped(id_),
        escaped(kind),
        created,
        escaped(model),
    )


def transferred_json(prompt: RenderedPrompt) -> bytes:
    """Return the KV transfer parameters for the decode server, as fields to append to an object."""
    parameters = transferred(prompt)
    return b"".join(
        b',"%b":%b' % (name.encode(), json.dumps(value).encode()) for name, value in parameters.items()
    )


class ChunkStream:
    """The frame of every chunk, and the end of the stream.

    `head` is the beginning of a chunk up to its choices, `tail` what follows them.
    """

    def __init__(self, generation: Generation, options: models.StreamOptions | None, fields: bytes) -> None:
        self.generation = generation
        self.with_usage, self.continuous_usage = usage_options(options)
        self.head = b"data: {" + fields
        self.tail = b',"usage":null}\n\n' if self.with_usage else b"}\n\n"

    def current_tail(self) -> bytes:
        """Return the tail of a chunk with the usage so far, if the client asked for it."""
        return self._usage() if self.continuous_usage else self.tail

    def _usage(self) -> bytes:
        return b',"usage":' + usage_json(self.generation.usage) + b"}\n\n"

    def end(self) -> bytes:
        return self.head + b'"choices":[]' + self._usage() + DONE if self.with_usage else DONE

    def fail(self, error: ApiError) -> bytes:
        return b"data: " + openai_error(error) + b"\n\n" + DONE
