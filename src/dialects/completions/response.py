"""Builds completions that are not streamed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from accord.dialects.answers import Answer, answers
from accord.dialects.completions.logprobs import TextOffsets, completion_logprobs_slices
from accord.dialects.logprobs import Members, WrittenAnswer, prompt_logprobs_slices, written_answer
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
) -> models.Completion | WrittenAnswer:
    """Run `generation` to its end and return the response."""
    n = body.n or 1
    pairs = [(answer, generation.prompts[answer.index // n]) for answer in await answers(generation)]
    response = models.Completion(
        id=id,
        object="text_completion",
        created=created,
        model=model,
        choices=[_choice(answer, prompt, body) for answer, prompt in pairs],
        usage=usage_model(generation.usage),
        **transferred(generation.prompts[0]),
    )
    if body.logprobs is None and body.prompt_logprobs is None:
        return response
    return await written_answer(response, [_members(answer, prompt, body) for answer, prompt in pairs])


def _members(answer: Answer, prompt: RenderedPrompt, body: models.CompletionRequest) -> Members:
    members: Members = {}
    if body.logprobs is not None:
        members["logprobs"] = _logprobs(answer, prompt, body)
    if body.prompt_logprobs is not None:
        members["prompt_logprobs"] = prompt_logprobs_slices(prompt)
    return members


def _logprobs(answer: Answer, prompt: RenderedPrompt, body: models.CompletionRequest) -> Iterator[bytes]:
    before = prompt.logprobs or [] if body.echo else []
    return completion_logprobs_slices(chain(before, answer.logprobs), TextOffsets())


def _choice(
    answer: Answer, prompt: RenderedPrompt, body: models.CompletionRequest
) -> models.CompletionChoice:
    optional: dict[str, Any] = {}
    if answer.stop_reason is not None:
        optional["stop_reason"] = answer.stop_reason
    if body.return_token_ids:
        optional |= {"token_ids": answer.token_ids, "prompt_token_ids": prompt.token_ids}
    echoed = prompt.text or "" if body.echo else ""
    return models.CompletionChoice(
        text=echoed + answer.text,
        index=answer.index,
        logprobs=None,
        finish_reason=answer.finish_reason,
        **optional,
    )
