"""The engine as the other rooms see it: loading, ready or failed, and asked through one door."""

from __future__ import annotations

import asyncio
import enum
import importlib
import logging
import multiprocessing
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from accord.engine.adapters import Adapters
from accord.engine.default_model import prepared_default_model
from accord.engine.deployment import Deployment
from accord.engine.device import device_arguments, prepare_environment, telemetry_arguments
from accord.engine.generation import Generation, RenderedPrompt
from accord.engine.requests import Conversation, Prompt, Sampling
from accord.errors import NotReady

if TYPE_CHECKING:
    from accord.engine.vllm_backend import VllmBackend

logger = logging.getLogger(__name__)

LOADING_RETRY_SECONDS = 5


class EngineState(enum.Enum):
    """Where the engine is in its life."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class Engine:
    """vLLM, started in the background.

    `model` is a folder or a Hugging Face id, None for the default model, which is prepared in `cache`;
    `arguments` are vLLM's own. vLLM is imported and the model loaded in a thread, so that the server answers
    its probes meanwhile.
    `on_failure` is called, in the event loop, when that ends in an error.
    """

    def __init__(
        self,
        model: str | None,
        served_model_names: list[str],
        arguments: list[str],
        cache: Path,
        adapters: Adapters,
    ) -> None:
        self.model = model
        self.served_model_names = served_model_names
        self.arguments = arguments
        self.cache = cache
        self.adapters = adapters
        self.created = int(time.time())
        self.failure: BaseException | None = None
        self.deployment = Deployment(model, arguments, cache)
        self._backend: VllmBackend | None = None
        self._watching: asyncio.Task[None] | None = None

    @property
    def state(self) -> EngineState:
        if self._backend is not None:
            return EngineState.FAILED if self._backend.errored else EngineState.READY
        return EngineState.LOADING if self.failure is None else EngineState.FAILED

    @property
    def model_names(self) -> list[str]:
        """What requests can give in `model`: the model's own names, then the adapters'."""
        return [*self.served_model_names, *self.adapters.found]

    @property
    def max_model_len(self) -> int | None:
        """The longest prompt and answer together, in tokens; None until the model is loaded."""
        return self._backend.max_model_len if self._backend else None

    @property
    def default_sampling(self) -> Mapping[str, Any]:
        """The model's own sampling parameters, by vLLM's names. Raises NotReady until they are known."""
        return self._ready().default_sampling

    @property
    def text_only(self) -> bool:
        """Whether the model takes nothing but text. Raises NotReady until that is known."""
        return self._ready().text_only

    @property
    def late_system(self) -> bool:
        """Whether the chat template takes a system message that is not the first one."""
        return self._ready().prompts.late_system

    @property
    def limits_thinking(self) -> bool:
        """Whether the engine can end the model's thinking after some number of tokens."""
        return self._ready().limits_thinking

    @property
    def vocabulary_size(self) -> int:
        """How many token ids the model knows. Raises NotReady until that is known."""
        return self._ready().vocabulary_size

    def start(self, on_failure: Callable[[BaseException], None]) -> None:
        """Begin to load the model, in a thread that does not keep the process from ending."""
        loop = asyncio.get_running_loop()
        began = time.monotonic()

        def loaded(backend: VllmBackend) -> None:
            self._backend = backend
            logger.info("The model is ready after %.1f s.", time.monotonic() - began)

        def failed(error: BaseException) -> None:
            self.failure = error
            on_failure(error)

        def load() -> None:
            try:
                backend = self._import_and_load()
            except (Exception, SystemExit) as error:
                loop.call_soon_threadsafe(failed, error)
            else:
                loop.call_soon_threadsafe(loaded, backend)

        threading.Thread(target=load, name="engine-load", daemon=True).start()
        self._watching = asyncio.create_task(self.adapters.watch())

    def _import_and_load(self) -> VllmBackend:
        model = self.model or str(prepared_default_model(self.cache))
        prepare_environment()
        module = importlib.import_module("accord.engine.vllm_backend")
        backend: VllmBackend = module.VllmBackend.load(
            [
                "--model",
                model,
                "--served-model-name",
                *self.served_model_names,
                *self.adapters.arguments(self.arguments),
                *device_arguments(self.arguments),
                *telemetry_arguments(self.arguments),
            ]
        )
        return backend

    async def stop(self) -> None:
        """End the engine's processes. A load that is under way is abandoned with its thread."""
        if self._watching is not None:
            self._watching.cancel()
        if self._backend is not None:
            await self._backend.shutdown()
        for process in multiprocessing.active_children():
            process.kill()

    def _ready(self) -> VllmBackend:
        if self._backend is None and self.failure is None:
            raise NotReady(
                f"The model is loading. Try again in {LOADING_RETRY_SECONDS} seconds.",
                code="model_loading",
                retry_after=LOADING_RETRY_SECONDS,
            )
        if self._backend is None or self._backend.errored:
            raise NotReady("The engine has failed.", code="engine_failed", retry_after=30)
        return self._backend

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

        `model` may name an adapter, which then answers in the model's place.
        """
        adapter = self.adapters.found.get(model)
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
        adapter = self.adapters.found.get(model)
        return await self._ready().complete(prompt, sampling, request_id, stream, adapter)

    async def render_chat(self, conversation: Conversation, sampling: Sampling) -> RenderedPrompt:
        """Return the conversation as the model would read it."""
        return await self._ready().prompts.render_chat(conversation, sampling)

    async def render_prompt(self, prompt: Prompt, sampling: Sampling) -> list[RenderedPrompt]:
        """Return each prompt as the model would read it."""
        return await self._ready().prompts.render_prompt(prompt, sampling)

    def token_strings(self, token_ids: list[int]) -> list[str]:
        """Return each token as the tokenizer's vocabulary writes it."""
        return self._ready().prompts.token_strings(token_ids)

    async def detokenize(self, token_ids: list[int]) -> str:
        """Return the text of `token_ids`, special tokens included."""
        return await self._ready().prompts.detokenize(token_ids)
