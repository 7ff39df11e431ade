"""Probabilities of given label tokens."""

from __future__ import annotations

from secrets import token_hex

from accord.dialects.sampling import routed
from accord.dialects.scoring.request import prompts, sampling, scored
from accord.dialects.scoring.response import scores
from accord.errors import InvalidRequest
from accord.generated import models
from accord.handlers.call import Call


async def create_generative_scoring(
    call: Call, body: models.GenerativeScoringRequest, parameters: models.CreateGenerativeScoringParameters
) -> models.GenerativeScoringResponse:
    """Return the probability of each label as the next token."""
    model = call.model(body.model)
    id_ = f"generative-scoring-{body.request_id or token_hex(16)}"
    labels = routed(sampling(body, call.engine.vocabulary_size), parameters)
    items = scored(body)
    _check_items(call, items)
    call.engine.admit(items)
    prompt = await prompts(body, call.engine)
    generation = await call.engine.complete(prompt, labels, request_id=id_, stream=False, model=model)
    return await scores(generation, body, id=id_, created=call.created, model=model)


def _check_items(call: Call, items: int) -> None:
    """Refuse too many items: each counts as an answer for `max_choices`."""
    most = call.services.max_choices
    if items > most:
        raise InvalidRequest(
            f"items: {items} items are {items} answers; one request may ask for {most}.",
            param="items",
            code="too_many_choices",
        )
