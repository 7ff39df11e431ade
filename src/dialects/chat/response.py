"""Builds chat completions that are not streamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from accord.dialects.answers import Answer, ToolCall
from accord.dialects.chat.custom import custom_names, text_of
from accord.dialects.chat.functions import ending, is_older
from accord.dialects.logprobs import (
    Members,
    WrittenAnswer,
    logprobs_json,
    logprobs_slices,
    prompt_logprobs,
    prompt_logprobs_slices,
    written_answer,
)
from accord.dialects.sampling import transferred
from accord.dialects.usage import usage_model
from accord.engine import Generation, RenderedPrompt, TokenLogprob
from accord.generated import models

_NAMED = (models.NamedTool, models.NamedCustomTool)


def finish_reason(finished: str, called_tools: bool, body: models.ChatCompletionRequest) -> str:
    """Return OpenAI's finish reason: `tool_calls` if the model called tools that were not forced."""
    if called_tools and is_older(body):
        return ending(finished, body)
    if finished == "stop" and called_tools and not isinstance(body.tool_choice, _NAMED):
        return "tool_calls"
    return finished


def chat_completion(
    answers: list[Answer],
    generation: Generation,
    body: models.ChatCompletionRequest,
    *,
    id: str,  # noqa: A002  the field's name
    created: int,
    model: str,
    opening: str,
    logprobs: bool = True,
) -> models.ChatCompletion:
    """Return the response of a `generation` that has ended, whose choices are `answers`.

    Each of them begins with the text `opening`. Without `logprobs` these are left to `written_chat`.
    """
    choices = [_choice(answer, body, opening, logprobs and bool(body.logprobs)) for answer in answers]
    optional: dict[str, Any] = {}
    if logprobs and body.prompt_logprobs is not None:
        optional["prompt_logprobs"] = prompt_logprobs(generation.prompts[0])
    if body.return_token_ids:
        optional["prompt_token_ids"] = generation.prompts[0].token_ids
    if body.return_prompt_text:
        optional["prompt_text"] = generation.prompts[0].text
    optional |= transferred(generation.prompts[0])
    return models.ChatCompletion(
        id=id,
        object="chat.completion",
        created=created,
        model=model,
        choices=choices,
        usage=usage_model(generation.usage),
        **optional,
    )


def _choice(
    answer: Answer, body: models.ChatCompletionRequest, opening: str, logprobs: bool
) -> models.ChatCompletionChoice:
    optional: dict[str, Any] = {}
    if answer.stop_reason is not None:
        optional["stop_reason"] = answer.stop_reason
    if body.return_token_ids:
        optional["token_ids"] = answer.token_ids
    reason: Any = finish_reason(answer.finish_reason, bool(answer.tool_calls), body)
    return models.ChatCompletionChoice(
        index=answer.index,
        message=_message(answer, opening, body),
        logprobs=chat_logprobs_model(answer.logprobs) if logprobs else None,
        finish_reason=reason,
        **optional,
    )


def _message(
    answer: Answer, opening: str, body: models.ChatCompletionRequest
) -> models.ChatCompletionMessage:
    text = opening + answer.text
    optional: dict[str, Any] = {}
    if answer.reasoning:
        optional = {"reasoning": answer.reasoning, "reasoning_content": answer.reasoning}
    if answer.tool_calls and is_older(body):
        call = answer.tool_calls[0]
        optional["function_call"] = models.ChatCompletionFunctionCall(
            name=call.name, arguments=call.arguments
        )
    elif answer.tool_calls:
        customs = custom_names(body.tools)
        optional["tool_calls"] = [_call(call, call.name in customs) for call in answer.tool_calls]
    content = text if text or not answer.tool_calls else None
    return models.ChatCompletionMessage(role="assistant", content=content, refusal=None, **optional)


def _call(call: ToolCall, custom: bool) -> models.ChatCompletionToolCall:
    if custom:
        given = models.ChatCompletionCustomCall(name=call.name, input=text_of(call.arguments))
        return models.ChatCompletionCustomToolCall(id=call.id, type="custom", custom=given)
    function = models.ChatCompletionFunctionCall(name=call.name, arguments=call.arguments)
    return models.ChatCompletionFunctionToolCall(id=call.id, type="function", function=function)


def includes_logprobs(body: models.ChatCompletionRequest) -> bool:
    """Whether a response has log probabilities, so that `written_chat` writes it."""
    return bool(body.logprobs) or body.prompt_logprobs is not None


async def written_chat(
    completion: models.ChatCompletion,
    answers: list[Answer],
    prompt: RenderedPrompt,
    body: models.ChatCompletionRequest,
) -> WrittenAnswer:
    """Return a response as JSON, with the log probabilities that its model leaves out."""
    choices: list[Members] = [
        {"logprobs": _logprobs_slices(answer.logprobs)} if body.logprobs else {} for answer in answers
    ]
    with_prompt = body.prompt_logprobs is not None
    return await written_answer(
        completion, choices, {"prompt_logprobs": prompt_logprobs_slices(prompt)} if with_prompt else {}
    )


def chat_logprobs(entries: Iterable[TokenLogprob]) -> bytes:
    """Return the tokens' log probabilities as JSON."""
    return b'{"content":%b,"refusal":null}' % logprobs_json(entries)


def _logprobs_slices(entries: Iterable[TokenLogprob]) -> Iterator[bytes]:
    return chain([b'{"content":'], logprobs_slices(entries), [b',"refusal":null}'])


def chat_logprobs_model(entries: Iterable[TokenLogprob]) -> models.ChatCompletionLogprobs:
    """Return the tokens' log probabilities as the contract's model."""
    return models.ChatCompletionLogprobs.model_validate_json(chat_logprobs(entries))
