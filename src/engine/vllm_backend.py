"""vLLM's engine, behind Accord's requests and deltas.

AsyncLLM generates, OnlineRenderer renders prompts, Parser tells reasoning and tool calls apart. vLLM's
serving classes, which write its responses, are not used.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Any

from accord.engine.deltas import Delta, Usage
from accord.engine.generation import Generation, RenderedPrompt
from accord.engine.requests import Conversation, Prompt, Sampling
from accord.engine.vllm_deltas import DeltaReader, ParsingDeltaReader
from accord.engine.vllm_logprobs import token_logprobs
from accord.engine.vllm_requests import (
    UnboundedChatRequest,
    UnboundedCompletionRequest,
    chat_request,
    completion_request,
    sampling_params,
)
from accord.errors import ApiError, EngineFailure, InvalidRequest, NotReady
from accord.telemetry.request import RequestRecord, current
from vllm.engine.arg_utils import AsyncEngineArgs
from vllm.entrypoints.launchers.cli_args import make_arg_parser, validate_parsed_serve_args
from vllm.entrypoints.serve.engine.protocol import ErrorResponse
from vllm.exceptions import GracefulHTTPError, VLLMClientError, VLLMError, VLLMValidationError
from vllm.inputs import EngineInput, TokensPrompt
from vllm.parser import Parser
from vllm.renderers import TokenizeParams
from vllm.renderers.chat_utils import load_chat_template
from vllm.renderers.inputs.preprocess import extract_prompt_components
from vllm.renderers.online_renderer import OnlineRenderer
from vllm.utils.argparse_utils import FlexibleArgumentParser
from vllm.utils.async_utils import merge_async_iterators
from vllm.v1.engine.async_llm import AsyncLLM
from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError

TOO_LONG = ("input_tokens", "input_text")
"""What vLLM names as at fault where a prompt is longer than the context."""


@contextmanager
def _client_errors() -> Iterator[None]:
    """Turn what vLLM raises about a request into what a client is told."""
    try:
        yield
    except ApiError:
        raise
    except EngineDeadError as error:
        raise NotReady("The engine has failed.", code="engine_failed", retry_after=30) from error
    except EngineGenerateError as error:
        raise EngineFailure("The engine failed while it ran the request.") from error
    except GracefulHTTPError as error:
        raise ApiError(str(error), status=int(error.http_status), headers={"retry-after": "1"}) from error
    except VLLMClientError as error:
        message = error.args[0] if error.args else str(error)
        raise InvalidRequest(str(message), param=getattr(error, "parameter", None)) from error
    except VLLMError as error:
        raise EngineFailure("The engine failed while it ran the request.") from error


@contextmanager
def _request_errors() -> Iterator[None]:
    """The same while a request is prepared, where vLLM says with a ValueError what is wrong with it."""
    try:
        with _client_errors():
            yield
    except ValueError as error:
        raise InvalidRequest(str(error)) from error


class VllmBackend:
    """A loaded model. Made by `load`, in a thread; used from the event loop."""

    def __init__(self, llm: AsyncLLM, renderer: OnlineRenderer, enable_auto_tools: bool) -> None:
        self.llm = llm
        self.renderer = renderer
        self.enable_auto_tools = enable_auto_tools
        self.model_config = llm.model_config
        self.tokenizer = llm.renderer.get_tokenizer()
        self.max_model_len: int = self.model_config.max_model_len
        self.default_sampling: dict[str, Any] = self.model_config.get_diff_sampling_param()
        self.override_max_tokens: int | None = (
            self.default_sampling.get("max_tokens")
            if self.model_config.generation_config not in ("auto", "vllm")
            else self.model_config.override_generation_config.get("max_new_tokens")
        )

    @classmethod
    def load(cls, arguments: list[str]) -> VllmBackend:
        """Load the model that vLLM's own command line `arguments` describe. Blocks until it is ready."""
        args = make_arg_parser(FlexibleArgumentParser(prog="accord serve")).parse_args(arguments)
        validate_parsed_serve_args(args)
        llm = AsyncLLM.from_engine_args(AsyncEngineArgs.from_cli_args(args))
        renderer = OnlineRenderer(
            model_config=llm.model_config,
            renderer=llm.renderer,
            request_logger=None,
            chat_template=load_chat_template(args.chat_template),
            chat_template_content_format=args.chat_template_content_format,
            trust_request_chat_template=args.trust_request_chat_template,
            trust_request_mm_kwargs=args.trust_request_mm_kwargs,
            enable_auto_tools=args.enable_auto_tool_choice,
            exclude_tools_when_tool_choice_none=args.exclude_tools_when_tool_choice_none,
            tool_parser=args.tool_call_parser,
            tool_strict_level=args.tool_strict_level,
            reasoning_parser=args.structured_outputs_config.reasoning_parser,
            default_chat_template_kwargs=args.default_chat_template_kwargs,
        )
        renderer.warmup()
        return cls(llm, renderer, args.enable_auto_tool_choice)

    @property
    def text_only(self) -> bool:
        """Whether the model takes nothing but text."""
        return not self.model_config.is_multimodal_model

    @property
    def errored(self) -> bool:
        return bool(self.llm.errored)

    def shutdown(self) -> None:
        """End vLLM's processes."""
        self.llm.shutdown()

    # --- prompts

    async def _render_chat(
        self, conversation: Conversation, sampling: Sampling, stream: bool
    ) -> tuple[Any, EngineInput]:
        """Return vLLM's request and its prompt."""
        arguments = (conversation, sampling, stream, self.max_model_len)
        request = chat_request(*arguments)
        try:
            rendered = await self.renderer.render_chat(request)
        except VLLMValidationError as error:
            if error.parameter not in TOO_LONG:
                raise
            counted = await self.renderer.render_chat(chat_request(*arguments, UnboundedChatRequest))
            self._check_room(self._rendered(counted[1][0]), "messages")
            raise
        if isinstance(rendered, ErrorResponse):
            raise InvalidRequest(rendered.error.message, param=rendered.error.param)
        return request, rendered[1][0]

    async def _render_prompt(
        self, prompt: Prompt, sampling: Sampling, stream: bool
    ) -> tuple[Any, list[EngineInput]]:
        """Return vLLM's request and each of its prompts."""
        arguments = (prompt, sampling, stream, self.max_model_len)
        request = completion_request(*arguments)
        try:
            rendered = await self.renderer.render_completion(request)
        except VLLMValidationError as error:
            if error.parameter not in TOO_LONG:
                raise
            unbounded = completion_request(*arguments, UnboundedCompletionRequest)
            for engine_input in await self.renderer.render_completion(unbounded):
                self._check_room(self._rendered(engine_input), "prompt")
            raise
        if isinstance(rendered, ErrorResponse):
            raise InvalidRequest(rendered.error.message, param=rendered.error.param)
        return request, rendered

    def _rendered(self, engine_input: EngineInput) -> RenderedPrompt:
        components = extract_prompt_components(self.model_config, engine_input)
        return RenderedPrompt(list(components.token_ids), components.text)

    def _check_room(self, prompt: RenderedPrompt, field: str) -> None:
        """VLLM would generate nothing for a prompt that fills the context; OpenAI refuses it."""
        if len(prompt.token_ids) >= self.max_model_len:
            raise InvalidRequest(
                f"This model's maximum context length is {self.max_model_len} tokens, for the prompt and the "
                f"answer; the prompt has {len(prompt.token_ids)}.",
                param=field,
                code="context_length_exceeded",
            )

    async def render_chat(self, conversation: Conversation, sampling: Sampling) -> RenderedPrompt:
        with _request_errors():
            _, engine_input = await self._render_chat(conversation, sampling, False)
            return self._with_text(self._rendered(engine_input))

    async def render_prompt(self, prompt: Prompt, sampling: Sampling) -> list[RenderedPrompt]:
        with _request_errors():
            _, engine_inputs = await self._render_prompt(prompt, sampling, False)
            return [self._with_text(self._rendered(engine_input)) for engine_input in engine_inputs]

    def _with_text(self, prompt: RenderedPrompt) -> RenderedPrompt:
        if prompt.text is None:
            prompt.text = self.tokenizer.decode(prompt.token_ids)
        return prompt

    def token_strings(self, token_ids: list[int]) -> list[str]:
        strings: list[str] = self.tokenizer.convert_ids_to_tokens(token_ids)
        return strings

    async def detokenize(self, token_ids: list[int]) -> str:
        with _request_errors():
            self.llm.renderer.validate_token_ids(token_ids, parameter="tokens")
            params = TokenizeParams(max_total_tokens=None, needs_detokenization=True)
            prompt = await self.llm.renderer.tokenize_prompt_async(
                TokensPrompt(prompt_token_ids=token_ids), params
            )
            text: str = prompt["prompt"]
            return text

    # --- generation

    async def chat(
        self, conversation: Conversation, sampling: Sampling, request_id: str, stream: bool
    ) -> Generation:
        with _request_errors():
            request, engine_input = await self._render_chat(conversation, sampling, stream)
            prompt = self._rendered(engine_input)
            self._check_room(prompt, "messages")
            parsers = self._parsers(request, sampling.n or 1)
            usage = Usage()
            reader = (
                ParsingDeltaReader(
                    sampling,
                    usage,
                    self.tokenizer,
                    parsers,
                    request,
                    prompt.token_ids,
                    self.enable_auto_tools,
                )
                if parsers
                else DeltaReader(sampling, usage, self.tokenizer)
            )
            reasoning = self._reasoning_arguments(request, parsers, prompt.token_ids)
            deltas = await self._run(engine_input, prompt, request, reader, request_id, reasoning)
            return Generation([prompt], deltas, usage)

    async def complete(self, prompt: Prompt, sampling: Sampling, request_id: str, stream: bool) -> Generation:
        with _request_errors():
            request, engine_inputs = await self._render_prompt(prompt, sampling, stream)
            usage = Usage()
            prompts: list[RenderedPrompt] = []
            sources: list[AsyncGenerator[list[Delta], None]] = []
            for i, engine_input in enumerate(engine_inputs):
                rendered = self._rendered(engine_input)
                if prompt.echo:
                    self._with_text(rendered)
                self._check_room(rendered, "prompt")
                prompts.append(rendered)
                reader = DeltaReader(sampling, usage, self.tokenizer, i * (sampling.n or 1))
                sources.append(
                    await self._run(engine_input, rendered, request, reader, f"{request_id}-{i}", {})
                )
            return Generation(prompts, sources[0] if len(sources) == 1 else _merged(sources), usage)

    def _parsers(self, request: Any, n: int) -> list[Parser]:
        if self.renderer.parser is None:
            return []
        kwargs = self.renderer.effective_chat_template_kwargs(request)
        return [
            self.renderer.parser(
                self.tokenizer,
                request.tools,
                chat_template_kwargs=kwargs,
                model_config=self.model_config,
            )
            for _ in range(n)
        ]

    def _reasoning_arguments(
        self, request: Any, parsers: list[Parser], prompt_token_ids: list[int]
    ) -> dict[str, Any]:
        """What tells the engine where reasoning ends, so that a grammar binds only what comes after."""
        parser = parsers[0] if parsers else None
        arguments: dict[str, Any] = {
            "reasoning_ended": request.resolve_reasoning_ended(parser, prompt_token_ids)
        }
        if parser is not None and parser.reasoning_parser is not None:
            kwargs = self.renderer.effective_chat_template_kwargs(request)
            arguments["reasoning_parser_kwargs"] = {"chat_template_kwargs": kwargs}
        return arguments

    async def _run(
        self,
        engine_input: EngineInput,
        prompt: RenderedPrompt,
        request: Any,
        reader: DeltaReader,
        request_id: str,
        arguments: dict[str, Any],
    ) -> AsyncGenerator[list[Delta], None]:
        """Hand one prompt to the engine. What is wrong with it is raised here, before the first delta."""
        reader.usage.prompt_tokens += len(prompt.token_ids)
        params = sampling_params(
            request,
            len(prompt.token_ids),
            self.max_model_len,
            self.default_sampling,
            self.override_max_tokens,
        )
        record = current()
        record.takes(reader.usage)
        began = time.perf_counter()
        collector = await self.llm.add_request(
            request_id,
            engine_input,
            params,
            priority=request.priority,
            trace_headers=record.trace_headers,
            **arguments,
        )
        return self._deltas(collector, prompt, reader, record, began)

    async def _deltas(
        self, collector: Any, prompt: RenderedPrompt, reader: DeltaReader, record: RequestRecord, began: float
    ) -> AsyncGenerator[list[Delta], None]:
        finished = False
        first = True
        try:
            with _client_errors():
                while not finished:
                    output = collector.get_nowait() or await collector.get()
                    finished = output.finished
                    if first:
                        first = False
                        _note_first_token(record, output, began)
                        reader.usage.cached_tokens += output.num_cached_tokens or 0
                        self._read_prompt_logprobs(output, prompt, reader.sampling)
                    if deltas := reader.read(output.outputs):
                        yield deltas
        finally:
            if not finished:
                await asyncio.shield(self.llm.abort(collector.request_id, internal=True))
            collector.close()

    def _read_prompt_logprobs(self, output: Any, prompt: RenderedPrompt, sampling: Sampling) -> None:
        if output.prompt_logprobs is None:
            return
        top = sampling.prompt_logprobs if sampling.prompt_logprobs is not None else sampling.logprobs
        prompt.logprobs = token_logprobs(
            prompt.token_ids,
            output.prompt_logprobs,
            top or 0,
            self.tokenizer,
            sampling.return_tokens_as_token_ids,
        )


def _note_first_token(record: RequestRecord, output: Any, began: float) -> None:
    """The first output may be the last one; vLLM's statistics know when the first token came all the same."""
    if output.metrics is not None:
        moment = began + output.metrics.first_token_latency
        record.first_token_at = min(moment, record.first_token_at or moment)


async def _merged(sources: list[AsyncGenerator[list[Delta], None]]) -> AsyncGenerator[list[Delta], None]:
    async for _, deltas in merge_async_iterators(*sources):
        yield deltas
