"""Anthropic's messages."""

from __future__ import annotations

from functools import partial
from secrets import token_hex
from typing import TypeVar

from accord.dialects.ignored import Ignored
from accord.dialects.media import Shown
from accord.dialects.messages.compacting import CompactionMessageStream, compaction_message
from accord.dialects.messages.compaction import Compacted, compaction_block, prompt_of, with_block
from accord.dialects.messages.editing import Messages, edited
from accord.dialects.messages.request import (
    Request,
    conversation,
    fields_renamed,
    sampling,
    tool_changes,
)
from accord.dialects.messages.response import message
from accord.dialects.messages.signatures import verified
from accord.dialects.messages.stream import MessageStream
from accord.dialects.rendering import rendered_prompt
from accord.dialects.sampling import routed
from accord.dialects.sse import EventStream, GenerationEvents
from accord.dialects.summary import NothingSummarized, summary_of
from accord.engine import Conversation, Generation, Sampling
from accord.errors import InvalidRequest
from accord.generated import models
from accord.handlers.call import Call
from accord.handlers.compaction import context_length, summary, to_summarize
from accord.handlers.transfers import rejected

R = TypeVar("R", models.MessageRequest, models.MessageTokenCountRequest)
Compaction = models.MessageCompactParam | models.MessageCompactionParam
"""The parameters that request a compaction."""


async def create_message(
    call: Call, body: models.MessageRequest, parameters: models.CreateMessageParameters
) -> models.Message | EventStream:
    """Answer a conversation."""
    id_ = f"msg_{token_hex(16)}"
    try:
        model = _model(call, body)
        with fields_renamed():
            body, context, compact = await _edited(call, body)
            sampled = routed(sampling(body, limits_thinking=call.engine.limits_thinking), parameters)
            if compact is not None and _is_all(compact):
                return await _compaction(call, body, sampled, compact, context, model, id_)
            compacted = None if compact is None else await _compacted(call, body, sampled, compact)
            if compacted is not None:
                body = _with(body, with_block(body.messages, compacted.block))
            generation = await call.engine.chat(
                await _conversation(call, body),
                sampled,
                request_id=id_,
                stream=bool(body.stream),
                model=model,
            )
    except BaseException:
        await rejected(call, id_, body.kv_transfer_params, parameters)
        raise
    signatures = call.services.signatures
    if body.stream:
        encoder = MessageStream(
            generation,
            body,
            id=id_,
            model=model,
            request_id=call.request_id,
            signatures=signatures,
            context=context,
            compacted=compacted,
        )
        return GenerationEvents(generation, encoder)
    return await message(
        generation, body, id=id_, model=model, signatures=signatures, context=context, compacted=compacted
    )


async def count_message_tokens(
    call: Call, body: models.MessageTokenCountRequest, parameters: models.CountMessageTokensParameters
) -> models.MessageTokenCount:
    """Count the tokens of a conversation."""
    _model(call, body)
    with fields_renamed():
        read, context, _ = await _edited(call, body)
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
    """Return the rendered conversation, with the parameters to generate its answer."""
    model = _model(call, body)
    sampled = sampling(body, limits_thinking=call.engine.limits_thinking)
    with fields_renamed():
        body, _, compact = await _edited(call, body)
        asked = await _conversation(call, body)
        if compact is not None and _is_all(compact):
            asked, sampled = await to_summarize(call.engine, asked, sampled, prompt_of(compact))
        rendering = await call.engine.render_chat_request(
            asked,
            sampled,
            stream=bool(body.stream),
            tensors=body.mm_payload != "none",
        )
    return rendered_prompt(
        rendering, sampled, model=model, request_id=f"msg_{token_hex(16)}", stream=body.stream
    )


def _model(call: Call, body: Request) -> str:
    """Return the served model's name, and send the request id in Anthropic's header."""
    call.headers["request-id"] = call.request_id
    return call.model(body.model)


async def _edited(call: Call, body: R) -> tuple[R, models.MessageContextManagement | None, Compaction | None]:
    """Return the edited request, the applied edits, and the edit that compacts it."""
    body = _with(body, verified(body.messages, call.services.signatures, Ignored(call.ignored)))
    if body.compaction is not None:
        if body.context_management is not None:
            raise InvalidRequest(
                "context_management: cannot be given together with compaction.",
                param="context_management",
            )
        return body, None, body.compaction

    async def count(messages: Messages) -> int:
        return await _count(call, _with(body, messages))

    made = await edited(body, count, Ignored(call.ignored), context_length(call.engine))
    return _with(body, made.messages), made.applied, made.compact


def _is_all(compact: Compaction) -> bool:
    """Whether the request is for a compaction without an answer."""
    return isinstance(compact, models.MessageCompactionParam) or bool(compact.pause_after_compaction)


async def _summary(
    call: Call, body: models.MessageRequest, sampled: Sampling, compact: Compaction, request_id: str
) -> Generation:
    """Start to summarize the conversation."""
    asked = await call.read(partial(conversation, body), Shown(call.engine.modalities))
    return await summary(
        call, asked, sampled, request_id=request_id, model=body.model, prompt=prompt_of(compact)
    )


def _tool_changes(call: Call, body: models.MessageRequest) -> list[models.MessageToolChangeBlock]:
    return tool_changes(body, Shown(call.engine.modalities))


async def _compacted(
    call: Call, body: models.MessageRequest, sampled: Sampling, compact: Compaction
) -> Compacted | None:
    """Return the compaction of the conversation; None if the model writes no summary."""
    generation = await _summary(call, body, sampled, compact, f"cmp_{token_hex(16)}")
    try:
        text = await summary_of(generation)
    except NothingSummarized:
        return None  # the complete input is better than nothing
    return Compacted(compaction_block(text, _tool_changes(call, body)), generation.usage)


async def _compaction(
    call: Call,
    body: models.MessageRequest,
    sampled: Sampling,
    compact: Compaction,
    context: models.MessageContextManagement | None,
    model: str,
    id_: str,
) -> models.Message | EventStream:
    """Return only the compaction."""
    generation = await _summary(call, body, sampled, compact, id_)
    changes = _tool_changes(call, body)
    if not body.stream:
        return await compaction_message(generation, changes, id=id_, model=model, context=context)
    encoder = CompactionMessageStream(
        generation,
        body,
        changes,
        id=id_,
        model=model,
        request_id=call.request_id,
        signatures=call.services.signatures,
        context=context,
    )
    return GenerationEvents(generation, encoder)


def _with(body: R, messages: Messages) -> R:
    return body if messages is body.messages else body.model_copy(update={"messages": messages})


async def _count(call: Call, body: Request) -> int:
    """Return the token count of a conversation, without reporting ignored parts."""
    asked = await call.read(partial(conversation, body), Shown(call.engine.modalities))
    return await _tokens(call, asked)


async def _tokens(call: Call, asked: Conversation) -> int:
    return len((await call.engine.render_chat(asked, Sampling())).token_ids)


async def _conversation(call: Call, body: Request) -> Conversation:
    return await call.read(partial(conversation, body))
