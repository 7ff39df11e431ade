"""Admission control: requests are refused before they are read, and ended at their time limit."""

import asyncio
import json
import resource
from collections.abc import AsyncGenerator
from functools import partial
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accord.dialects.messages.signatures import Signatures
from accord.dialects.messages.stream import MessageStream
from accord.dialects.sse import GenerationEvents
from accord.engine import Delta, EngineState, Generation
from accord.engine.vllm.admission import admit, ending, limit_queues
from accord.engine.vllm.errors import client_errors
from accord.errors import ApiError, InvalidRequest, Overloaded, TimedOut
from accord.generated import models
from accord.server import admission
from accord.server.admission import Admission, Bounds
from accord.server.errors import ErrorMiddleware
from accord.telemetry.request import RequestRecord
from tests.contract.document import Contract
from tests.deltas import GivenDeltas, written
from tests.unloaded import UnloadedEngine

DOCUMENT = json.loads(files("accord.generated").joinpath("connexion.json").read_text())
CHAT = ("create_chat_completion", "/v1/chat/completions")
MESSAGE = ("create_message", "/v1/messages")
HEALTH = ("get_health_live", "/v1/health/live")


class Slow:
    """An application that answers when it is let."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.go = asyncio.Event()
        self.cancelled = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.begun.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


class Asked:
    """Requests to `app`, as Connexion's routing hands them on, in the stack that answers errors."""

    def __init__(self, app: ASGIApp, **bounds: Any) -> None:
        self.admission = Admission(app, Bounds(DOCUMENT, **bounds))
        self.app = ErrorMiddleware(self.admission)

    async def __call__(self, operation: str, path: str) -> httpx.Response:
        sent: list[Message] = []

        async def receive() -> Message:
            raise AssertionError("the body was read")

        async def send(message: Message) -> None:
            sent.append(message)

        method = "GET" if operation.startswith("get") else "POST"
        scope: Scope = {
            "type": "http",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "headers": [],
            "extensions": {"connexion_routing": {"operation_id": operation}},
        }
        await self.app(scope, receive, send)
        return httpx.Response(
            sent[0]["status"],
            headers=sent[0]["headers"],
            content=sent[1]["body"],
            request=httpx.Request(method, f"http://accord{path}"),
        )


async def test_one_request_too_many_is_refused_in_its_apis_shape() -> None:
    slow = Slow()
    asked = Asked(slow, concurrent=1)
    first = asyncio.create_task(asked(*CHAT))
    await slow.begun.wait()
    statuses = {CHAT: (503, "service_unavailable"), MESSAGE: (429, "rate_limit_error")}
    for operation, path in (CHAT, MESSAGE):
        refused = await asked(operation, path)
        assert (refused.status_code, refused.json()["error"]["type"]) == statuses[operation, path]
        assert int(refused.headers["retry-after"]) >= 1
        Contract.published().check(refused)
    slow.go.set()
    assert (await first).status_code == 200
    assert (await asked(*CHAT)).status_code == 200
    assert asked.admission.running == 0


async def test_probes_are_always_answered() -> None:
    slow = Slow()
    asked = Asked(slow, concurrent=1)
    first = asyncio.create_task(asked(*CHAT))
    await slow.begun.wait()
    probe = asyncio.create_task(asked(*HEALTH))
    slow.go.set()
    assert (await probe).status_code == 200
    await first


async def test_a_request_that_fails_leaves_its_place() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        raise InvalidRequest("No.")

    asked = Asked(failing, concurrent=1)
    for _ in range(3):
        assert (await asked(*CHAT)).status_code == 400
    assert asked.admission.running == 0


async def test_retry_after_is_half_of_what_requests_took() -> None:
    async def full(scope: Scope, receive: Receive, send: Send) -> None:
        raise Overloaded("Full.", code="queue_full")

    asked = Asked(full, concurrent=9)
    for mean, told in ((0.01, "1"), (9.0, "5"), (1000.0, "30")):
        asked.admission.mean_seconds = mean
        assert (await asked(*CHAT)).headers["retry-after"] == told


async def test_a_request_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "ENDING_SECONDS", 0)
    for operation, path in (CHAT, MESSAGE):
        slow = Slow()
        ended = await Asked(slow, seconds=0.01)(operation, path)
        assert slow.cancelled
        assert ended.status_code == 504
        assert "0.01 seconds" in ended.json()["error"]["message"]
        Contract.published().check(ended)


async def test_a_stream_whose_time_is_up_ends_with_an_error_event() -> None:
    async def deltas() -> AsyncGenerator[list[Delta], None]:
        yield []
        raise TimedOut(5)

    generation = Generation([], GivenDeltas(deltas()))
    body = models.MessageRequest.model_validate(
        {"max_tokens": 1, "messages": [{"role": "user", "content": "Hello"}]}
    )
    encoder = MessageStream(
        generation, body, id="msg_1", model="tiny", request_id="req_1", signatures=Signatures()
    )
    events = await written(GenerationEvents(generation, encoder))
    assert events.endswith(b"\n\n")
    last = json.loads(events.split(b"data: ")[-1])
    assert last["error"]["type"] == "timeout_error"


class Collector:
    """What vLLM puts a request's outputs into."""

    def __init__(self) -> None:
        self.outputs: asyncio.Queue[Any] = asyncio.Queue()

    def put(self, output: Any) -> None:
        self.outputs.put_nowait(output)


async def test_the_engines_output_ends_when_the_time_is_up() -> None:
    collector = Collector()
    record = RequestRecord("req_1")
    assert ending(collector, record) is None
    record.seconds_allowed = 0.01
    assert ending(collector, record) is not None
    assert isinstance(await collector.outputs.get(), TimedOut)


class Engine:
    """As much of vLLM's engine as its limits are about."""

    def __init__(
        self, requests: int | None = None, tokens: int | None = None, *, seqs: int = 256, length: int = 2048
    ) -> None:
        self.max_num_seqs = seqs
        self.max_model_len = length
        self.model_config = self
        self.max_num_queued_reqs = requests
        self.max_num_queued_tokens = tokens
        self.scheduler_config = self.vllm_config = self.parallel_config = self
        self.data_parallel_size = 2
        self.asked: list[int] = []

    def check_admission(self, n: int) -> None:
        self.asked.append(n)


def limits(engine: Any) -> tuple[int, int]:
    limit_queues(engine)
    return engine.max_num_queued_reqs, engine.max_num_queued_tokens


def test_the_engines_queue_has_an_end() -> None:
    assert limits(Engine()) == (4096, 4096 * 1024)
    assert limits(Engine(requests=3)) == (3, 1024 * 1024)
    assert limits(Engine(tokens=5)) == (4096, 5)


def test_long_prompts_that_wait_leave_room_for_others() -> None:
    """As many of the longest as run at a time are no reason to refuse one more, nor hold too much memory."""
    assert limits(Engine(seqs=64, length=131072)) == (1024, 2 * 64 * 131072)
    assert limits(Engine(seqs=1024, length=1_000_000)) == (16384, 2**26)


def test_a_request_that_can_never_be_admitted_is_invalid() -> None:
    engine: Any = Engine(requests=4)
    admit(engine, 4)
    assert engine.asked == [4]
    with pytest.raises(InvalidRequest, match="asks for 5 answers"):
        admit(engine, 5)


@pytest.mark.parametrize(
    ("name", "code"), [("QueueOverflowError", "queue_full"), ("MaxQueuedTokensError", "token_queue_full")]
)
def test_an_adapter_that_the_engine_refuses_can_be_retried(name: str, code: str) -> None:
    import vllm.exceptions

    with pytest.raises(ApiError) as refused, client_errors():
        raise getattr(vllm.exceptions, name)
    assert (refused.value.status, refused.value.code) == (503, code)


def test_the_engine_can_be_asked_before_any_work_is_done() -> None:
    from vllm.exceptions import QueueOverflowError

    from accord.engine.vllm.backend import VllmBackend

    class FullAtThree(Engine):
        def check_admission(self, n: int) -> None:
            if n >= 3:
                raise QueueOverflowError

    engine = UnloadedEngine()
    engine.admit(3)  # it loads, and says so to what comes next
    backend: Any = SimpleNamespace(llm=FullAtThree(requests=4), errored=False)
    backend.admit = partial(VllmBackend.admit, backend)
    engine._supervisor.backend, engine._supervisor.state = backend, EngineState.READY
    engine.admit(2)
    with pytest.raises(Overloaded) as full:
        engine.admit(3)
    assert full.value.code == "queue_full"
    with pytest.raises(InvalidRequest, match="asks for 5 answers"):
        engine.admit(5)


def test_requests_are_bounded_by_file_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = [(1024, 4096)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: limits.append(new))
    assert admission.limit_by_descriptors(4096) == 4096 - admission.FILES_KEPT
    assert limits[-1] == (4096, 4096)
    assert admission.limit_by_descriptors(10) == 10
    limits.append((resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert admission.limit_by_descriptors(4096) == 4096


def test_the_contract_says_what_is_bounded() -> None:
    bounds = Bounds(DOCUMENT)
    assert "create_response" in bounds.counted & bounds.timed
    assert "retrieve_response" in bounds.counted - bounds.timed
    assert not {"get_health_ready", "get_metrics", "cancel_response", "list_models"} & bounds.counted
