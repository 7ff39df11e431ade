"""Probabilities of given label tokens."""

from __future__ import annotations

from secrets import token_hex

from accord.dialects.scoring.request import prompts, sampling
from accord.dialects.scoring.response import scores
from accord.generated import models
from accord.handlers.call import Call


async def create_generative_scoring(
    call: Call, body: models.GenerativeScoringRequest
) -> models.GenerativeScoringResponse:
    """Say how likely each label is to come next."""
    model = call.model(body.model)
    id_ = f"generative-scoring-{body.request_id or token_hex(16)}"
    labels = sampling(body, call.engine.vocabulary_size)
    prompt = await prompts(body, call.engine)
    generation = await call.engine.complete(prompt, labels, request_id=id_, stream=False, model=model)
    return await scores(generation, body, id=id_, created=call.created, model=model)
