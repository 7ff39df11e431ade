"""vLLM's steps, with a short way for what most outputs are: a running text's next tokens, and nothing else.

vLLM looks at each output for everything that one may come with, and makes two objects of thirty fields of
it (measured: 1,107 of Python's instructions for a streamed token that way, 399 this way).
"""

from __future__ import annotations

from itertools import groupby
from typing import Any, Protocol

from vllm import envs
from vllm.sampling_params import RequestOutputKind
from vllm.v1.engine import EngineCoreOutput
from vllm.v1.engine.async_llm import AsyncLLM
from vllm.v1.engine.detokenizer import FastIncrementalDetokenizer
from vllm.v1.engine.output_processor import OutputProcessor, OutputProcessorOutput, RequestState
from vllm.v1.metrics.loggers import PrometheusStatLogger
from vllm.v1.metrics.stats import IterationStats

from accord.engine.vllm.deltas import DeltaReader


class Follower(Protocol):
    """Takes what a request goes on to say."""

    busy: bool
    """Whether it can take nothing now; vLLM's way keeps what comes meanwhile."""

    def take_text(self, reader: DeltaReader, text: str, token_ids: list[int]) -> None:
        """Take what one step brought. Raises nothing: other requests' outputs come after it."""
        ...


class RunningText:
    """A request whose next outputs are text: vLLM's own state of it, and who takes what it says."""

    __slots__ = ("detokenizer", "follower", "reader", "stats", "token_ids")

    def __init__(self, state: RequestState, reader: DeltaReader, follower: Follower) -> None:
        self.detokenizer = state.detokenizer
        self.token_ids = state.detokenizer.token_ids
        self.stats = state.stats
        self.reader = reader
        self.follower = follower

    def go_on(self, token_ids: list[int]) -> None:
        """Keep and decode a step's tokens as vLLM does, and pass them on."""
        self.token_ids += token_ids
        one = len(token_ids) == 1
        text = self._decoded(token_ids[0]) if one else "".join(map(self._decoded, token_ids))
        self.follower.take_text(self.reader, text, token_ids)

    def _decoded(self, token_id: int) -> str:
        detokenizer = self.detokenizer
        text: str | None
        try:
            text = detokenizer.stream.step(detokenizer.tokenizer, token_id)
        except Exception:  # vLLM knows how to go on
            text = detokenizer.decode_next(token_id)
        return text or ""

    def catch_up(self) -> None:
        """Let vLLM's own state of the request be as if it had done all this."""
        if self.stats is not None:
            self.stats.num_generation_tokens = len(self.token_ids)


class Steps:
    """Stands in front of vLLM's processing of outputs, which does all that is not a text's next tokens."""

    def __init__(self, llm: AsyncLLM) -> None:
        self._processor: OutputProcessor = llm.output_processor
        self._process_others = self._processor.process_outputs
        self._texts: dict[str, RunningText] = {}
        self._processor.process_outputs = self._process

    def follow(self, request_id: str, reader: DeltaReader, follower: Follower) -> None:
        """Hand over what a request says from its second output on, where that can only be text."""
        state = self._processor.request_states.get(request_id)
        if state is not None and not envs.VLLM_COMPUTE_NANS_IN_LOGITS and _only_says_text(state):
            self._texts[request_id] = RunningText(state, reader, follower)

    def leave(self, request_id: str) -> None:
        """Forget a request that ends, or that nobody follows any more."""
        self._texts.pop(request_id, None)

    def _process(
        self,
        outputs: list[EngineCoreOutput],
        timestamp: float | None = None,
        iteration: IterationStats | None = None,
        weight_version: str | None = None,
    ) -> OutputProcessorOutput:
        others = []
        generated = 0
        for output in outputs:
            text = self._texts.get(output.request_id)
            token_ids = output.new_token_ids
            if text is None:
                others.append(output)
            elif output.finish_reason is not None or output.events is not None or text.follower.busy:
                text.catch_up()
                others.append(output)
            elif token_ids:
                if iteration is not None:
                    generated += len(token_ids)
                    stats = text.stats
                    iteration.inter_token_latencies_iter.append(timestamp - stats.last_token_ts)
                    stats.last_token_ts = timestamp
                text.go_on(token_ids)
        if iteration is not None:
            iteration.num_generation_tokens += generated
        if not others:
            return OutputProcessorOutput([], [])
        return self._process_others(others, timestamp, iteration, weight_version)


def _only_says_text(state: RequestState) -> bool:
    """Whether a request's next outputs bring nothing but tokens, whose text is said at once.

    Events, and what comes with its end, are looked for in each output.
    """
    return (
        state.output_kind is RequestOutputKind.DELTA
        and not state.is_prefilling
        and state.parent_req is None
        and state.stream_interval == 1
        and not state.streaming_input
        and state.logprobs_processor.num_logprobs is None
        and isinstance(state.detokenizer, FastIncrementalDetokenizer)
        and not state.detokenizer.stop
        and state.detokenizer.spaces_between_special_tokens
    )


class GroupedLatencies(PrometheusStatLogger):  # type: ignore[misc]  # vllm is not followed
    """vLLM's metrics, for which equal times between tokens, those of one batch, are counted together."""

    def record(
        self,
        scheduler_stats: Any,
        iteration_stats: IterationStats | None,
        mm_cache_stats: Any = None,
        engine_idx: int = 0,
    ) -> None:
        if iteration_stats is None or len(iteration_stats.inter_token_latencies_iter) < 2:
            super().record(scheduler_stats, iteration_stats, mm_cache_stats, engine_idx)
            return
        latencies = iteration_stats.inter_token_latencies_iter
        iteration_stats.inter_token_latencies_iter = []
        super().record(scheduler_stats, iteration_stats, mm_cache_stats, engine_idx)
        iteration_stats.inter_token_latencies_iter = latencies
        histogram = self.histogram_inter_token_latency[engine_idx]
        for seconds, group in groupby(latencies):
            observe_times(histogram, seconds, sum(1 for _ in group))


def observe_times(histogram: Any, amount: float, times: int) -> None:
    """Have prometheus-client's histogram observe `amount` so many times at once, which it has no call for."""
    histogram._sum.inc(amount * times)
    for bound, bucket in zip(histogram._upper_bounds, histogram._buckets, strict=True):
        if amount <= bound:
            bucket.inc(times)
            return
