"""Chat completions from tokens that another server generated, whole or chunk by chunk."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from accord.dialects.answers import answers
from accord.dialects.chat.custom import CustomCalls, custom_names
from accord.dialects.chat.functions import is_older
from accord.dialects.chat.request import conversation, echoed, sampling
from accord.dialects.chat.response import chat_completion, chat_logprobs_model, finish_reason
from accord.dialects.derendering import (
    StreamState,
    chunk_usage,
    count_prompt,
    generation,
    given_answer,
    most_top_logprobs,
    within,
)
from accord.dialects.media import Shown
from accord.dialects.usage import usage_model
from accord.engine import Conversation, Delta, Derendering, Engine, GeneratedAnswer, Sampling, ToolCallDelta
from accord.engine.deltas import Usage
from accord.generated import models

_UNKNOWN = models.ChatCompletionRequest(
    messages=[models.UserMessage(role="user", content="")], return_token_ids=False
)
"""The request to assume if none is given."""


async def derendered_chat(
    engine: Engine, body: models.DerenderChatWholeRequest, *, created: int, model: str
) -> models.ChatCompletion:
    """Return the chat completion for generated tokens."""
    response = body.generate_response
    asked = body.chat_request or _request_for(response.choices)
    choices = asked.n or 1 if body.chat_request else None
    answer = given_answer(response, "generate_response", choices, body.prompt_token_ids)
    read = await _read(engine, body.chat_request, asked, answer, stream=False)
    count_prompt(read.usage, response.usage, body.prompt_tokens, read.prompts[0].token_ids)
    made = generation(read)
    return chat_completion(
        await answers(made),
        made,
        asked,
        id=response.request_id or f"chatcmpl-{token_hex(16)}",
        created=created if response.created is None else response.created,
        model=model,
        opening=echoed(asked),
    )


def _request_for(choices: list[Any]) -> models.ChatCompletionRequest:
    """Return the request to assume if none is given: it requests everything that `choices` have."""
    top = most_top_logprobs(choices)
    if top is None:
        return _UNKNOWN
    return _UNKNOWN.model_copy(update={"logprobs": True, "top_logprobs": top})


async def _read(
    engine: Engine,
    given: models.ChatCompletionRequest | None,
    asked: models.ChatCompletionRequest,
    answer: GeneratedAnswer,
    *,
    stream: bool,
) -> Derendering:
    with within("chat_request"):
        sampled: Sampling = sampling(asked)
        held: Conversation | None = conversation(given, Shown(engine.modalities)) if given else None
    return await engine.derender_chat(held, sampled, answer, stream=stream)


async def derendered_chat_chunk(
    engine: Engine, body: models.DerenderChatStreamRequest, *, created: int, model: str
) -> models.DerenderChatStreamResponse:
    """Return the chat completion chunk for a chunk of generated tokens."""
    given = body.generate_chunk
    choice = given.choices[0] if given.choices else None
    state = StreamState(body.stream_state, created)
    asked = body.chat_request or _request_for(given.choices)
    read: Derendering | None = None
    if choice is not None or (given.usage is not None and state.begun):
        answer = GeneratedAnswer(choices=[state.tokens(choice)], prompt_token_ids=body.prompt_token_ids)
        read = await _read(engine, body.chat_request, asked, answer, stream=True)
    optional: dict[str, Any] = {}
    if "usage" in given.model_fields_set:
        optional["usage"] = given.usage and usage_model(_usage(given.usage, body.prompt_tokens, read))
    if asked.return_token_ids and choice is not None and read is not None and not state.begun:
        optional["prompt_token_ids"] = read.prompts[0].token_ids
    choices = [] if choice is None or read is None else [_choice(choice, read, asked, state)]
    chunk = models.ChatCompletionChunk(
        id=given.request_id or f"chatcmpl-{token_hex(16)}",
        object="chat.completion.chunk",
        created=state.created,
        model=model,
        choices=choices,
        **optional,
    )
    return models.DerenderChatStreamResponse(chunk=chunk, stream_state=state.after(choice))


def _usage(given: models.GenerateUsageParam, prompt_tokens: int | None, read: Derendering | None) -> Usage:
    usage = chunk_usage(given, prompt_tokens, read.prompts[0].token_ids if read else ())
    usage.reasoning_tokens = read.usage.reasoning_tokens if read else 0
    return usage


def _choice(
    choice: models.GenerateChunkChoiceParam,
    read: Derendering,
    asked: models.ChatCompletionRequest,
    state: StreamState,
) -> models.ChatCompletionChunkChoice:
    delta = read.deltas[0] if read.deltas else Delta(choice.index)
    optional: dict[str, Any] = {}
    if delta.stop_reason is not None:
        optional["stop_reason"] = delta.stop_reason
    if asked.return_token_ids:
        hides = asked.include_reasoning is False
        optional["token_ids"] = (delta.token_ids or []) if hides else choice.token_ids
    finished: Any = None
    if delta.finish_reason is not None:
        called = any(each.tool_calls for each in [*read.before, delta])
        finished = finish_reason(delta.finish_reason, called, asked)
    return models.ChatCompletionChunkChoice(
        index=choice.index,
        delta=_delta(delta, read.before, asked, state),
        logprobs=chat_logprobs_model(delta.logprobs) if delta.logprobs else None,
        finish_reason=finished,
        **optional,
    )


def _delta(
    delta: Delta, before: list[Delta], asked: models.ChatCompletionRequest, state: StreamState
) -> models.ChatCompletionDelta:
    fields: dict[str, Any] = {}
    text = delta.text
    if not state.begun:
        fields = {"role": "assistant", "refusal": None}
        text = echoed(asked) + text
    if text or not state.begun:
        fields["content"] = text
    if delta.reasoning:
        fields |= {"reasoning": delta.reasoning, "reasoning_content": delta.reasoning}
    if delta.tool_calls and is_older(asked):
        fields["function_call"] = _function_call(delta.tool_calls)
    elif delta.tool_calls:
        state.keep_call_ids(delta.tool_calls)
        if calls := _tool_calls(delta, before, asked):
            fields["tool_calls"] = calls
    return models.ChatCompletionDelta(**fields)


def _tool_calls(
    delta: Delta, before: list[Delta], asked: models.ChatCompletionRequest
) -> list[models.ChatCompletionToolCallDelta]:
    """Return the parts of calls. What a part adds to a custom tool's text depends on the parts before it."""
    customs = CustomCalls(custom_names(asked.tools))
    for earlier in before:
        for call in earlier.tool_calls or ():
            customs.added(delta.index, call)
    deltas = []
    for call in delta.tool_calls or ():
        text = customs.added(delta.index, call)
        kind, field = ("function", "arguments") if text is None else ("custom", "input")
        part: dict[str, Any] = {"name": call.name} if call.name is not None else {}
        part[field] = call.arguments if text is None else text
        opening = {"id": call.id, "type": kind} if call.id is not None else {}
        deltas.append({"index": call.index, **opening, kind: part})
    if delta.finish_reason is not None:
        deltas += [{"index": index, "custom": {"input": text}} for index, text in customs.rest(delta.index)]
    return [models.ChatCompletionToolCallDelta.model_validate(part) for part in deltas]


def _function_call(calls: list[ToolCallDelta]) -> models.ChatCompletionFunctionDelta:
    names = [call.name for call in calls if call.name is not None]
    arguments = "".join(call.arguments for call in calls)
    return models.ChatCompletionFunctionDelta(arguments=arguments, **({"name": names[0]} if names else {}))
