from collections.abc import Iterator

import httpx
import pytest

from tests.contract.document import Contract
from tests.serving import RunningServer


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract.published()


@pytest.fixture(scope="session")
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=120) as client:
        yield client
