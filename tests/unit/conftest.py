from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from accord.store import Address, Storage
from accord.store.sql import ResponseStore
from tests.postgresql import PostgreSQL, running_postgresql

OpenStore = Callable[[], Awaitable[ResponseStore]]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with running_postgresql() as server:
        yield server


@pytest.fixture
def sqlite_address(tmp_path: Path) -> Address:
    return Address(file=tmp_path / "kept" / "responses.sqlite3")


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> Address:
    """A new database of each kind."""
    if request.param == "sqlite":
        sqlite: Address = request.getfixturevalue("sqlite_address")
        return sqlite
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return Address.parsed(server.new_database())


@pytest_asyncio.fixture
async def open_store(address: Address) -> AsyncIterator[OpenStore]:
    """Opens the database, each time as another server would."""
    opened: list[Storage] = []

    async def open_() -> ResponseStore:
        storage = Storage(address)
        opened.append(storage)
        await storage.open()
        return storage.responses

    yield open_
    for storage in opened:
        await storage.close()


@pytest_asyncio.fixture
async def store(open_store: OpenStore) -> ResponseStore:
    return await open_store()
