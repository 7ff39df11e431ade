"""Responses: create, store, follow, cancel and delete."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from msgspec.structs import replace
from pydantic import TypeAdapter

from accord.dialects.ignored import Ignored
from accord.dialects.logprobs import WrittenAnswer
from accord.dialects.pages import page_of
from accord.dialects.rendering import rendered_prompt
from accord.dialects.responses import new_id
from accord.dialects.responses.compacting import CompactionStream
from accord.dialects.responses.compaction import instructs, is_requested, is_users, since_last_compaction
from accord.dialects.responses.mcp_stream import McpStream
from accord.dialects.responses.request import (
    check,
    conversation,
    fields_renamed,
    ignore_unknown,
    sampling,
    wants_logprobs,
)
from accord.dialects.responses.response import begun, usage_model
from accord.dialects.responses.stream import ResponseStream, whole
from accord.dialects.responses.tools import offered, stored_tools
from accord.dialects.sampling import is_prefill_only, routed
from accord.dialects.sse import EventStream, GenerationEvents, WrittenEvents
from accord.engine import Conversation, Generation, Sampling
from accord.errors import InvalidRequest
from accord.generated import models
from accord.handlers.background import (
    NOT_KEPT,
)
from accord.handlers.call import Call
from accord.handlers.compaction import compaction, kept_user_messages, summary, to_summarize
from accord.handlers.context import Context, context_of, input_items_of, turns_before
from accord.handlers.mcp_turns import Turns, turns_of, uses_mcp
from accord.handlers.stored_responses import (
    answer_of,
    followed,
    replayed,
    stored_response,
    unknown_response,
)
from accord.handlers.transfers import rejected
from accord.store import ANSWERED, ResponseRecord
from accord.telemetry.request import current

logger = logging.getLogger(__name__)

OUTPUT_ITEM: TypeAdapter[Any] = TypeAdapter(models.ResponseOutputItem)


async def create_response(
    call: Call, body: models.ResponseRequest, parameters: models.CreateResponseParameters
) -> models.Response | WrittenAnswer | EventStream:
    """Answer an input."""
    id_ = new_id("resp")
    engine_id = body.request_id or id_
    elsewhere = is_prefill_only(body.kv_transfer_params)
    if elsewhere:
        body.store = body.background = False  # the code that writes the response stores it
    try:
        model = call.model(body.model)
        call.engine.admit(1)
        if body.store is not False:
            await call.store.check()
        compacts = is_requested(body)
        sampled = routed(sampling(body), parameters)
        with fields_renamed():
            context, asked = await context_of(call, body, compacts=not compacts)
            turns = None
            if compacts:
                generation = await summary(call, asked, sampled, request_id=engine_id, model=model)
            elif uses_mcp(context.stored_tools):
                turns = turns_of(call, body, context, sampled, model, engine_id)
                generation = await turns.begin(asked)
            else:
                generation = await call.engine.chat(
                    asked,
                    sampled,
                    request_id=engine_id,
                    stream=bool(body.stream or body.background) or wants_logprobs(body),
                    model=model,
                )
    except BaseException:
        await rejected(call, engine_id, body.kv_transfer_params, parameters)
        raise
    call.leave_out(generation.ignored)
    if elsewhere:
        context = replace(context, conversation_id=None)
    response = begun(
        body,
        id=id_,
        created=call.created,
        model=model,
        default_sampling=call.engine.default_sampling,
        tools=context.stored_tools,
    )
    stream = _stream(call, body, response, generation, context, turns)
    if body.background:
        # If the client disconnects now, what was begun continues: a stored response is completed, too.
        return await asyncio.shield(_in_background(call, stream, context, streamed=bool(body.stream)))
    if body.stream:
        return _stored_at_the_end(call, stream, context)
    answer = await whole(stream)
    await _keep(call, stream, context)
    return answer


def _stream(
    call: Call,
    body: models.ResponseRequest,
    response: models.Response,
    generation: Generation,
    context: Context,
    turns: Turns | None,
) -> ResponseStream:
    if is_requested(body):
        return CompactionStream(generation, body, response, kept_user_messages(call.engine, context.history))
    made = [OUTPUT_ITEM.validate_python(item) for item in context.made]
    if turns is None:
        return ResponseStream(generation, body, response, context.tools, made)
    turns.stream = McpStream(generation, body, response, context.tools, made)
    return turns.stream


async def _in_background(
    call: Call, stream: ResponseStream, context: Context, *, streamed: bool
) -> models.Response | EventStream:
    response = stream.response
    try:
        await _keep(call, stream, context, streamed=streamed)
    except BaseException:
        await stream.generation.deltas.aclose()
        raise
    running = call.services.running.start(stream, call.store, streamed=streamed)
    return WrittenEvents(running.follow(None)) if streamed else response


async def _keep(call: Call, stream: ResponseStream, context: Context, *, streamed: bool = False) -> None:
    response = stream.response
    if response.store:
        record = ResponseRecord(
            response.id,
            response.previous_response_id,
            stream.stored(),
            context.items,
            call.owner,
            streamed,
            context.conversation_id,
            context.conversation_place,
        )
        await call.store.create(record)
    elif context.conversation_id is not None and response.status in ANSWERED:
        items = context.items + stream.stored()["output"]
        await call.conversations.add(context.conversation_id, call.owner, items)


def _stored_at_the_end(call: Call, stream: ResponseStream, context: Context) -> EventStream:
    """Yield the events; the last ones only once the complete response is stored."""

    async def keep() -> bytes | None:
        try:
            await _keep(call, stream, context)
        except Exception:
            logger.exception("Response %s could not be stored.", stream.response.id)
            current().failed = True
            return stream.break_off(NOT_KEPT)
        return None

    return GenerationEvents(stream.generation, stream, keep)


async def retrieve_response(
    call: Call, parameters: models.RetrieveResponseParameters
) -> models.Response | WrittenAnswer | EventStream:
    """Return a response, or its events."""
    id_, starting_after = parameters.response_id, parameters.starting_after
    stored = await stored_response(call, id_)
    if not parameters.stream:
        if starting_after is not None:
            raise InvalidRequest("starting_after: only allowed when stream is true.", param="starting_after")
        return answer_of(stored)
    if not stored.streamed:
        raise InvalidRequest(
            f"stream: '{id_}' was not created with background and stream, so its events were not stored.",
            param="stream",
        )
    if running := call.services.running.get(id_):
        return WrittenEvents(running.follow(starting_after))
    if (peers := call.services.peers) and (events := await peers.follow(id_, starting_after)):
        return WrittenEvents(followed(call, id_, starting_after, events))
    return WrittenEvents(replayed(call, id_, starting_after))


async def cancel_response(
    call: Call, parameters: models.CancelResponseParameters
) -> models.Response | WrittenAnswer:
    """Cancel a background response; one that has ended does not change."""
    id_ = parameters.response_id
    stored = await stored_response(call, id_)
    if not stored.response["background"]:
        raise InvalidRequest(
            f"Cannot cancel a synchronous response: '{id_}' was not created with background."
        )
    if running := call.services.running.get(id_):
        await running.cancel()
    elif not await _stopped_elsewhere(call, id_):
        await call.store.cancel(id_, call.owner)
    return answer_of(await stored_response(call, id_))


async def _stopped_elsewhere(call: Call, id_: str) -> bool:
    """Stop a response in another process of this server; False if none generates it."""
    peers = call.services.peers
    return peers is not None and await peers.stop(id_)


async def delete_response(call: Call, parameters: models.DeleteResponseParameters) -> models.ResponseDeleted:
    """Delete a response; the server that is generating it stops."""
    id_ = parameters.response_id
    if not await call.store.delete(id_, call.owner):
        raise unknown_response(id_)
    if running := call.services.running.get(id_):
        await running.cancel()
    else:
        await _stopped_elsewhere(call, id_)
    return models.ResponseDeleted(id=id_, object="response", deleted=True)


async def list_response_input_items(
    call: Call, parameters: models.ListResponseInputItemsParameters
) -> models.ResponseItemList:
    """Return a page of the input items of a response."""
    items = await call.store.input_items(parameters.response_id, call.owner)
    if items is None:
        raise unknown_response(parameters.response_id)
    newest_first = parameters.order != "asc"
    return models.ResponseItemList.model_validate(
        page_of(items, "item", after=parameters.after, limit=parameters.limit, newest_first=newest_first)
    )


async def count_response_input_tokens(call: Call, body: models.ResponseRequest) -> models.ResponseInputTokens:
    """Count the prompt tokens of a response, even beyond the context length."""
    call.model(body.model)
    with fields_renamed():
        _, asked = await context_of(call, body)
        rendering = await call.engine.render_chat_request(
            asked, sampling(body), stream=bool(body.stream), tensors=False
        )
    return models.ResponseInputTokens(
        object="response.input_tokens", input_tokens=len(rendering.prompt.token_ids)
    )


async def compact_response(call: Call, body: models.ResponseCompactRequest) -> models.ResponseCompacted:
    """Compact a conversation: the model summarizes all but its instructions."""
    before = await turns_before(call, body.previous_response_id)
    last = await _last_before(call, body)
    request = models.ResponseRequest.model_validate(
        {name: last.get(name) for name in ("instructions", "reasoning")}
        | body.model_dump(
            include={"previous_response_id", "instructions", "reasoning", "priority", "cache_salt"},
            exclude_none=True,
        )
    )
    request.input, request.tools = body.input, body.tools
    check(request)
    ignored = Ignored(call.ignored)
    ignore_unknown(request, ignored)
    model = call.model(body.model)
    call.engine.admit(1)
    shown = call.shown()
    items = before + await input_items_of(call, body.input, "input", shown)
    given = last.get("tools") if body.tools is None else None
    tools = stored_tools(body.tools or (), "tools", ignored, call.services.mcp) if given is None else given
    history = since_last_compaction(items)
    kept = [item for item in history if is_users(item) or instructs(item)]
    with fields_renamed():
        asked = conversation(request, history, offered(tools, items), ignored, shown)
        generation = await summary(call, asked, sampling(request), request_id=new_id("resp"), model=model)
        made = await compaction(generation, len(kept))
    return models.ResponseCompacted.model_validate(
        {
            "id": new_id("resp"),
            "object": "response.compaction",
            "created_at": call.created,
            "output": [*kept, made.model_dump()],
            "usage": usage_model(generation.usage).model_dump(),
        }
    )


async def _last_before(call: Call, body: models.ResponseCompactRequest) -> dict[str, Any]:
    """Return the stored response that a compaction follows, or nothing.

    Its instructions and tools are the beginning of the prompt, which is in the prefix cache.
    """
    if body.previous_response_id is None:
        return {}
    stored = await call.store.get(body.previous_response_id, call.owner)
    return {} if stored is None else stored.response


async def render_response(call: Call, body: models.ResponseRequest) -> models.RenderedPrompt:
    """Return the prompt of a response, with the parameters to generate it."""
    model = call.model(body.model)
    with fields_renamed():
        asked, sampled = await _asked(call, body)
        rendering = await call.engine.render_chat_request(
            asked, sampled, stream=bool(body.stream), tensors=body.mm_payload != "none"
        )
    return rendered_prompt(rendering, sampled, model=model, request_id=new_id("resp"), stream=body.stream)


async def _asked(call: Call, body: models.ResponseRequest) -> tuple[Conversation, Sampling]:
    """Return the conversation for the model, without compaction."""
    _, asked = await context_of(call, body)
    sampled = sampling(body)
    return await to_summarize(call.engine, asked, sampled) if is_requested(body) else (asked, sampled)
