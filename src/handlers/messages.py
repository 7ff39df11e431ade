"""Anthropic's messages."""

from __future__ import annotations

from secrets import token_hex

from accord.dialects.media import Shown
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


async def create_message(
    call: Call, body: models.MessageRequest, parameters: models.CreateMessageParameters
) -> models.Message | EventStream:
    """Answer a conversation."""
    id_ = f"msg_{token_hex(16)}"
    try:
        model = _model(call, body)
        with fields_renamed():
            generation = await call.engine.chat(
                _conversation(call, body),
                routed(sampling(body, limits_thinking=call.engine.limits_thinking), parameters),
                request_id=id_,
                stream=bool(body.stream),
                model=model,
            )
    except BaseException:
        await rejected(call, id_, body.kv_transfer_params, parameters)
        raise
    if body.stream:
        encoder = MessageStream(generation, body, id=id_, model=model, request_id=call.request_id)
        return GenerationEvents(generation, encoder)
    return await message(generation, body, id=id_, model=model)


async def count_message_tokens(
    call: Call, body: models.MessageTokenCountRequest, parameters: models.CountMessageTokensParameters
) -> models.MessageTokenCount:
    """Count the tokens of a conversation."""
    _model(call, body)
    rendered = await call.engine.render_chat(_conversation(call, body), Sampling())
    return models.MessageTokenCount(input_tokens=len(rendered.token_ids))


async def render_message(
    call: Call, body: models.MessageRequest, parameters: models.RenderMessageParameters
) -> models.RenderedPrompt:
    """Return the conversation as the model would read it, with what generates its answer."""
    model = _model(call, body)
    sampled = sampling(body, limits_thinking=call.engine.limits_thinking)
    with fields_renamed():
        rendering = await call.engine.render_chat_request(
            _conversation(call, body),
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


def _conversation(call: Call, body: Request) -> Conversation:
    shown = Shown(call.engine.modalities)
    result = conversation(body, shown)
    call.leave_out(shown.left_out)
    return result
