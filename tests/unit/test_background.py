"""Background responses with a generation that the test controls, independent of time."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import pytest

from accord.dialects.responses.response import as_json, begun
from accord.dialects.responses.stream import ResponseStream
from accord.engine import Delta, Generation, RenderedPrompt
from accord.generated import models
from accord.handlers import background as background_module
from accord.handlers.background import BackgroundResponse, RunningResponses, last_event, later_events
from accord.store import Address, Json, ResponseRecord, Retention
from accord.store import maintenance as maintenance_module
from accord.store.database import unreachable
from accord.store.maintenance import maintain
from accord.store.sql import UNKEPT, ResponseStore
from tests.deltas import GivenDeltas
from tests.unit.conftest import OpenStore


class Source:
    """Deltas that the test hands out."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Delta | None] = asyncio.Queue()
        self.closed = False

    async def deltas(self) -> AsyncGenerator[list[Delta], None]:
        try:
            while (delta := await self.queue.get()) is not None:
                yield [delta]
        finally:
            self.closed = True

    def say(self, text: str) -> None:
        self.queue.put_nowait(Delta(0, text=text))

    def finish(self) -> None:
        self.queue.put_nowait(Delta(0, finish_reason="stop"))
        self.queue.put_nowait(None)


class Background:
    """A background response that was begun."""

    def __init__(self, source: Source, store: ResponseStore, running: RunningResponses) -> None:
        self.source = source
        self.store = store
        self.running = running

    async def start(self, *, streamed: bool) -> BackgroundResponse:
        body = models.ResponseRequest.model_validate({"input": "Hello", "background": True})
        generation = Generation([RenderedPrompt([1])], GivenDeltas(self.source.deltas()))
        response = begun(body, id="resp_1", created=5, model="m", default_sampling={})
        await self.store.create(ResponseRecord("resp_1", None, as_json(response), [], streamed=streamed))
        stream = ResponseStream(generation, body, response)
        return self.running.start(stream, self.store, streamed=streamed)

    async def status(self) -> str:
        found = await self.store.get("resp_1", "")
        assert found is not None
        return str(found.response["status"])


@pytest.fixture
def address(sqlite_address: Address) -> Address:
    return sqlite_address


@pytest.fixture
def background(store: ResponseStore) -> Background:
    return Background(Source(), store, RunningResponses())


async def collected(response: BackgroundResponse, starting_after: int | None = None) -> bytes:
    return b"".join([events async for events in response.follow(starting_after)])


async def read_until(events: AsyncGenerator[bytes, None], text: bytes) -> bytes:
    read = b""
    while text not in read:
        read += await anext(events)
    return read


async def test_all_followers_read_the_same_bytes(background: Background) -> None:
    response = await background.start(streamed=True)
    early = response.follow(None)
    background.source.say("Hi")
    first = await read_until(early, b'"delta":"Hi"')
    assert await background.status() == "in_progress"
    late = asyncio.create_task(collected(response))
    background.source.finish()
    rest = b"".join([events async for events in early])
    assert first + rest == await late == await background.store.events("resp_1", "")
    assert background.running.get("resp_1") is None


async def test_a_follower_begins_after_the_event_that_it_has(background: Background) -> None:
    response = await background.start(streamed=True)
    background.source.say("Hi")
    background.source.finish()
    whole = await collected(response)
    for number in range(whole.count(b"\n\n") + 2):
        later = await collected(response, number)
        assert whole.endswith(later)
        assert later.count(b"\n\n") == max(whole.count(b"\n\n") - number - 1, 0)
        assert later == b"".join(later_events(whole, number))


async def test_a_follower_that_disconnects_does_not_stop_it(background: Background) -> None:
    response = await background.start(streamed=True)
    follower = response.follow(None)
    await anext(follower)
    await follower.aclose()
    background.source.finish()
    await response.task
    assert await background.status() == "completed"


async def test_it_is_stored_before_the_client_gets_it(
    background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bytes] = []
    update = background.store.update

    async def noted(response_id: str, response: Json, events: bytes | Sequence[bytes] | None = None) -> bool:
        if response["status"] == "completed":
            told.extend(running.events)
        return await update(response_id, response, events)

    monkeypatch.setattr(background.store, "update", noted)
    running = await background.start(streamed=True)
    background.source.finish()
    whole = await collected(running)
    assert b"response.completed" in whole
    assert b"response.completed" not in b"".join(told)


async def test_a_cancelled_one_frees_the_engine_and_ends_its_followers(background: Background) -> None:
    response = await background.start(streamed=True)
    follower = response.follow(None)
    background.source.say("Hi")
    await read_until(follower, b'"delta":"Hi"')
    await response.cancel()
    assert background.source.closed
    rest = b"".join([events async for events in follower])
    event = json.loads(rest.decode().split("data: ")[-1])
    assert (event["type"], event["code"]) == ("error", "response_cancelled")
    assert await background.status() == "cancelled"
    await response.cancel()
    assert await background.status() == "cancelled"


async def test_one_that_has_just_begun_can_be_cancelled(background: Background) -> None:
    response = await background.start(streamed=False)
    await response.cancel()
    assert await background.status() == "cancelled"
    assert background.running.get("resp_1") is None


async def test_a_server_that_stops_reports_it(background: Background) -> None:
    await background.start(streamed=False)
    await background.running.stop()
    found = await background.store.get("resp_1", "")
    assert found is not None
    assert found.response["status"] == "failed"
    assert "stopped" in found.response["error"]["message"]


async def test_a_response_that_cannot_be_stored_is_not_reported_as_complete(
    background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> bool:
        raise RuntimeError("The database is not what it was.")

    monkeypatch.setattr(background.store, "update", broken)
    response = await background.start(streamed=True)
    background.source.finish()
    whole = await collected(response)
    assert b"response.completed" not in whole
    assert b"event: error" in whole


async def test_a_response_waits_for_a_database_that_is_unavailable(
    background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = background.store.update
    away = [unreachable()] * 3

    async def sometimes(*args: Any) -> bool:
        if away:
            raise away.pop()
        return await update(*args)

    monkeypatch.setattr(background_module, "_RETRY_DELAYS", (0.0,) * 5)
    monkeypatch.setattr(background.store, "update", sometimes)
    response = await background.start(streamed=True)
    background.source.say("Hi")
    background.source.finish()
    assert b"response.completed" in await collected(response)
    assert await background.status() == "completed"


@pytest.mark.parametrize("error", [unreachable(), RuntimeError("The database is not what it was.")])
async def test_one_that_could_not_be_stored_is_failed_as_soon_as_the_database_can_do_it(
    background: Background, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    fail_unstored = background.store.fail_unstored
    away = [unreachable()] * 2
    failed = asyncio.Event()

    async def broken(*_: Any) -> bool:
        raise error

    async def sometimes() -> int:
        if away:
            raise away.pop()
        number = await fail_unstored()
        failed.set()
        return number

    monkeypatch.setattr(background_module, "_RETRY_DELAYS", (0.0,))
    monkeypatch.setattr(maintenance_module, "LEASE_CHECK_SECONDS", 0)
    monkeypatch.setattr(background.store, "update", broken)
    monkeypatch.setattr(background.store, "fail_unstored", sometimes)
    response = await background.start(streamed=True)
    background.source.finish()
    assert b'"message":"The server failed to keep the response."' in await collected(response)
    await response.task
    assert await background.status() == "queued"
    maintenance = asyncio.create_task(maintain(background.store, Retention()))
    async with asyncio.timeout(5):
        await failed.wait()
    maintenance.cancel()
    found = await background.store.get("resp_1", "")
    assert found is not None
    assert (found.response["status"], found.response["error"]) == ("failed", UNKEPT)


class SlowEnd:
    """A store that takes as long as the test likes to keep how a response ends."""

    def __init__(self, store: ResponseStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()
        update = store.update

        async def slow(response_id: str, response: Json, events: bytes | Sequence[bytes] | None) -> bool:
            self.begun.set()
            await self.go_on.wait()
            return await update(response_id, response, events)

        async def updated(
            response_id: str, response: Json, events: bytes | Sequence[bytes] | None = None
        ) -> bool:
            if response["status"] != "completed":
                return await update(response_id, response, events)
            return await store.database.run("update", slow(response_id, response, events))

        monkeypatch.setattr(store, "update", updated)


async def test_an_end_that_takes_long_to_be_kept_is_not_cancelled(
    background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background_module, "CHECK_SECONDS", 0.01)
    monkeypatch.setattr(background_module, "_STORE_SECONDS", 0.01)
    end = SlowEnd(background.store, monkeypatch)
    response = await background.start(streamed=True)
    background.source.finish()
    await end.begun.wait()
    await response.cancel()
    end.go_on.set()
    whole = await collected(response)
    assert b"event: response.completed" in whole
    assert b"response_cancelled" not in whole
    assert whole == await background.store.events("resp_1", "")


async def test_the_lease_of_one_whose_end_is_being_kept_is_renewed(
    background: Background, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accord.store.sql.LEASE_SECONDS", -1)
    end = SlowEnd(background.store, monkeypatch)
    response = await background.start(streamed=False)
    background.source.finish()
    await end.begun.wait()
    monkeypatch.setattr("accord.store.sql.LEASE_SECONDS", 60)
    await background.running.stop_ended(background.store, renew=True)
    assert await (await open_store()).fail_lost() == 0
    end.go_on.set()
    await response.task
    assert await background.status() == "completed"


async def test_a_server_that_stops_does_not_wait_for_a_database_that_is_unavailable(
    background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> bool:
        raise unreachable()

    monkeypatch.setattr(background_module, "_STORE_SECONDS", 0.01)
    monkeypatch.setattr(background.store, "update", away)
    response = await background.start(streamed=False)
    async with asyncio.timeout(5):
        await background.running.stop()
        await asyncio.wait([response.task])


@pytest.mark.parametrize("how", ["cancelled", "deleted", "given up"])
async def test_another_server_ends_it(background: Background, open_store: OpenStore, how: str) -> None:
    response = await background.start(streamed=True)
    follower = response.follow(None)
    background.source.say("Hi")
    await read_until(follower, b'"delta":"Hi"')
    other = await open_store()
    match how:
        case "cancelled":
            assert await other.cancel("resp_1", "")
        case "deleted":
            assert await other.delete("resp_1", "")
        case "given up":
            assert await other.fail_lost(alone=True) == 1
    await background.running.stop_ended(background.store, renew=False)
    assert background.source.closed
    rest = b"".join([events async for events in follower])
    assert b'"code":"response_cancelled"' in rest
    assert b"response.completed" not in rest
    found = await other.get("resp_1", "")
    status = found.response["status"] if found else "deleted"
    assert status == {"given up": "failed"}.get(how, how)


async def test_an_end_that_comes_too_late_is_not_reported(
    background: Background, open_store: OpenStore
) -> None:
    response = await background.start(streamed=True)
    await anext(response.follow(None))
    assert await (await open_store()).cancel("resp_1", "")
    background.source.finish()
    whole = await collected(response)
    assert b"response.completed" not in whole
    assert b'"code":"response_cancelled"' in whole
    assert await background.status() == "cancelled"


async def test_looking_leaves_what_runs_alone_and_renews_its_lease(
    background: Background, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accord.store.sql.LEASE_SECONDS", -1)
    response = await background.start(streamed=False)
    monkeypatch.setattr("accord.store.sql.LEASE_SECONDS", 60)
    await background.running.stop_ended(background.store, renew=True)
    assert await (await open_store()).fail_lost() == 0
    background.source.finish()
    await response.task
    assert await background.status() == "completed"


async def test_the_final_event_is_sent_if_the_events_are_lost(background: Background) -> None:
    await background.start(streamed=True)
    await background.store.fail_lost(alone=True)
    stored = await background.store.get("resp_1", "")
    assert stored is not None
    response = models.Response.model_validate(stored.response)
    event = last_event(response, starting_after=6)
    [name, data] = event.decode().strip().split("\n")
    assert name == "event: response.failed"
    told = json.loads(data.removeprefix("data: "))
    assert (told["sequence_number"], told["response"]["status"]) == (7, "failed")
    assert "has ended" in told["response"]["error"]["message"]
