"""Writes the statistics of several steps to vLLM's metrics together, and before each scrape.

vLLM's logger for Prometheus writes some twenty metrics for each message of the engine, most of them with
unchanged values, and each to a file if several processes serve. Here steps are collected, added up, and
written by vLLM's logger as if they were one. Two results would differ and are corrected: the histogram of
tokens per step observes each step, and a gauge has the time of its step, by which the newest value of several
processes is found.

Nothing is held back while no request runs here, so only a scrape of another process of the server can miss
the last `SECONDS`.
"""

from __future__ import annotations

import asyncio
import copy
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import fields
from itertools import chain
from operator import attrgetter
from typing import Any

from prometheus_client import Gauge
from vllm.v1.engine import FinishReason
from vllm.v1.metrics.loggers import PrometheusStatLogger
from vllm.v1.metrics.stats import (
    FinishedRequestStats,
    IterationStats,
    MultiModalCacheStats,
    PrefillStats,
    PrefixCacheStats,
    PromptTokenStats,
    SchedulerStats,
)

from accord.engine.vllm.shortcuts.shortcut import Shortcut, missing, other_parameters, unknown_fields
from accord.telemetry import metrics
from accord.telemetry.metrics import observe_all, observe_one

SECONDS = 0.25

LAST = {
    *("num_running_reqs", "num_waiting_reqs", "num_skipped_waiting_reqs", "num_kv_fetch_reqs_by_stage"),
    *("kv_cache_usage", "step_counter", "current_wave", "iteration_details", "cudagraph_stats"),
}
"""Scheduler figures of which only the last counts, or which this logger does not read."""
ALONE = (
    *("connector_prefix_cache_stats", "kv_cache_eviction_events", "spec_decoding_stats"),
    *("kv_connector_stats", "ec_connector_stats", "perf_stats"),
    *("running_lora_adapters", "waiting_lora_adapters"),
)
"""Figures that few steps have; such steps are written by themselves."""
_alone = attrgetter(*ALONE)
_NONE_ALONE = _alone(SchedulerStats())
ADDED = {
    *("num_generation_tokens", "num_preempted_reqs", "num_corrupted_reqs", "num_watermarked_reqs"),
    *("num_watermark_skipped_reqs", "num_not_watermarked_reqs"),
}
LISTED = {
    *("finished_requests", "max_num_generation_tokens_iter", "n_params_iter"),
    *("time_to_first_tokens_iter", "inter_token_latencies_iter"),
}
GAUGES = (
    *("gauge_scheduler_running", "gauge_scheduler_waiting", "gauge_waiting_by_reason"),
    *("gauge_kv_fetch_by_stage", "gauge_kv_cache_usage"),
)

OBSERVED_APART = ("histogram_iteration_tokens", "histogram_inter_token_latency")
"""Histograms to which each step counts, or that `latencies` knows."""

Step = tuple[SchedulerStats | None, IterationStats | None, float]
"""The statistics of a step, and its time."""


class Statistics(Shortcut):
    """Collects steps, and makes vLLM's logger write them together."""

    name = "statistics"
    what = "Writes the counts of several engine steps to vLLM's metrics together, and before a scrape."

    def fits(self) -> str | None:
        logger = self._logger
        if logger is None:
            return "vLLM keeps no metrics"
        return (
            other_parameters(
                type(logger), "record", "self scheduler_stats iteration_stats mm_cache_stats engine_idx"
            )
            or missing(logger, *GAUGES, "histogram_iteration_tokens")
            or unknown_fields(SchedulerStats, _names(SchedulerStats), {*LAST, *ALONE, "prefix_cache_stats"})
            or missing(SchedulerStats(), *LAST, *ALONE)
            or missing(PrefixCacheStats(), "queries", "hits")
            or unknown_fields(IterationStats, _counts(IterationStats()), {*ADDED, *LISTED})
            or missing(IterationStats(), *ADDED, *LISTED, "prompt_token_stats")
            or self._differs(logger)
        )

    @property
    def _logger(self) -> Any:
        loggers = getattr(self.backend.llm.logger_manager, "stat_loggers", ())
        return next((each for each in loggers if type(each) is PrometheusStatLogger), None)

    def _differs(self, logger: Any) -> str | None:
        """Count some steps both ways, without the metrics themselves."""
        engine_idx = logger.engine_indexes[0]
        one_by_one, together = tallied(logger), tallied(logger)
        for scheduler, iteration in _examples():
            one_by_one.record(scheduler, iteration, None, engine_idx)
        steps = Steps(together)
        for name, value in steps.replaced():
            setattr(together, name, value)
        for scheduler, iteration in _examples():
            steps.keep(scheduler, iteration, engine_idx)
        steps.write()
        same = one_by_one.tally == together.tally
        return None if same else "steps that are added up are counted differently than vLLM's"

    def install(self) -> None:
        self._steps = steps = Steps(self._logger)
        running = self.backend.llm.output_processor.request_states
        write_at_once = self._logger.record
        timer: asyncio.TimerHandle | None = None

        def write_kept() -> None:
            nonlocal timer
            timer = None
            steps.write()

        def record(
            scheduler_stats: SchedulerStats | None,
            iteration_stats: IterationStats | None,
            mm_cache_stats: MultiModalCacheStats | None = None,
            engine_idx: int = 0,
        ) -> None:
            nonlocal timer
            if _is_alone(scheduler_stats, mm_cache_stats):
                steps.write()
                write_at_once(scheduler_stats, iteration_stats, mm_cache_stats, engine_idx)
                steps.observe()
                return
            steps.keep(scheduler_stats, iteration_stats, engine_idx)
            if not running:
                steps.write()
            elif timer is None:
                timer = asyncio.get_running_loop().call_later(SECONDS, write_kept)

        for name, value in [*steps.replaced(), ("record", record)]:
            self.patches.replace(self._logger, name, value)
        metrics.BEFORE_SCRAPES.add(steps.write)

    def uninstall(self) -> None:
        if hasattr(self, "_steps"):
            metrics.BEFORE_SCRAPES.discard(self._steps.write)
            self._steps.write()
        super().uninstall()


class Steps:
    """Steps that vLLM's `logger` still has to write."""

    def __init__(self, logger: Any) -> None:
        self._record = logger.record
        self._kept: dict[int, list[Step]] = defaultdict(list)
        self._gauges = {name: getattr(logger, name) for name in GAUGES}
        self._histograms = logger.histogram_iteration_tokens
        self._gathered: dict[str, dict[Any, _Gathered]] = {
            name: {index: _Gathered(each) for index, each in value.items()}
            for name, value in vars(logger).items()
            if name.startswith("histogram_") and name not in OBSERVED_APART and isinstance(value, Mapping)
        }
        self._tokens: list[int] | None = None
        """The number of tokens of each step that is being written."""
        self._at: float | None = None
        """The time of the last of them."""

    def keep(
        self, scheduler: SchedulerStats | None, iteration: IterationStats | None, engine_idx: int
    ) -> None:
        self._kept[engine_idx].append((scheduler, iteration, time.time()))

    def write(self) -> None:
        kept, self._kept = self._kept, defaultdict(list)
        for engine_idx, steps in kept.items():
            schedulers = [(scheduler, at) for scheduler, _, at in steps if scheduler is not None]
            iterations = [iteration for _, iteration, _ in steps if iteration is not None]
            self._at = schedulers[-1][1] if schedulers else None
            self._tokens = [
                each.prompt_token_stats.computed + each.num_generation_tokens for each in iterations
            ]
            try:
                scheduler = _last([scheduler for scheduler, _ in schedulers])
                self._record(scheduler, _sum(iterations), None, engine_idx)
            finally:
                self._at = self._tokens = None
                self.observe()

    def observe(self) -> None:
        """Have each histogram observe what has been gathered for it."""
        for histograms in self._gathered.values():
            for histogram in histograms.values():
                histogram.write()

    def replaced(self) -> list[tuple[str, Any]]:
        """Return the logger's attributes that are replaced while steps are written together."""
        gauges = [(name, self._dated(each)) for name, each in self._gauges.items()]
        histograms = {index: _EachStep(self, each) for index, each in self._histograms.items()}
        return [*gauges, *self._gathered.items(), ("histogram_iteration_tokens", histograms)]

    def _dated(self, gauges: Any) -> Any:
        if isinstance(gauges, Mapping):
            return {key: self._dated(each) for key, each in gauges.items()}
        return _Dated(self, gauges)

    def set_gauge(self, gauge: Any, value: float) -> None:
        if self._at is None:
            gauge.set(value)
        else:
            gauge._value.set(float(value), timestamp=self._at)

    def observe_tokens(self, histogram: Any, tokens: int) -> None:
        """Observe the tokens of each step instead of `tokens`, their sum."""
        if self._tokens is None:
            histogram.observe(tokens)
        else:
            observe_all(histogram, self._tokens)


class _Dated:
    """A gauge of vLLM's."""

    def __init__(self, steps: Steps, gauge: Gauge) -> None:
        self.set: Callable[[float], None] = lambda value: steps.set_gauge(gauge, value)


class _EachStep:
    """vLLM's histogram of tokens a step."""

    def __init__(self, steps: Steps, histogram: Any) -> None:
        self.observe: Callable[[int], None] = lambda tokens: steps.observe_tokens(histogram, tokens)


class _Gathered:
    """A histogram of vLLM's, of which one request changes a dozen."""

    def __init__(self, histogram: Any) -> None:
        self._histogram = histogram
        self._amounts: list[float] = []
        self.observe: Callable[[float], None] = self._amounts.append

    def write(self) -> None:
        if self._amounts:
            observe_all(self._histogram, self._amounts)
            self._amounts.clear()


def _is_alone(scheduler: SchedulerStats | None, mm_cache: MultiModalCacheStats | None) -> bool:
    if mm_cache is not None and (mm_cache.requests or mm_cache.queries or mm_cache.reset):
        return True
    return scheduler is not None and _alone(scheduler) != _NONE_ALONE


def _last(schedulers: list[SchedulerStats]) -> SchedulerStats | None:
    """Return the last of them, with the prefix cache counts of all."""
    if not schedulers:
        return None
    last = copy.copy(schedulers[-1])
    last.prefix_cache_stats = PrefixCacheStats(
        queries=sum(map(attrgetter("prefix_cache_stats.queries"), schedulers)),
        hits=sum(map(attrgetter("prefix_cache_stats.hits"), schedulers)),
    )
    return last


def _sum(iterations: list[IterationStats]) -> IterationStats | None:
    if not iterations:
        return None
    total = copy.copy(iterations[-1])
    total.prompt_token_stats = PromptTokenStats()
    for iteration in iterations:
        if iteration.prompt_token_stats.total:
            _add(total.prompt_token_stats, iteration.prompt_token_stats)
    for name in ADDED:
        setattr(total, name, sum(map(attrgetter(name), iterations)))
    for name in LISTED:
        setattr(total, name, list(chain.from_iterable(map(attrgetter(name), iterations))))
    return total


def _add(total: PromptTokenStats, one: PromptTokenStats) -> None:
    for name in _PROMPT_TOKENS:
        setattr(total, name, getattr(total, name) + getattr(one, name))


def _names(kind: Any) -> list[str]:
    return [field.name for field in fields(kind)]


_PROMPT_TOKENS = _names(PromptTokenStats)


def _counts(iteration: IterationStats) -> list[str]:
    """Return the counts and lists of a step's statistics."""
    return [name for name, value in vars(iteration).items() if type(value) in (int, list)]


def tallied(logger: Any) -> Any:
    """Return a copy of vLLM's logger that counts in a dictionary, `tally`."""
    copied = copy.copy(logger)
    vars(copied).pop("record", None)  # another shortcut may have set it on the logger itself
    copied.tally = defaultdict(float)
    for name, value in vars(logger).items():
        if value is not None and name.startswith(("gauge_", "counter_", "histogram_")):
            setattr(copied, name, _stand_in(copied.tally, (name,), value))
    return copied


def _stand_in(tally: dict[Any, float], key: tuple[Any, ...], metric: Any) -> Any:
    if isinstance(metric, Mapping):
        return {label: _stand_in(tally, (*key, label), each) for label, each in metric.items()}
    return _Tally(tally, key)


class _Tally:
    """A metric of any kind, with the operations that vLLM and this shortcut use."""

    _upper_bounds = (0.25, 2.0, 4.0, float("inf"))

    def __init__(self, tally: dict[Any, float], key: tuple[Any, ...]) -> None:
        self._tally = tally
        self._key = key

    def labels(self, *values: Any) -> _Tally:
        return _Tally(self._tally, (*self._key, *values))

    def inc(self, amount: float = 1) -> None:
        self._tally[self._key] += amount

    def set(self, value: float, timestamp: float | None = None) -> None:
        self._tally[self._key] = value

    def observe(self, amount: float) -> None:
        observe_one(self, amount)

    def set_to_current_time(self) -> None:
        """Do nothing."""

    @property
    def _value(self) -> _Tally:
        return self

    @property
    def _sum(self) -> _Tally:
        return self.labels("sum")

    @property
    def _buckets(self) -> list[_Tally]:
        return [self.labels(bound) for bound in self._upper_bounds]


def _examples() -> list[tuple[SchedulerStats | None, IterationStats | None]]:
    """Return the statistics of a request: its prompt, two steps, and its end."""
    waits, runs, ended = (SchedulerStats(running, 2 - running, 1) for running in (1, 2, 0))
    waits.prefix_cache_stats = PrefixCacheStats(requests=1, queries=8, hits=3)
    runs.kv_cache_usage = 0.5
    prompt, one, more, last = (IterationStats() for _ in range(4))
    prefill = PrefillStats()
    prefill.set(8, 3, 0)
    prompt.prompt_token_stats.update_from_output(prefill)
    prompt.time_to_first_tokens_iter.append(0.5)
    prompt.n_params_iter.append(1)
    for iteration, tokens in ((prompt, 1), (one, 1), (more, 3), (last, 1)):
        iteration.num_generation_tokens = tokens
    for iteration in (one, more, last):
        iteration.inter_token_latencies_iter += [0.125, 0.125, 3.0]
    more.num_preempted_reqs = 1
    last.max_num_generation_tokens_iter.append(6)
    last.finished_requests.append(
        FinishedRequestStats(FinishReason.LENGTH, e2e_latency=1.5, num_prompt_tokens=8, max_tokens_param=6)
    )
    return [(waits, prompt), (runs, one), (None, more), (runs, None), (ended, last)]


SHORTCUT = Statistics
