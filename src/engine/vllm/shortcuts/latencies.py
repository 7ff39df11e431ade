"""Counts equal times between tokens, those of one batch, together in vLLM's metrics.

All requests of a step get their next token at the same time, and vLLM finds the bucket for each of them anew.
"""

from __future__ import annotations

from typing import Any

from prometheus_client import CollectorRegistry, Histogram
from vllm.v1.metrics.loggers import PrometheusStatLogger
from vllm.v1.metrics.stats import IterationStats

from accord.engine.vllm.shortcuts.shortcut import Shortcut, missing, other_parameters
from accord.telemetry.metrics import observe_all

_EXAMPLES = [0.0, 0.05, 0.05, 0.05, 0.3, 0.3, 1e6, 1e6]


class GroupedLatencies(Shortcut):
    """Replaces vLLM's recording of the times between tokens."""

    name = "latencies"
    what = "Counts equal times between tokens, as in one batch, together."

    def fits(self) -> str | None:
        logger = self._logger
        if logger is None:
            return "vLLM keeps no metrics"
        parameters = "self scheduler_stats iteration_stats mm_cache_stats engine_idx"
        reason = (
            other_parameters(type(logger), "record", parameters)
            or missing(logger, "histogram_inter_token_latency")
            or missing(IterationStats(), "inter_token_latencies_iter")
        )
        if reason is None and any(
            not isinstance(histogram, Histogram)
            for histogram in logger.histogram_inter_token_latency.values()
        ):
            reason = "vLLM's times between tokens are not histograms of prometheus-client"
        return reason or self._differs()

    def _differs(self) -> str | None:
        one_by_one, together = (Histogram("h", "h", registry=CollectorRegistry()) for _ in range(2))
        for seconds in _EXAMPLES:
            one_by_one.observe(seconds)
        observe_all(together, _EXAMPLES)
        counts = [
            [(sample.labels, sample.value) for sample in metric.samples if "created" not in sample.name]
            for histogram in (one_by_one, together)
            for metric in histogram.collect()
        ]
        return None if counts[0] == counts[1] else "a histogram counts a group differently than its members"

    @property
    def _logger(self) -> Any:
        """Return vLLM's only logger that counts times between tokens in the known way."""
        loggers = getattr(self.backend.llm.logger_manager, "stat_loggers", ())
        return next((each for each in loggers if type(each) is PrometheusStatLogger), None)

    def install(self) -> None:
        logger = self._logger
        one_by_one = logger.record

        def record(
            scheduler_stats: Any,
            iteration_stats: IterationStats | None,
            mm_cache_stats: Any = None,
            engine_idx: int = 0,
        ) -> None:
            if iteration_stats is None or len(iteration_stats.inter_token_latencies_iter) < 2:
                one_by_one(scheduler_stats, iteration_stats, mm_cache_stats, engine_idx)
                return
            latencies = iteration_stats.inter_token_latencies_iter
            iteration_stats.inter_token_latencies_iter = []
            try:
                one_by_one(scheduler_stats, iteration_stats, mm_cache_stats, engine_idx)
            finally:
                iteration_stats.inter_token_latencies_iter = latencies
            observe_all(logger.histogram_inter_token_latency[engine_idx], latencies)

        self.patches.replace(logger, "record", record)


SHORTCUT = GroupedLatencies
