"""CORS: disabled by default, and complete for a client in a page if enabled."""

from typing import Any

import pytest
from starlette.types import ASGIApp

from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.server.cors import with_cors
from accord.server.settings import Settings
from tests.loopback import Answer, serving
from tests.unloaded import UnloadedEngine

ORIGIN = "https://app.example"
SENT_BY_BROWSERS = (
    "authorization,content-type",
    "anthropic-dangerous-direct-browser-access,anthropic-version,content-type,x-api-key",
    "x-stainless-os,x-stainless-retry-count,x-request-id",
)


@pytest.fixture(scope="module")
def plain() -> ASGIApp:
    services = Services(UnloadedEngine(), "0", "0")
    return connexion_app(services)


def settings(**given: Any) -> Settings:
    return Settings(**given)


@pytest.fixture(params=[ORIGIN, "*"])
def app(plain: ASGIApp, request: pytest.FixtureRequest) -> ASGIApp:
    return with_cors(plain, settings(cors_allow_origins=[request.param]))


async def asked(app: ASGIApp, method: str, path: str, **headers: str) -> Answer:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    async with serving(app) as server, server.connected() as connection:
        await connection.send(f"{method} {path} HTTP/1.1\r\nHost: a\r\n{lines}\r\n".encode())
        return await connection.answer(head=method == "HEAD")


async def preflight(app: ASGIApp, path: str, wanted: str, method: str = "POST", **more: str) -> Answer:
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": method} | more
    return await asked(app, "OPTIONS", path, **headers, **{"Access-Control-Request-Headers": wanted})


async def test_pages_of_other_origins_are_not_let_in_unless_asked_for(plain: ASGIApp) -> None:
    app = with_cors(plain, settings())
    assert app is plain
    answer = await preflight(app, "/v1/messages", "x-api-key")
    assert answer.status == 405
    assert answer.headers["allow"] == "POST"
    assert "NIM_CORS_ALLOW_ORIGINS" in answer.error["message"]
    assert "access-control-allow-origin" not in answer.headers
    assert "NIM_CORS_ALLOW_ORIGINS" in (await asked(app, "GET", "/openapi.json")).body.decode()


@pytest.mark.parametrize("wanted", SENT_BY_BROWSERS)
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages", "/v1/responses"])
async def test_a_page_may_send_what_the_official_clients_send(app: ASGIApp, path: str, wanted: str) -> None:
    answer = await preflight(app, path, wanted)
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] in (ORIGIN, "*")
    allowed = {name.strip() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert set(wanted.split(",")) <= allowed
    assert "POST" in answer.headers["access-control-allow-methods"]


async def test_a_page_may_delete_what_it_stored(app: ASGIApp) -> None:
    assert (await preflight(app, "/v1/responses/resp_1", "authorization", "DELETE")).status == 200


async def test_a_page_may_read_what_clients_read(app: ASGIApp) -> None:
    answer = await asked(app, "GET", "/v1/nothing", Origin=ORIGIN)
    assert answer.status == 404
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"x-request-id", "request-id", "x-ignored-parameters", "retry-after"} <= set(exposed)
    assert {"x-ratelimit-remaining-tokens", "anthropic-ratelimit-requests-reset"} <= set(exposed)


@pytest.mark.parametrize("status", [200, 400])
async def test_a_page_may_ask_a_server_in_the_local_network_where_it_is_named(
    plain: ASGIApp, status: int
) -> None:
    app = with_cors(plain, settings(cors_allow_origins=[ORIGIN if status == 200 else "*"]))
    private = {"Access-Control-Request-Private-Network": "true"}
    answer = await preflight(app, "/v1/messages", "x-api-key", **private)
    assert answer.status == status


async def test_a_page_of_another_origin_is_refused(plain: ASGIApp) -> None:
    app = with_cors(plain, settings(cors_allow_origins=["https://else.example"]))
    answer = await preflight(app, "/v1/messages", "x-api-key")
    assert answer.status == 400
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/messages", "POST, OPTIONS"),
        ("/v1/models", "GET, HEAD, OPTIONS"),
        ("/docs", "GET, HEAD, OPTIONS"),
    ],
)
async def test_options_is_among_what_is_allowed(app: ASGIApp, path: str, allowed: str) -> None:
    refused = await asked(app, "PATCH", path)
    assert refused.status == 405
    assert refused.headers["allow"] == allowed
    answered = await asked(app, "OPTIONS", path)
    assert answered.status == 204
    assert answered.headers["allow"] == allowed
    assert (await asked(app, "OPTIONS", "/v1/nothing")).status == 404
