"""API keys, a short queue and time limits: authentication, admission control and errors of overload."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anthropic
import httpx
import openai
import pytest

from accord.server.keys import file_line
from tests.contract.document import Contract, sse_events
from tests.contract.test_processes import descendants
from tests.otlp import TraceReceiver, trace_receiver
from tests.serving import RunningServer, http, started, wait_until_ready

ALICE, BOB, CAROL, DAVE = (f"sk-canary-{name}-0123456789" for name in ("alice", "bob", "carol", "dave"))
QUEUE = 2
AT_A_TIME = 6
SECONDS = 3
MESSAGES: Any = [{"role": "user", "content": "Hello"}]
LONG = {"max_tokens": 8000, "temperature": 0, "ignore_eos": True}
"""More than the model can say in SECONDS."""
LONG_RESPONSE = {"model": "tiny", "input": "Hello", "max_output_tokens": 8000, "ignore_eos": True}


@dataclass(frozen=True)
class Guarded:
    """The server, its file of keys, and the receiver of its spans."""

    server: RunningServer
    file: Path
    traces: TraceReceiver

    def client(self, key: str = ALICE) -> httpx.Client:
        headers = {"authorization": f"Bearer {key}"}
        return httpx.Client(base_url=self.server.url, headers=headers, timeout=60)


@pytest.fixture(scope="module")
def guarded(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("guarded")
    file = folder / "keys"
    file.write_text(f"# who may ask\n{file_line(ALICE, 'alice')}\n{BOB}\n")
    arguments = ["--model", str(tiny_model), "--served-model-name", "tiny", "--validate-responses", "raise"]
    arguments += ["--max-num-queued-reqs", str(QUEUE), "--api-keys-file", str(file)]
    with trace_receiver() as traces:
        environment = {
            "ACCORD_API_KEYS": f"{CAROL} carol",
            "ACCORD_MAX_CONCURRENT_REQUESTS": str(AT_A_TIME),
            "ACCORD_REQUEST_TIMEOUT": str(SECONDS),
            "NIM_LOG_LEVEL": "TRACE",
            "OTEL_EXPORTER_OTLP_ENDPOINT": traces.url,
        }
        with started(arguments, folder / "log", "tiny", environment=environment) as server:
            wait_until_ready(server)
            yield Guarded(server, file, traces)


@pytest.fixture
def alice(guarded: Guarded) -> Iterator[httpx.Client]:
    with guarded.client(ALICE) as client:
        yield client


@pytest.fixture
def bob(guarded: Guarded) -> Iterator[httpx.Client]:
    with guarded.client(BOB) as client:
        yield client


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not in {seconds} s"
        time.sleep(0.05)


# --- keys


def as_anthropics_client_takes(key: str) -> list[dict[str, Any]]:
    return [{"api_key": key}, {"auth_token": key}]


@pytest.mark.parametrize("key", [ALICE, BOB, CAROL], ids=["hashed", "plain", "environment"])
def test_the_official_clients_work_with_a_key(guarded: Guarded, key: str) -> None:
    with openai.OpenAI(api_key=key, base_url=f"{guarded.server.url}/v1", max_retries=0) as asking:
        assert asking.chat.completions.create(model="tiny", messages=MESSAGES, max_tokens=1).choices
    for credentials in as_anthropics_client_takes(key):
        with anthropic.Anthropic(**credentials, base_url=guarded.server.url, max_retries=0) as client:
            assert client.messages.create(model="tiny", max_tokens=1, messages=MESSAGES).content


def test_the_official_clients_raise_their_own_error_without(guarded: Guarded) -> None:
    with (
        openai.OpenAI(api_key="sk-wrong", base_url=f"{guarded.server.url}/v1", max_retries=0) as asking,
        pytest.raises(openai.AuthenticationError) as refused,
    ):
        asking.models.list()
    assert (refused.value.code, refused.value.type) == ("invalid_api_key", "invalid_request_error")
    for credentials in as_anthropics_client_takes("wrong"):
        with (
            anthropic.Anthropic(**credentials, base_url=guarded.server.url, max_retries=0) as client,
            pytest.raises(anthropic.AuthenticationError) as turned_away,
        ):
            client.messages.create(model="tiny", max_tokens=1, messages=MESSAGES)
        body: Any = turned_away.value.body
        assert body["error"]["type"] == "authentication_error"


@contextmanager
def half_sent(guarded: Guarded, key: str, path: str = "/v1/chat/completions") -> Iterator[socket.socket]:
    """A request whose head was sent, and whose long body was not."""
    host, port = guarded.server.url.removeprefix("http://").split(":")
    head = f"POST {path} HTTP/1.1\r\nhost: accord\r\nx-api-key: {key}\r\n"
    head += "content-type: application/json\r\ncontent-length: 1000000\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head.encode())
        yield connection


def test_an_invalid_key_is_refused_before_the_body_is_sent(guarded: Guarded) -> None:
    with half_sent(guarded, "sk-wrong") as connection:
        assert connection.recv(65536).startswith(b"HTTP/1.1 401 ")


def test_health_and_documentation_are_open(guarded: Guarded) -> None:
    for path in ("/v1/health/live", "/v1/health/ready", "/docs", "/openapi.json", "/metrics"):
        assert http.get(f"{guarded.server.url}{path}").status_code == 200
    for path in ("/v1/models", "/v1/version"):
        assert http.get(f"{guarded.server.url}{path}").status_code == 401


def test_a_key_that_is_added_or_taken_away_counts_without_a_restart(guarded: Guarded) -> None:
    before = guarded.file.read_text()
    with guarded.client(DAVE) as dave:
        assert dave.get("/v1/models").status_code == 401
        guarded.file.write_text(f"{before}{file_line(DAVE, 'dave')}\n")
        until(lambda: dave.get("/v1/models").status_code == 200)
        guarded.file.write_text("not a file of keys")
        until(lambda: "stay valid" in guarded.server.log.read_text())
        assert dave.get("/v1/models").status_code == 200
        guarded.file.write_text(before)
        until(lambda: dave.get("/v1/models").status_code == 401)


def without_ids(answer: httpx.Response, id_: str) -> tuple[int, str]:
    return answer.status_code, answer.text.replace(id_, "ID")


@pytest.mark.parametrize("background", [False, True])
def test_objects_of_one_key_are_not_found_with_another(
    alice: httpx.Client, bob: httpx.Client, background: bool
) -> None:
    """A response of another key is answered exactly like one that never existed (by the store)."""
    body = {"model": "tiny", "input": "Hello", "max_output_tokens": 4, "background": background}
    made = alice.post("/v1/responses", json=body).json()["id"]
    until(lambda: alice.get(f"/v1/responses/{made}").json()["status"] not in ("queued", "in_progress"))
    never = "resp_00000000000000000000"
    for id_ in (made, never):
        assert bob.get(f"/v1/responses/{id_}").status_code == 404
    asked: list[Callable[[str], httpx.Response]] = [
        lambda id_: bob.get(f"/v1/responses/{id_}"),
        lambda id_: bob.get(f"/v1/responses/{id_}", params={"stream": "true"}),
        lambda id_: bob.get(f"/v1/responses/{id_}/input_items"),
        lambda id_: bob.post(f"/v1/responses/{id_}/cancel"),
        lambda id_: bob.post("/v1/responses", json=body | {"previous_response_id": id_}),
        lambda id_: bob.post("/v1/responses/render", json=body | {"previous_response_id": id_}),
        lambda id_: bob.delete(f"/v1/responses/{id_}"),
    ]
    for ask in asked:
        answer = ask(made)
        assert answer.status_code in (400, 404)
        assert without_ids(answer, made) == without_ids(ask(never), never)
    assert alice.get(f"/v1/responses/{made}").status_code == 200
    followed = alice.post("/v1/responses", json=body | {"previous_response_id": made, "background": False})
    assert followed.status_code == 200


# --- overload


@contextmanager
def running(client: httpx.Client, requests: int) -> Iterator[None]:
    """Several streams that run in the engine; they are closed at the end."""
    kept = []
    with ExitStack() as streams:
        for _ in range(requests):
            body = {"model": "tiny", "messages": MESSAGES, "stream": True, **LONG}
            stream = streams.enter_context(client.stream("POST", "/v1/chat/completions", json=body))
            assert stream.status_code == 200
            kept.append(stream.iter_bytes())  # otherwise garbage collection would close its stream
            next(kept[-1])
        yield
    until(lambda: client.post("/v1/chat/completions", json=ONE).status_code == 200)


ONE = {"model": "tiny", "messages": MESSAGES, "max_tokens": 1}
REQUESTS: dict[str, dict[str, Any]] = {
    "/v1/chat/completions": ONE,
    "/v1/completions": {"model": "tiny", "prompt": "Hello", "max_tokens": 1},
    "/v1/messages": ONE | {"stream": True},
    "/v1/responses": {"model": "tiny", "input": "Hello", "max_output_tokens": 1, "background": True},
}


REFUSED = {"/v1/messages": (429, "rate_limit_error")}
"""As what the client tries again; the others do at 503."""


def test_parameters_that_the_engine_rejects_are_refused_in_every_format(
    guarded: Guarded, alice: httpx.Client
) -> None:
    with running(alice, QUEUE), guarded.client(BOB) as bob:
        for path, body in REQUESTS.items():
            refused = bob.post(path, json=body)
            status, kind = REFUSED.get(path, (503, "service_unavailable"))
            assert refused.status_code == status, refused.text
            assert 1 <= int(refused.headers["retry-after"]) <= 30
            assert refused.json()["error"]["type"] == kind
            Contract.published().check(refused)
        # Requests that need no engine continue.
        assert bob.post("/tokenize", json={"model": "tiny", "prompt": "Hello"}).status_code == 200
        assert bob.get("/v1/models").status_code == 200
    metrics = http.get(f"{guarded.server.url}/metrics").text
    assert 'accord_refusals_total{operation="create_message",reason="queue_full"} 1.0' in metrics


def test_the_official_clients_retry_and_succeed(guarded: Guarded, alice: httpx.Client) -> None:
    url = guarded.server.url
    with running(alice, QUEUE):
        with (
            openai.OpenAI(api_key=BOB, base_url=f"{url}/v1", max_retries=0) as asking,
            pytest.raises(openai.InternalServerError) as full,
        ):
            asking.chat.completions.create(model="tiny", messages=MESSAGES, max_tokens=1)
        assert full.value.code == "queue_full"
        with (
            anthropic.Anthropic(api_key=BOB, base_url=url, max_retries=0) as client,
            pytest.raises(anthropic.RateLimitError),
        ):
            client.messages.create(model="tiny", max_tokens=1, messages=MESSAGES)
        with openai.OpenAI(api_key=BOB, base_url=f"{url}/v1", max_retries=8) as patient:
            assert patient.chat.completions.create(model="tiny", messages=MESSAGES, max_tokens=1).choices
    with running(alice, QUEUE), anthropic.Anthropic(api_key=BOB, base_url=url, max_retries=8) as again:
        assert again.messages.create(model="tiny", max_tokens=1, messages=MESSAGES).content


def test_more_answers_than_there_can_be_are_invalid(alice: httpx.Client) -> None:
    refused = alice.post("/v1/chat/completions", json=ONE | {"n": QUEUE + 1})
    assert refused.status_code == 400
    assert f"at most {QUEUE}" in refused.json()["error"]["message"]


def test_more_requests_than_there_can_be_are_refused_before_they_are_read(
    guarded: Guarded, alice: httpx.Client
) -> None:
    with ExitStack() as waiting:
        for _ in range(AT_A_TIME):
            waiting.enter_context(half_sent(guarded, ALICE))
        until(lambda: alice.post("/v1/chat/completions", json=ONE).status_code == 503)
        for path, status in (("/v1/completions", 503), ("/v1/messages", 429)):
            with half_sent(guarded, BOB, path) as connection:
                answer = connection.recv(65536)
                assert answer.startswith(b"HTTP/1.1 %d " % status)
                assert b"retry-after: " in answer
        assert alice.get("/v1/health/ready").status_code == 200
    until(lambda: alice.post("/v1/chat/completions", json=ONE).status_code == 200)


# --- time limits


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages"])
def test_a_timeout_is_504(alice: httpx.Client, path: str) -> None:
    ended = alice.post(path, json={"model": "tiny", "messages": MESSAGES, **LONG})
    assert ended.status_code == 504
    assert f"{SECONDS} seconds" in ended.json()["error"]["message"]
    Contract.published().check(ended)


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages", "/v1/responses"])
def test_a_stream_that_takes_too_long_ends_with_an_error(alice: httpx.Client, path: str) -> None:
    body: dict[str, Any] = {"model": "tiny", "messages": MESSAGES, "stream": True, **LONG}
    if path == "/v1/responses":
        body = {
            "model": "tiny",
            "input": "Hello",
            "max_output_tokens": 8000,
            "ignore_eos": True,
            "stream": True,
        }
    answer = alice.post(path, json=body)
    assert answer.status_code == 200
    Contract.published().check(answer)
    events = [json.loads(event.data) for event in sse_events(answer.text) if event.data != "[DONE]"]
    last = events[-1]
    error = last["response"]["error"] if path == "/v1/responses" else last["error"]
    assert f"{SECONDS} seconds" in error["message"]


def test_a_background_response_that_takes_too_long_fails(alice: httpx.Client) -> None:
    body = {
        "model": "tiny",
        "input": "Hello",
        "max_output_tokens": 8000,
        "ignore_eos": True,
        "background": True,
    }
    made = alice.post("/v1/responses", json=body).json()["id"]
    until(lambda: alice.get(f"/v1/responses/{made}").json()["status"] == "failed", SECONDS + 10)
    assert f"{SECONDS} seconds" in alice.get(f"/v1/responses/{made}").json()["error"]["message"]


def test_nothing_is_left_in_the_engine(guarded: Guarded) -> None:
    def idle() -> bool:
        lines = http.get(f"{guarded.server.url}/metrics").text.splitlines()
        gauges = ("vllm:num_requests_running{", "vllm:num_requests_waiting{", "accord_streams_open")
        return all(line.endswith(" 0.0") for line in lines if line.startswith(gauges))

    until(idle)


# --- logs, metrics and spans of all that


def test_no_key_is_written_anywhere(guarded: Guarded, alice: httpx.Client) -> None:
    alice.post("/v1/chat/completions", json=ONE)
    guarded.traces.wait_for(http__response__status_code=200)
    log = guarded.server.log.read_text()
    assert "key=alice" in log
    assert "key=carol" in log
    written = {
        "log": log,
        "metrics": http.get(f"{guarded.server.url}/metrics").text,
        "traces": repr(guarded.traces.spans),
    }
    for pid in descendants(guarded.server.process.pid):
        name = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        written[f"environment of {pid}: {name}"] = Path(f"/proc/{pid}/environ").read_text()
    assert len(written) >= 4
    assert [where for where, text in written.items() if "canary" in text] == []
