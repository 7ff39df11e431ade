"""Builds completions that are not streamed."""

from __future__ import annotations

from typing import Any

from accord.dialects.answers import Answer, answers
from accord.dialects.completions.logprobs import TextOffsets, completion_logprobs
from accord.dialects.logprobs import prompt_logprobs
from accord.dialects.sampling import transferred
from accord.dialects.usage import usage_model
from accord.engine import Generation, RenderedPrompt
from accord.generated import models


async def completion(
    generation: Generation,
    body: models.CompletionRequest,
    *,
    id: str,  # noqa: A002  the field's name
    created: int,
    model: str,
) -> models.Completion:
    """Run `generation` to its end and return the response."""
    n = body.n or 1
    choices = [
        _choice(answer, generation.prompts[answer.index // n], body) for answer in await answers(generation)
    ]
    return models.Completion(
        id=id,
        object="text_completion",
        created=created,
        model=model,
        choices=choices,
        usage=usage_model(generation.usage),
        **transferred(generation.prompts[0]),
    )


def _choice(
    answer: Answer, prompt: RenderedPrompt, body: models.CompletionRequest
) -> models.CompletionChoice:
    optional: dict[str, Any] = {}
    if answer.stop_reason is not None:
        optional["stop_reason"] = answer.stop_reason
    if body.return_token_ids:
        optional |= {"token_ids": answer.token_ids, "prompt_token_ids": prompt.token_ids}
    if body.prompt_logprobs is not None:
        optional["prompt_logprobs"] = prompt_logprobs(prompt)
    logprobs = None
    if body.logprobs is not None:
        before = prompt.logprobs or [] if body.echo else []
        told = completion_logprobs([*before, *answer.logprobs], TextOffsets())
        logprobs = models.CompletionLogprobs.model_validate_json(told)
    echoed = prompt.text or "" if body.echo else ""
    return models.CompletionChoice(
        text=echoed + answer.text,
        index=answer.index,
        logprobs=logprobs,
        finish_reason=answer.finish_reason,
        **optional,
    )
