"""Completions from tokens that another server generated, whole or chunk by chunk."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from accord.dialects.completions.logprobs import TextOffsets, completion_logprobs
from accord.dialects.completions.request import prompt, sampling
from accord.dialects.completions.response import completion
from accord.dialects.derendering import (
    StreamState,
    chunk_usage,
    count_prompt,
    generation,
    given_answer,
    most_top_logprobs,
    within,
)
from accord.dialects.usage import usage_model
from accord.engine import Delta, Derendering, Engine, GeneratedAnswer
from accord.errors import InvalidRequest
from accord.generated import models


async def derendered_completion(
    engine: Engine, body: models.DerenderCompletionWholeRequest, *, created: int, model: str
) -> models.Completion:
    """Return the completion for the generated tokens of each prompt."""
    responses = body.generate_responses
    given = body.completion_request
    asked = given or _request_for([choice for each in responses for choice in each.choices], stream=False)
    tokens = _one_each(body.prompt_tokens, responses, "prompt_tokens")
    token_ids = _one_each(body.prompt_token_ids, responses, "prompt_token_ids")
    answers = [
        given_answer(each, f"generate_responses.{number}", asked.n or 1, ids)
        for number, (each, ids) in enumerate(zip(responses, token_ids, strict=True))
    ]
    read = await _read(engine, given, asked, answers, stream=False)
    for each, count, known in zip(responses, tokens, read.prompts, strict=True):
        count_prompt(read.usage, each.usage, count, known.token_ids)
    first = responses[0]
    answer = await completion(
        generation(read),
        asked,
        id=first.request_id or f"cmpl-{token_hex(16)}",
        created=created if first.created is None else first.created,
        model=model,
    )
    if isinstance(answer, models.Completion):
        return answer
    return models.Completion.model_validate_json(answer.body)


def _one_each(given: list[Any] | None, responses: list[Any], field: str) -> list[Any]:
    """Return one of `given` for each response."""
    if given is None:
        return [None] * len(responses)
    if len(given) != len(responses):
        raise InvalidRequest(
            f"{field}: there are {len(given)}, and {len(responses)} generate_responses.", param=field
        )
    return given


def _request_for(choices: list[Any], *, stream: bool) -> models.CompletionRequest:
    """Return the request to assume if none is given: it requests everything that `choices` have."""
    asked = models.CompletionRequest(prompt="-")
    if not stream:
        asked.n = 1 + max((c.index for c in choices), default=0)  # may be more than the limit of requests
    asked.logprobs = most_top_logprobs(choices)
    return asked


async def _read(
    engine: Engine,
    given: models.CompletionRequest | None,
    asked: models.CompletionRequest,
    answers: list[GeneratedAnswer],
    *,
    stream: bool,
) -> Derendering:
    with within("completion_request"):
        sampled = sampling(asked)
        prompts = prompt(given) if given else None
    if prompts is not None and not stream and len(prompts.inputs) != len(answers):
        raise InvalidRequest(
            f"generate_responses: there are {len(answers)}; the original request has {len(prompts.inputs)} "
            "prompts.",
            param="generate_responses",
        )
    if prompts is not None and len(prompts.inputs) > len(answers) and answers[0].prompt_token_ids is None:
        raise InvalidRequest(
            "prompt_token_ids: required to find the prompt that this chunk continues.",
            param="prompt_token_ids",
        )
    return await engine.derender_completion(prompts, sampled, answers, stream=stream)


async def derendered_completion_chunk(
    engine: Engine, body: models.DerenderCompletionStreamRequest, *, created: int, model: str
) -> models.DerenderCompletionStreamResponse:
    """Return the completion chunk for a chunk of generated tokens."""
    given = body.generate_chunk
    choice = given.choices[0] if given.choices else None
    state = StreamState(body.stream_state, created)
    asked = body.completion_request or _request_for(given.choices, stream=True)
    choices = []
    if choice is not None:
        answer = GeneratedAnswer(choices=[state.tokens(choice)], prompt_token_ids=body.prompt_token_ids)
        read = await _read(engine, body.completion_request, asked, [answer], stream=True)
        choices.append(_choice(choice, read, asked, state))
    optional: dict[str, Any] = {}
    if "usage" in given.model_fields_set:
        usage = given.usage and chunk_usage(given.usage, body.prompt_tokens, body.prompt_token_ids or ())
        optional["usage"] = usage and usage_model(usage)
    chunk = models.CompletionChunk(
        id=given.request_id or f"cmpl-{token_hex(16)}",
        object="text_completion",
        created=state.created,
        model=model,
        choices=choices,
        **optional,
    )
    return models.DerenderCompletionStreamResponse(chunk=chunk, stream_state=state.after(choice))


def _choice(
    choice: models.GenerateChunkChoiceParam,
    read: Derendering,
    asked: models.CompletionRequest,
    state: StreamState,
) -> models.CompletionChunkChoice:
    delta = read.deltas[0] if read.deltas else Delta(choice.index)
    prompt_ids, prompt_text = read.prompts[0].token_ids, read.prompts[0].text
    optional: dict[str, Any] = {}
    if delta.stop_reason is not None:
        optional["stop_reason"] = delta.stop_reason
    if asked.return_token_ids:
        optional["token_ids"] = delta.token_ids or []
        if not state.begun:
            optional["prompt_token_ids"] = prompt_ids
    logprobs = None
    if asked.logprobs is not None:
        offsets = TextOffsets(state.logprob_text_offset)
        text = completion_logprobs(delta.logprobs or (), offsets)
        logprobs = models.CompletionLogprobs.model_validate_json(text)
        state.logprob_text_offset = offsets.offset
    opening = (prompt_text or "") if asked.echo and not state.begun else ""
    return models.CompletionChunkChoice(
        text=opening + delta.text,
        index=choice.index,
        logprobs=logprobs,
        finish_reason=delta.finish_reason,
        **optional,
    )
