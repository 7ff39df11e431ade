"""Storing and finding objects: the same on SQLite and on PostgreSQL."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from accord.errors import InvalidRequest
from accord.store import Address, Json, ResponseRecord, WrittenItem
from accord.store.address import without_passwords
from accord.store.encoding import dumped
from accord.store.sql import ResponseStore
from tests.unit.records import fill, found, record, response


async def test_a_response_comes_back_as_it_was(store: ResponseStore) -> None:
    await store.create(record(0, streamed=True))
    stored = await found(store, 0)
    assert stored.response == response(0)
    assert stored.streamed
    assert await store.input_items("resp_0", "") == [{"id": "msg_in_0"}]
    assert await store.get("resp_1", "") is None
    assert await store.input_items("resp_1", "") is None


async def test_any_text_is_kept(store: ResponseStore) -> None:
    text = "\0 \u2028 \ud800 'é' 漢字 \U0001f600 \"\\"
    long_id = "x" * 100_000
    item: Json = {"id": long_id, "text": text}
    nul: Json = {"id": "msg\0", "text": text}
    await store.create(ResponseRecord("resp_0", None, response(0, text=text), [item, nul]))
    assert await store.input_items("resp_0", "") == [item, nul]
    assert (await found(store, 0)).response == response(0, text=text)
    assert await store.items([long_id, "msg\0"], "") == {long_id: item, "msg\0": nul}
    for unknown in ("\0", "\ud800", "x" * 100_000, "' OR 1=1 --"):
        assert await store.get(unknown, "") is None


async def test_an_item_that_is_json_already_is_kept_as_it_is(store: ResponseStore) -> None:
    item = WrittenItem('{"id":"msg_out_0","text":"Hi"}', id="msg_out_0")
    await store.create(ResponseRecord("resp_0", None, response(0) | {"output": [item]}, []))
    assert (await found(store, 0)).response == response(0)
    assert await store.items(["msg_out_0"], "") == {"msg_out_0": {"id": "msg_out_0", "text": "Hi"}}


async def test_an_update_ends_the_response_and_keeps_its_events(store: ResponseStore) -> None:
    await store.create(record(0, status="queued"))
    assert await store.events("resp_0", "") is None
    assert await store.update("resp_0", response(0, "in_progress"))
    assert (await found(store, 0)).response["status"] == "in_progress"
    assert await store.update("resp_0", response(0), [b"data: 1\n\n"])
    assert (await found(store, 0)).response == response(0)
    assert await store.events("resp_0", "") == b"data: 1\n\n"
    assert set(await store.items(["msg_out_0"], "")) == {"msg_out_0"}


@pytest.mark.parametrize("end", ["completed", "cancelled", "deleted"])
async def test_a_response_that_has_ended_stays_as_it_is(store: ResponseStore, end: str) -> None:
    await store.create(record(0, status="queued"))
    match end:
        case "completed":
            assert await store.update("resp_0", response(0))
            assert not await store.cancel("resp_0", "")
        case "cancelled":
            assert await store.cancel("resp_0", "")
        case "deleted":
            assert await store.delete("resp_0", "")
            assert not await store.delete("resp_0", "")
    for status in ("in_progress", "failed", "completed"):
        assert not await store.update("resp_0", response(0, status))
    stored = await store.get("resp_0", "")
    assert (stored.response["status"] if stored else "deleted") == end
    assert end != "deleted" or await store.items(["msg_in_0"], "") == {}


async def test_a_chain_of_100_turns_is_one_query(store: ResponseStore) -> None:
    await fill(store, 100)
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    await store.chain("resp_99", "")
    event.listen(store.database.engine.sync_engine, "before_cursor_execute", note)
    chain = await store.chain("resp_99", "")
    assert [s for s in statements if "BEGIN" not in s] == statements[-1:]
    assert "RECURSIVE" in statements[-1]
    assert [turn.id for turn in chain] == [f"resp_{number}" for number in range(100)]
    assert chain[7].items == [{"id": "msg_in_7"}, {"id": "msg_out_7", "text": "Hi"}]


def nothing_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    def parsed(_: str) -> Json:
        raise AssertionError

    monkeypatch.setattr("accord.store.sql.loaded", parsed)


def characters(items: list[Json]) -> int:
    return sum(len(dumped(item)) for item in items)


async def test_a_chain_is_bounded_before_it_is_parsed(
    store: ResponseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(store, 5)
    await store.create(
        ResponseRecord("resp_long", "resp_4", response(9), [{"id": "msg_l", "text": "é" * 999}])
    )
    turns = await store.chain("resp_4", "")
    size = sum(characters(turn.items) for turn in turns)
    monkeypatch.setattr("accord.store.sql.MAX_HISTORY", size)
    assert await store.chain("resp_4", "") == turns
    nothing_is_parsed(monkeypatch)
    for id_, most in (("resp_4", size - 1), ("resp_long", size), ("resp_0", 1)):
        monkeypatch.setattr("accord.store.sql.MAX_HISTORY", most)
        with pytest.raises(InvalidRequest, match=f"'{id_}' has more than {most} characters") as refused:
            await store.chain(id_, "")
        assert refused.value.param == "previous_response_id"


async def test_of_a_chain_that_is_too_long_no_more_is_read_than_may_be(
    store: ResponseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(store, 100)
    monkeypatch.setattr("accord.store.sql.MAX_HISTORY", 200)
    read: list[Any] = []
    execute = AsyncConnection.execute

    async def noted(self: AsyncConnection, *arguments: Any) -> Any:
        result = (await execute(self, *arguments)).freeze()
        read.extend(result().all())
        return result()

    monkeypatch.setattr(AsyncConnection, "execute", noted)
    with pytest.raises(InvalidRequest):
        await store.chain("resp_99", "")
    assert 1 < len(read) < 20
    assert sum(len(row.item or "") for row in read) <= 200


async def test_a_chain_with_a_gap_shows_it(store: ResponseStore) -> None:
    await fill(store, 4)
    await store.delete("resp_1", "")
    chain = await store.chain("resp_3", "")
    assert [turn.id for turn in chain] == ["resp_2", "resp_3"]
    assert chain[0].previous_id == "resp_1"
    assert await store.chain("resp_1", "") == []


async def test_a_chain_with_a_cycle_ends(store: ResponseStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accord.store.sql.MAX_TURNS", 10)
    await store.create(record(0, previous=1))
    await store.create(record(1, previous=0))
    assert len(await store.chain("resp_1", "")) == 11


async def test_a_turn_without_items_is_in_its_chain(store: ResponseStore) -> None:
    await store.create(ResponseRecord("resp_0", None, response(0, "failed"), []))
    await store.create(record(1, previous=0))
    assert [len(turn.items) for turn in await store.chain("resp_1", "")] == [0, 2]


async def test_items_of_several_responses_are_found_by_id(store: ResponseStore) -> None:
    await fill(store, 3)
    items = await store.items(["msg_in_0", "msg_out_2", "msg_unknown"], "")
    assert items == {"msg_in_0": {"id": "msg_in_0"}, "msg_out_2": {"id": "msg_out_2", "text": "Hi"}}
    assert await store.items([f"msg_{number}" for number in range(2_000)], "") == {}


async def test_each_reference_counts_towards_what_they_bring_in(
    store: ResponseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(store, 3)
    ids = ["msg_in_0", "msg_out_1", "msg_in_2"]
    found = await store.items(ids, "")
    size = characters(list(found.values()))
    again = size + 2 * characters([found["msg_out_1"]])
    monkeypatch.setattr("accord.store.sql.MAX_HISTORY", again)
    assert await store.items([*ids, "msg_out_1", "msg_out_1"], "") == found
    nothing_is_parsed(monkeypatch)
    monkeypatch.setattr("accord.store.sql.MAX_HISTORY", again - 1)
    with pytest.raises(
        InvalidRequest, match=f"have {again} characters .* may bring in {again - 1}"
    ) as refused:
        await store.items([*ids, "msg_out_1", "msg_out_1"], "")
    assert refused.value.param == "input"


async def test_of_items_with_one_id_the_newest_is_found(store: ResponseStore) -> None:
    for number in range(3):
        given: list[Json] = [{"id": "msg_same", "text": str(number)}]
        await store.create(ResponseRecord(f"resp_{number}", None, response(number), given))
    assert await store.items(["msg_same"], "") == {"msg_same": {"id": "msg_same", "text": "2"}}


async def test_objects_of_other_owners_are_not_found(store: ResponseStore) -> None:
    await fill(store, 2, owner="alice")
    await store.create(record(2, status="queued", owner="alice"))
    for stranger in ("bob", ""):
        assert await store.get("resp_1", stranger) is None
        assert await store.input_items("resp_1", stranger) is None
        assert await store.events("resp_1", stranger) is None
        assert await store.chain("resp_1", stranger) == []
        assert await store.items(["msg_in_1"], stranger) == {}
        assert not await store.cancel("resp_2", stranger)
        assert not await store.delete("resp_1", stranger)
    await store.create(record(3, previous=1, owner="bob"))
    assert [turn.id for turn in await store.chain("resp_3", "bob")] == ["resp_3"]
    assert len(await store.chain("resp_1", "alice")) == 2
    assert (await found(store, 2, "alice")).response["status"] == "queued"


def test_an_address_is_read_as_sqlalchemy_and_asyncpg_want_it() -> None:
    assert Address.parsed("sqlite:////var/a b.db").file == Path("/var/a b.db")
    assert Address.parsed("sqlite:///here.db").file == Path("here.db")
    several = Address.parsed("postgresql://u:p@one:1,two/accord?target_session_attrs=read-write").url
    hosts = "host=one%3A1&host=two%3A5432"
    assert several == f"postgresql+asyncpg://u:p@/accord?{hosts}&target_session_attrs=read-write"
    url = Address.parsed("postgres://u:p@db:5433/accord?sslmode=require").url
    assert url == "postgresql+asyncpg://u:p@db:5433/accord?ssl=require"
    assert "p@" not in str(Address(url=url))
    assert without_passwords("got 'postgresql://u:p%40:x@h/d?password=y&a=b'") == (
        "got 'postgresql://u:****@h/d?password=****&a=b'"
    )


@pytest.mark.parametrize(
    "url", ["", "memory", "mysql://h/d", "sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://",
            "postgresql://host", "postgresql://host:99999/d", "postgresql:///d"],
)  # fmt: skip
def test_an_invalid_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"SQLite|file|host|[Pp]ort"):
        Address.parsed(url)
