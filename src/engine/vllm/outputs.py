"""Converts vLLM's outputs to deltas.

A task waits for them at the request's collector, as in vLLM's own server. `shortcuts/handover.py` is the
faster path.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from time import perf_counter
from typing import Any

from vllm.outputs import RequestOutput
from vllm.utils.async_utils import merge_async_iterators
from vllm.v1.engine.async_llm import AsyncLLM
from vllm.v1.engine.output_processor import RequestOutputCollector

from accord.engine.deltas import Delta
from accord.engine.generation import Consumer, RenderedPrompt
from accord.engine.vllm.deltas import DeltaReader
from accord.engine.vllm.errors import client_errors
from accord.engine.vllm.logprobs import LazyLogprobs, LogprobReader
from accord.telemetry.request import RequestRecord


class PromptOutputs:
    """vLLM's outputs for one prompt, read as deltas."""

    def __init__(
        self,
        llm: AsyncLLM,
        collector: RequestOutputCollector,
        prompt: RenderedPrompt,
        reader: DeltaReader,
        record: RequestRecord,
        began: float,
        timer: asyncio.TimerHandle | None = None,
    ) -> None:
        self.llm = llm
        self.collector = collector
        self.prompt = prompt
        self.reader = reader
        self.record = record
        self.began = began
        self.timer = timer
        self.finished = False
        self.begun = False
        self.followed: set[int] = set()
        """The choices for whose outputs a shorter way was looked for."""

    async def each(self) -> AsyncGenerator[Any, None]:
        """Yield the outputs as they arrive. Raises an exception that vLLM puts in place of an output."""
        while not self.finished:
            yield self.collector.get_nowait() or await self.collector.get()

    def read(self, output: Any) -> list[Delta]:
        """Return the deltas of one output. Raises an exception that vLLM puts in place of an output."""
        if isinstance(output, BaseException):
            raise output
        if not self.begun:
            self.begun = True
            self._read_first(output)
        if output.finished:
            self.finished = True
            self.prompt.kv_transfer_params = output.kv_transfer_params
            self.prompt.ec_transfer_params = output.ec_transfer_params
        return self.reader.read(output.outputs)

    def _read_first(self, output: RequestOutput) -> None:
        if output.metrics is not None:
            # The first output may be the last one; the first token came earlier then. vLLM counts from when
            # the prompt was rendered, a little before `began`.
            moment = min(self.began + output.metrics.first_token_latency, perf_counter())
            self.record.first_token_at = min(moment, self.record.first_token_at or moment)
        usage = self.reader.usage
        usage.cached_tokens += output.num_cached_tokens or 0
        usage.cache_write_tokens += output.num_cache_creation_tokens or 0
        if output.prompt_logprobs is not None:
            sampling = self.reader.sampling
            top = sampling.prompt_logprobs if sampling.prompt_logprobs is not None else sampling.logprobs
            reader = LogprobReader(self.reader.tokenizer, bool(sampling.return_tokens_as_token_ids))
            self.prompt.logprobs = LazyLogprobs(
                self.prompt.token_ids, output.prompt_logprobs, partial(reader.likeliest, top=top or 0)
            )

    async def aclose(self) -> None:
        """Make vLLM abort the request if it has not ended."""
        if self.timer is not None:
            self.timer.cancel()
        if not self.finished:
            self.finished = True
            await asyncio.shield(self.llm.abort(self.collector.request_id, internal=True))
        self.collector.close()


class EngineDeltas:
    """The deltas of a request's prompts; see `Deltas`."""

    def __init__(self, outputs: list[PromptOutputs]) -> None:
        self.outputs = outputs
        self._loop = asyncio.get_running_loop()

    async def for_each(self, consume: Consumer) -> None:
        with client_errors():
            merged = merge_async_iterators(*(outputs.each() for outputs in self.outputs))
            async with aclosing(merged):
                async for prompt, output in merged:
                    deltas = self.outputs[prompt].read(output)
                    if deltas and (step := consume(deltas)) is not None:
                        await step

    async def aclose(self) -> None:
        for outputs in self.outputs:
            await outputs.aclose()

    def __del__(self) -> None:
        """Abort the request if an error dropped the deltas before they were closed."""
        if not all(outputs.finished for outputs in self.outputs) and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_close, self.outputs)


def _close(outputs: list[PromptOutputs]) -> None:
    for each in outputs:
        _CLOSING.add(task := asyncio.ensure_future(each.aclose()))
        task.add_done_callback(_CLOSING.discard)


_CLOSING: set[asyncio.Future[None]] = set()
