import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import anthropic
import httpx2
import openai
import pytest
import pytest_asyncio
from connexion.spec import OpenAPISpecification

from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.server.response_validation import ResponseValidation
from accord.store import Address, Storage
from accord.store.sql import ResponseStore
from tests.fuzz.echo_engine import EchoEngine
from tests.postgresql import PostgreSQL, running_postgresql

SLOW = {
    *("test_audio", "test_codegen", "test_codings", "test_constrained_texts", "test_conversations"),
    *("test_download", "test_forced_calls", "test_frontend_lifecycle", "test_missing_packages"),
    "test_models_match_jsonschema",
    *("test_store_failover", "test_store_faults", "test_store_replicas", "test_store_upgrade"),
    *("test_supervisor", "test_templates", "test_tokenizing", "test_vision"),
}
"""The slowest modules, half of the total time; `make check` leaves them out."""
OpenStore = Callable[[], Awaitable[ResponseStore]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.stem in SLOW:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def documents_validated_once() -> Iterator[None]:
    """Validation of the contract is 40 of the 50 ms that an application takes; tests make hundreds."""
    validate, valid = OpenAPISpecification._validate_spec, set[str]()

    def validate_once(document: Any) -> None:
        if (text := json.dumps(document)) not in valid:
            validate(document)
            valid.add(text)

    with patch.object(OpenAPISpecification, "_validate_spec", staticmethod(validate_once)):
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with running_postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def database(postgresql: PostgreSQL) -> str:
    """A database that tests empty and use: a new one would create 300 files."""
    return postgresql.new_database()


@pytest.fixture
def sqlite_address(tmp_path: Path) -> Address:
    return Address(file=tmp_path / "kept" / "responses.sqlite3")


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> Address:
    """An empty database of each kind."""
    if request.param == "sqlite":
        sqlite: Address = request.getfixturevalue("sqlite_address")
        return sqlite
    url: str = request.getfixturevalue("database")
    request.getfixturevalue("postgresql").empty(url)
    return Address.parsed(url)


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


@pytest_asyncio.fixture
async def services(address: Address) -> AsyncIterator[Services]:
    """The services of handlers, with an engine that echoes its input."""
    storage = Storage(address)
    await storage.open()
    yield Services(EchoEngine(), "0", "0", storage)
    await storage.close()


def _validating_client(services: Services) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(ResponseValidation(connexion_app(services), "raise"))
    )


@pytest_asyncio.fixture
async def accord(services: Services) -> AsyncIterator[openai.AsyncOpenAI]:
    """OpenAI's client on the whole application, whose answers are held to the contract."""
    async with openai.AsyncOpenAI(
        base_url="http://accord/v1",
        api_key="any",
        max_retries=0,
        http_client=_validating_client(services),
    ) as client:
        yield client


@pytest_asyncio.fixture
async def anthropic_client(services: Services) -> AsyncIterator[anthropic.AsyncAnthropic]:
    """Anthropic's client on the whole application, whose answers are held to the contract."""
    async with anthropic.AsyncAnthropic(
        base_url="http://accord",
        api_key="any",
        max_retries=0,
        http_client=_validating_client(services),
    ) as opened:
        yield opened
