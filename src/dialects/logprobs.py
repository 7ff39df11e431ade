"""Log probabilities in forms that several APIs share: OpenAI's for tokens, vLLM's for prompts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from msgspec import Struct
from pydantic_core import to_json

from accord.dialects.sse import escaped, integers
from accord.engine import RenderedPrompt, TokenLogprob
from accord.generated import models
from accord.generated.base import ContractModel

KEPT = 65_536
"""The size of the cache of tokens' JSON: more than usual texts need, fewer than some vocabularies have."""


SLICE = 64
"""How many tokens are converted at once: with twenty likeliest tokens each, a millisecond's work."""


class WrittenAnswer(Struct):
    """A response that is JSON already."""

    body: bytes


async def written_answer(
    response: models.ChatCompletion | models.Completion, logprobs: Iterable[Iterable[bytes]]
) -> WrittenAnswer:
    """Write a response, with the JSON of each choice's log probabilities where the choice says null.

    That comes in slices, between which other requests have their turn: there may be megabytes of it.
    """
    choices, response.choices = response.choices, []
    head, tail = _around(response, b'"choices":[')
    parts = [head]
    for choice, slices in zip(choices, logprobs, strict=True):
        before, after = _around(choice, b'"logprobs":', b"null")
        parts.append(before if choice is choices[0] else b"," + before)
        for each in slices:
            parts.append(each)
            await asyncio.sleep(0)
        parts.append(after)
    return WrittenAnswer(b"".join([*parts, tail]))


def _around(model: ContractModel, name: bytes, value: bytes = b"") -> tuple[bytes, bytes]:
    """Return a model's JSON up to a field's `value`, and after it. In a text, quotes would be escaped."""
    dumped = model.model_dump_json(exclude_unset=True, by_alias=True).encode()
    head, tail = dumped.split(name + value, 1)
    return head + name, tail


def logprobs_json(entries: Iterable[TokenLogprob]) -> bytes:
    """Return each token's log probability, and those of the most likely ones, as a JSON array.

    It is written as it is: a model of each of twenty tokens in a token's place costs ten times as much.
    """
    return b"[" + b",".join(map(_token_json, entries)) + b"]"


def logprobs_slices(entries: Iterable[TokenLogprob]) -> Iterator[bytes]:
    """Yield the same array in parts."""
    yield b"["
    between = b""
    for some in sliced(entries):
        yield between + b",".join(map(_token_json, some))
        between = b","
    yield b"]"


def sliced(entries: Iterable[TokenLogprob]) -> Iterator[list[TokenLogprob]]:
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
    """Return what a token's object says before its log probability, and after it."""
    own_bytes = token.encode() if utf8 is None else utf8
    return b'{"token":%b,"logprob":' % escaped(token), b',"bytes":%b}' % integers(own_bytes)


def prompt_logprobs(prompt: RenderedPrompt) -> list[dict[str, models.PromptLogprob] | None]:
    """Return the log probabilities of each prompt token and of the most likely ones, by token id."""
    return [_position(entry) for entry in prompt.logprobs or ()]


def _position(entry: TokenLogprob) -> dict[str, models.PromptLogprob] | None:
    if entry.logprob is None:
        return None
    return {
        str(e.token_id): models.PromptLogprob(logprob=e.logprob, rank=e.rank, decoded_token=e.token)
        for e in [entry, *(entry.top or ())]
        if e.logprob is not None
    }
