"""The operations on stored responses, without an engine: ownership, and failures of the store."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from accord.dialects.logprobs import WrittenAnswer
from accord.dialects.responses.response import as_json, begun
from accord.dialects.responses.stream import ResponseStream
from accord.dialects.sse import EventStream
from accord.engine import Delta, Engine, Generation, RenderedPrompt
from accord.errors import ApiError, InvalidRequest, NotReady, Overloaded
from accord.generated import models
from accord.handlers import responses as handlers
from accord.handlers.call import Call, Services
from accord.handlers.context import Context
from accord.store import Address, ResponseRecord, Storage
from accord.store.database import unreachable
from accord.store.encoding import dumped
from accord.telemetry.request import RequestRecord, enter
from tests.deltas import GivenDeltas, written
from tests.unit.conftest import OpenStore
from tests.unloaded import UnloadedEngine


@pytest.fixture
async def services(address: Address) -> AsyncGenerator[Services, None]:
    storage = Storage(address)
    await storage.open()
    engine = UnloadedEngine()
    yield Services(engine, "0", "0", storage)
    await storage.close()


def request(**fields: Any) -> models.ResponseRequest:
    return models.ResponseRequest.model_validate({"input": "Hello"} | fields)


def in_the_making(**fields: Any) -> models.Response:
    return begun(request(**fields), id="resp_1", created=5, model="tiny", default_sampling={})


async def kept(services: Services, owner: str, **fields: Any) -> None:
    response = in_the_making(**fields)
    item = {"id": "msg_1", "type": "message", "status": "completed", "role": "user", "content": []}
    record = ResponseRecord(response.id, None, as_json(response), [item], owner, bool(fields.get("stream")))
    await services.storage.responses.create(record)


OPERATIONS: dict[str, Callable[[Call, str], Awaitable[Any]]] = {
    "retrieve": lambda call, id_: handlers.retrieve_response(
        call, models.RetrieveResponseParameters(response_id=id_)
    ),
    "replay": lambda call, id_: handlers.retrieve_response(
        call, models.RetrieveResponseParameters(response_id=id_, stream=True)
    ),
    "cancel": lambda call, id_: handlers.cancel_response(
        call, models.CancelResponseParameters(response_id=id_)
    ),
    "delete": lambda call, id_: handlers.delete_response(
        call, models.DeleteResponseParameters(response_id=id_)
    ),
    "input items": lambda call, id_: handlers.list_response_input_items(
        call, models.ListResponseInputItemsParameters(response_id=id_)
    ),
    "follow": lambda call, id_: handlers.create_response(
        call, request(previous_response_id=id_), models.CreateResponseParameters()
    ),
}


async def refusal(operation: str, call: Call, id_: str) -> ApiError:
    with pytest.raises(ApiError) as refused:
        await OPERATIONS[operation](call, id_)
    return refused.value


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_responses_of_other_keys_are_not_found(services: Services, operation: str) -> None:
    await kept(services, "alice", background=True, stream=True)
    for stranger in ("bob", ""):
        call = Call(services, "req_1", owner=stranger)
        others, unknown = await refusal(operation, call, "resp_1"), await refusal(operation, call, "resp_2")
        assert others.status == unknown.status == (400 if operation == "follow" else 404)
        assert (others.param, others.code) == (unknown.param, unknown.code)
        assert others.message == unknown.message.replace("resp_2", "resp_1")
    mine = await handlers.retrieve_response(
        Call(services, "req_1", owner="alice"), models.RetrieveResponseParameters(response_id="resp_1")
    )
    assert isinstance(mine, models.Response)
    assert mine.status == "queued"


async def test_an_owner_cancels_and_deletes_what_another_server_makes(services: Services) -> None:
    await kept(services, "alice", background=True)
    call = Call(services, "req_1", owner="alice")
    assert (await OPERATIONS["cancel"](call, "resp_1")).status == "cancelled"
    assert (await OPERATIONS["cancel"](call, "resp_1")).status == "cancelled"
    assert (await OPERATIONS["delete"](call, "resp_1")).deleted
    assert (await refusal("retrieve", call, "resp_1")).status == 404


async def test_the_events_of_a_response_that_another_server_makes_come_when_it_has_ended(
    services: Services, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kept(services, "", background=True, stream=True)
    looked = 0

    async def end_it(_: float) -> None:
        nonlocal looked
        looked += 1
        if looked == 2:
            response = in_the_making(background=True).model_copy(update={"status": "completed"})
            await other.update("resp_1", as_json(response), [b"event: a\ndata: 0\n\nevent: b\ndata: 1\n\n"])

    other = await open_store()
    monkeypatch.setattr(asyncio, "sleep", end_it)
    parameters = models.RetrieveResponseParameters(response_id="resp_1", stream=True, starting_after=0)
    events = await handlers.retrieve_response(Call(services, "req_1"), parameters)
    assert not isinstance(events, models.Response | WrittenAnswer)
    assert await written(events) == b"event: b\ndata: 1\n\n"
    assert looked >= 2  # tasks that look after the store sleep, too


async def followed(services: Services) -> EventStream:
    """Follow, after its event 3, a response that another server makes."""
    await kept(services, "", background=True, stream=True)
    parameters = models.RetrieveResponseParameters(response_id="resp_1", stream=True, starting_after=3)
    events = await handlers.retrieve_response(Call(services, "req_1"), parameters)
    assert not isinstance(events, models.Response | WrittenAnswer)
    return events


def last_words(events: bytes) -> tuple[int, str | None, str]:
    """The number, code and message of the one event, which is an error."""
    [name, data] = events.decode().strip().split("\n")
    assert name == "event: error"
    error = models.ResponseErrorEvent.model_validate_json(data.removeprefix("data: "))
    return error.sequence_number, error.code, error.message


async def test_followers_get_an_error_if_the_server_stops(services: Services) -> None:
    enter(record := RequestRecord("req_1"))
    following = asyncio.create_task(written(await followed(services)))
    services.draining.end()
    async with asyncio.timeout(5):
        assert last_words(await following) == (4, "server_stopping", "The server is stopping.")
    assert record.outcome == "failed"


async def test_followers_get_an_error_if_the_response_is_deleted(
    services: Services, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await open_store()

    async def delete_it(_: float) -> None:
        assert await other.delete("resp_1", "")

    events = await followed(services)
    monkeypatch.setattr(asyncio, "sleep", delete_it)
    assert last_words(await written(events)) == (4, "response_cancelled", "The response was deleted.")


async def test_followers_get_an_error_if_the_store_fails(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: str) -> None:
        raise RuntimeError("The database is not what it was.")

    enter(record := RequestRecord("req_1"))
    events = await followed(services)
    monkeypatch.setattr(services.storage.responses, "get", broken)
    assert last_words(await written(events)) == (4, None, "The server failed to read the response.")
    assert record.outcome == "failed"


async def test_a_response_that_cannot_be_stored_is_refused_before_any_work(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> None:
        raise unreachable()

    monkeypatch.setattr(services.storage.responses, "check", away)
    call = Call(services, "req_1")
    with pytest.raises(NotReady, match="stored responses"):
        await handlers.create_response(call, request(), models.CreateResponseParameters())
    with pytest.raises(NotReady, match="model is loading"):
        await handlers.create_response(call, request(store=False), models.CreateResponseParameters())


async def test_a_request_that_the_engine_refuses_has_nothing_loaded_for_it(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kept(services, "")
    asked: list[int] = []

    def full(answers: int) -> None:
        asked.append(answers)
        raise Overloaded("Full.", code="queue_full")

    async def loads(*_: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(services.engine, "admit", full)
    monkeypatch.setattr(services.storage.responses, "chain", loads)
    monkeypatch.setattr(services.engine, "render_chat", loads)
    body = request(previous_response_id="resp_1", truncation="auto")
    with pytest.raises(Overloaded):
        await handlers.create_response(Call(services, "req_1"), body, models.CreateResponseParameters())
    assert asked == [1]


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [(handlers.create_response, [models.CreateResponseParameters()]), (handlers.render_response, [])],
)
async def test_the_size_of_the_history_of_a_request_is_limited(
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    operation: Callable[..., Awaitable[Any]],
    parameters: list[Any],
) -> None:
    await kept(services, "")
    call = Call(services, "req_1")
    reference = {"type": "item_reference", "id": "msg_1"}
    [item] = (await services.storage.responses.items(["msg_1"], "")).values()
    monkeypatch.setattr("accord.store.sql.MAX_HISTORY", 2 * len(dumped(item)))
    monkeypatch.setattr(Engine, "modalities", frozenset())
    with pytest.raises(InvalidRequest, match=r"^input: the items that it refers to") as refused:
        await operation(call, request(input=[reference] * 3), *parameters)
    assert (refused.value.param, refused.value.code) == ("input", "input_too_large")
    with pytest.raises(NotReady, match="model is loading"):
        await operation(call, request(input=[reference] * 2), *parameters)
    monkeypatch.setattr("accord.store.sql.MAX_HISTORY", 10)
    with pytest.raises(InvalidRequest, match=r"^previous_response_id: the history of") as refused:
        await operation(call, request(previous_response_id="resp_1"), *parameters)
    assert refused.value.param == "previous_response_id"


async def test_a_storage_that_is_not_open_yet_is_a_503(tmp_path: Path) -> None:
    engine = UnloadedEngine()
    call = Call(Services(engine, "0", "0", Storage(Address(file=tmp_path / "x"))), "req_1")
    error = await refusal("retrieve", call, "resp_1")
    assert (error.status, error.code, error.headers) == (503, "store_unavailable", {"retry-after": "5"})


async def test_a_background_response_that_cannot_be_stored_frees_the_engine(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = False

    async def deltas() -> AsyncGenerator[list[Delta], None]:
        nonlocal closed
        try:
            yield []
        finally:
            closed = True

    async def full(_: ResponseRecord) -> None:
        raise unreachable()

    monkeypatch.setattr(services.storage.responses, "create", full)
    steps = deltas()
    await anext(steps)
    generation = Generation([RenderedPrompt([1])], GivenDeltas(steps))
    stream = ResponseStream(generation, request(), in_the_making(background=True))
    with pytest.raises(NotReady):
        await handlers._in_background(Call(services, "req_1"), stream, Context([]), streamed=False)
    assert closed


async def test_a_stream_that_cannot_be_stored_is_a_failed_one(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deltas() -> AsyncGenerator[list[Delta], None]:
        yield [Delta(0, text="Hi")]
        yield [Delta(0, finish_reason="stop")]

    async def full(_: ResponseRecord) -> None:
        raise unreachable()

    monkeypatch.setattr(services.storage.responses, "create", full)
    record = RequestRecord("req_1")
    enter(record)
    stream = ResponseStream(
        Generation([RenderedPrompt([1])], GivenDeltas(deltas())), request(), in_the_making()
    )
    events = await written(handlers._stored_at_the_end(Call(services, "req_1"), stream, Context([])))
    assert b'"delta":"Hi"' in events
    assert b"response.completed" not in events
    assert b"event: error" in events
    assert record.outcome == "failed"
