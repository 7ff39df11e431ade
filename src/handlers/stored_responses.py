"""Stored responses as clients read them: a response, or the events of one that was streamed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable

from accord.dialects.logprobs import WrittenAnswer
from accord.dialects.responses.output import EventWriter
from accord.errors import NotFound, NotReady
from accord.generated import models
from accord.handlers.background import CHECK_SECONDS, Events, incomplete_stream, last_event, later_events
from accord.handlers.call import Call
from accord.store import UNFINISHED, StoredResponse
from accord.telemetry.request import current

logger = logging.getLogger(__name__)

_LATER_FIELDS = {"presence_penalty": 0.0, "frequency_penalty": 0.0}
"""Fields that responses stored by the first release lack."""


async def followed(
    call: Call, id_: str, starting_after: int | None, events: Events
) -> AsyncGenerator[bytes, None]:
    """Yield the events from another process; if that ends early, the response's final state."""
    async for some in events:
        starting_after = (-1 if starting_after is None else starting_after) + some.count(b"\n\n")
        yield some
    if not events.complete:
        async for rest in replayed(call, id_, starting_after):
            yield rest


async def replayed(call: Call, id_: str, starting_after: int | None) -> AsyncGenerator[bytes, None]:
    """Yield the stored events of a finished response, or the reason why there are none."""
    try:
        events = await call.services.draining.in_time(_when_ended(call, id_, starting_after))
    except NotFound:
        yield incomplete_stream("The response was deleted.", "response_cancelled", starting_after)
    except NotReady as stopping:
        current().failed = True
        yield incomplete_stream(stopping.message, stopping.code, starting_after)
    except Exception:
        logger.exception("The events of response %s could not be read.", id_)
        current().failed = True
        yield incomplete_stream("The server failed to read the response.", None, starting_after)
    else:
        for some in events:
            yield some
            await asyncio.sleep(0)


async def _when_ended(call: Call, id_: str, starting_after: int | None) -> Iterable[bytes]:
    """Return the events of a response once it has ended, in whichever process."""
    while True:
        try:
            stored = await stored_response(call, id_)
            if stored.response["status"] not in UNFINISHED:
                events = await call.store.events(id_, call.owner)
                break
        except NotReady:
            pass  # the database is available again
        await asyncio.sleep(CHECK_SECONDS)
    if events is not None:
        return later_events(events, starting_after)
    return (last_event(_without_logprobs(stored), starting_after, _logprobs(stored)),)


async def stored_response(call: Call, response_id: str) -> StoredResponse:
    """Return a response of the caller. Raises NotFound."""
    stored = await call.store.get(response_id, call.owner)
    if stored is None:
        raise unknown_response(response_id)
    return stored


def unknown_response(response_id: str) -> NotFound:
    """Return the error for a response that does not exist."""
    return NotFound(f"Response with id '{response_id}' not found.", param="response_id")


def _without_logprobs(stored: StoredResponse) -> models.Response:
    """Return the response, without the log probabilities of large messages."""
    return models.Response.model_validate(_LATER_FIELDS | stored.response)


def answer_of(stored: StoredResponse) -> models.Response | WrittenAnswer:
    """Return the response; with the log probabilities of large messages, it is JSON."""
    response = _without_logprobs(stored)
    if not stored.logprobs:
        return response
    return WrittenAnswer([*EventWriter(_logprobs(stored)).parts(response)])


def _logprobs(stored: StoredResponse) -> dict[str, list[bytes]]:
    """Return the log probabilities that the response's models lack."""
    return {id_: [text.encode()] for id_, text in stored.logprobs.items()}
