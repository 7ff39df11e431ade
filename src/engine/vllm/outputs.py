"""vLLM's outputs, handed over where vLLM makes them.

vLLM's output loop puts a request's outputs into its collector, and wakes a task to fetch them. Here the
loop itself reads each output and calls who takes it, so that a token costs no task switch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from time import perf_counter
from typing import Any

from vllm.outputs import RequestOutput
from vllm.v1.engine.async_llm import AsyncLLM
from vllm.v1.engine.output_processor import RequestOutputCollector

from accord.engine.deltas import Delta
from accord.engine.generation import RenderedPrompt, Take
from accord.engine.vllm.deltas import DeltaReader
from accord.engine.vllm.errors import client_errors
from accord.engine.vllm.logprobs import token_logprobs
from accord.engine.vllm.shortcuts.steps import Follower, Steps
from accord.telemetry.request import RequestRecord


class PromptOutputs:
    """What vLLM puts out for one prompt, read as deltas."""

    def __init__(
        self,
        llm: AsyncLLM,
        steps: Steps,
        collector: RequestOutputCollector,
        prompt: RenderedPrompt,
        reader: DeltaReader,
        record: RequestRecord,
        began: float,
        timer: asyncio.TimerHandle | None = None,
    ) -> None:
        self.llm = llm
        self.steps = steps
        self.collector = collector
        self.prompt = prompt
        self.reader = reader
        self.record = record
        self.began = began
        self.timer = timer
        self.follower: Follower | None = None
        self.finished = False
        self._first = True

    def read(self, output: Any) -> list[Delta]:
        """Return the deltas of one output. Raises what vLLM puts in an output's place."""
        if isinstance(output, BaseException):
            raise output
        if self._first:
            self._first = False
            self._read_first(output)
            if self.follower is not None and self.reader.sampling.max_tokens != 0:
                self.steps.follow(self.collector.request_id, self.reader, self.follower)
        if output.finished:
            self.finished = True
            self.steps.leave(self.collector.request_id)
            self.prompt.kv_transfer_params = output.kv_transfer_params
            self.prompt.ec_transfer_params = output.ec_transfer_params
        return self.reader.read(output.outputs)

    def _read_first(self, output: RequestOutput) -> None:
        if output.metrics is not None:
            # The first output may be the last one; the first token came earlier then. vLLM counts from when
            # the prompt was rendered, a little before `began`.
            moment = min(self.began + output.metrics.first_token_latency, perf_counter())
            self.record.first_token_at = min(moment, self.record.first_token_at or moment)
        self.reader.usage.cached_tokens += output.num_cached_tokens or 0
        if output.prompt_logprobs is not None:
            sampling = self.reader.sampling
            top = sampling.prompt_logprobs if sampling.prompt_logprobs is not None else sampling.logprobs
            self.prompt.logprobs = token_logprobs(
                self.prompt.token_ids,
                output.prompt_logprobs,
                top or 0,
                self.reader.tokenizer,
                sampling.return_tokens_as_token_ids,
            )

    def hand_over(self, put: Callable[[Any], None], follower: Follower) -> None:
        """From now on, call `put` with each output, in vLLM's output loop.

        After the first one, `follower` is given those that bring only text.
        """
        self.follower = follower
        setattr(self.collector, "put", put)  # noqa: B010  an instance's own, in the method's place

    def keep(self, output: Any) -> None:
        """Keep an output that cannot be taken yet, merged with what is kept already."""
        RequestOutputCollector.put(self.collector, output)

    def kept(self) -> Any:
        """Return what was kept, once."""
        return self.collector.get_nowait()

    async def aclose(self) -> None:
        """Have vLLM drop the request where it has not ended."""
        if self.timer is not None:
            self.timer.cancel()
        self.steps.leave(self.collector.request_id)
        self.collector.__dict__.pop("put", None)
        if not self.finished:
            self.finished = True
            await asyncio.shield(self.llm.abort(self.collector.request_id, internal=True))
        self.collector.close()


class EngineDeltas:
    """The deltas of a request's prompts; see `Deltas`."""

    def __init__(self, outputs: list[PromptOutputs]) -> None:
        self.outputs = outputs
        self._loop = asyncio.get_running_loop()
        self._take: Take | None = None
        self.busy = True
        """Whether outputs are to be kept: their deltas are waited for elsewhere, or not waited for at all."""
        self._rest: _Rest | None = None
        self._error: BaseException | None = None
        self._wake: asyncio.Future[None] | None = None

    async def each(self, take: Take) -> None:
        self._take = take
        for outputs in self.outputs:
            outputs.hand_over(partial(self._put, outputs), self)
        with client_errors():
            while True:
                self._read_kept()
                if self._error is not None:
                    raise self._error
                if self._rest is not None:
                    rest, self._rest = self._rest, None
                    await rest
                elif all(outputs.finished for outputs in self.outputs):
                    return
                else:
                    await self._handed_over()

    async def _handed_over(self) -> None:
        """Let vLLM's output loop do the work until there is something that it must not wait for."""
        self._wake = self._loop.create_future()
        self.busy = False
        try:
            await self._wake
        finally:
            self.busy = True

    def _read_kept(self) -> None:
        for outputs in self.outputs:
            if self._rest is None and (output := outputs.kept()) is not None:
                self._read(outputs, output)

    def _put(self, outputs: PromptOutputs, output: Any) -> None:
        """Called by vLLM, in whose loop nothing may be raised, and nothing awaited."""
        if self.busy:
            outputs.keep(output)
            return
        self._read(outputs, output)
        if self._error is not None or self._rest is not None or outputs.finished:
            self._stop_for_the_task()

    def take_text(self, reader: DeltaReader, text: str, token_ids: list[int]) -> None:
        """Called in vLLM's loop, too, in `_put`'s place."""
        try:
            step = self._take(reader.read_text(text, token_ids))  # type: ignore[misc]  # it is not busy
            if step is None:
                return
            try:
                waiting_for = step.send(None)
            except StopIteration:
                return
            self._rest = _Rest(step, waiting_for)
        except Exception as error:
            self._error = error
        self._stop_for_the_task()

    def _stop_for_the_task(self) -> None:
        self.busy = True
        assert self._wake is not None
        if not self._wake.done():
            self._wake.set_result(None)

    def _read(self, outputs: PromptOutputs, output: Any) -> None:
        assert self._take is not None
        try:
            deltas = outputs.read(output)
            if deltas and (step := self._take(deltas)) is not None:
                self._rest = _run(step)
        except Exception as error:
            self._error = error

    async def aclose(self) -> None:
        if self._rest is not None:
            self._rest.step.close()
        for outputs in self.outputs:
            await outputs.aclose()

    def __del__(self) -> None:
        """Dropped by an error before anyone could close it: the engine must not go on for nobody."""
        if not all(outputs.finished for outputs in self.outputs) and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_close, self.outputs)


def _close(outputs: list[PromptOutputs]) -> None:
    for each in outputs:
        _CLOSING.add(task := asyncio.ensure_future(each.aclose()))
        task.add_done_callback(_CLOSING.discard)


_CLOSING: set[asyncio.Future[None]] = set()


class _Rest:
    """What is left of a coroutine that had to wait. Await it in any task."""

    def __init__(self, step: Coroutine[Any, Any, None], waiting_for: Any) -> None:
        self.step = step
        self.waiting_for = waiting_for

    def __await__(self) -> Generator[Any, Any, None]:
        try:
            yield self.waiting_for
        except BaseException:
            self.step.close()
            raise
        yield from self.step.__await__()


def _run(step: Coroutine[Any, Any, None]) -> _Rest | None:
    """Run a coroutine as far as it goes without waiting; most sends go all the way."""
    try:
        waiting_for = step.send(None)
    except StopIteration:
        return None
    return _Rest(step, waiting_for)
