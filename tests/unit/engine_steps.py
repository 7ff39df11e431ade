"""vLLM's output loop and a request in it, with simulated steps of EngineCore."""

import asyncio
from collections.abc import Callable
from copy import copy
from time import perf_counter
from typing import Any

import numpy as np
from vllm.sampling_params import RequestOutputKind, SamplingParams
from vllm.v1.engine import EngineCoreEvent, EngineCoreEventType, EngineCoreOutput
from vllm.v1.engine.output_processor import OutputProcessor, RequestOutputCollector
from vllm.v1.engine.parallel_sampling import ParentRequest
from vllm.v1.metrics.stats import IterationStats
from vllm.v1.outputs import LogprobsLists

from accord.engine import Delta, RenderedPrompt, Sampling, Usage
from accord.engine.deltas import TokenLogprob
from accord.engine.vllm.deltas import DeltaReader
from accord.engine.vllm.detokenizing import engine_request
from accord.engine.vllm.outputs import EngineDeltas, PromptOutputs
from accord.engine.vllm.shortcuts.registry import Shortcuts
from accord.engine.vllm.shortcuts.steps import RunningText, TextSteps
from accord.telemetry.request import RequestRecord

PROMPT = [1, 2, 3]


class Engine:
    """vLLM's output processing, with some shortcuts."""

    def __init__(self, tokenizer: Any, shortcuts: list[str]) -> None:
        self.output_processor = OutputProcessor(tokenizer, log_stats=True)
        self.tokenizer = tokenizer
        self.llm = self
        self.deltas: Any = EngineDeltas
        self.iterations: list[IterationStats] = []
        self.aborted: list[str] = []
        self.to_abort: list[str] = []
        self.shortcuts = Shortcuts()
        stand_in: Any = self
        self.shortcuts.install(stand_in, shortcuts)
        assert list(self.shortcuts.active) == shortcuts

    @property
    def followed(self) -> dict[str, RunningText]:
        steps = self.shortcuts.active["steps"]
        assert isinstance(steps, TextSteps)
        return steps.running._texts

    async def abort(self, request_id: str, **_: Any) -> None:
        """As AsyncLLM does."""
        self.aborted.append(request_id)

    def prompt(self, id_: str, params: SamplingParams, index: int = 0) -> PromptOutputs:
        params.output_kind = RequestOutputKind.DELTA
        collector = RequestOutputCollector(RequestOutputKind.DELTA, id_)
        asked = engine_request(id_, PROMPT, params)
        if params.n == 1:
            self.output_processor.add_request(asked, None, queue=collector)
        else:
            parent = ParentRequest(asked)
            for choice in range(params.n):
                child = copy(asked)
                child.request_id, child.sampling_params = parent.get_child_info(choice)
                self.output_processor.add_request(child, None, parent, choice, collector)
        llm: Any = self
        sampling = Sampling(logprobs=params.logprobs, n=params.n)
        reader = DeltaReader(sampling, Usage(), self.tokenizer, index)
        record = RequestRecord("")
        return PromptOutputs(llm, collector, RenderedPrompt(PROMPT), reader, record, perf_counter())

    def begin(self, id_: str, params: SamplingParams) -> "Request":
        return Request(self, id_, self.prompt(id_, params))

    def step(self, *outputs: EngineCoreOutput, at: float) -> None:
        """Process `outputs` of EngineCore."""
        iteration = IterationStats()
        processed = self.output_processor.process_outputs(list(outputs), at, iteration)
        self.to_abort += processed.reqs_to_abort
        iteration.iteration_timestamp = 0
        self.iterations.append(iteration)


class Request:
    """One request, and its deltas."""

    def __init__(self, engine: Engine, id_: str, prompt: PromptOutputs) -> None:
        states = engine.output_processor.request_states
        self.state = states.get(id_) or states[f"0_{id_}"]
        self.usage = prompt.reader.usage
        self.record = prompt.record
        self.deltas = engine.deltas([prompt])
        self.taking: Callable[[list[Delta]], Any] = self._take
        self.taken: list[Delta] = []
        self.checker = asyncio.Event()
        self.checker.set()
        self.task = asyncio.create_task(self._take_all())

    async def _take_all(self) -> None:
        try:
            await self.deltas.for_each(lambda deltas: self.taking(deltas))
        finally:
            await self.deltas.aclose()

    def _take(self, deltas: list[Delta]) -> Any:
        self.taken += deltas
        return None if self.checker.is_set() else self._wait()

    async def _wait(self) -> None:
        await self.checker.wait()

    @property
    def text(self) -> str:
        return "".join(delta.text for delta in self.taken)

    @property
    def token_ids(self) -> list[int]:
        return [token for delta in self.taken for token in delta.token_ids or ()]

    @property
    def logprobs(self) -> list[TokenLogprob]:
        return [entry for delta in self.taken for entry in delta.logprobs or ()]


def figures(engine: Engine) -> dict[str, Any]:
    """Return the input of vLLM's metrics, over all steps."""
    return {
        "tokens": sum(i.num_generation_tokens for i in engine.iterations),
        "preempted": sum(i.num_preempted_reqs for i in engine.iterations),
        "latencies": sorted(t for i in engine.iterations for t in i.inter_token_latencies_iter),
        "finished": [
            (r.finish_reason, r.num_generation_tokens, r.decode_time, r.inference_time)
            for i in engine.iterations
            for r in i.finished_requests
        ],
    }


PREEMPTED = [EngineCoreEvent(EngineCoreEventType.PREEMPTED, 0.0)]


def logprobs(token_ids: list[int], top: int) -> dict[str, Any]:
    """Return EngineCore's log probabilities for a step's tokens, some of which are among the likeliest.

    A batch in which other requests asked for more tokens has more columns.
    """
    likeliest = [[(token + 1 + 31 * place) % 49_000 for place in range(22)] for token in token_ids]
    values = [[-1.5, *(-0.1 * place for place in range(22))] for _ in token_ids]
    values[0][0:3] = [float("-inf"), float("nan"), -1e-6]
    ranks = [1 + token % 40 for token in token_ids]  # also of tokens that are no less likely than others
    for token, row, of_row, rank in zip(token_ids, likeliest, values, ranks, strict=True):
        if token % 3 and rank <= top:
            row[rank - 1], of_row[rank] = token, of_row[0]
    rows = [[token, *row] for token, row in zip(token_ids, likeliest, strict=True)]
    return {"new_logprobs": LogprobsLists(np.array(rows), np.array(values, np.float32), np.array(ranks))}
