"""Times between tokens that are counted together have the same effect in vLLM's metrics."""

from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from vllm.v1.metrics.loggers import PrometheusStatLogger

from accord.engine.vllm.shortcuts.latencies import GroupedLatencies
from accord.telemetry.metrics import observe_all


def histogram(registry: CollectorRegistry) -> Histogram:
    return Histogram("h", "h", buckets=(0.1, 1.0, 5.0), registry=registry)


@pytest.mark.parametrize("value", [0.0, 0.1, 0.5, 1.0, 4.0, 99.0])
def test_many_equal_values_count_as_each_of_them(value: float) -> None:
    at_once, each = CollectorRegistry(), CollectorRegistry()
    observe_all(histogram(at_once), [value] * 3)
    one_by_one = histogram(each)
    for _ in range(3):
        one_by_one.observe(value)
    scrapes = [[s for s in generate_latest(r).splitlines() if b"_created" not in s] for r in (at_once, each)]
    assert scrapes[0] == scrapes[1]


@pytest.mark.parametrize("latencies", [[], [0.2], [0.2, 0.2, 0.3, 0.2, 7.0]])
def test_every_latency_is_in_the_metrics_once(
    monkeypatch: pytest.MonkeyPatch, latencies: list[float]
) -> None:
    registry = CollectorRegistry()
    logger = PrometheusStatLogger.__new__(PrometheusStatLogger)
    logger.histogram_inter_token_latency = {0: histogram(registry)}

    def record(
        self: Any, scheduler_stats: Any, iteration_stats: Any, mm_cache_stats: Any = None, engine_idx: int = 0
    ) -> None:
        for seconds in iteration_stats.inter_token_latencies_iter:
            self.histogram_inter_token_latency[engine_idx].observe(seconds)

    monkeypatch.setattr(PrometheusStatLogger, "record", record)
    backend: Any = SimpleNamespace(llm=SimpleNamespace(logger_manager=SimpleNamespace(stat_loggers=[logger])))
    shortcut = GroupedLatencies(backend)
    assert shortcut.fits() is None
    shortcut.install()
    iteration: Any = SimpleNamespace(inter_token_latencies_iter=list(latencies))
    logger.record(None, iteration)
    assert registry.get_sample_value("h_count") == len(latencies)
    assert registry.get_sample_value("h_sum") == pytest.approx(sum(latencies))
    assert iteration.inter_token_latencies_iter == latencies
