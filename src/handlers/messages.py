"""Anthropic's messages."""

from __future__ import annotations

from functools import partial
from secrets import token_hex
from typing import TypeVar

from accord.dialects.ignored import Ignored
from accord.dialects.media import Shown
from accord.dialects.messages.editing import Messages, edited
from accord.dialects.messages.request import Request, conversation, fields_renamed, sampling
from accord.dialects.messages.response import message
from accord.dialects.messages.stream import MessageStream
from accord.dialects.rendering import rendered_prompt
from accord.dialects.sampling import routed
from accord.dialects.sse import EventStream, GenerationEvents
from accord.engine import Conversation, Sampling
from accord.generated import models
from accord.handlers.call import Call
from accord.handlers.transfers import rejected

R = TypeVar("R", models.MessageRequest, models.MessageTokenCountRequest)


async def create_message(
    call: Call, body: models.MessageRequest, parameters: models.CreateMessageParameters
) -> models.Message | EventStream:
    """Answer a conversation."""
    id_ = f"msg_{token_hex(16)}"
    try:
        model = _model(call, body)
        with fields_renamed():
            body, context = await _edited(call, body)
            generation = await call.engine.chat(
                await _conversation(call, body),
                routed(sampling(body, limits_thinking=call.engine.limits_thinking), parameters),
                request_id=id_,
                stream=bool(body.stream),
                model=model,
            )
    except BaseException:
        await rejected(call, id_, body.kv_transfer_params, parameters)
        raise
    if body.stream:
        encoder = MessageStream(
            generation, body, id=id_, model=model, request_id=call.request_id, context=context
        )
        return GenerationEvents(generation, encoder)
    return await message(generation, body, id=id_, model=model, context=context)


async def count_message_tokens(
    call: Call, body: models.MessageTokenCountRequest, parameters: models.CountMessageTokensParameters
) -> models.MessageTokenCount:
    """Count the tokens of a conversation."""
    _model(call, body)
    with fields_renamed():
        read, context = await _edited(call, body)
        counted = models.MessageTokenCount(input_tokens=await _tokens(call, await _conversation(call, read)))
        if context is not None:
            original = await _count(call, body) if context.applied_edits else counted.input_tokens
            counted.context_management = models.MessageTokenCountContextManagement(
                original_input_tokens=original
            )
    return counted


async def render_message(
    call: Call, body: models.MessageRequest, parameters: models.RenderMessageParameters
) -> models.RenderedPrompt:
    """Return the conversation as the model would read it, with what generates its answer."""
    model = _model(call, body)
    sampled = sampling(body, limits_thinking=call.engine.limits_thinking)
    with fields_renamed():
        body, _ = await _edited(call, body)
        rendering = await call.engine.render_chat_request(
            await _conversation(call, body),
            sampled,
            stream=bool(body.stream),
            tensors=body.mm_payload != "none",
        )
    return rendered_prompt(
        rendering, sampled, model=model, request_id=f"msg_{token_hex(16)}", stream=body.stream
    )


def _model(call: Call, body: Request) -> str:
    """Return the served model's name, and tell the request's id where Anthropic's clients look for it."""
    call.headers["request-id"] = call.request_id
    return call.model(body.model)


async def _edited(call: Call, body: R) -> tuple[R, models.MessageContextManagement | None]:
    """Return the request with the conversation as the model is to read it, and what was done to it."""

    async def count(messages: Messages) -> int:
        return await _count(call, _with(body, messages))

    messages, context = await edited(body, count, Ignored(call.ignored))
    return _with(body, messages), context


def _with(body: R, messages: Messages) -> R:
    return body if messages is body.messages else body.model_copy(update={"messages": messages})


async def _count(call: Call, body: Request) -> int:
    """Return the tokens of a conversation; the client is told nothing of what is left out of it."""
    asked = await call.read(partial(conversation, body), Shown(call.engine.modalities))
    return await _tokens(call, asked)


async def _tokens(call: Call, asked: Conversation) -> int:
    return len((await call.engine.render_chat(asked, Sampling())).token_ids)


async def _conversation(call: Call, body: Request) -> Conversation:
    return await call.read(partial(conversation, body))
