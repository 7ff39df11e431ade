"""Stored chat completions: stored, listed, updated and deleted."""

from __future__ import annotations

import logging

from pydantic_core import to_json

from accord.dialects.answers import Answer
from accord.dialects.chat.response import chat_completion, includes_logprobs, written_chat
from accord.dialects.chat.stored import GatheringStream, stored_messages
from accord.dialects.chat.stream import ChatStream
from accord.dialects.logprobs import Members, WrittenAnswer, gathered, written_answer
from accord.dialects.pages import DEFAULT_LIMIT, list_of, page_of
from accord.dialects.sse import GenerationEvents
from accord.engine import Generation
from accord.errors import ApiError, EngineFailure, NotFound
from accord.generated import models
from accord.handlers.call import Call
from accord.store.completions import NewCompletion
from accord.store.encoding import dumped
from accord.store.large_completions import StoredCompletion
from accord.telemetry.request import current

logger = logging.getLogger(__name__)


async def whole_chat(
    call: Call,
    body: models.ChatCompletionRequest,
    generation: Generation,
    answers: list[Answer],
    completion_id: str,
    model: str,
    opening: str,
) -> models.ChatCompletion | WrittenAnswer:
    """Return the response of a generation that has ended, written where it may be large."""
    written = includes_logprobs(body)
    completion = chat_completion(
        answers,
        generation,
        body,
        id=completion_id,
        created=call.created,
        model=model,
        opening=opening,
        logprobs=not written,
    )
    return await written_chat(completion, answers, generation.prompts[0], body) if written else completion


async def keep(
    call: Call,
    body: models.ChatCompletionRequest,
    completion_id: str,
    model: str,
    completion: models.ChatCompletion | WrittenAnswer,
) -> None:
    """Store a completion."""
    if isinstance(completion, WrittenAnswer):
        text = "".join(await gathered(part.decode() for part in completion.parts))
    else:
        text = dumped(completion.model_dump(mode="json", exclude_unset=True, by_alias=True))
    messages = stored_messages(body.messages, completion_id)
    new = NewCompletion(completion_id, model, text, body.metadata or {}, messages)
    await call.completions.create(new, call.owner)


def stored_at_the_end(
    call: Call, body: models.ChatCompletionRequest, encoder: ChatStream, *, completion_id: str, model: str
) -> GenerationEvents:
    """Yield the events; the last ones only once the complete answer is stored."""
    gathering = GatheringStream(encoder)
    generation = encoder.generation

    async def before_the_end() -> bytes | None:
        if not gathering.complete:
            return None
        try:
            completion = await whole_chat(
                call, body, generation, gathering.answers, completion_id, model, encoder.opening
            )
            await keep(call, body, completion_id, model, completion)
        except Exception as error:
            logger.exception("Chat completion %s could not be stored.", completion_id)
            current().failed = True
            if isinstance(error, ApiError):
                return encoder.fail(error)
            return encoder.fail(EngineFailure("The server failed to store the completion."))
        return None

    return GenerationEvents(generation, gathering, before_the_end)


async def list_chat_completions(
    call: Call, parameters: models.ListChatCompletionsParameters
) -> models.ChatCompletionList | WrittenAnswer:
    """Return a page of the stored completions."""
    found, has_more = await call.completions.page(
        call.owner,
        model=parameters.model,
        metadata=parameters.metadata or {},
        after=parameters.after,
        limit=parameters.limit or DEFAULT_LIMIT,
        newest_first=parameters.order == "desc",
    )
    page = list_of([stored.completion | {"metadata": stored.metadata} for stored in found], has_more=has_more)
    if not any(stored.is_large for stored in found):
        return models.ChatCompletionList.model_validate(page)
    del page["data"]
    parts = [to_json(page)[:-1], b',"data":[']
    for place, stored in enumerate(found):
        parts += [b"," if place else b"", *(await _written(stored)).parts]
    return WrittenAnswer([*parts, b"]}"])


async def retrieve_chat_completion(
    call: Call, parameters: models.RetrieveChatCompletionParameters
) -> models.ChatCompletion | WrittenAnswer:
    """Return a completion."""
    stored = await call.completions.get(parameters.completion_id, call.owner)
    if stored is None:
        raise _unknown(parameters.completion_id)
    return await _answer(stored)


async def update_chat_completion(
    call: Call,
    body: models.ChatCompletionUpdateRequest,
    parameters: models.UpdateChatCompletionParameters,
) -> models.ChatCompletion | WrittenAnswer:
    """Replace the metadata of a completion."""
    stored = await call.completions.update(parameters.completion_id, call.owner, body.metadata or {})
    if stored is None:
        raise _unknown(parameters.completion_id)
    return await _answer(stored)


async def delete_chat_completion(
    call: Call, parameters: models.DeleteChatCompletionParameters
) -> models.ChatCompletionDeleted:
    """Delete a completion."""
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
    newest_first = parameters.order == "desc"
    return models.ChatCompletionMessageList.model_validate(
        page_of(
            messages, "message", after=parameters.after, limit=parameters.limit, newest_first=newest_first
        )
    )


async def _answer(stored: StoredCompletion) -> models.ChatCompletion | WrittenAnswer:
    """Return a completion; a large one is JSON."""
    return await _written(stored) if stored.is_large else _completion(stored)


def _completion(stored: StoredCompletion) -> models.ChatCompletion:
    return models.ChatCompletion.model_validate(stored.completion | {"metadata": stored.metadata})


async def _written(stored: StoredCompletion) -> WrittenAnswer:
    completion = _completion(stored)
    choices: list[Members] = [
        {"logprobs": stored.logprobs[place]} if place in stored.logprobs else {}
        for place in range(len(completion.choices))
    ]
    prompt = stored.prompt_logprobs
    return await written_answer(completion, choices, {} if prompt is None else {"prompt_logprobs": prompt})


def _unknown(completion_id: str) -> NotFound:
    return NotFound(f"Chat completion with id '{completion_id}' not found.", param="completion_id")
