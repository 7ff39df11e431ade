"""Authentication of requests through the whole application, while the engine loads."""

import json
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Message, Scope

from accord.generated.operations import OPERATIONS
from accord.handlers.call import Call, Services
from accord.server import dispatch
from accord.server.app import connexion_app
from accord.server.keys import Keys, parsed
from accord.server.rate_limits import KeyLimits, RateLimits
from accord.server.security import METRICS
from tests.contract.document import Contract
from tests.unloaded import UnloadedEngine

KEY = "sk-canary-0123456789"
KEYS = Keys([parsed(f"{KEY} alice"), parsed("other")], None)
CHAT = {"messages": [{"role": "user", "content": "Hello"}]}
OPEN = {"get_root", "get_health", "get_health_live", "get_health_ready", "get_ping", "post_ping"}


def application(metrics_open: bool = True) -> Any:
    engine = UnloadedEngine()
    return connexion_app(Services(engine, "0", "0"), keys=KEYS, metrics_open=metrics_open)


def client_of(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://accord")


@pytest.fixture(scope="module")
def app() -> Any:
    return application()


@pytest.fixture
async def client(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client


def path_of(operation: str) -> tuple[str, str]:
    for path, item in Contract.published().document["paths"].items():
        for method, spec in item.items():
            if spec["operationId"] == operation:
                return method.upper(), path.replace("{model}", "tiny").replace("{response_id}", "resp_1")
    raise AssertionError(operation)


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_every_operation_but_health_asks_for_a_key(client: httpx.AsyncClient, operation: str) -> None:
    method, path = path_of(operation)
    answer = await client.request(method, path, content=b"no json", headers={"content-type": "text/plain"})
    Contract.published().check(answer)
    if operation in OPEN or operation in METRICS:
        assert answer.status_code != 401
        return
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="accord"'
    error = answer.json()["error"]
    if OPERATIONS[operation].error_shape == "anthropic":
        assert error["type"] == "authentication_error"
    else:
        assert (error["type"], error["code"]) == ("invalid_request_error", "missing_api_key")


async def test_metrics_ask_for_a_key_where_they_are_closed() -> None:
    async with client_of(application(metrics_open=False)) as client:
        assert (await client.get("/metrics")).status_code == 401
        assert (await client.get("/v1/metrics", headers={"x-api-key": KEY})).status_code == 200
        assert (await client.get("/v1/health/live")).status_code == 200


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/openapi.yaml"])
async def test_the_documentation_is_open_and_says_how_a_key_is_sent(
    client: httpx.AsyncClient, path: str
) -> None:
    assert (await client.get(path)).status_code == 200
    schemes = (await client.get("/openapi.json")).json()["components"]["securitySchemes"]
    assert set(schemes) == {"bearer", "api_key"}


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": f"Bearer {KEY}"},
        {"authorization": f"bearer   {KEY}"},
        {"x-api-key": KEY},
        {"authorization": "Bearer wrong", "x-api-key": KEY},
        {"authorization": f"Bearer {KEY}", "x-api-key": "wrong"},
        {"authorization": "Basic abc", "x-api-key": "other"},
    ],
)
async def test_a_valid_key_is_accepted_in_either_header(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    assert (await client.get("/v1/models", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer wrong"},
        {"authorization": KEY},
        {"authorization": f"Basic {KEY}"},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"x-api-key": ""},
        {"x-api-key": KEY + "x"},
        {"x-api-key": KEY[:-1]},
        {"api-key": KEY},
        {"cookie": f"x-api-key={KEY}"},
    ],
)
async def test_an_invalid_key_is_refused(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await client.get("/v1/models", headers=headers)
    assert answer.status_code == 401
    assert KEY not in answer.text
    assert answer.json()["error"]["code"] in ("invalid_api_key", "missing_api_key")


async def test_a_key_in_the_query_is_not_accepted(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/models", params={"x-api-key": KEY})).status_code == 401


async def test_the_refusal_comes_before_the_body_is_read(app: Any) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("the body was read")

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "path": "/v1/messages",
        "raw_path": b"/v1/messages",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"x-api-key", b"wrong")],
    }
    await app(scope, receive, send)
    assert sent[0]["status"] == 401
    assert json.loads(sent[1]["body"])["error"]["type"] == "authentication_error"


async def test_refusals_are_counted_by_their_reason(client: httpx.AsyncClient) -> None:
    labels = {"operation": "list_models", "reason": "invalid_api_key"}
    before = REGISTRY.get_sample_value("accord_refusals_total", labels) or 0
    await client.get("/v1/models", headers={"x-api-key": "wrong"})
    assert REGISTRY.get_sample_value("accord_refusals_total", labels) == before + 1


async def test_a_preflight_passes_without_a_key(app: Any) -> None:
    crossing = CORSMiddleware(app, allow_origins=["https://app.example"], allow_headers=["*"])
    headers = {
        "origin": "https://app.example",
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization, x-api-key",
    }
    async with client_of(crossing) as client:
        preflight = await client.options("/v1/models", headers=headers)
        assert preflight.status_code == 200
        assert "authorization" in preflight.headers["access-control-allow-headers"]
        refused = await client.get("/v1/models", headers=headers)
        assert refused.status_code == 401
        assert refused.headers["access-control-allow-origin"] == "https://app.example"


async def test_a_handler_knows_whose_the_request_is(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners = []

    def noted(*args: Any, **kwargs: Any) -> Call:
        call = Call(*args, **kwargs)
        owners.append(call.owner)
        return call

    monkeypatch.setattr(dispatch, "Call", noted)
    await client.get("/v1/models", headers={"x-api-key": KEY})
    await client.get("/v1/models", headers={"authorization": "Bearer other"})
    await client.get("/v1/health/live")
    assert owners == [parsed(KEY).owner, parsed("other").owner, ""]


async def test_the_key_is_in_no_log_error_or_metric(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    written = []
    for key in (KEY, KEY + "-wrong"):
        for headers in ({"x-api-key": key}, {"authorization": f"Bearer {key}"}):
            for method, path in (("GET", "/v1/models"), ("POST", "/v1/chat/completions")):
                answer = await client.request(method, path, headers=headers, json=CHAT)
                written.append(answer.text + str(answer.headers))
    written.append((await client.get("/metrics")).text)
    written.append(caplog.text)
    assert not [text for text in written if "canary" in text]
    assert "key=alice" in caplog.text


def test_connexion_is_fed_the_contracts_security() -> None:
    fed = json.loads(files("accord.generated").joinpath("connexion.json").read_text())
    published = Contract.published().document
    assert fed["security"] == published["security"]
    assert fed["components"]["securitySchemes"] == published["components"]["securitySchemes"]
    for path, item in published["paths"].items():
        for method, operation in item.items():
            assert fed["paths"][path][method].get("security") == operation.get("security")
            assert ("401" in operation["responses"]) == (operation.get("security") != [])


async def test_limits_of_a_key_are_enforced_and_in_the_headers_of_every_answer() -> None:
    """Here each request is answered with 503, as the engine still loads; it counts all the same."""
    engine = UnloadedEngine()
    limits = RateLimits(KeyLimits(requests=2))
    async with client_of(connexion_app(Services(engine, "0", "0"), keys=KEYS, rates=limits)) as client:

        async def asked(key: str) -> httpx.Response:
            headers = {"authorization": f"Bearer {key}"}
            return await client.post("/v1/chat/completions", json=CHAT, headers=headers)

        answers = [await asked(KEY) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [503, 503, 429]
        assert [a.headers["x-ratelimit-remaining-requests"] for a in answers] == ["1", "0", "0"]
        assert (await asked("other")).status_code == 503
        assert "x-ratelimit-limit-requests" not in (await client.get("/v1/health/live")).headers
