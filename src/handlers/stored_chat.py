"""Stored chat completions: kept, listed, changed and forgotten."""

from __future__ import annotations

import logging

from accord.dialects.chat.response import chat_completion
from accord.dialects.chat.stored import GatheringStream, stored_messages
from accord.dialects.chat.stream import ChatStream
from accord.dialects.sse import GenerationEvents
from accord.errors import ApiError, EngineFailure, InvalidRequest, NotFound
from accord.generated import models
from accord.handlers.call import Call
from accord.store.completions import StoredCompletion
from accord.telemetry.request import current

logger = logging.getLogger(__name__)

DEFAULT_LIMIT = 20


async def keep(call: Call, body: models.ChatCompletionRequest, completion: models.ChatCompletion) -> None:
    """Keep a completion."""
    given = completion.model_dump(mode="json", exclude_unset=True, by_alias=True)
    messages = stored_messages(body.messages, completion.id)
    await call.completions.create(StoredCompletion(given, body.metadata or {}), call.owner, messages)


def kept_at_the_end(
    call: Call, body: models.ChatCompletionRequest, encoder: ChatStream, *, completion_id: str, model: str
) -> GenerationEvents:
    """The events; the last ones, which say that the answer is complete, once it is kept."""
    gathering = GatheringStream(encoder)
    generation = encoder.generation

    async def before_the_end() -> bytes | None:
        if not gathering.complete:
            return None
        try:
            completion = chat_completion(
                gathering.answers,
                generation,
                body,
                id=completion_id,
                created=call.created,
                model=model,
                opening=encoder.opening,
            )
            await keep(call, body, completion)
        except Exception as error:
            logger.exception("Chat completion %s could not be kept.", completion_id)
            current().failed = True
            told = error if isinstance(error, ApiError) else EngineFailure("The server failed to keep it.")
            return encoder.fail(told)
        return None

    return GenerationEvents(generation, gathering, before_the_end)


async def list_chat_completions(
    call: Call, parameters: models.ListChatCompletionsParameters
) -> models.ChatCompletionList:
    """Return a page of what was kept."""
    found, has_more = await call.completions.page(
        call.owner,
        model=parameters.model,
        metadata=parameters.metadata or {},
        after=parameters.after,
        limit=parameters.limit or DEFAULT_LIMIT,
        newest_first=parameters.order == "desc",
    )
    completions = [_completion(stored) for stored in found]
    return models.ChatCompletionList(
        object="list",
        data=completions,
        first_id=completions[0].id if completions else None,
        last_id=completions[-1].id if completions else None,
        has_more=has_more,
    )


async def retrieve_chat_completion(
    call: Call, parameters: models.RetrieveChatCompletionParameters
) -> models.ChatCompletion:
    """Return a completion."""
    stored = await call.completions.get(parameters.completion_id, call.owner)
    if stored is None:
        raise _unknown(parameters.completion_id)
    return _completion(stored)


async def update_chat_completion(
    call: Call,
    body: models.ChatCompletionUpdateRequest,
    parameters: models.UpdateChatCompletionParameters,
) -> models.ChatCompletion:
    """Give a completion other metadata."""
    stored = await call.completions.update(parameters.completion_id, call.owner, body.metadata or {})
    if stored is None:
        raise _unknown(parameters.completion_id)
    return _completion(stored)


async def delete_chat_completion(
    call: Call, parameters: models.DeleteChatCompletionParameters
) -> models.ChatCompletionDeleted:
    """Forget a completion."""
    id_ = parameters.completion_id
    if not await call.completions.delete(id_, call.owner):
        raise _unknown(id_)
    return models.ChatCompletionDeleted(id=id_, object="chat.completion.deleted", deleted=True)


async def list_chat_completion_messages(
    call: Call, parameters: models.ListChatCompletionMessagesParameters
) -> models.ChatCompletionMessageList:
    """Return a page of the messages that a completion answers."""
    messages = await call.completions.messages(parameters.completion_id, call.owner)
    if messages is None:
        raise _unknown(parameters.completion_id)
    if parameters.order == "desc":
        messages.reverse()
    start = 0
    if parameters.after is not None:
        ids = [message["id"] for message in messages]
        if parameters.after not in ids:
            raise InvalidRequest(f"after: there is no message '{parameters.after}' here.", param="after")
        start = ids.index(parameters.after) + 1
    end = start + (parameters.limit or DEFAULT_LIMIT)
    shown = messages[start:end]
    return models.ChatCompletionMessageList.model_validate(
        {
            "object": "list",
            "data": shown,
            "first_id": shown[0]["id"] if shown else None,
            "last_id": shown[-1]["id"] if shown else None,
            "has_more": end < len(messages),
        }
    )


def _completion(stored: StoredCompletion) -> models.ChatCompletion:
    return models.ChatCompletion.model_validate(stored.completion | {"metadata": stored.metadata})


def _unknown(completion_id: str) -> NotFound:
    return NotFound(f"Chat completion with id '{completion_id}' not found.", param="completion_id")
