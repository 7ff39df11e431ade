"""The engine's interface for the other packages: its state, and requests to it."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import importlib
import logging
import os
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from accord.engine.adapter_engine import AdapterSource
from accord.engine.adapter_updates import check_updatable, load_adapter, unload_adapter
from accord.engine.adapters import Adapters
from accord.engine.deployment.default_model import prepared_default_model
from accord.engine.deployment.deployment import Deployment
from accord.engine.deployment.device import (
    bind_cpu_workers,
    device_arguments,
    is_cpu_build,
    log_arguments,
    prepare_environment,
    trace_arguments,
)
from accord.engine.deployment.hardware import cpu_devices
from accord.engine.generation import Derendering, GeneratedAnswer, Generation, RenderedPrompt, Rendering
from accord.engine.joining import Joining
from accord.engine.requests import Conversation, Prompt, Sampling
from accord.engine.sharing import Membership
from accord.engine.supervisor import EngineState, FailurePolicy, Supervisor
from accord.engine.vllm.shortcuts import NAMES
from accord.errors import ApiError, NotFound, NotReady

if TYPE_CHECKING:
    from accord.engine.vllm.backend import VllmBackend

logger = logging.getLogger(__name__)

LOADING_RETRY_SECONDS = 5
RESTARTING_RETRY_SECONDS = 10
NEW_OBJECTS = 10_000
"""Objects whose creation begins a garbage collection: those of some twenty concurrent requests.

With Python's 700, each request began one or two, which found next to nothing.
"""


class Engine:
    """vLLM, started in the background, and restarted if it fails.

    `model` is a folder or a Hugging Face id, None for the default model, which is prepared in `cache`;
    `arguments` are vLLM's own, `shortcuts` the names of the allowed fast paths. vLLM is imported and the
    model loaded in a thread, so that the server answers probes meanwhile; with a `membership`, vLLM's
    processes belong to the parent, and are joined when it offers them. `on_failure` is called in the event
    loop if the start fails, or vLLM fails more often than `policy` allows.
    """

    def __init__(
        self,
        model: str | None,
        served_model_names: list[str],
        arguments: list[str],
        cache: Path,
        adapters: Adapters,
        policy: FailurePolicy | None = None,
        shortcuts: Collection[str] = NAMES,
        membership: Membership | None = None,
        created: int | None = None,
    ) -> None:
        self.model = model
        self.served_model_names = served_model_names
        self.arguments = arguments
        self.cache = cache
        self.adapters = adapters
        self.shortcuts = shortcuts
        self.created = created or int(time.time())
        self.deployment = Deployment(model, arguments, cache)
        self._supervisor: Supervisor[VllmBackend]
        if membership is None:
            self._supervisor = Supervisor(self._import_and_load, policy or FailurePolicy(), adapters.begin)
        else:
            join = partial(self._import_and_join, membership)
            self._supervisor = Joining(join, policy or FailurePolicy(), adapters.begin, membership)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def state(self) -> EngineState:
        backend = self._supervisor.backend
        if backend is not None and backend.errored:
            return EngineState.RESTARTING  # before the supervisor has noticed
        return self._supervisor.state

    @property
    def loading(self) -> bool:
        """Return whether a thread loads the model."""
        return self.state in (EngineState.LOADING, EngineState.RESTARTING)

    @property
    def model_names(self) -> list[str]:
        """Return the names that requests can give in `model`: the model's own, then the adapters'."""
        return [*self.served_model_names, *self.adapters.served]

    @property
    def max_model_len(self) -> int | None:
        """Return the maximum tokens of prompt and answer together; None until the model is loaded."""
        backend = self._supervisor.backend
        return backend.max_model_len if backend else None

    @property
    def default_sampling(self) -> Mapping[str, Any]:
        """Return the model's own sampling parameters, by vLLM's names.

        Raises NotReady until they are known.
        """
        return self._ready().default_sampling

    @property
    def modalities(self) -> frozenset[str]:
        """Return the accepted modalities: `image`, `audio`, `video`. Raises NotReady until they are known."""
        return self._ready().modalities

    @property
    def limits_thinking(self) -> bool:
        """Return whether the engine can end the model's thinking after some number of tokens."""
        return self._ready().limits_thinking

    @property
    def vocabulary_size(self) -> int:
        """Return the size of the model's vocabulary. Raises NotReady until it is known."""
        return self._ready().vocabulary_size

    def start(self, on_failure: Callable[[BaseException], None]) -> None:
        """Start to load the model."""

        def ended(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (error := task.exception()) and not self._supervisor.retired:
                on_failure(error)

        running = asyncio.create_task(self._supervisor.run())
        running.add_done_callback(ended)
        self._tasks = [running, asyncio.create_task(self.adapters.watch())]

    def prepared_arguments(self) -> list[str]:
        """Prepare the model and the environment, and return vLLM's whole command line."""
        model = self.model or str(prepared_default_model(self.cache))
        prepare_environment()
        if is_cpu_build():
            bind_cpu_workers(self.arguments, sorted(os.sched_getaffinity(0)), len(cpu_devices()))
        return self.vllm_arguments(model)

    def _import_and_load(self) -> VllmBackend:
        began = time.monotonic()
        arguments = self.prepared_arguments()
        module = importlib.import_module("accord.engine.vllm.backend")
        backend: VllmBackend = module.VllmBackend.load(arguments, self.shortcuts)
        _settle_garbage_collector()
        logger.info("The model is ready after %.1f s.", time.monotonic() - began)
        return backend

    def _import_and_join(self, membership: Membership) -> VllmBackend:
        prepare_environment()
        module = importlib.import_module("accord.engine.vllm.backend")
        offer = membership.offer()
        began = time.monotonic()
        backend: VllmBackend = module.VllmBackend.load(offer.arguments, self.shortcuts, offer.client)
        _settle_garbage_collector()
        logger.info("Connected to the engine after %.1f s.", time.monotonic() - began)
        return backend

    @property
    def queued_tokens(self) -> int:
        """Return how many prompt tokens of this process wait for the engine."""
        backend = self._supervisor.backend
        return backend.queued_tokens if backend else 0

    async def ping(self) -> None:
        """Return once vLLM's processes have answered this one; never if it has none."""
        if (backend := self._supervisor.backend) is not None:
            await backend.ping()
        else:
            await asyncio.Event().wait()

    def abandon(self) -> None:
        """Stop using the engine: the parent reports that it has failed."""
        if (backend := self._supervisor.backend) is not None:
            backend.abandon()

    def vllm_arguments(self, model: str) -> list[str]:
        """Return vLLM's whole command line for the folder or the Hugging Face id `model`."""
        return [
            *("--model", model),
            *("--served-model-name", *self.served_model_names),
            *self.adapters.arguments(self.arguments),
            *device_arguments(self.arguments),
            *log_arguments(self.arguments),
            *trace_arguments(self.arguments),
        ]

    def interrupt(self, error: ApiError) -> None:
        """End every running request with `error`."""
        if (backend := self._supervisor.backend) is not None:
            backend.interrupt(error)

    def retire(self) -> None:
        """Do not restart vLLM if it fails: the server is stopping."""
        self._supervisor.retired = True

    def kill(self) -> None:
        """End the engine's processes at once."""
        self._supervisor.kill()

    async def stop(self) -> None:
        """End the engine's processes. A running load is abandoned with its thread."""
        for task in self._tasks:
            task.cancel()
        if (backend := self._supervisor.backend) is not None:
            await backend.shutdown()
        self.kill()
        self.adapters.close()

    def _ready(self) -> VllmBackend:
        state, backend = self.state, self._supervisor.backend
        if state is EngineState.READY and backend is not None:
            return backend
        if state is EngineState.LOADING:
            raise NotReady(
                f"The model is loading. Try again in {LOADING_RETRY_SECONDS} seconds.",
                code="model_loading",
                retry_after=LOADING_RETRY_SECONDS,
            )
        if state is EngineState.RESTARTING:
            raise NotReady(
                f"The engine has failed and is restarting. Try again in {RESTARTING_RETRY_SECONDS} seconds.",
                code="engine_restarting",
                retry_after=RESTARTING_RETRY_SECONDS,
            )
        raise NotReady("The engine has failed.", code="engine_failed", retry_after=30)

    def admit(self, answers: int) -> None:
        """Refuse a request for so many answers if the engine would, before any work is done for it.

        `chat` and `complete` do so themselves. If the engine is not ready, they raise.
        """
        if self.state is EngineState.READY:
            self._ready().admit(answers)

    async def chat(
        self,
        conversation: Conversation,
        sampling: Sampling,
        *,
        request_id: str,
        stream: bool,
        model: str,
    ) -> Generation:
        """Answer a conversation. Errors that the request itself causes are raised here, before any delta.

        `model` may name an adapter, which then answers instead of the model.
        """
        adapter = self.adapters.served.get(model)
        if adapter is None:
            if self.adapters.default_mm:
                adapter = self.adapters.default_for(conversation.messages)
            if adapter is None:
                self._check_served(model)
                return await self._ready().chat(conversation, sampling, request_id, stream, None)
        with self.adapters.in_use(adapter):
            return await self._ready().chat(conversation, sampling, request_id, stream, adapter)

    async def complete(
        self,
        prompt: Prompt,
        sampling: Sampling,
        *,
        request_id: str,
        stream: bool,
        model: str,
    ) -> Generation:
        """Continue one prompt, or several; `model` may name an adapter."""
        adapter = self.adapters.served.get(model)
        if adapter is None:
            self._check_served(model)
            return await self._ready().complete(prompt, sampling, request_id, stream, None)
        with self.adapters.in_use(adapter):
            return await self._ready().complete(prompt, sampling, request_id, stream, adapter)

    def _check_served(self, model: str) -> None:
        """Refuse the name of an adapter that was unloaded after the request's model was looked up."""
        if model not in self.served_model_names:
            raise NotFound(f"The model '{model}' no longer exists.", param="model", code="model_not_found")

    async def kv_transfer_rejected(
        self, request_id: str, kv_transfer_params: dict[str, Any], rank: int | None
    ) -> None:
        """Report that a request whose prompt another server has computed ended before the engine received it.

        The KV connector then makes that server release the KV cache of the request.
        """
        if (backend := self._supervisor.backend) is None:
            return
        try:
            await backend.kv_transfer_rejected(request_id, kv_transfer_params, rank)
        except Exception:
            logger.exception("The KV connector was not notified that request %s was refused.", request_id)

    @property
    def kv_event_sources(self) -> dict[str, dict[str, Any]]:
        """Return the address at which each data parallel rank publishes changes of its prefix cache.

        Raises NotReady until they are known.
        """
        return self._ready().kv_event_sources

    async def server_info(self, config_format: Literal["text", "json"]) -> dict[str, Any]:
        """Return vLLM's description of its configuration and environment.

        Raises NotFound if it is disabled.
        """
        return await self._ready().server_info(config_format)

    async def load_adapter(self, source: AdapterSource, in_place: bool) -> None:
        """Load and serve an adapter that a client names, `in_place` of one with its name."""
        check_updatable(self.adapters)
        self._ready()
        await load_adapter(self.adapters, source, in_place)

    async def unload_adapter(self, name: str) -> None:
        """Stop serving an adapter, for a client."""
        check_updatable(self.adapters)
        self._ready()
        await unload_adapter(self.adapters, name)

    async def render_chat(self, conversation: Conversation, sampling: Sampling) -> RenderedPrompt:
        """Return the conversation as a rendered prompt."""
        return await self._ready().prompts.render_chat(conversation, sampling)

    async def render_prompt(self, prompt: Prompt, sampling: Sampling) -> list[RenderedPrompt]:
        """Return each prompt as rendered."""
        return await self._ready().prompts.render_prompt(prompt, sampling)

    async def render_chat_request(
        self, conversation: Conversation, sampling: Sampling, *, stream: bool, tensors: bool = True
    ) -> Rendering:
        """Return the conversation as a rendered prompt, with all that is needed to generate its answer.

        Processed media are included with or without their tensors.
        """
        return await self._ready().render_chat_request(conversation, sampling, stream, tensors)

    async def render_completion_request(
        self, prompt: Prompt, sampling: Sampling, *, stream: bool
    ) -> list[Rendering]:
        """Return each prompt as rendered, with all that is needed to generate its answer."""
        return await self._ready().render_completion_request(prompt, sampling, stream)

    async def derender_chat(
        self, conversation: Conversation | None, sampling: Sampling, answer: GeneratedAnswer, *, stream: bool
    ) -> Derendering:
        """Read tokens that were generated elsewhere as the answer to a conversation, if one is given."""
        return await self._ready().derenderer.chat(conversation, sampling, answer, stream)

    async def derender_completion(
        self, prompt: Prompt | None, sampling: Sampling, answers: list[GeneratedAnswer], *, stream: bool
    ) -> Derendering:
        """Read tokens that were generated elsewhere as the continuation of prompts, if they are given."""
        return await self._ready().derenderer.completion(prompt, sampling, answers, stream)

    async def token_strings(self, token_ids: list[int]) -> list[str]:
        """Return each token as written in the tokenizer's vocabulary."""
        return await self._ready().prompts.token_strings(token_ids)

    async def detokenize(self, token_ids: list[int]) -> str:
        """Return the text of `token_ids`, special tokens included."""
        return await self._ready().prompts.detokenize(token_ids)


def _settle_garbage_collector() -> None:
    """Exclude the millions of objects of a loaded engine from garbage collection."""
    gc.unfreeze()  # free what a failed engine has kept
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
    _return_free_memory()


def _return_free_memory() -> None:
    """Return what loading has freed to the system: vLLM is imported in a thread, whose heap glibc keeps."""
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
