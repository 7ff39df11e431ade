"""Rate limits of an API key."""

import json
from importlib.resources import files
from typing import Any

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from accord.errors import RateLimited
from accord.server.admission import Admission, Bounds
from accord.server.errors import ErrorMiddleware
from accord.server.exchange import Exchange
from accord.server.rate_limits import KeyLimits, RateLimits
from accord.telemetry.request import RequestRecord
from tests.contract.document import Contract

DOCUMENT = json.loads(files("accord.generated").joinpath("connexion.json").read_text())


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Used:
    """What a request has taken so far."""

    def __init__(self, prompt_tokens: int, completion_tokens: int = 0) -> None:
        self.prompt_tokens = prompt_tokens
        self.completion_tokens = completion_tokens


@pytest.fixture
def clock() -> Clock:
    return Clock()


def begin(
    limits: RateLimits, owner: str = "alice", shape: str = "openai"
) -> tuple[RequestRecord, dict[str, str]]:
    record = RequestRecord("req_1")
    return record, limits.begin(owner, record, shape, retry_after=3)


def test_requests_per_minute(clock: Clock) -> None:
    limits = RateLimits(KeyLimits(requests=3), clock)
    remaining = [begin(limits)[1]["x-ratelimit-remaining-requests"] for _ in range(3)]
    assert remaining == ["2", "1", "0"]
    with pytest.raises(RateLimited, match="3 requests a minute") as refused:
        begin(limits)
    assert refused.value.code == "rate_limit_exceeded"
    assert refused.value.headers["retry-after"] == "20"
    assert refused.value.headers["x-ratelimit-reset-requests"] == "60.000s"
    begin(limits, "bob")
    clock.now += 20
    begin(limits)
    with pytest.raises(RateLimited):
        begin(limits)


def test_tokens_per_minute_are_counted_while_requests_run(clock: Clock) -> None:
    limits = RateLimits(KeyLimits(tokens=600), clock)
    record, headers = begin(limits)
    assert headers["x-ratelimit-remaining-tokens"] == "600"
    used = Used(500)
    record.add_tokens(used)
    assert begin(limits)[1]["x-ratelimit-remaining-tokens"] == "100"
    used.completion_tokens = 400
    with pytest.raises(RateLimited, match="600 tokens a minute") as refused:
        begin(limits)
    assert refused.value.headers["x-ratelimit-remaining-tokens"] == "0"
    assert refused.value.headers["retry-after"] == "31"  # 300 beyond the limit, and one to begin with
    record.ended = True
    clock.now += 31
    assert begin(limits)[1]["x-ratelimit-remaining-tokens"] == "10"


def test_concurrent_requests(clock: Clock) -> None:
    limits = RateLimits(KeyLimits(concurrent=2), clock)
    first, headers = begin(limits)
    begin(limits)
    assert headers == {}
    with pytest.raises(RateLimited, match="2 requests running") as refused:
        begin(limits)
    assert refused.value.code == "concurrent_requests_limit"
    assert refused.value.headers == {"retry-after": "3"}
    begin(limits, "bob")
    first.ended = True
    begin(limits)


def test_background_responses_count_as_running(clock: Clock) -> None:
    limits = RateLimits(KeyLimits(concurrent=1, tokens=100), clock)
    record, _ = begin(limits)
    used = Used(10)
    record.add_tokens(used)
    record.in_background = record.ended = True
    with pytest.raises(RateLimited, match="1 requests running"):
        begin(limits)
    used.completion_tokens = 500
    record.in_background = False
    with pytest.raises(RateLimited, match="100 tokens"):
        begin(limits)


def test_anthropics_clients_get_their_own_headers(clock: Clock) -> None:
    limits = RateLimits(KeyLimits(requests=2, tokens=50), clock)
    _, headers = begin(limits, shape="anthropic")
    assert headers["anthropic-ratelimit-requests-limit"] == "2"
    assert headers["anthropic-ratelimit-requests-remaining"] == "1"
    assert headers["anthropic-ratelimit-tokens-remaining"] == "50"
    assert headers["anthropic-ratelimit-requests-reset"].endswith("Z")


def test_no_limit_is_no_limits() -> None:
    assert not KeyLimits()
    assert KeyLimits(tokens=1)


@pytest.mark.parametrize(
    ("operation", "path"),
    [("create_chat_completion", "/v1/chat/completions"), ("create_message", "/v1/messages")],
)
async def test_a_refusal_is_what_the_contract_says(operation: str, path: str) -> None:
    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name.encode(), value.encode()) for name, value in Exchange.of(scope).headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})

    async def asked() -> httpx.Response:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        scope: dict[str, Any] = {
            "type": "http", "method": "POST", "scheme": "http", "path": path, "raw_path": path.encode(),
            "headers": [], "extensions": {"connexion_routing": {"operation_id": operation}},
        }  # fmt: skip
        await app(scope, None, send)  # type: ignore[arg-type]  # nothing is received
        request = httpx.Request("POST", f"http://accord{path}")
        body, headers = sent[1]["body"], sent[0]["headers"]
        return httpx.Response(sent[0]["status"], headers=headers, content=body, request=request)

    app = ErrorMiddleware(Admission(answering, Bounds(DOCUMENT, rates=RateLimits(KeyLimits(requests=1)))))
    first = await asked()
    remaining = (
        "anthropic-ratelimit-requests-remaining" if "messages" in path else "x-ratelimit-remaining-requests"
    )
    assert (first.status_code, first.headers[remaining]) == (200, "0")
    refused = await asked()
    assert refused.status_code == 429
    assert refused.headers[remaining] == "0"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json()["error"]["type"] == "rate_limit_error"
    Contract.published().check(refused)
