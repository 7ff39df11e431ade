"""A server that drains, without an engine: what it refuses, and what it still answers."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn

from accord.errors import NotReady
from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.server.serve import Server
from tests.unloaded import UnloadedEngine


@pytest.fixture
def services() -> Services:
    return Services(UnloadedEngine(), "0", "0")


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(connexion_app(services))
    async with httpx.AsyncClient(transport=transport, base_url="http://accord") as client:
        yield client


CHAT: dict[str, Any] = {"messages": [{"role": "user", "content": "Hi"}]}


async def test_new_work_is_refused(client: httpx.AsyncClient, services: Services) -> None:
    services.draining.begin()
    answer = await client.post("/v1/chat/completions", json=CHAT)
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "server_stopping"
    assert answer.headers["retry-after"]
    assert answer.headers["connection"] == "close"


async def test_in_each_apis_own_shape(client: httpx.AsyncClient, services: Services) -> None:
    services.draining.begin()
    answer = await client.post("/v1/messages", json=CHAT | {"max_tokens": 1, "model": "tiny"})
    assert answer.status_code == 503
    assert answer.json()["error"] == {"type": "api_error", "message": "The server is stopping."}


async def test_probes_and_metrics_are_answered(client: httpx.AsyncClient, services: Services) -> None:
    services.draining.begin()
    assert (await client.get("/v1/health/live")).status_code == 200
    ready = await client.get("/v1/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "not_ready")
    assert (await client.get("/metrics")).status_code == 200


async def test_requests_are_counted_while_they_run(client: httpx.AsyncClient, services: Services) -> None:
    services.draining.begin_request(is_work=True)
    assert services.draining.open == 1
    services.draining.begin()
    services.draining.end_request()
    assert services.draining.open == 0
    assert (await client.post("/v1/chat/completions", json=CHAT)).status_code == 503
    assert services.draining.open == 0


async def test_waiting_work_ends_with_the_grace_period(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    async def follower() -> NotReady:
        services.draining.begin_request(is_work=False)
        with pytest.raises(NotReady) as told:
            await services.draining.in_time(asyncio.Event().wait())
        services.draining.end_request()
        return told.value

    following = asyncio.create_task(follower())
    await asyncio.sleep(0)
    server = Server(uvicorn.Config(connexion_app(services)), services, grace_seconds=0)
    server.handle_exit(signal.SIGTERM, None)
    assert not following.done()
    await server._drain()
    async with asyncio.timeout(5):
        assert (await following).code == "server_stopping"
    assert "1 requests did not finish within 0 s." in caplog.text
    assert "was not notified" not in caplog.text


async def test_work_that_ends_in_time_is_not_cancelled(services: Services) -> None:
    async def work(number: int) -> int:
        if number < 0:
            raise ValueError(number)
        return number

    assert await services.draining.in_time(work(5)) == 5
    with pytest.raises(ValueError, match="-1"):
        await services.draining.in_time(work(-1))


def test_a_second_signal_ends_everything_at_once(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[object] = []
    monkeypatch.setattr(services.engine, "kill", lambda: ended.append("engine"))
    monkeypatch.setattr(os, "_exit", ended.append)
    server = Server(uvicorn.Config(connexion_app(services)), services, grace_seconds=60)
    server.handle_exit(signal.SIGTERM, None)
    assert services.draining.begun
    assert ended == []
    server.handle_exit(signal.SIGTERM, None)
    assert ended == ["engine", 0]
