"""Steps that are written to vLLM's metrics together have the same effect as one by one."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import REGISTRY
from vllm.v1.engine import FinishReason
from vllm.v1.metrics.stats import (
    FinishedRequestStats,
    IterationStats,
    PrefillStats,
    PrefixCacheStats,
    SchedulerStats,
)

from accord.engine.vllm.shortcuts import statistics
from accord.telemetry import metrics
from tests.unit import test_work
from tests.unit.loaded import loaded_model

Step = tuple[SchedulerStats | None, IterationStats | None]


@pytest.fixture(scope="module")
def loaded(tiny_model: Path) -> Iterator[Any]:
    with loaded_model(tiny_model) as backend:
        yield backend


@pytest.fixture
def logger(loaded: Any) -> Iterator[Any]:
    """vLLM's logger, with the shortcut, while a request runs."""
    loaded.shortcuts.install(loaded, ["latencies", "statistics"])
    assert list(loaded.shortcuts.active) == ["latencies", "statistics"]
    loaded.llm.output_processor.request_states["r"] = None
    yield loaded.shortcuts.active["statistics"]._logger
    loaded.llm.output_processor.request_states.clear()
    loaded.shortcuts.uninstall()


def read() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return what vLLM's metrics have."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if sample.name.startswith("vllm:") and not sample.name.endswith("_created")
    }


def value(name: str) -> float:
    return sum(amount for (found, _), amount in read().items() if found == name)


def step(chance: random.Random) -> Step:
    """Return what may come with one message of the engine."""
    scheduler = SchedulerStats(chance.randrange(9), chance.randrange(9), chance.randrange(9))
    scheduler.kv_cache_usage = chance.random()
    iteration = IterationStats()
    tokens = chance.randrange(1, 40)
    iteration.num_generation_tokens = tokens
    iteration.inter_token_latencies_iter = [chance.choice([0.01, 0.5, 3.0])] * tokens
    if chance.random() < 0.4:
        scheduler.prefix_cache_stats = PrefixCacheStats(requests=1, queries=64, hits=chance.randrange(64))
        prefill = PrefillStats()
        prefill.set(64, 16, 0)
        iteration.prompt_token_stats.update_from_output(prefill)
        iteration.time_to_first_tokens_iter.append(chance.random())
        iteration.n_params_iter.append(1)
        iteration.num_preempted_reqs = chance.randrange(2)
    for _ in range(chance.randrange(3)):
        reason = chance.choice(list(FinishReason))
        iteration.max_num_generation_tokens_iter.append(tokens)
        iteration.finished_requests.append(
            FinishedRequestStats(reason, e2e_latency=chance.random(), max_tokens_param=tokens)
        )
    if chance.random() < 0.1:
        scheduler.running_lora_adapters = {"a": 1}
    match chance.randrange(6):
        case 0:
            return scheduler, None
        case 1:
            return None, iteration
        case _:
            return scheduler, iteration


def counted(logger: Any, steps: list[Step]) -> dict[Any, float]:
    """Return how the metrics differ after some steps: by how much, or, of a gauge, what it has then."""
    before = read()
    for scheduler, iteration in steps:
        logger.record(scheduler, iteration, None, 0)
    metrics.before_scrape()
    cumulative = ("_total", "_count", "_sum", "_bucket")
    return {
        key: amount - before.get(key, 0) if key[0].endswith(cumulative) else amount
        for key, amount in read().items()
    }


@pytest.mark.parametrize("seed", range(10))
async def test_steps_are_counted_as_by_vllm(loaded: Any, logger: Any, seed: int) -> None:
    together = counted(logger, [step(chance) for chance in [random.Random(seed)] for _ in range(30)])
    loaded.shortcuts.uninstall()
    one_by_one = counted(logger, [step(chance) for chance in [random.Random(seed)] for _ in range(30)])
    assert together == pytest.approx(one_by_one)
    exact = [key for key in one_by_one if not key[0].endswith("_sum")]
    assert {key: together[key] for key in exact} == {key: one_by_one[key] for key in exact}


TOKENS = "vllm:generation_tokens_total"


def one_token(running: int = 1) -> Step:
    iteration = IterationStats()
    iteration.num_generation_tokens = 1
    return SchedulerStats(running), iteration


async def test_a_scrape_has_every_step(logger: Any) -> None:
    before = value(TOKENS)
    logger.record(*one_token())
    logger.record(*one_token(7))
    assert value(TOKENS) == before
    metrics.before_scrape()
    assert value(TOKENS) == before + 2
    assert value("vllm:num_requests_running") == 7


async def test_steps_are_written_without_a_scrape(logger: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "SECONDS", 0)
    for _ in range(2):
        before = value(TOKENS)
        logger.record(*one_token())
        later = asyncio.Event()
        asyncio.get_running_loop().call_later(0, later.set)
        await later.wait()
        assert value(TOKENS) == before + 1


async def test_nothing_is_kept_once_no_request_runs(loaded: Any, logger: Any) -> None:
    before = value(TOKENS)
    logger.record(*one_token())
    loaded.llm.output_processor.request_states.clear()
    logger.record(*one_token(0))
    assert value(TOKENS) == before + 2
    assert value("vllm:num_requests_running") == 0


async def test_buffered_steps_are_written_before_one_that_cannot_be_added(logger: Any) -> None:
    before = value(TOKENS)
    logger.record(*one_token())
    scheduler, iteration = one_token(5)
    assert scheduler is not None
    scheduler.running_lora_adapters = {"a": 1}
    logger.record(scheduler, iteration)
    assert value(TOKENS) == before + 2
    assert value("vllm:num_requests_running") == 5


async def test_buffered_steps_are_written_when_the_shortcut_is_uninstalled(loaded: Any, logger: Any) -> None:
    before = value(TOKENS)
    logger.record(*one_token())
    loaded.shortcuts.switch_off("statistics")
    assert value(TOKENS) == before + 1
    assert not metrics.BEFORE_SCRAPES


async def test_a_gauge_has_the_time_of_the_step_that_it_reports(
    loaded: Any, logger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By which the newest value of several processes is found."""
    told: list[tuple[float, float]] = []

    class Value:
        def set(self, value: float, timestamp: float) -> None:
            told.append((value, timestamp))

    loaded.shortcuts.switch_off("statistics")
    monkeypatch.setattr(logger.gauge_scheduler_running[0], "_value", Value())
    loaded.shortcuts.install(loaded, ["statistics"])
    times = iter([100.0, 101.0])
    monkeypatch.setattr(statistics, "time", SimpleNamespace(time=lambda: next(times)))
    logger.record(SchedulerStats(3), None)
    logger.record(SchedulerStats(4), None)
    metrics.before_scrape()
    monkeypatch.undo()
    assert told == [(4, 101.0)]


async def test_instructions_per_step(loaded: Any, logger: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted as in test_work.py, with what writes as many steps as come in `SECONDS` at 10 ms each."""
    monkeypatch.setattr(test_work, "COUNTED", (*test_work.COUNTED, "prometheus_client"))
    counts = []
    for _ in ("together", "one by one"):
        steps = [one_token() for _ in range(25)]
        instructions = test_work.Instructions()
        with instructions.on():
            for scheduler, iteration in steps:
                logger.record(scheduler, iteration)
            metrics.before_scrape()
        counts.append(instructions.count / 25)
        loaded.shortcuts.switch_off("statistics")
    together, one_by_one = counts
    assert together < one_by_one / 4, counts
