from typing import Any

from accord.store import Json, MemoryResponseStore, ResponseRecord


def record(number: int, previous: int | None = None, text: str = "Hi") -> ResponseRecord:
    output: list[Json] = [{"id": f"msg_out_{number}", "text": text}]
    response: dict[str, Any] = {"id": f"resp_{number}", "status": "queued", "output": output}
    previous_id = None if previous is None else f"resp_{previous}"
    return ResponseRecord(f"resp_{number}", previous_id, response, [{"id": f"msg_in_{number}"}])


async def filled(count: int, max_bytes: int = 1_000_000, text: str = "Hi") -> MemoryResponseStore:
    store = MemoryResponseStore(max_bytes)
    for number in range(count):
        await store.create(record(number, number - 1 if number else None, text))
    return store


async def test_a_record_comes_back_as_it_was() -> None:
    store = await filled(1)
    found = await store.get("resp_0")
    assert found == record(0)
    assert found.items == [{"id": "msg_in_0"}, {"id": "msg_out_0", "text": "Hi"}]
    assert await store.get("resp_1") is None


async def test_a_reader_cannot_change_what_is_kept() -> None:
    store = await filled(1)
    found = await store.get("resp_0")
    assert found is not None
    found.response["status"] = "failed"
    found.input_items.clear()
    assert await store.get("resp_0") == record(0)


async def test_an_update_replaces_the_response_and_keeps_the_events() -> None:
    store = await filled(1)
    assert await store.events("resp_0") is None
    output: list[Json] = [{"id": "msg_new"}]
    assert await store.update("resp_0", {"status": "completed", "output": output}, b"data: 1\n\n")
    found = await store.get("resp_0")
    assert found is not None
    assert found.response["status"] == "completed"
    assert await store.events("resp_0") == b"data: 1\n\n"
    assert set(await store.items(["msg_new"])) == {"msg_new"}


async def test_what_was_deleted_does_not_come_back_with_an_update() -> None:
    store = await filled(1)
    assert await store.delete("resp_0")
    assert not await store.delete("resp_0")
    assert not await store.update("resp_0", {"output": []})
    assert await store.get("resp_0") is None
    assert await store.items(["msg_in_0"]) == {}


async def test_a_chain_is_the_oldest_first() -> None:
    store = await filled(100)
    chain = await store.chain("resp_99")
    assert [r.id for r in chain] == [f"resp_{number}" for number in range(100)]


async def test_a_chain_with_a_gap_shows_it() -> None:
    store = await filled(4)
    await store.delete("resp_1")
    chain = await store.chain("resp_3")
    assert [r.id for r in chain] == ["resp_2", "resp_3"]
    assert chain[0].previous_id == "resp_1"
    assert await store.chain("resp_1") == []


async def test_items_of_several_responses_are_found_by_id() -> None:
    store = await filled(3)
    found = await store.items(["msg_in_0", "msg_out_2", "msg_unknown"])
    assert found == {"msg_in_0": {"id": "msg_in_0"}, "msg_out_2": {"id": "msg_out_2", "text": "Hi"}}


async def test_the_store_stays_within_its_bounds_and_drops_what_is_used_least() -> None:
    store = await filled(5, max_bytes=6_000, text="x" * 1_000)
    assert await store.get("resp_0") is not None
    await store.create(record(5, text="x" * 1_000))
    kept = [number for number in range(6) if await store.get(f"resp_{number}") is not None]
    assert kept == [0, 2, 3, 4, 5]
    assert await store.items(["msg_in_1"]) == {}
