"""Records for the store's tests: small, numbered, each with one item of input and one of output."""

from typing import Any

from accord.store import Json, ResponseRecord, StoredResponse
from accord.store.sql import ResponseStore


def response(number: int, status: str = "completed", text: str = "Hi") -> Json:
    output: list[Json] = [{"id": f"msg_out_{number}", "text": text}] if status == "completed" else []
    body: dict[str, Any] = {"id": f"resp_{number}", "status": status, "error": None, "output": output}
    return body


def record(
    number: int,
    previous: int | None = None,
    status: str = "completed",
    owner: str = "",
    streamed: bool = False,
) -> ResponseRecord:
    previous_id = None if previous is None else f"resp_{previous}"
    given: list[Json] = [{"id": f"msg_in_{number}"}]
    return ResponseRecord(f"resp_{number}", previous_id, response(number, status), given, owner, streamed)


async def fill(store: ResponseStore, count: int, owner: str = "") -> None:
    """Keep a chain of responses."""
    for number in range(count):
        await store.create(record(number, number - 1 if number else None, owner=owner))


async def found(store: ResponseStore, number: int, owner: str = "") -> StoredResponse:
    stored = await store.get(f"resp_{number}", owner)
    assert stored is not None
    return stored
