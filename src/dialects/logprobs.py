"""Log probabilities in forms that several APIs share: OpenAI's for tokens, vLLM's for prompts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pydantic_core import to_json

from accord.dialects.sse import escaped, integers
from accord.engine import RenderedPrompt, TokenLogprob
from accord.generated import models

KEPT = 65_536
"""Tokens whose JSON is kept: more than texts are made of, and fewer than some vocabularies have."""


def logprobs_json(entries: Iterable[TokenLogprob]) -> bytes:
    """Return each token's log probability, and those of the most likely ones, as a JSON array.

    It is written as it is: a model of each of twenty tokens in a token's place costs ten times as much.
    """
    return b"[" + b",".join(map(_token_json, entries)) + b"]"


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
