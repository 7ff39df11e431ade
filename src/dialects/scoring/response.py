"""Scores."""

from __future__ import annotations

import math

from accord.dialects.answers import Answer, answers
from accord.dialects.scoring.request import ScoringRequest
from accord.dialects.usage import usage_model
from accord.engine import Generation
from accord.engine.deltas import MIN_LOGPROB
from accord.generated import models


async def scores(
    generation: Generation,
    body: ScoringRequest,
    *,
    id: str,  # noqa: A002  the field's name
    created: int,
    model: str,
) -> models.GenerativeScoringResponse:
    """Run `generation` to its end and return the response."""
    softmax = body.apply_softmax is not False
    data = [_score(answer, softmax) for answer in await answers(generation)]
    return models.GenerativeScoringResponse(
        id=id,
        object="list",
        created=created,
        model=model,
        data=data,
        usage=usage_model(generation.usage),
    )


def _score(answer: Answer, softmax: bool) -> models.GenerativeScore:
    labels = answer.logprobs[0].top or []
    logprobs = [MIN_LOGPROB if label.logprob is None else label.logprob for label in labels]
    probabilities = among_labels(logprobs) if softmax else in_vocabulary(logprobs)
    return models.GenerativeScore(
        index=answer.index, object="score", score=probabilities[0], label_probabilities=probabilities
    )


def among_labels(logprobs: list[float]) -> list[float]:
    """Return probabilities that add up to 1, as if there were no other tokens."""
    likeliest = max(logprobs)
    weights = [math.exp(logprob - likeliest) for logprob in logprobs]
    total = sum(weights)
    return [weight / total for weight in weights]


def in_vocabulary(logprobs: list[float]) -> list[float]:
    """Return the probabilities that the model gives the labels among all tokens."""
    return [min(math.exp(logprob), 1.0) for logprob in logprobs]
