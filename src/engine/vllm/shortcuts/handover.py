"""Calls the consumer of an output directly from vLLM's output loop.

vLLM's output loop puts a request's outputs into its collector, and wakes a task to fetch them. Here the loop
itself reads each output and calls its consumer, so that a token costs no task switch.

A request is in one of two states; `HandedOver.buffering` tells which:

* buffering: the request's task runs, or waits for its client. vLLM's collector merges and keeps outputs.
* handed over: the task waits for `_wake`; vLLM's loop reads each output and passes its deltas on.

It leaves "handed over" if the consumer would have to wait (its coroutine is then `_suspended`), on an error
(`_error`), and with the last output. The task then finishes that coroutine, reads what was buffered
meanwhile, raises the error, and hands over again. Nothing is raised or awaited in vLLM's loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from vllm.sampling_params import RequestOutputKind
from vllm.v1.engine.output_processor import OutputProcessor, RequestOutputCollector

from accord.engine.generation import Consumer
from accord.engine.vllm.deltas import DeltaReader
from accord.engine.vllm.errors import client_errors
from accord.engine.vllm.outputs import EngineDeltas, PromptOutputs
from accord.engine.vllm.shortcuts.examples import OUTPUT, begin, core_outputs, read
from accord.engine.vllm.shortcuts.shortcut import Shortcut, missing, other_parameters

if TYPE_CHECKING:
    from accord.engine.vllm.backend import VllmBackend


class Follower(Protocol):
    """Consumes the further text of a request."""

    buffering: bool
    """Whether it cannot consume now, so that vLLM's collector keeps what comes meanwhile."""

    def consume_text(
        self, reader: DeltaReader, choice: int, text: str, token_ids: list[int], logprobs: Any
    ) -> None:
        """Consume the text of a choice's step, and the log probabilities of its tokens, if requested.

        Raises nothing, because other requests' outputs follow.
        """
        ...


class Guide(Protocol):
    """Provides a faster path for the outputs of a running request: `steps`."""

    def follow(self, request_id: str, choice: int, reader: DeltaReader, follower: Follower) -> None:
        """Handle a choice's outputs from its second one on, if they can only be text."""
        ...

    def leave(self, request_id: str, choice: int) -> None:
        """Forget a choice that has ended, or whose outputs vLLM handles again."""
        ...


class Handover(Shortcut):
    """Reads each output in vLLM's loop."""

    name = "handover"
    what = "Passes each output to its consumer in vLLM's output loop, without a task switch."

    def __init__(self, backend: VllmBackend) -> None:
        super().__init__(backend)
        self.guide: Guide | None = None

    def fits(self) -> str | None:
        collector = RequestOutputCollector(RequestOutputKind.DELTA, "")
        return (
            other_parameters(RequestOutputCollector, "put", "self output")
            or other_parameters(RequestOutputCollector, "get_nowait", "self")
            or missing(collector, "output", "ready")
            or self._differs()
        )

    def _differs(self) -> str | None:
        """Return whether outputs that are handed over, at once or buffered, differ from vLLM's."""
        tokens = self.backend.tokenizer.encode(OUTPUT)
        ways: list[list[Any]] = []
        for handed_over, kept in ((False, False), (True, False), (True, True)):
            processor = OutputProcessor(self.backend.tokenizer, log_stats=True)
            collector = begin(processor, [1, 2, 3])
            got: list[Any] = []
            if handed_over:
                hand_over(collector, partial(RequestOutputCollector.put, collector) if kept else got.append)
            for step in core_outputs(tokens):
                processor.process_outputs(step, 0.0, None)
                if (output := collector.get_nowait()) is not None:
                    got.append(output)
            ways.append([read(output) for output in got])
        return None if ways[0] == ways[1] == ways[2] else "outputs that are handed over differ from vLLM's"

    def install(self) -> None:
        self.patches.replace(self.backend, "deltas", self.deltas)

    def deltas(self, outputs: list[PromptOutputs]) -> HandedOver:
        """Return the deltas of a request's prompts."""
        return HandedOver(outputs, self)


def hand_over(collector: RequestOutputCollector, put: Callable[[Any], None]) -> None:
    """Make vLLM call `put` with each output from now on."""
    setattr(collector, "put", put)  # noqa: B010  an instance's own, in the method's place


class HandedOver(EngineDeltas):
    """The deltas of a request's prompts, consumed in vLLM's output loop; see `Deltas`."""

    def __init__(self, outputs: list[PromptOutputs], handover: Handover) -> None:
        super().__init__(outputs)
        self._handover = handover
        self._consume: Consumer | None = None
        self.buffering = True
        """Whether vLLM's collector keeps outputs because the task is not waiting for them."""
        self._suspended: _Suspended | None = None
        self._error: BaseException | None = None
        self._wake: asyncio.Future[None] | None = None

    async def for_each(self, consume: Consumer) -> None:
        self._consume = consume
        for outputs in self.outputs:
            hand_over(outputs.collector, partial(self._put, outputs))
        with client_errors():
            while True:
                self._read_buffered()
                if self._error is not None:
                    raise self._error
                if self._suspended is not None:
                    suspended, self._suspended = self._suspended, None
                    await suspended
                elif all(outputs.finished for outputs in self.outputs):
                    return
                else:
                    await self._handed_over()

    async def _handed_over(self) -> None:
        """Let vLLM's output loop do the work until the consumer would have to wait."""
        self._wake = self._loop.create_future()
        self.buffering = False
        try:
            await self._wake
        finally:
            self.buffering = True

    def _read_buffered(self) -> None:
        for outputs in self.outputs:
            if self._suspended is None and (output := outputs.collector.get_nowait()) is not None:
                self._read(outputs, output)

    def _put(self, outputs: PromptOutputs, output: Any) -> None:
        """Consume an output. vLLM calls this in its loop, where nothing may be raised or awaited."""
        if self.buffering:
            RequestOutputCollector.put(outputs.collector, output)  # merged with what is buffered already
            return
        self._read(outputs, output)
        if self._error is not None or self._suspended is not None or outputs.finished:
            self._stop_for_the_task()

    def consume_text(
        self, reader: DeltaReader, choice: int, text: str, token_ids: list[int], logprobs: Any
    ) -> None:
        """Consume text instead of `_put`, also in vLLM's loop."""
        try:
            step = self._consume(reader.read_text(choice, text, token_ids, logprobs))  # type: ignore[misc]  # it is not buffering
            if step is None:
                return
            try:
                waiting_for = step.send(None)
            except StopIteration:
                return
            self._suspended = _Suspended(step, waiting_for)
        except Exception as error:
            self._error = error
        self._stop_for_the_task()

    def _stop_for_the_task(self) -> None:
        self.buffering = True
        assert self._wake is not None
        if not self._wake.done():
            self._wake.set_result(None)

    def _read(self, outputs: PromptOutputs, output: Any) -> None:
        assert self._consume is not None
        try:
            deltas = outputs.read(output)
            if self._handover.guide is not None and not outputs.finished:
                self._follow(outputs, output.outputs, self._handover.guide)
            if deltas and (step := self._consume(deltas)) is not None:
                self._suspended = _run(step)
        except Exception as error:
            self._error = error

    def _follow(self, outputs: PromptOutputs, choices: list[Any], guide: Guide) -> None:
        """Let the next outputs of choices that have begun use the faster path."""
        for choice in choices:
            if choice.index not in outputs.followed and outputs.reader.sampling.max_tokens != 0:
                outputs.followed.add(choice.index)
                guide.follow(outputs.collector.request_id, choice.index, outputs.reader, self)

    async def aclose(self) -> None:
        if self._suspended is not None:
            self._suspended.step.close()
        guide = self._handover.guide
        for outputs in self.outputs:
            if guide is not None:
                for choice in outputs.followed:
                    guide.leave(outputs.collector.request_id, choice)
            outputs.collector.__dict__.pop("put", None)
            await outputs.aclose()
        self._consume = None  # it may refer to this generation and the whole request, in a circle


class _Suspended:
    """A coroutine that had to wait. Await it in any task to finish it."""

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


def _run(step: Coroutine[Any, Any, None]) -> _Suspended | None:
    """Run a coroutine until it would wait; most sends finish without waiting."""
    try:
        waiting_for = step.send(None)
    except StopIteration:
        return None
    return _Suspended(step, waiting_for)


SHORTCUT = Handover
