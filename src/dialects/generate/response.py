"""Builds responses with token ids that are not streamed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accord.dialects.answers import Answer, answers
from accord.dialects.generate.request import with_text
from accord.dialects.logprobs import prompt_logprobs
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
) -> models.GenerateResponse:
    """Run `generation` to its end and return the response."""
    text = with_text(body)
    choices = [_choice(answer, text) for answer in await answers(generation)]
    prompt = generation.prompts[0]
    optional: dict[str, Any] = {}
    if prompt.logprobs is not None:
        optional["prompt_logprobs"] = prompt_logprobs(prompt)
    if body.return_token_ids:
        optional["prompt_token_ids"] = prompt.token_ids
    optional |= transferred(prompt)
    return models.GenerateResponse(
        request_id=request_id,
        created=created,
        model=model,
        choices=choices,
        usage=usage_model(generation.usage),
        **optional,
    )


def _choice(answer: Answer, text: bool) -> models.GenerateChoice:
    optional: dict[str, Any] = {}
    if text:
        optional["text"] = answer.text
    if answer.logprobs:
        optional["logprobs"] = generate_logprobs(answer.logprobs, text)
    if answer.stop_reason is not None:
        optional["stop_reason"] = answer.stop_reason
    return models.GenerateChoice(
        index=answer.index, token_ids=answer.token_ids, finish_reason=answer.finish_reason, **optional
    )


def generate_logprobs(entries: Iterable[TokenLogprob], text: bool) -> models.GenerateLogprobs:
    """Return the log probability of each token, with those of the requested tokens."""
    return models.GenerateLogprobs(
        content=[
            models.GenerateTokenLogprobs(
                top_logprobs=[
                    models.GenerateTopLogprob(**_logprob_fields(top, text)) for top in _with_own(entry)
                ],
                **_logprob_fields(entry, text),
            )
            for entry in entries
        ]
    )


def _with_own(entry: TokenLogprob) -> list[TokenLogprob]:
    """The requested tokens, and the generated one if it is not among them."""
    top = entry.top or []
    return top if any(each.token_id == entry.token_id for each in top) else [entry, *top]


def _logprob_fields(entry: TokenLogprob, text: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "token_id": entry.token_id,
        "logprob": MIN_LOGPROB if entry.logprob is None else entry.logprob,
    }
    if entry.rank is not None:
        told["rank"] = entry.rank
    if text:
        told["token"] = entry.token
    return told
