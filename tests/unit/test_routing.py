"""Paths without parameters are looked up; other paths are routed by Connexion."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Scope

from accord.engine import Adapters, Engine
from accord.generated.operations import OPERATIONS
from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.server.routing import Routing


@pytest.fixture
async def routing(tmp_path: Path) -> Routing:
    app = connexion_app(Services(Engine(None, ["m"], [], tmp_path, Adapters(None, None)), "0", "0"))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        await client.get("/v1/health/live")  # which has Connexion build its stack
    stack: list[Any] = getattr(app, "middleware_stack")  # noqa: B009  Connexion is not typed
    [found] = [each for each in stack if isinstance(each, Routing)]
    return found


async def test_every_path_without_parameters_is_known(routing: Routing) -> None:
    named = {
        (each.method, each.pattern.replace("\\", "")): each.id
        for each in OPERATIONS.values()
        if "[" not in each.pattern and "+" not in each.pattern
    }
    assert {key: id_ for key, id_ in routing.operations.items() if key[0] != "HEAD"} == named


@pytest.mark.parametrize(
    ("method", "path", "root_path", "looked_up"),
    [
        ("POST", "/v1/chat/completions", "", True),
        ("HEAD", "/v1/models", "", True),
        ("PUT", "/v1/models", "", False),
        ("GET", "/v1/models/m", "", False),
        ("GET", "/v1/models/", "", False),
        ("GET", "/v1/models", "/v1", False),
    ],
)
async def test_unknown_paths_use_connexions_routes(
    routing: Routing,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    root_path: str,
    looked_up: bool,
) -> None:
    ways: list[str] = []

    async def way(name: str) -> None:
        ways.append(name)

    monkeypatch.setattr(routing, "app", lambda *_: way("looked up"))
    monkeypatch.setattr(routing, "router", lambda *_: way("routed"))
    nothing: Any = None
    scope: Scope = {"type": "http", "method": method, "path": path, "root_path": root_path}
    await routing(scope, nothing, nothing)
    assert ways == ["looked up" if looked_up else "routed"]
