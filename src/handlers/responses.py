"""Responses: made, kept, followed and forgotten."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator

from accord.dialects.responses import new_id
from accord.dialects.responses.items import Item, input_items, referenced_ids
from accord.dialects.responses.pages import page
from accord.dialects.responses.request import check, conversation, fields_renamed, sampling, wants_logprobs
from accord.dialects.responses.response import as_json, begun, ended
from accord.dialects.responses.stream import ResponseStream, whole
from accord.dialects.responses.truncation import shortened
from accord.dialects.sse import EventStream, GenerationEvents, WrittenEvents
from accord.engine import Conversation
from accord.errors import InvalidRequest, NotFound
from accord.generated import models
from accord.handlers.background import NOT_KEPT, later_events
from accord.handlers.call import Call
from accord.store import ResponseRecord

logger = logging.getLogger(__name__)

_UNFINISHED = ("queued", "in_progress")


async def create_response(call: Call, body: models.ResponseRequest) -> models.Response | EventStream:
    """Answer an input."""
    model = call.model(body.model)
    with fields_renamed():
        given, asked = await _conversation(call, body)
        id_ = new_id("resp")
        generation = await call.engine.chat(
            asked,
            sampling(body),
            request_id=id_,
            stream=bool(body.stream) or wants_logprobs(body),
            model=model,
        )
    response = begun(
        body, id=id_, created=call.created, model=model, default_sampling=call.engine.default_sampling
    )
    stream = ResponseStream(generation, body, response)
    if body.background:
        await _keep(call, response, given)
        running = call.services.running.start(stream, call.services.store, streamed=bool(body.stream))
        return WrittenEvents(running.follow(None)) if body.stream else response
    if body.stream:
        return _kept_at_the_end(call, stream, given)
    response = await whole(stream)
    await _keep(call, response, given)
    return response


async def _conversation(call: Call, body: models.ResponseRequest) -> tuple[list[Item], Conversation]:
    """Return the input's items, and the whole conversation with what came before."""
    check(body)
    before = await _turns_before(call, body.previous_response_id)
    references = referenced_ids(body)
    referenced = await call.services.store.items(references) if references else {}
    given = input_items(body, referenced, call.engine.text_only)
    asked = conversation(body, before + given)
    if body.truncation == "auto":
        asked = await shortened(call.engine, asked, sampling(body))
    return given, asked


async def _turns_before(call: Call, previous_id: str | None) -> list[Item]:
    """Return what was said up to the response that the new one follows, its own output included."""
    if previous_id is None:
        return []
    records = await call.services.store.chain(previous_id)
    missing = records[0].previous_id if records else previous_id
    if missing is not None:
        raise InvalidRequest(
            f"Previous response with id '{missing}' not found.",
            param="previous_response_id",
            code="previous_response_not_found",
        )
    status = records[-1].response["status"]
    if status in _UNFINISHED:
        raise InvalidRequest(
            f"previous_response_id: '{previous_id}' is {status}; only one that has ended can be followed.",
            param="previous_response_id",
        )
    return [item for record in records for item in record.items]


async def _keep(call: Call, response: models.Response, given: list[Item]) -> None:
    if response.store:
        record = ResponseRecord(response.id, response.previous_response_id, as_json(response), given)
        await call.services.store.create(record)


def _kept_at_the_end(call: Call, stream: ResponseStream, given: list[Item]) -> EventStream:
    """The events; the last ones, which say that the response is complete, once it is kept."""

    async def keep() -> bytes | None:
        try:
            await _keep(call, stream.response, given)
        except Exception:
            logger.exception("Response %s could not be kept.", stream.response.id)
            return stream.break_off(NOT_KEPT)
        return None

    return GenerationEvents(stream.generation, stream, keep)


async def retrieve_response(
    call: Call, parameters: models.RetrieveResponseParameters
) -> models.Response | EventStream:
    """Return a response, or its events."""
    record = await _record(call, parameters.response_id)
    if not parameters.stream:
        if parameters.starting_after is not None:
            raise InvalidRequest("starting_after: only allowed when stream is true.", param="starting_after")
        return _response(record)
    running = call.services.running.get(record.id)
    if running is not None and running.streamed:
        return WrittenEvents(running.follow(parameters.starting_after))
    events = await call.services.store.events(record.id)
    if events is None:
        raise InvalidRequest(
            f"stream: '{record.id}' was not created with background and stream, so its events were not kept.",
            param="stream",
        )
    return WrittenEvents(_replayed(later_events(events, parameters.starting_after)))


async def _replayed(events: bytes) -> AsyncGenerator[bytes, None]:
    yield events


async def cancel_response(call: Call, parameters: models.CancelResponseParameters) -> models.Response:
    """Stop a background response; one that has ended stays as it is."""
    if running := call.services.running.get(parameters.response_id):
        await running.cancel()
    record = await _record(call, parameters.response_id)
    if not record.response["background"]:
        raise InvalidRequest(
            f"Cannot cancel a synchronous response: '{record.id}' was not created with background."
        )
    response = _response(record)
    if response.status in _UNFINISHED:  # the server that was making it is gone
        response = ended(response, "cancelled")
        await call.services.store.update(record.id, as_json(response))
    return response


async def delete_response(call: Call, parameters: models.DeleteResponseParameters) -> models.ResponseDeleted:
    """Forget a response; one that is being made is stopped."""
    if running := call.services.running.get(parameters.response_id):
        await running.cancel()
    if not await call.services.store.delete(parameters.response_id):
        raise _unknown(parameters.response_id)
    return models.ResponseDeleted(id=parameters.response_id, object="response", deleted=True)


async def list_response_input_items(
    call: Call, parameters: models.ListResponseInputItemsParameters
) -> models.ResponseItemList:
    """Return a page of what a response was given."""
    record = await _record(call, parameters.response_id)
    return page(record.input_items, parameters)


async def render_response(call: Call, body: models.ResponseRequest) -> models.RenderedPrompt:
    """Return the prompt that a response would be made from."""
    model = call.model(body.model)
    with fields_renamed():
        _, asked = await _conversation(call, body)
        prompt = await call.engine.render_chat(asked, sampling(body))
    return models.RenderedPrompt(model=model, prompt=prompt.text or "", token_ids=prompt.token_ids)


async def _record(call: Call, response_id: str) -> ResponseRecord:
    record = await call.services.store.get(response_id)
    if record is None:
        raise _unknown(response_id)
    return record


def _unknown(response_id: str) -> NotFound:
    return NotFound(f"Response with id '{response_id}' not found.", param="response_id")


def _response(record: ResponseRecord) -> models.Response:
    return models.Response.model_validate(record.response)
