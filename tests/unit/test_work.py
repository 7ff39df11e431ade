"""How much Accord works for a token and for a request, counted in Python's own instructions.

Seconds differ from run to run; instructions do not, so this fails where a change makes every token dearer.
EngineCore's outputs are simulated; everything from vLLM's processing of them to uvicorn's write is real.
"""

import asyncio
import gc
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest
from starlette.types import ASGIApp
from uvicorn.protocols.http.flow_control import FlowControl
from vllm.envs import disable_envs_cache, enable_envs_cache
from vllm.sampling_params import RequestOutputKind, SamplingParams
from vllm.tokenizers import get_tokenizer
from vllm.v1.engine import EngineCoreOutput, FinishReason
from vllm.v1.engine.output_processor import OutputProcessor, RequestOutputCollector
from vllm.v1.metrics.stats import IterationStats
from vllm.v1.outputs import LogprobsLists

from accord.engine import (
    Adapters,
    Conversation,
    Engine,
    EngineState,
    Generation,
    RenderedPrompt,
    Sampling,
    Usage,
)
from accord.engine.vllm.deltas import DeltaReader
from accord.engine.vllm.detokenizing import engine_request
from accord.engine.vllm.outputs import EngineDeltas, PromptOutputs
from accord.engine.vllm.shortcuts.registry import Shortcuts
from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.server.cycles import ResponseCycle
from accord.telemetry.request import current

TOKENS = 100
MARGIN = 1.03
"""A change that makes a token dearer by more than this has to say so here."""


COUNTED = ("accord", "connexion", "starlette", "uvicorn", "pydantic", "prometheus_client", "vllm")


class Instructions:
    """Counts the instructions that Python runs in our packages, and in those that we answer through."""

    def __init__(self) -> None:
        self.count = 0

    def _trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if event == "call" and frame.f_globals.get("__name__", "").partition(".")[0] not in COUNTED:
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        if event == "opcode":
            self.count += 1
        return self._trace

    @contextmanager
    def on(self) -> Iterator[None]:
        before = sys.gettrace()
        sys.settrace(self._trace)
        try:
            yield
        finally:
            sys.settrace(before)


class Backend:
    """Stands in for vLLM: the test says when a token comes."""

    modalities: frozenset[str] = frozenset()
    limits_thinking = False
    errored = False
    max_model_len = 4096

    def __init__(self, tokenizer: Any) -> None:
        self.top: int | None = None
        self.default_sampling: dict[str, Any] = {}
        self.prompts = self
        self.tokenizer = tokenizer
        self.output_processor = OutputProcessor(tokenizer, log_stats=True)
        self.llm = self
        self.deltas: Any = EngineDeltas
        self.shortcuts = Shortcuts()
        stand_in: Any = self
        self.shortcuts.install(stand_in, ["handover", "steps"])
        assert list(self.shortcuts.active) == ["handover", "steps"]
        [self.word] = tokenizer.encode(" word")

    async def abort(self, *_: Any, **__: Any) -> None:
        """As AsyncLLM does."""

    def admit(self, _: int) -> None:
        """Take on everything."""

    async def chat(
        self, _: Conversation, sampling: Sampling, request_id: str, stream: bool, adapter: Any
    ) -> Generation:
        kind = RequestOutputKind.DELTA if stream else RequestOutputKind.FINAL_ONLY
        self.collector = RequestOutputCollector(kind, request_id)
        self.top = sampling.logprobs
        params = SamplingParams(output_kind=kind, logprobs=self.top, stop=sampling.stop)
        request = engine_request(request_id, [1, 2], params)
        self.output_processor.add_request(request, None, queue=self.collector)
        usage, prompt = Usage(), RenderedPrompt([1, 2])
        reader = DeltaReader(sampling, usage, self.tokenizer)
        llm: Any = self
        outputs = PromptOutputs(llm, self.collector, prompt, reader, current(), 0.0)
        return Generation([prompt], self.deltas([outputs]), usage)

    async def complete(self, *arguments: Any) -> Generation:
        return await self.chat(*arguments)

    def likeliest(self, top: int) -> LogprobsLists:
        """Return what EngineCore tells of a step with one token."""
        rows = [[self.word, *range(1000, 1000 + top)]]
        return LogprobsLists(np.array(rows), np.linspace(-2.0, -1.0, top + 1)[None], np.array([top + 1]))

    def put(self, last: bool = False) -> None:
        """Say one token."""
        reason = FinishReason.LENGTH if last else None
        logprobs = None if self.top is None else self.likeliest(self.top)
        output = EngineCoreOutput(
            self.collector.request_id, [self.word], new_logprobs=logprobs, finish_reason=reason
        )
        self.output_processor.process_outputs([output], 0.0, IterationStats())


class Wire(asyncio.Transport):
    """Where uvicorn writes to."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []

    def write(self, data: Any) -> None:
        self.writes.append(data)

    def resume_reading(self) -> None:
        """Nothing is read."""

    def is_closing(self) -> bool:
        return False


HEADERS = [
    (b"host", b"test"),
    (b"accept-encoding", b"gzip, deflate"),
    (b"connection", b"keep-alive"),
    (b"accept", b"application/json"),
    (b"content-type", b"application/json"),
    (b"user-agent", b"OpenAI/Python 2.0.0"),
    (b"x-stainless-lang", b"python"),
    (b"x-stainless-package-version", b"2.0.0"),
    (b"x-stainless-os", b"Linux"),
    (b"x-stainless-arch", b"x64"),
    (b"x-stainless-runtime", b"CPython"),
    (b"x-stainless-runtime-version", b"3.11.7"),
    (b"authorization", b"Bearer none"),
    (b"x-stainless-async", b"false"),
    (b"x-stainless-retry-count", b"0"),
    (b"x-stainless-read-timeout", b"600"),
    (b"content-length", b"100"),
]
"""Those that OpenAI's client sends."""


class Exchanged:
    """One request on its way through the whole application, under uvicorn's own cycle."""

    def __init__(self, app: ASGIApp, path: str, body: dict[str, Any]) -> None:
        self.wire = Wire()
        self.body = json.dumps(body).encode()
        scope: Any = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": HEADERS,
        }
        self.cycle = ResponseCycle(
            scope=scope,
            transport=self.wire,
            flow=FlowControl(self.wire),
            logger=logging.getLogger("uvicorn.error"),
            access_logger=logging.getLogger("uvicorn.access"),
            access_log=False,
            default_headers=[],
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=True,
            on_response=lambda: None,
        )
        self.cycle.body += self.body
        self.cycle.more_body = False
        self.cycle.message_event.set()
        served: Any = app
        self.task = asyncio.create_task(self.cycle.run_asgi(served))

    async def begun(self, backend: Backend) -> None:
        """Wait until the engine's deltas are waited for."""
        while "put" not in getattr(backend, "collector", self).__dict__:
            assert not self.task.done(), b"".join(self.wire.writes)
            await asyncio.sleep(0)


@pytest.fixture
def backend(tiny_model: Path) -> Iterator[Backend]:
    enable_envs_cache()  # as the shortcut `variables` does
    yield Backend(get_tokenizer(str(tiny_model)))
    disable_envs_cache()


@pytest.fixture
def app(backend: Backend, tmp_path: Path) -> ASGIApp:
    engine = Engine(None, ["m"], [], tmp_path, Adapters(None, None))
    stand_in: Any = backend
    engine._supervisor.backend = stand_in
    engine._supervisor.state = EngineState.READY
    return connexion_app(Services(engine, "0", "0"))


MESSAGES = [{"role": "user", "content": "Hello"}]
STREAMS: list[tuple[str, dict[str, Any], int]] = [
    ("/v1/chat/completions", {"messages": MESSAGES}, 392),
    ("/v1/chat/completions", {"messages": MESSAGES, "stop": ["never", "\n\n"]}, 476),
    ("/v1/completions", {"prompt": "Hello"}, 385),
    ("/v1/responses", {"input": "Hello", "store": False}, 455),
    ("/v1/messages", {"messages": MESSAGES, "max_tokens": 200}, 395),
]
INCLUDED = {"include": ["message.output_text.logprobs"]}
LOGPROBS: list[tuple[str, dict[str, Any], int]] = [
    ("/v1/chat/completions", {"messages": MESSAGES, "logprobs": True}, 760),
    ("/v1/chat/completions", {"messages": MESSAGES, "logprobs": True, "top_logprobs": 5}, 1065),
    ("/v1/chat/completions", {"messages": MESSAGES, "logprobs": True, "top_logprobs": 20}, 1980),
    ("/v1/completions", {"prompt": "Hello", "logprobs": 5}, 1135),
    ("/v1/responses", {"input": "Hello", "store": False, "top_logprobs": 5} | INCLUDED, 1080),
]


@pytest.mark.parametrize(
    ("path", "body", "at_most"),
    STREAMS + LOGPROBS,
    ids=lambda value: None if isinstance(value, dict) else str(value),
)
async def test_instructions_per_streamed_token(
    app: ASGIApp, backend: Backend, path: str, body: dict[str, Any], at_most: int
) -> None:
    exchange = Exchanged(app, path, {"model": "m", "stream": True} | body)
    await exchange.begun(backend)
    backend.put()
    instructions = Instructions()
    before = len(exchange.wire.writes)
    with instructions.on():
        for _ in range(TOKENS):
            backend.put()
            await asyncio.sleep(0)
    assert len(exchange.wire.writes) - before == TOKENS
    backend.put(last=True)
    await exchange.task
    assert instructions.count / TOKENS <= at_most * MARGIN


PARTS = [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]
PARAMETERS = {
    "type": "object",
    "properties": {"path": {"type": "string"}, "mode": {"type": "string", "enum": ["r", "w"]}},
    "required": ["path"],
}


def agents_turn() -> dict[str, Any]:
    """A conversation of 40 messages, with 20 tools."""
    messages: list[dict[str, Any]] = [{"role": "system", "content": "You are an agent."}]
    for turn in range(13):
        called = {"name": "tool_1", "arguments": '{"path":"a"}'}
        call = {"id": f"call_{turn}", "type": "function", "function": called}
        messages += [
            {"role": "user", "content": [{"type": "text", "text": "Go on."}]},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": call["id"], "content": "A file."},
        ]
    functions = [
        {"name": f"tool_{i}", "description": "Reads a file.", "parameters": PARAMETERS} for i in range(20)
    ]
    return {"messages": messages, "tools": [{"type": "function", "function": each} for each in functions]}


CHAT = "/v1/chat/completions"
REQUESTS = {
    "chat": (CHAT, {"messages": MESSAGES}, 6020),
    "chat, content in parts": (CHAT, {"messages": PARTS}, 6035),
    "chat, streamed": (CHAT, {"messages": MESSAGES, "stream": True}, 6820),
    "chat, an agent's turn": (CHAT, agents_turn(), 8300),
    "completions": ("/v1/completions", {"prompt": "Hello"}, 5700),
    "responses": ("/v1/responses", {"input": "Hello", "store": False}, 8345),
    "messages": ("/v1/messages", {"messages": MESSAGES, "max_tokens": 1}, 6930),
}


async def exchanged(app: ASGIApp, backend: Backend, path: str, body: dict[str, Any]) -> Exchanged:
    """Return a request that was answered with one word."""
    exchange = Exchanged(app, path, {"model": "m"} | body)
    await exchange.begun(backend)
    backend.put(last=True)
    await exchange.task
    del backend.collector
    return exchange


@pytest.mark.parametrize(("path", "body", "at_most"), REQUESTS.values(), ids=REQUESTS)
async def test_instructions_per_request(
    app: ASGIApp, backend: Backend, path: str, body: dict[str, Any], at_most: int
) -> None:
    await exchanged(app, backend, path, body)
    instructions = Instructions()
    with instructions.on():
        exchange = await exchanged(app, backend, path, body)
    assert b" word" in b"".join(exchange.wire.writes)
    assert instructions.count <= at_most * MARGIN
    if "stream" not in body:
        assert len(exchange.wire.writes) == 1, "each write is a system call"


@pytest.mark.parametrize(("path", "body", "_"), REQUESTS.values(), ids=REQUESTS)
async def test_a_request_leaves_nothing_to_the_garbage_collector(
    app: ASGIApp, backend: Backend, path: str, body: dict[str, Any], _: int
) -> None:
    await exchanged(app, backend, path, body)
    gc.freeze()  # what is there already, or a collection takes a second
    gc.disable()
    try:
        for _ in range(10):
            await exchanged(app, backend, path, body)
        assert gc.collect() < 10
    finally:
        gc.enable()
        gc.unfreeze()
