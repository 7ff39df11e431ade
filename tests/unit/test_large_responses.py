"""Responses with large log probabilities: the same as small ones, but other requests run meanwhile."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from accord.dialects.logprobs import WrittenAnswer
from accord.dialects.responses import stream as stream_module
from accord.dialects.responses.output import STEPS_AT_ONCE
from accord.dialects.responses.response import begun
from accord.dialects.responses.stream import ResponseStream, whole
from accord.dialects.sse import GenerationEvents
from accord.engine import Delta, Generation, RenderedPrompt, TokenLogprob
from accord.generated import models
from accord.handlers import background as background_module
from accord.handlers import responses as handlers
from accord.handlers.background import RunningResponses
from accord.handlers.call import Call, Services
from accord.store import Address, ResponseRecord, Storage
from accord.store.encoding import LARGE, dumped, loaded, without_logprobs
from tests.deltas import GivenDeltas, written
from tests.turns import turns_of_others
from tests.unloaded import UnloadedEngine

TEXT = '", "logprobs":[ "type": ]}]} é '
LIKELIEST = [TokenLogprob('"type":', 1, -0.5), TokenLogprob("]}]}", 2, -1e-7, utf8=b"\xf0")]


@pytest.fixture
async def services(sqlite_address: Address) -> AsyncGenerator[Services, None]:
    storage = Storage(sqlite_address)
    await storage.open()
    engine = UnloadedEngine()
    yield Services(engine, "0", "0", storage)
    await storage.close()


def stream_of(tokens: int, **fields: Any) -> ResponseStream:
    asked = {"input": "Hello", "include": ["message.output_text.logprobs"]}
    body = models.ResponseRequest.model_validate(asked | fields)

    async def deltas() -> AsyncGenerator[list[Delta], None]:
        for token in range(tokens):
            yield [Delta(0, TEXT, logprobs=[TokenLogprob(TEXT, token, -1.5, top=LIKELIEST)])]
        yield [Delta(0, reasoning="Hm", finish_reason=None)]
        yield [Delta(0, "More", logprobs=[TokenLogprob("More", 5, -0.5)]), Delta(0, finish_reason="stop")]

    generation = Generation([RenderedPrompt([1])], GivenDeltas(deltas()))
    response = begun(body, id="resp_1", created=5, model="tiny", default_sampling={})
    return ResponseStream(generation, body, response)


def last_of(events: bytes) -> Any:
    return json.loads(events.removesuffix(b"\n\n").rpartition(b"data: ")[2])["response"]


async def retrieved(services: Services, **fields: Any) -> Any:
    call = Call(services, "req_1")
    parameters = models.RetrieveResponseParameters(response_id="resp_1", **fields)
    return await handlers.retrieve_response(call, parameters)


async def keep(services: Services, stream: ResponseStream) -> None:
    await services.storage.responses.create(ResponseRecord("resp_1", None, stream.stored(), []))


@pytest.mark.parametrize("tokens", [1, 400])
async def test_a_stored_response_is_the_one_that_was_streamed(services: Services, tokens: int) -> None:
    stream = stream_of(tokens)
    told = last_of(await written(GenerationEvents(stream.generation, stream)))
    await keep(services, stream)
    answer = await retrieved(services)
    large = tokens > 1
    assert isinstance(answer, WrittenAnswer) is large
    body = answer.body if large else answer.model_dump_json(exclude_unset=True, by_alias=True)
    assert json.loads(body) == told
    models.Response.model_validate_json(body)
    assert len(told["output"][0]["content"][0]["logprobs"]) == tokens


async def test_a_large_response_in_one_piece_is_the_one_that_is_streamed() -> None:
    stream = stream_of(3 * STEPS_AT_ONCE + 1)
    told = last_of(await written(GenerationEvents(stream.generation, stream)))
    turns, answer = await turns_of_others(whole(stream_of(3 * STEPS_AT_ONCE + 1)))
    assert turns >= 4
    assert isinstance(answer, WrittenAnswer)
    response = json.loads(answer.body)
    for item, expected in zip(response["output"], told["output"], strict=True):
        item["id"] = expected["id"]
    assert response == told


@pytest.mark.parametrize("more", [{}, {"phase": None}])
def test_only_a_message_as_it_is_stored_is_taken_apart(more: dict[str, Any]) -> None:
    entry = {"token": "a" * LARGE, "logprob": -0.5, "bytes": [97], "top_logprobs": []}
    parts = [{"type": "output_text", "text": TEXT, "annotations": [], "logprobs": [entry]}]
    message = {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant", "content": parts}
    item, logprobs = without_logprobs(dumped(message | more))
    assert bool(logprobs) is not bool(more)
    assert json.loads(f"[{logprobs}]") == ([] if more else [entry])
    assert loaded(item)["content"][0]["logprobs"] == ([entry] if more else [])
    for other in (message | {"content": parts * 2}, {"id": "rs_1", "content": "a" * LARGE}):
        text = dumped(other)
        assert without_logprobs(text) == (text, "")


async def test_large_last_events_are_the_same_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    together = stream_of(3)
    whole = await written(GenerationEvents(together.generation, together))
    monkeypatch.setattr(stream_module, "LARGE", 10)
    apart = stream_of(3)
    turns, events = await turns_of_others(written(GenerationEvents(apart.generation, apart)))
    assert turns >= 4
    for stream in (together, apart):
        for item in stream.response.output:
            whole, events = (each.replace(item.id.encode(), b"") for each in (whole, events))
    assert events == whole


async def test_a_large_response_of_the_background_is_followed_in_pieces(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_module, "LARGE", 10)
    monkeypatch.setattr(background_module, "_BATCH_BYTES", 1000)
    stream = stream_of(20, background=True, stream=True)
    store = services.storage.responses
    await store.create(ResponseRecord("resp_1", None, stream.stored(), [], streamed=True))
    running = RunningResponses().start(stream, store, streamed=True)
    await asyncio.wait([running.task])
    followed = [events async for events in running.follow(None)]
    replayed = await retrieved(services, stream=True)
    pieces: list[bytes] = []

    async def write(events: bytes) -> None:
        pieces.append(events)

    await replayed.send_to(write)
    assert b"".join(followed) == b"".join(pieces)
    assert len(followed) > 4
    assert len(pieces) > 4
    assert all(piece.endswith(b"\n\n") for piece in pieces)
    assert last_of(pieces[-1])["status"] == "completed"
    later = await retrieved(services, stream=True, starting_after=3)
    assert b"".join(pieces).endswith(rest := await written(later))
    assert b'"sequence_number":4,' in rest[: rest.index(b"\n\n")]
