"""vLLM's own server and Accord in one process, with a simulated engine.

All of vLLM's frontend runs: its command line, renderer, input and output processors, FastAPI application and
serving classes. Only EngineCore is simulated, which returns the same few tokens for every request.
"""

from __future__ import annotations

import asyncio
import copy
import inspect
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import httpx
import numpy as np
import torch
from vllm.engine.arg_utils import AsyncEngineArgs
from vllm.entrypoints.launchers.api_server.app_state import init_app_state
from vllm.entrypoints.launchers.app import build_app
from vllm.parser import Parser
from vllm.utils.argparse_utils import FlexibleArgumentParser
from vllm.v1.engine import EngineCoreOutput, EngineCoreOutputs, EngineCoreRequest, FinishReason
from vllm.v1.engine.async_llm import AsyncLLM
from vllm.v1.engine.core_client import EngineCoreClient
from vllm.v1.outputs import LogprobsLists, LogprobsTensors

from accord.engine import Adapters, Engine, EngineState
from accord.engine.vllm.backend import VllmBackend
from accord.engine.vllm.compat import make_arg_parser, validate_parsed_serve_args
from accord.handlers.call import Services
from accord.server.app import connexion_app

TASKS: Any = ("generate",)


class Core:
    """Replaces EngineCore: it answers each request at once, and records it."""

    engine_ranks_managed = (0,)

    def __init__(self, **_: Any) -> None:
        self.resources = SimpleNamespace(engine_dead=False)
        self.asked: list[EngineCoreRequest] = []
        self.says: list[int] = [28]
        self.finish = FinishReason.STOP
        self.tells: dict[str, Any] | None = None
        """What its connectors say at the end of each request."""
        self._outputs: asyncio.Queue[EngineCoreOutputs] = asyncio.Queue()

    async def get_supported_tasks_async(self) -> Any:
        return TASKS

    async def add_request_async(self, request: EngineCoreRequest) -> None:
        self.asked.append(request)
        if request.abort_immediately:
            return
        output = EngineCoreOutput(
            request.request_id,
            list(self.says),
            new_logprobs=self._logprobs(request.sampling_params),
            new_prompt_logprobs_tensors=self._prompt_logprobs(request),
            finish_reason=self.finish,
            kv_transfer_params=self.tells,
            ec_transfer_params=self.tells,
        )
        self._outputs.put_nowait(EngineCoreOutputs(outputs=[output]))

    def _logprobs(self, params: Any) -> LogprobsLists | None:
        if (count := params.num_logprobs) is None:
            return None
        told = params.logprob_token_ids or range(count)
        tokens = np.array([[said, *told] for said in self.says])
        return LogprobsLists(tokens, np.full(tokens.shape, -1.0), np.ones(len(tokens), int))

    def _prompt_logprobs(self, request: Any) -> LogprobsTensors | None:
        if (count := request.sampling_params.prompt_logprobs) is None:
            return None
        tokens = torch.tensor([[token, *range(count)] for token in request.prompt_token_ids[1:]])
        tokens = tokens.reshape(-1, count + 1)
        return LogprobsTensors(
            tokens, torch.full(tokens.shape, -1.0), torch.ones(len(tokens), dtype=torch.int)
        )

    async def get_output_async(self) -> EngineCoreOutputs:
        return await self._outputs.get()

    async def abort_requests_async(self, _: list[str]) -> None:
        """Nothing runs."""

    def shutdown(self, **_: Any) -> None:
        """Nothing runs."""


@contextmanager
def made_up_core() -> Iterator[None]:
    with patch.object(EngineCoreClient, "make_async_mp_client", Core):
        yield


@dataclass
class ParserCalls:
    """The arguments with which one parser was created and called, by name."""

    made: dict[str, Any]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@dataclass
class Server:
    """One of the two servers: the application that gets requests, and its engine."""

    llm: AsyncLLM
    client: httpx.AsyncClient
    backend: VllmBackend | None = None
    """Accord's backend, which uses the engine."""
    given: list[dict[str, Any]] = field(default_factory=list)
    """The arguments of each call of `AsyncLLM.add_request`, by name, those that were left out included."""
    named: set[str] = field(default_factory=set)
    """The names of the arguments that were ever given by name."""
    parsers: list[ParserCalls] = field(default_factory=list)

    def __post_init__(self) -> None:
        add_request, generate = self.llm.add_request, self.llm.generate
        signature = inspect.signature(AsyncLLM.add_request)
        generates = False

        async def recorded(*arguments: Any, **named: Any) -> Any:
            bound = signature.bind(self.llm, *arguments, **named)
            bound.apply_defaults()
            # The engine's processor writes into them later.
            params = copy.deepcopy(bound.arguments["params"])
            self.given.append(dict(bound.arguments) | {"params": params})
            if not generates:
                self.named |= named.keys()
            return await add_request(*arguments, **named)

        def generating(*arguments: Any, **named: Any) -> Any:
            nonlocal generates
            generates = True
            self.named |= named.keys()
            return generate(*arguments, **named)

        self.llm.add_request = recorded
        self.llm.generate = generating

    async def close(self) -> None:
        await self.client.aclose()
        if self.backend is not None:
            self.backend.shortcuts.uninstall()
        self.llm.shutdown()

    def recording(self, parser: type[Parser]) -> type[Parser]:
        """Return a subclass that records in `parsers` the arguments of its calls."""
        calls = self.parsers

        class Recording(parser):  # type: ignore[misc]
            def __init__(self, *arguments: Any, **named: Any) -> None:
                self.calls = ParserCalls(_arguments(parser.__init__, self, arguments, named))
                calls.append(self.calls)
                super().__init__(*arguments, **named)

            def set_prompt_token_ids(self, *arguments: Any, **named: Any) -> Any:
                self._asked("set_prompt_token_ids", arguments, named)
                return super().set_prompt_token_ids(*arguments, **named)

            def parse(self, *arguments: Any, **named: Any) -> Any:
                self._asked("parse", arguments, named)
                return super().parse(*arguments, **named)

            def parse_delta(self, *arguments: Any, **named: Any) -> Any:
                self._asked("parse_delta", arguments, named)
                return super().parse_delta(*arguments, **named)

            def _asked(self, method: str, arguments: Any, named: Any) -> None:
                self.calls.asked.append((method, _arguments(getattr(parser, method), self, arguments, named)))

        return Recording

    @property
    def core(self) -> Core:
        core: Core = self.llm.engine_core
        return core


def _arguments(function: Any, self: Any, positional: Any, named: Any) -> dict[str, Any]:
    bound = inspect.signature(function).bind(self, *positional, **named)
    bound.apply_defaults()
    return {name: value for name, value in bound.arguments.items() if name != "self"}


def _client(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def vllm_server(arguments: list[str]) -> Server:
    """Return vLLM's own server, assembled as by its launcher."""
    args = make_arg_parser(FlexibleArgumentParser(prog="vllm serve")).parse_args(arguments)
    validate_parsed_serve_args(args)
    with made_up_core():
        llm = AsyncLLM.from_engine_args(AsyncEngineArgs.from_cli_args(args))
    level = logging.root.level
    app = build_app(args, TASKS, llm.model_config)
    logging.root.setLevel(level)  # what vLLM imports for SageMaker sets it
    await init_app_state(llm, app.state, args, TASKS)
    server = Server(llm, _client(app))
    state = app.state
    for chat in (state.openai_serving_chat, state.anthropic_serving_messages):
        chat.parser_cls = server.recording(chat.parser_cls)
    state.openai_serving_responses.parser = server.recording(state.openai_serving_responses.parser)
    return server


async def accord_server(arguments: list[str], name: str, cache: Path, *, record: bool = True) -> Server:
    """Return Accord with a backend that is loaded in the same way.

    Unless it is to `record` the parsers' arguments, these are vLLM's own classes, which Accord knows.
    """
    with made_up_core():
        backend = await asyncio.to_thread(VllmBackend.load, arguments)
    engine = Engine(None, [name], [], cache, Adapters(None, None))
    engine._supervisor.backend = backend
    engine._supervisor.state = EngineState.READY
    server = Server(backend.llm, _client(connexion_app(Services(engine, "0", "0"))), backend)
    if record:
        backend.renderer.parser = server.recording(backend.renderer.parser)
    return server
