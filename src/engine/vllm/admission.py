"""Admission control of the engine: the limits of its queue, and the time limit of a request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from vllm.v1.engine.async_llm import AsyncLLM

from accord.errors import InvalidRequest, TimedOut
from accord.telemetry.request import RequestRecord

BATCHES = 8
MIN_REQUESTS = 1024
TOKENS_PER_REQUEST = 1024
MAX_TOKENS = 2**26
"""6 GB: a waiting token takes 37 bytes in the server and 49 in EngineCore (measured with 128k tokens)."""


def limit_queues(llm: AsyncLLM) -> None:
    """Set vLLM's queue limits where the user has not; without them the queue is unbounded.

    `BATCHES` full batches of requests may run and wait. Waiting prompts may have as many tokens as a full
    batch of the longest prompts, so that long prompts do not block others before the engine is full. Because
    waiting tokens take memory, this limit is at most `MAX_TOKENS`, and at least `TOKENS_PER_REQUEST` for each
    request.
    """
    config = llm.scheduler_config
    batch = config.max_num_seqs * llm.vllm_config.parallel_config.data_parallel_size
    if config.max_num_queued_reqs is None:
        config.max_num_queued_reqs = max(MIN_REQUESTS, BATCHES * batch)
    if config.max_num_queued_tokens is None:
        longest = min(batch * llm.model_config.max_model_len, MAX_TOKENS)
        fewest = TOKENS_PER_REQUEST * max(MIN_REQUESTS, config.max_num_queued_reqs)
        config.max_num_queued_tokens = max(longest, fewest)


def count_together(llm: AsyncLLM, elsewhere: Callable[[], int]) -> None:
    """Make vLLM include the tokens that wait in other frontend processes in its count.

    Its own `mp_admission_counters` do that for requests.
    """
    here = llm.get_num_queued_tokens
    llm.get_num_queued_tokens = lambda: here() + elsewhere()


def queued_tokens(llm: AsyncLLM) -> int:
    """Return how many prompt tokens of this process wait for the engine."""
    waiting: int = llm.output_processor.get_num_queued_tokens()
    return waiting


def admit(llm: AsyncLLM, sequences: int) -> None:
    """Refuse a request that vLLM would refuse later, before any work is done for it."""
    most = llm.scheduler_config.max_num_queued_reqs
    if most is not None and 0 < most < sequences:
        raise InvalidRequest(
            f"The request asks for {sequences} answers; the server accepts at most {most} at a time."
        )
    llm.check_admission(sequences)


def ending(collector: Any, record: RequestRecord) -> asyncio.TimerHandle | None:
    """End the request's output with TimedOut when its time limit passes.

    vLLM raises an exception that it finds in its queue of outputs, so waiting for outputs needs no timer.
    """
    seconds, left = record.seconds_allowed, record.seconds_left
    if seconds is None or left is None:
        return None

    def end() -> None:
        collector.put(TimedOut(seconds))  # looked up now: a shortcut may replace `put` meanwhile

    return asyncio.get_running_loop().call_later(max(left, 0), end)
