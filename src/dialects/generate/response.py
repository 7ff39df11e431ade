"""Builds responses with token ids that are not streamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from pydantic_core import to_json

from accord.dialects.answers import Answer, answers
from accord.dialects.generate.request import with_text
from accord.dialects.logprobs import (
    Members,
    WrittenAnswer,
    json_slices,
    prompt_logprobs_slices,
    written_answer,
)
from accord.dialects.sampling import transferred
from accord.dialects.usage import usage_model
from accord.engine import Generation, TokenLogprob
from accord.engine.deltas import MIN_LOGPROB
from accord.generated import models


async def generated(
    generation: Generation,
    body: models.GenerateRequest,
    *,
    request_id: str,
    created: int,
    model: str,
) -> models.GenerateResponse | WrittenAnswer:
    """Run `generation` to its end and return the response."""
    text = with_text(body)
    done = await answers(generation)
    prompt = generation.prompts[0]
    optional: dict[str, Any] = {}
    if body.return_token_ids:
        optional["prompt_token_ids"] = prompt.token_ids
    optional |= transferred(prompt)
    response = models.GenerateResponse(
        request_id=request_id,
        created=created,
        model=model,
        choices=[_choice(answer, text) for answer in done],
        usage=usage_model(generation.usage),
        **optional,
    )
    if prompt.logprobs is None and not any(answer.logprobs for answer in done):
        return response
    choices: list[Members] = [
        {"logprobs": _logprobs_slices(answer.logprobs, text)} if answer.logprobs else {} for answer in done
    ]
    members: Members = {}
    if prompt.logprobs is not None:
        members["prompt_logprobs"] = prompt_logprobs_slices(prompt)
    return await written_answer(response, choices, members)


def _choice(answer: Answer, text: bool) -> models.GenerateChoice:
    optional: dict[str, Any] = {}
    if text:
        optional["text"] = answer.text
    if answer.stop_reason is not None:
        optional["stop_reason"] = answer.stop_reason
    return models.GenerateChoice(
        index=answer.index, token_ids=answer.token_ids, finish_reason=answer.finish_reason, **optional
    )


def generate_logprobs(entries: Iterable[TokenLogprob], text: bool) -> bytes:
    """Return the log probability of each token, with those of the requested tokens, as ASCII JSON."""
    return to_json({"content": [_entry(entry, text) for entry in entries]}, ensure_ascii=True)


def _logprobs_slices(entries: Iterable[TokenLogprob], text: bool) -> Iterator[bytes]:
    return chain([b'{"content":'], json_slices(_entry(entry, text) for entry in entries), [b"}"])


def _entry(entry: TokenLogprob, text: bool) -> dict[str, Any]:
    top = [_logprob_fields(each, text) for each in _with_own(entry)]
    return _logprob_fields(entry, text) | {"top_logprobs": top}


def _with_own(entry: TokenLogprob) -> list[TokenLogprob]:
    """Return the requested tokens, and the generated one if it is not among them."""
    top = entry.top or []
    return top if any(each.token_id == entry.token_id for each in top) else [entry, *top]


def _logprob_fields(entry: TokenLogprob, text: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "token_id": entry.token_id,
        "logprob": MIN_LOGPROB if entry.logprob is None else entry.logprob,
    }
    if entry.rank is not None:
        fields["rank"] = entry.rank
    if text:
        fields["token"] = entry.token
    return fields
