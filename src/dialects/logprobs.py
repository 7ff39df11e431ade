"""Log probabilities in forms that several APIs share: OpenAI's for tokens, vLLM's for prompts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from msgspec import Struct
from pydantic import TypeAdapter
from pydantic_core import to_json

from accord.dialects.sse import escaped, integers
from accord.engine import RenderedPrompt, TokenLogprob
from accord.generated import models
from accord.generated.base import ContractModel

KEPT = 65_536
"""The size of the cache of tokens' JSON: more than usual texts need, fewer than some vocabularies have."""


SLICE = 16
"""How many tokens are converted at once: with twenty likeliest tokens each, 2 to 4 ms of work."""


_PROMPT_LOGPROBS: TypeAdapter[list[dict[str, models.PromptLogprob] | None]] = TypeAdapter(
    list[dict[str, models.PromptLogprob] | None]
)

Entry = TypeVar("Entry")


PIECE = 65_536
"""Bytes of a written response that are sent together: twice as many at most."""


class WrittenAnswer(Struct):
    """A response that is already JSON.

    It is in parts, as joining megabytes may hold the event loop for tens of milliseconds.
    """

    parts: list[bytes]

    @property
    def size(self) -> int:
        """The number of bytes."""
        return sum(map(len, self.parts))

    @property
    def body(self) -> bytes:
        """The whole."""
        return b"".join(self.parts)

    def pieces(self) -> Iterator[bytes]:
        """Yield it in pieces to send."""
        pending: list[bytes] = []
        size = 0
        for part in self.parts:
            for begin in range(0, len(part), PIECE):
                pending.append(part[begin : begin + PIECE])
                size += len(pending[-1])
                if size >= PIECE:
                    yield b"".join(pending)
                    pending, size = [], 0
        if pending:
            yield b"".join(pending)


Members = dict[str, Iterable[bytes]]
"""Members of a JSON object by name, each as JSON in slices."""


async def written_answer(
    response: models.ChatCompletion | models.Completion | models.GenerateResponse,
    choices: Sequence[Members],
    members: Members | None = None,
) -> WrittenAnswer:
    """Write a response, with additional members of each choice and of the response itself.

    It is yielded in slices, between which other requests run: there may be megabytes of it.
    """
    members = members or {}
    parts = [_opened(response, {"choices", *members}), b',"choices":[']
    for index, (choice, added) in enumerate(zip(response.choices, choices, strict=True)):
        parts.append((b"," if index else b"") + _opened(choice, set(added)))
        await _add(parts, added)
    parts.append(b"]")
    await _add(parts, members)
    return WrittenAnswer(parts)


def _opened(model: ContractModel, left_out: set[str]) -> bytes:
    """Return a model's JSON up to the brace that closes it.

    It is pure ASCII like the log probabilities, as the database has megabytes of that in less time.
    """
    opened = model.model_dump_json(exclude_unset=True, by_alias=True, exclude=left_out, ensure_ascii=True)
    return opened.encode()[:-1]


async def _add(parts: list[bytes], members: Members) -> None:
    for name, slices in members.items():
        parts.append(b',"%b":' % name.encode())
        parts += await gathered(slices)
    parts.append(b"}")


async def gathered(parts: Iterable[Entry]) -> list[Entry]:
    """Return all parts; other requests run between them, each of which takes a while to make."""
    made = []
    for part in parts:
        made.append(part)
        await asyncio.sleep(0)
    return made


def logprobs_json(entries: Iterable[TokenLogprob]) -> bytes:
    """Return each token's log probability, and those of the most likely ones, as a JSON array.

    It is written directly: a model for each of twenty tokens per position would cost ten times as much.
    """
    return b"[" + b",".join(map(_token_json, entries)) + b"]"


def logprobs_slices(entries: Iterable[TokenLogprob]) -> Iterator[bytes]:
    """Yield the same array in slices."""
    return _array_slices(entries, lambda some: b",".join(map(_token_json, some)))


def json_slices(entries: Iterable[Any]) -> Iterator[bytes]:
    """Yield a JSON array of anything that pydantic can serialize, in slices."""
    return _array_slices(entries, lambda some: to_json(some, ensure_ascii=True)[1:-1])


def _array_slices(entries: Iterable[Entry], write: Callable[[list[Entry]], bytes]) -> Iterator[bytes]:
    yield b"["
    between = b""
    for some in sliced(entries):
        yield between + write(some)
        between = b","
    yield b"]"


def sliced(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Yield `SLICE` entries at a time."""
    rest = iter(entries)
    while some := list(islice(rest, SLICE)):
        yield some


def _token_json(entry: TokenLogprob) -> bytes:
    top = entry.top or ()
    values = [entry.logprob or 0.0]
    values += [each.logprob or 0.0 for each in top]
    own, *numbers = to_json(values)[1:-1].split(b",")
    likeliest = []
    for each, number in zip(top, numbers, strict=True):
        head, tail = _around_number(each.token, each.utf8)
        likeliest.append(head + number + tail)
    head, tail = _around_number(entry.token, entry.utf8)
    return b'%b%b%b,"top_logprobs":[%b]}' % (head, own, tail[:-1], b",".join(likeliest))


@lru_cache(maxsize=KEPT)
def _around_number(token: str, utf8: bytes | None) -> tuple[bytes, bytes]:
    """Return the parts of a token's object before and after its log probability."""
    own_bytes = token.encode() if utf8 is None else utf8
    return b'{"token":%b,"logprob":' % escaped(token), b',"bytes":%b}' % integers(own_bytes)


def prompt_logprobs(prompt: RenderedPrompt) -> list[dict[str, models.PromptLogprob] | None]:
    """Return the log probabilities of each prompt token and of the most likely ones, by token id."""
    return _PROMPT_LOGPROBS.validate_json(b"".join(prompt_logprobs_slices(prompt)))


def prompt_logprobs_slices(prompt: RenderedPrompt) -> Iterator[bytes]:
    """Yield the same as JSON, in slices."""
    return json_slices(map(_position, prompt.logprobs or ()))


def _position(entry: TokenLogprob) -> dict[str, dict[str, Any]] | None:
    if entry.logprob is None:
        return None
    return {
        str(e.token_id): {"logprob": e.logprob, "rank": e.rank, "decoded_token": e.token}
        for e in [entry, *(entry.top or ())]
        if e.logprob is not None
    }
