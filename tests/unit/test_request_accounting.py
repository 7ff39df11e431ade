"""Requests through the whole application, with an engine that still loads."""

import json
import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client import REGISTRY
from starlette.types import ASGIApp

from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.telemetry import metrics
from accord.telemetry.access import AccessLine
from accord.telemetry.request import RequestRecord, current
from tests.unloaded import UnloadedEngine

SECRET = "my secret prompt"
CHAT = {"messages": [{"role": "user", "content": SECRET}]}


@pytest.fixture(scope="module")
def app() -> ASGIApp:
    return connexion_app(Services(UnloadedEngine(), "0", "0"))


@pytest.fixture
async def client(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://accord") as client:
        yield client


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def requests(operation: str, model: str, status: int) -> float:
    return value("accord_requests_total", operation=operation, model=model, status=str(status))


async def test_a_request_is_counted_by_operation_model_and_status(client: httpx.AsyncClient) -> None:
    before = requests("create_chat_completion", "tiny", 503)
    refused = value("accord_refusals_total", operation="create_chat_completion", reason="model_loading")
    assert (await client.post("/v1/chat/completions", json=CHAT | {"model": "tiny"})).status_code == 503
    assert requests("create_chat_completion", "tiny", 503) == before + 1
    assert (
        value("accord_refusals_total", operation="create_chat_completion", reason="model_loading")
        == refused + 1
    )


async def test_sizes_and_times_are_observed_once_per_request(client: httpx.AsyncClient) -> None:
    names = [
        "accord_request_duration_seconds_count",
        "accord_time_to_first_byte_seconds_count",
        "accord_request_size_bytes_count",
        "accord_response_size_bytes_count",
    ]
    before = [value(name, operation="tokenize") for name in names]
    size = value("accord_request_size_bytes_sum", operation="tokenize")
    await client.post(
        "/tokenize", content=b'{"prompt": "Hello"}', headers={"content-type": "application/json"}
    )
    assert [value(name, operation="tokenize") for name in names] == [count + 1 for count in before]
    assert value("accord_request_size_bytes_sum", operation="tokenize") == size + 19


async def test_no_label_holds_what_a_client_typed(client: httpx.AsyncClient) -> None:
    await client.post("/v1/chat/completions", json=CHAT | {"model": "typed-model"})
    await client.get("/v1/models/typed-name")
    await client.get("/typed/path")
    await client.post("/v1/chat/completions", json=CHAT | {"typed_field": 1, "max_tokens": "typed-value"})
    await client.request("TYPED", "/v1/chat/completions")
    assert "typed" not in metrics.exposition().lower()


@pytest.mark.parametrize(
    ("method", "path", "operation", "reason"),
    [
        ("GET", "/nothing", "none", "unknown_path"),
        ("GET", "/tokenize", "none", "method_not_allowed"),
        ("POST", "/tokenize", "tokenize", "unsupported_media_type"),
        ("GET", "/v1/models/other", "retrieve_model", "model_not_found"),
    ],
)
async def test_a_refusal_has_a_reason(
    client: httpx.AsyncClient, method: str, path: str, operation: str, reason: str
) -> None:
    before = value("accord_refusals_total", operation=operation, reason=reason)
    await client.request(method, path, headers={"content-type": "text/plain"})
    assert value("accord_refusals_total", operation=operation, reason=reason) == before + 1


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 503),
        ("Application/JSON", 503),
        ("application/JSON; charset=utf-8", 503),
        ("", 415),
        ("application/jsonp", 415),
    ],
)
async def test_a_body_is_json_however_its_type_is_written(
    client: httpx.AsyncClient, content_type: str, status: int
) -> None:
    headers = {"content-type": content_type}
    said = await client.post("/tokenize", content=b'{"prompt": "Hello"}', headers=headers)
    assert said.status_code == status
    wrong = await client.post("/tokenize", content=b'{"prompt": 5', headers=headers)
    assert wrong.status_code == (400 if status == 503 else status)


async def test_probes_and_scrapes_are_only_counted(client: httpx.AsyncClient) -> None:
    before = requests("get_health_live", "", 200)
    await client.get("/v1/health/live")
    await client.get("/metrics")
    assert requests("get_health_live", "", 200) == before + 1
    assert 'duration_seconds_count{operation="get_health' not in metrics.exposition()
    assert 'duration_seconds_count{operation="get_metrics' not in metrics.exposition()


async def test_metrics_are_prometheus_text(client: httpx.AsyncClient) -> None:
    for path in ("/metrics", "/v1/metrics"):
        response = await client.get(path)
        assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert "# TYPE accord_requests_total counter" in response.text
        assert "process_resident_memory_bytes" in response.text


async def test_each_request_has_one_line_without_its_prompt(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await client.post("/v1/chat/completions", json=CHAT, headers={"x-request-id": "req-7"})
        await client.post("/v1/chat/completions", json=CHAT | {"max_tokens": SECRET})
        await client.get("/v1/health/live")
    lines = [record for record in caplog.records if record.name == "accord.access"]
    assert len(lines) == 2
    message = lines[0].getMessage()
    assert message.startswith("POST /v1/chat/completions 503 ")
    assert message.endswith("create_chat_completion model=tiny refused=model_loading id=req-7")
    assert SECRET not in caplog.text


async def test_probes_are_logged_at_the_debug_level(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "accord"):
        await client.get("/v1/health/ready")
    assert [record.levelname for record in caplog.records if record.name == "accord.access"] == ["DEBUG"]


async def test_a_path_cannot_break_the_line(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await client.get("/a%0Ab")
    assert "GET /a%0Ab 404" in caplog.text


class Counted:
    prompt_tokens = 12
    completion_tokens = 34


def test_a_line_reports_tokens_and_the_time_to_the_first() -> None:
    record = RequestRecord("r", "POST", "/v1/completions", began=10.0, operation="create_completion")
    record.model = "tiny"
    record.begin_response(200)
    record.add_tokens(tokens := Counted())
    record.add_tokens(tokens)
    record.first_token_at = 10.25
    record.complete = True
    line = AccessLine(record, 1.5)
    assert str(line) == (
        "POST /v1/completions 200 1.500s create_completion model=tiny in=12 out=34 ttft=0.250s id=r"
    )
    assert json.loads(json.dumps(line.fields())) == {
        "request_id": "r",
        "method": "POST",
        "path": "/v1/completions",
        "operation": "create_completion",
        "model": "tiny",
        "status": 200,
        "outcome": "complete",
        "prompt_tokens": 12,
        "completion_tokens": 34,
        "ttft_seconds": 0.25,
        "duration_seconds": 1.5,
    }


def test_a_client_that_disconnects_before_the_answer_is_a_499() -> None:
    record = RequestRecord("r", "POST", "/v1/completions")
    assert (record.status, record.outcome) == (499, "disconnected")


def test_nothing_is_recorded_outside_of_a_request() -> None:
    current().model = "tiny"
    assert current().model == ""
