"""vLLM's engine, behind Accord's requests and deltas.

AsyncLLM generates, OnlineRenderer renders prompts, and Parser separates reasoning, text and tool calls.
vLLM's serving classes, which build its responses, are not used.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Literal

from vllm.inputs import EngineInput
from vllm.renderers.online_renderer import OnlineRenderer
from vllm.sampling_params import SamplingParams
from vllm.v1.engine.async_llm import AsyncLLM
from vllm.v1.engine.exceptions import EngineDeadError

from accord.engine.adapter_engine import Adapter, AdapterSource
from accord.engine.deltas import Usage
from accord.engine.generation import Deltas, Generation, RenderedPrompt, Rendering
from accord.engine.requests import Conversation, Prompt, Sampling
from accord.engine.sharing import Client
from accord.engine.vllm import launch
from accord.engine.vllm.adapters import (
    add_adapter,
    lora_argument,
    remove_adapter,
    runs_adapter,
    static_adapters,
)
from accord.engine.vllm.admission import admit, count_together, ending, limit_queues, queued_tokens
from accord.engine.vllm.deltas import DeltaReader
from accord.engine.vllm.derendering import Derenderer
from accord.engine.vllm.errors import request_errors
from accord.engine.vllm.features import processed_features
from accord.engine.vllm.grammars import (
    SpecialTokens,
    check_grammar,
    fix_grammar_backend,
    grammar_checker,
    guidance_outputs,
)
from accord.engine.vllm.media import (
    forgotten_unless_sent,
    modalities_of,
    resample_without_torchaudio,
    use_connector,
)
from accord.engine.vllm.outputs import EngineDeltas, PromptOutputs
from accord.engine.vllm.prompts import Prompts
from accord.engine.vllm.readers import Readers
from accord.engine.vllm.requests import sampling_params, sampling_params_json
from accord.engine.vllm.sentences import empty_prompt_field
from accord.engine.vllm.server_info import kv_event_sources, server_info
from accord.engine.vllm.shortcuts import NAMES
from accord.engine.vllm.shortcuts.registry import Shortcuts
from accord.engine.vllm.texts import check_tool_grammars, unconstrained_fields
from accord.engine.vllm.tools import (
    grammar_errors,
    with_constrained_calls,
)
from accord.errors import ApiError, InvalidRequest
from accord.telemetry.request import current

if TYPE_CHECKING:
    from vllm.v1.engine.core_client import AsyncMPClient


class VllmBackend:
    """A loaded model. `load` makes it in a thread; it is used from the event loop."""

    def __init__(
        self, llm: AsyncLLM, renderer: OnlineRenderer, static: list[AdapterSource] | None = None
    ) -> None:
        self.llm = llm
        self.static_adapters = static or []
        self.shortcuts = Shortcuts()
        self.deltas: Callable[[list[PromptOutputs]], Deltas] = EngineDeltas
        self.logs_stats = False
        self.tokens_as_token_ids = False
        self._logging: asyncio.Task[None] | None = None
        self.renderer = renderer
        self.prompts = Prompts(renderer)
        self.model_config = llm.model_config
        self.tokenizer = llm.renderer.get_tokenizer()
        self.readers = Readers(renderer, self.tokenizer, self.model_config)
        self.derenderer = Derenderer(self.prompts, self.readers.choice, self._sampling_params)
        self.guidance: bool = llm.vllm_config.structured_outputs_config.backend == "guidance"
        self.special_tokens = SpecialTokens.of(self.tokenizer, self.model_config)
        self.grammars = grammar_checker(self.tokenizer) if self.guidance else None
        self.max_model_len: int = self.model_config.max_model_len
        self.modalities = modalities_of(llm)
        """The modalities that the model accepts besides text: `image`, `audio` and `video`."""
        self.ranks = launch.ranks(llm.vllm_config)
        self.spans_nodes = launch.spans_nodes(llm.vllm_config)
        self.default_sampling: dict[str, Any] = self.model_config.get_diff_sampling_param()
        self.override_max_tokens: int | None = (
            self.default_sampling.get("max_tokens")
            if self.model_config.generation_config not in ("auto", "vllm")
            else self.model_config.override_generation_config.get("max_new_tokens")
        )

    @classmethod
    def load(
        cls, arguments: list[str], shortcuts: Collection[str] = NAMES, client: Client = launch.ALONE
    ) -> VllmBackend:
        """Load the model that the `arguments` of vLLM's command line describe. Blocks until it is ready.

        A `client` that is one of several connects to engines that are already running.
        """
        args = launch.parsed(arguments)
        launch.prepare_parsers(args)
        use_connector()
        llm = launch.start_engine(args, client)
        limit_queues(llm)
        if client.count > 1:
            count_together(llm, client.queued_elsewhere)
        backend = fix_grammar_backend(llm.vllm_config.structured_outputs_config, llm.renderer.tokenizer)
        resample_without_torchaudio(llm.renderer)
        renderer = launch.online_renderer(args, llm)
        tokens = SpecialTokens.of(llm.renderer.get_tokenizer(), llm.model_config)
        renderer.parser = with_constrained_calls(renderer.parser, tokens if backend == "guidance" else None)
        renderer.warmup()
        loaded = cls(llm, renderer, static_adapters(args.lora_modules, llm.vllm_config))
        loaded.logs_stats = not args.disable_log_stats
        loaded.tokens_as_token_ids = args.return_tokens_as_token_ids
        loaded.derenderer.tokens_as_token_ids = args.return_tokens_as_token_ids
        loaded.shortcuts.install(loaded, shortcuts)
        return loaded

    @property
    def limits_thinking(self) -> bool:
        """Return whether vLLM knows which token ends the model's reasoning, and can force it."""
        config = self.llm.vllm_config.reasoning_config
        return bool(config is not None and config.enabled)

    @property
    def vocabulary_size(self) -> int:
        """Return the size of the model's vocabulary."""
        size: int = self.model_config.get_vocab_size()
        return size

    @property
    def errored(self) -> bool:
        return bool(self.llm.errored)

    async def begin(self) -> None:
        """Do the steps of the start that need the event loop."""
        await launch.begin_serving(self.llm)
        if self.logs_stats:
            self._logging = asyncio.create_task(launch.log_stats(self.llm))

    async def ping(self) -> None:
        """Return once EngineCore and its workers have answered."""
        await self.llm.get_supported_tasks()  # vLLM needs it in the first request, and caches the result
        await self.llm.collective_rpc("check_health")

    @property
    def default_mm_adapters(self) -> frozenset[str]:
        """Return the names of the static adapters of `--default-mm-loras`."""
        lora_config = self.llm.vllm_config.lora_config
        return frozenset((lora_config.default_mm_loras if lora_config is not None else None) or ())

    async def add_adapter(self, adapter: Adapter) -> None:
        await add_adapter(self.llm, adapter)

    async def remove_adapter(self, adapter: Adapter) -> None:
        await remove_adapter(self.llm, adapter)

    def runs_adapter(self, adapter: Adapter) -> bool:
        return runs_adapter(self.llm, adapter)

    def interrupt(self, error: ApiError) -> None:
        """End every running request with `error`."""
        self.llm.output_processor.propagate_error(error)

    def abandon(self) -> None:
        """Stop using vLLM, whose processes have ended or soon will.

        Calls that vLLM leaves waiting are ended.
        """
        self.shortcuts.uninstall()  # the next engine starts with an unpatched vLLM
        core: AsyncMPClient = self.llm.engine_core
        core.resources.engine_dead = True
        for answer in core.utility_results.values():
            if not answer.done():
                answer.set_exception(EngineDeadError())

    async def shutdown(self) -> None:
        """End vLLM's processes. Its output loop ends first, or it would report their end as a failure."""
        if self._logging is not None:
            self._logging.cancel()
        if self.grammars is not None:
            await self.grammars.close()
        if self.llm.output_handler is not None:
            self.llm.output_handler.cancel()
        await asyncio.to_thread(self.llm.shutdown, self.llm.vllm_config.shutdown_timeout or None)

    def admit(self, sequences: int) -> None:
        with request_errors():
            admit(self.llm, sequences)

    @property
    def queued_tokens(self) -> int:
        """Return how many prompt tokens of this process wait for the engine."""
        return queued_tokens(self.llm)

    @property
    def kv_event_sources(self) -> dict[str, dict[str, Any]]:
        """Return the address at which each data parallel rank publishes the changes of its prefix cache."""
        return kv_event_sources(self.llm)

    async def server_info(self, config_format: Literal["text", "json"]) -> dict[str, Any]:
        """Return vLLM's description of its configuration and environment."""
        return await server_info(self.llm, config_format)

    def _check_rank(self, rank: int | None) -> None:
        """Refuse a data parallel rank that this engine does not have."""
        if rank is not None and rank >= self.ranks:
            raise InvalidRequest(
                f"x-data-parallel-rank: is {rank}; this engine's ranks are 0 to {self.ranks - 1}.",
                param="x-data-parallel-rank",
            )

    async def kv_transfer_rejected(
        self, request_id: str, kv_transfer_params: dict[str, Any], rank: int | None
    ) -> None:
        """Notify the KV connector, if there is one, that a request ended before the engine received it."""
        if self.llm.vllm_config.kv_transfer_config is None:
            return
        if rank is not None and rank >= self.ranks:
            rank = None
        parameters = {name: value for name, value in kv_transfer_params.items() if name != "prompt_token_ids"}
        await self.llm.notify_kv_transfer_request_rejected(request_id, parameters, data_parallel_rank=rank)

    async def chat(
        self,
        conversation: Conversation,
        sampling: Sampling,
        request_id: str,
        stream: bool,
        adapter: Adapter | None,
    ) -> Generation:
        with request_errors(empty_prompt_field(None, sampling)):
            self._check_rank(sampling.data_parallel_rank)
            admit(self.llm, sampling.n or 1)
            await check_tool_grammars(conversation.tool_grammars, self.grammars)
            request, engine_input = await self.prompts.chat(conversation, sampling, stream)
            with forgotten_unless_sent(self.llm.renderer, engine_input):
                prompt = self.prompts.rendered(engine_input)
                self.prompts.check_room(prompt, "messages")
                if conversation.return_prompt_text:
                    self.prompts.with_text(prompt)
                parsers = self.readers.parsers(request, 1 + (sampling.n or 1))
                usage = Usage()
                reader = self.readers.chat(request, sampling, usage, parsers, prompt.token_ids)
                arguments = self.readers.reasoning_arguments(request, parsers, prompt.token_ids)
                arguments |= lora_argument(adapter)
                outputs = await self._begin(engine_input, prompt, request, reader, request_id, arguments)
            ignored = unconstrained_fields(conversation.tool_grammars, request)
            return Generation([prompt], self.deltas([outputs]), usage, ignored)

    async def complete(
        self, prompt: Prompt, sampling: Sampling, request_id: str, stream: bool, adapter: Adapter | None
    ) -> Generation:
        with request_errors(empty_prompt_field(prompt, sampling)):
            self._check_rank(sampling.data_parallel_rank)
            admit(self.llm, len(prompt.inputs) * (sampling.n or 1))
            request, engine_inputs = await self.prompts.completion(prompt, sampling, stream)
            with forgotten_unless_sent(self.llm.renderer, *engine_inputs):
                return await self._completed(prompt, sampling, request_id, adapter, request, engine_inputs)

    async def _completed(
        self,
        prompt: Prompt,
        sampling: Sampling,
        request_id: str,
        adapter: Adapter | None,
        request: Any,
        engine_inputs: list[EngineInput],
    ) -> Generation:
        usage = Usage()
        prompts: list[RenderedPrompt] = []
        begun: list[PromptOutputs] = []
        for engine_input in engine_inputs:
            rendered = self.prompts.rendered(engine_input)
            if prompt.echo:
                self.prompts.with_text(rendered)
            self.prompts.check_room(rendered, prompt.field)
            self.llm.renderer.validate_token_ids(rendered.token_ids, parameter=prompt.field)
            prompts.append(rendered)
        arguments = _reasoning(prompt) | lora_argument(adapter)
        try:
            for i, (engine_input, rendered) in enumerate(zip(engine_inputs, prompts, strict=True)):
                reader = DeltaReader(sampling, usage, self.tokenizer, i * (sampling.n or 1))
                id_ = f"{request_id}-{i}"
                begun.append(await self._begin(engine_input, rendered, request, reader, id_, arguments))
        except BaseException:
            for outputs in begun:
                await outputs.aclose()
            raise
        return Generation(prompts, self.deltas(begun), usage)

    async def render_chat_request(
        self, conversation: Conversation, sampling: Sampling, stream: bool, tensors: bool
    ) -> Rendering:
        """Return what `chat` would pass to the engine, even if the prompt is too long."""
        with request_errors():
            await check_tool_grammars(conversation.tool_grammars, self.grammars)
            unbounded = await self.prompts.unbounded_chat(conversation, sampling, stream)
            request, prompt, engine_input = unbounded
            parsers = self.readers.parsers(request, 1)
            arguments = self.readers.reasoning_arguments(request, parsers, prompt.token_ids)
            rendering = self._rendering(request, prompt, sampling, arguments)
            if engine_input["type"] == "multimodal":
                rendering.features = await asyncio.to_thread(
                    processed_features, self.renderer, engine_input, tensors
                )
            return rendering

    async def render_completion_request(
        self, prompt: Prompt, sampling: Sampling, stream: bool
    ) -> list[Rendering]:
        """Return what `complete` would pass to the engine for each prompt, even if it is too long."""
        with request_errors():
            request, prompts = await self.prompts.unbounded_completion(prompt, sampling, stream)
            return [self._rendering(request, each, sampling, {}) for each in prompts]

    def _rendering(
        self, request: Any, prompt: RenderedPrompt, sampling: Sampling, arguments: dict[str, Any]
    ) -> Rendering:
        params = self._sampling_params(request, prompt, sampling.detokenize)
        return Rendering(prompt, sampling_params_json(params), **arguments)

    def _sampling_params(self, request: Any, prompt: RenderedPrompt, detokenize: bool) -> SamplingParams:
        """Return the sampling parameters for `prompt`."""
        params = sampling_params(
            request,
            len(prompt.token_ids),
            self.max_model_len,
            self.default_sampling,
            self.override_max_tokens,
            detokenize,
        )
        if params.structured_outputs is not None and self.guidance:
            params.structured_outputs = guidance_outputs(params.structured_outputs, self.special_tokens)
        return params

    async def _begin(
        self,
        engine_input: EngineInput,
        prompt: RenderedPrompt,
        request: Any,
        reader: DeltaReader,
        request_id: str,
        arguments: dict[str, Any],
    ) -> PromptOutputs:
        """Pass one prompt to the engine. Errors of the request are raised here, before the first output."""
        reader.usage.prompt_tokens += len(prompt.token_ids)
        if reader.sampling.return_tokens_as_token_ids is None:
            reader.sampling.return_tokens_as_token_ids = self.tokens_as_token_ids
        params = self._sampling_params(request, prompt, reader.sampling.detokenize)
        record = current()
        record.add_tokens(reader.usage)
        began = time.perf_counter()
        with grammar_errors(request, reader.sampling):
            if params.structured_outputs is not None and self.grammars is not None:
                await check_grammar(params.structured_outputs, self.grammars)
            collector = await self.llm.add_request(
                request_id,
                engine_input,
                params,
                trace_headers=record.trace_headers,
                priority=reader.sampling.priority,
                data_parallel_rank=reader.sampling.data_parallel_rank,
                session_id=reader.sampling.session_id,
                **arguments,
            )
        return PromptOutputs(self.llm, collector, prompt, reader, record, began, ending(collector, record))


def _reasoning(prompt: Prompt) -> dict[str, Any]:
    """Return the engine's arguments about reasoning for a prompt that was rendered elsewhere."""
    if prompt.reasoning_ended is None and prompt.reasoning_parser_kwargs is None:
        return {}
    return {
        "reasoning_ended": prompt.reasoning_ended,
        "reasoning_parser_kwargs": prompt.reasoning_parser_kwargs,
    }
