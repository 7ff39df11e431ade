"""Replaces vLLM's processing of most outputs: those that only add tokens to a running text.

vLLM checks each output for everything that it may contain, and makes two objects of thirty fields from it
(measured: 1,107 of Python's instructions for a streamed token, and 392 here).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vllm import envs
from vllm.sampling_params import RequestOutputKind
from vllm.v1.engine import EngineCoreOutput
from vllm.v1.engine.detokenizer import FastIncrementalDetokenizer, uses_fast_detokenizer
from vllm.v1.engine.output_processor import OutputProcessor, OutputProcessorOutput, RequestState
from vllm.v1.metrics.stats import IterationStats

from accord.engine.deltas import Usage
from accord.engine.requests import Sampling
from accord.engine.vllm.deltas import DeltaReader
from accord.engine.vllm.shortcuts.examples import ID, OUTPUT, begin, core_outputs, read
from accord.engine.vllm.shortcuts.handover import Follower, Handover
from accord.engine.vllm.shortcuts.shortcut import Shortcut, missing, other_parameters, unknown_fields

if TYPE_CHECKING:
    from accord.engine.vllm.backend import VllmBackend

OUTPUT_FIELDS = {
    *("request_id", "new_token_ids", "new_logprobs", "finish_reason", "events"),
    # Not checked: they come with a request's first or last output, or only if they were requested.
    *("new_prompt_logprobs_tensors", "prompt_token_id_logprobs", "prefill_stats"),
    *("pooling_output", "stop_reason", "kv_transfer_params", "ec_transfer_params", "spec_decode_metrics"),
    *("routed_experts", "new_sampling_mask", "mm_cache_miss_hashes", "trace_headers", "error"),
    "num_nans_in_logits",
}


class RunningText:
    """A request whose next outputs are text: vLLM's own state of it, and its consumer."""

    __slots__ = ("choice", "detokenizer", "follower", "reader", "stats", "token_ids")

    def __init__(self, state: RequestState, choice: int, reader: DeltaReader, follower: Follower) -> None:
        self.detokenizer = state.detokenizer
        self.token_ids = state.detokenizer.token_ids
        self.stats = state.stats
        self.choice = choice
        self.reader = reader
        self.follower = follower

    def go_on(self, token_ids: list[int], logprobs: Any) -> bool:
        """Keep, decode and pass on a step's tokens as vLLM does. Returns False to leave that to vLLM."""
        self.token_ids += token_ids
        text = self._decoded(token_ids[0]) if len(token_ids) == 1 else "".join(map(self._decoded, token_ids))
        self.follower.consume_text(self.reader, self.choice, text, token_ids, logprobs)
        return True

    def _decoded(self, token_id: int) -> str:
        detokenizer = self.detokenizer
        text: str | None
        try:
            text = detokenizer.stream.step(detokenizer.tokenizer, token_id)
        except Exception:  # vLLM continues from here
            text = detokenizer.decode_next(token_id)
        return text or ""

    def catch_up(self) -> None:
        """Update vLLM's own state of the request as if vLLM had processed these outputs."""
        if self.stats is not None:
            self.stats.num_generation_tokens = len(self.token_ids)

    def passed(self) -> None:
        """Note that vLLM has processed a step of it."""


class StoppableText(RunningText):
    """A request with stop strings. vLLM processes each step that may contain one, and finds it.

    vLLM's state keeps the end of the text, in which a stop string may have begun.
    """

    __slots__ = ("kept", "stops")

    def __init__(self, state: RequestState, choice: int, reader: DeltaReader, follower: Follower) -> None:
        super().__init__(state, choice, reader, follower)
        self.stops: list[str] = state.detokenizer.stop
        self.kept = max(map(len, self.stops)) - 1

    def go_on(self, token_ids: list[int], logprobs: Any) -> bool:
        pieces = list(map(self._decoded, token_ids))
        detokenizer = self.detokenizer
        text = "".join((detokenizer.output_text, *pieces))
        for stop in self.stops:
            if stop in text:
                detokenizer.decode_next = _Decoded(pieces)  # they cannot be decoded again
                return False
        self.token_ids += token_ids
        end = max(len(text) - detokenizer.stop_buffer_length, 0)
        said = text[detokenizer._last_output_text_offset : end]
        self._keep_end_of(text)
        self.follower.consume_text(self.reader, self.choice, said, token_ids, logprobs)
        return True

    def passed(self) -> None:
        self.detokenizer.__dict__.pop("decode_next", None)
        self._keep_end_of(self.detokenizer.output_text)

    def _keep_end_of(self, text: str) -> None:
        detokenizer = self.detokenizer
        detokenizer.output_text = end = text[-self.kept :] if self.kept else ""
        detokenizer._last_output_text_offset = max(len(end) - detokenizer.stop_buffer_length, 0)


class _Decoded:
    """Replaces a detokenizer's `decode_next` for tokens that have been decoded."""

    def __init__(self, pieces: list[str]) -> None:
        self._pieces = iter(pieces)

    def __call__(self, token_id: int) -> str:
        return next(self._pieces)


class Running:
    """Runs before vLLM's processing of outputs, which handles all that is not a text's next tokens."""

    def __init__(self, processor: OutputProcessor) -> None:
        self._processor = processor
        self._process_others = processor.process_outputs
        self._texts: dict[str, RunningText] = {}

    def follow(self, request_id: str, choice: int, reader: DeltaReader, follower: Follower) -> None:
        """Handle a choice's outputs from its second one on, if they can only be text."""
        states = self._processor.request_states
        state = states.get(request_id) or states.get(f"{choice}_{request_id}")
        if state is None or state.request_index != choice or envs.VLLM_COMPUTE_NANS_IN_LOGITS:
            return
        if _only_says_text(state, reader.sampling):
            kind = StoppableText if state.detokenizer.stop else RunningText
            self._texts[state.request_id] = kind(state, choice, reader, follower)

    def leave(self, request_id: str, choice: int) -> None:
        """Forget a choice that has ended, or whose outputs vLLM handles again."""
        self._texts.pop(request_id, None)
        self._texts.pop(f"{choice}_{request_id}", None)

    def leave_all(self) -> None:
        """Return every request to vLLM in its current state."""
        for text in list(self._texts.values()):
            text.catch_up()
        self._texts.clear()

    def process(
        self,
        outputs: list[EngineCoreOutput],
        timestamp: float | None = None,
        iteration: IterationStats | None = None,
        weight_version: str | None = None,
    ) -> OutputProcessorOutput:
        others: list[EngineCoreOutput] = []
        generated = 0
        for output in outputs:
            text = self._texts.get(output.request_id)
            token_ids = output.new_token_ids
            if text is None:
                others.append(output)
            elif output.finish_reason is not None or output.events is not None or text.follower.buffering:
                text.catch_up()
                others.append(output)
            elif token_ids:
                if not text.go_on(token_ids, output.new_logprobs):
                    text.catch_up()
                    others.append(output)
                elif iteration is not None:
                    generated += len(token_ids)
                    stats = text.stats
                    iteration.inter_token_latencies_iter.append(timestamp - stats.last_token_ts)
                    stats.last_token_ts = timestamp
        if iteration is not None:
            iteration.num_generation_tokens += generated
        if not others:
            return OutputProcessorOutput([], [])
        processed = self._process_others(others, timestamp, iteration, weight_version)
        for output in others:
            if (text := self._texts.get(output.request_id)) is not None:
                text.passed()
                if output.request_id not in self._processor.request_states:  # other choices may continue
                    del self._texts[output.request_id]
        return processed


class TextSteps(Shortcut):
    """Processes most outputs, and leaves the others to vLLM."""

    name = "steps"
    what = "Counts, decodes and hands over a running text's next tokens without vLLM's objects for them."

    def __init__(self, backend: VllmBackend) -> None:
        super().__init__(backend)
        self.running = Running(backend.llm.output_processor)

    def fits(self) -> str | None:
        if not isinstance(self._handover, Handover):
            return "it requires handover, which is not active"
        if not uses_fast_detokenizer(self.backend.tokenizer):
            return "the model's tokenizer is not one of tokenizers'"
        parameters = "self engine_core_outputs engine_core_timestamp iteration_stats weight_version"
        return (
            other_parameters(OutputProcessor, "process_outputs", parameters)
            or unknown_fields(EngineCoreOutput, EngineCoreOutput.__struct_fields__, OUTPUT_FIELDS)
            or missing(IterationStats(), "inter_token_latencies_iter", "num_generation_tokens")
            or self._differs()
        )

    @property
    def _handover(self) -> Shortcut | None:
        return self.backend.shortcuts.active.get(Handover.name)

    def _differs(self) -> str | None:
        """Process an example both ways, and compare the results and the counts."""
        tokens = self.backend.tokenizer.encode(OUTPUT)
        ours, vllms = (_Example(self.backend.tokenizer, tokens, short=short) for short in (True, False))
        if not ours.short:
            return "vLLM has no output of a running text that could be handled here"
        return None if ours.outcome == vllms.outcome else "its results or counts differ from vLLM's"

    def install(self) -> None:
        assert isinstance(self._handover, Handover)
        self.patches.replace(self.backend.llm.output_processor, "process_outputs", self.running.process)
        self.patches.replace(self._handover, "guide", self.running)

    def uninstall(self) -> None:
        super().uninstall()
        self.running.leave_all()


class _Example:
    """The results of an example, in text and in figures."""

    buffering = False

    def __init__(self, tokenizer: Any, token_ids: list[int], *, short: bool) -> None:
        self.short = False
        self.text: list[str] = []
        self.token_ids: list[int] = []
        processor = OutputProcessor(tokenizer, log_stats=True)
        collector = begin(processor, [1, 2, 3])
        running = Running(processor)
        reader = DeltaReader(Sampling(), Usage(), tokenizer)
        iterations = []
        for i, step in enumerate(core_outputs(token_ids)):
            iterations.append(iteration := IterationStats())
            running.process(step, float(i * i), iteration)
            if (output := collector.get_nowait()) is not None:
                text, tokens, reason = read(output)
                self.text.append(text)
                self.token_ids += tokens
            if i == 0 and short:
                running.follow(ID, 0, reader, self)
        self.outcome = (
            "".join(self.text),
            self.token_ids,
            reason,
            [iteration.num_generation_tokens for iteration in iterations],
            [iteration.inter_token_latencies_iter for iteration in iterations],
            [(r.num_generation_tokens, r.decode_time) for i in iterations for r in i.finished_requests],
        )

    def consume_text(
        self, reader: DeltaReader, choice: int, text: str, token_ids: list[int], logprobs: Any
    ) -> None:
        self.short = True
        self.text.append(text)
        self.token_ids += token_ids


def _only_says_text(state: RequestState, sampling: Sampling) -> bool:
    """Return whether a request's next outputs contain only tokens whose text is returned at once.

    Events, and what comes with a request's end, are checked in each output.
    """
    return (
        state.output_kind is RequestOutputKind.DELTA
        and not state.is_prefilling
        and state.stream_interval == 1
        and not state.streaming_input
        and _reads_logprobs(state.logprobs_processor.num_logprobs, sampling)
        and isinstance(state.detokenizer, FastIncrementalDetokenizer)
        and state.detokenizer.spaces_between_special_tokens
    )


def _reads_logprobs(told: int | None, sampling: Sampling) -> bool:
    """Return whether the log probabilities, if any, are those of each token and the likeliest ones."""
    return told is None or (told == sampling.logprobs and told >= 0 and sampling.logprob_token_ids is None)


SHORTCUT = TextSteps
