"""How much vLLM takes on, and how long a request may run in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from vllm.v1.engine.async_llm import AsyncLLM

from accord.errors import InvalidRequest, TimedOut
from accord.telemetry.request import RequestRecord

BATCHES = 8
FEWEST_REQUESTS = 1024
TOKENS_A_REQUEST = 1024
MOST_TOKENS = 2**26
"""Which are 6 GB: a token that waits has 37 bytes in the server and 49 in EngineCore (of 128k, measured)."""


def limit_queues(llm: AsyncLLM) -> None:
    """Set vLLM's own limits where the user has not; without them its queue has no end.

    As many requests run and wait as are `BATCHES` full batches. The prompts that wait have as many tokens as
    a full batch of the longest ones, so that these do not shut out others before the engine is full of them.
    That bound is there for the memory that they hold: it is no higher than `MOST_TOKENS`, and no lower than
    `TOKENS_A_REQUEST` for each request.
    """
    config = llm.scheduler_config
    batch = config.max_num_seqs * llm.vllm_config.parallel_config.data_parallel_size
    if config.max_num_queued_reqs is None:
        config.max_num_queued_reqs = max(FEWEST_REQUESTS, BATCHES * batch)
    if config.max_num_queued_tokens is None:
        longest = min(batch * llm.model_config.max_model_len, MOST_TOKENS)
        fewest = TOKENS_A_REQUEST * max(FEWEST_REQUESTS, config.max_num_queued_reqs)
        config.max_num_queued_tokens = max(longest, fewest)


def count_together(llm: AsyncLLM, elsewhere: Callable[[], int]) -> None:
    """Count the tokens that wait for the engine by way of other processes, too, where vLLM asks for them.

    Its own `mp_admission_counters` do that for requests.
    """
    here = llm.get_num_queued_tokens
    llm.get_num_queued_tokens = lambda: here() + elsewhere()


def queued_tokens(llm: AsyncLLM) -> int:
    """Return how many tokens of prompts wait for the engine by way of this process."""
    waiting: int = llm.output_processor.get_num_queued_tokens()
    return waiting


def admit(llm: AsyncLLM, sequences: int) -> None:
    """Refuse a request before any work is done for it, where vLLM would refuse it after."""
    most = llm.scheduler_config.max_num_queued_reqs
    if most is not None and 0 < most < sequences:
        raise InvalidRequest(
            f"The request asks for {sequences} answers; the server accepts at most {most} at a time."
        )
    llm.check_admission(sequences)


def ending(collector: Any, record: RequestRecord) -> asyncio.TimerHandle | None:
    """Let the request's output end with TimedOut when the request's time is up.

    vLLM hands out an exception in the place of an output, so that waiting for one costs no timer of its own.
    """
    seconds, left = record.seconds_allowed, record.seconds_left
    if seconds is None or left is None:
        return None

    def end() -> None:
        collector.put(TimedOut(seconds))  # looked up now: outputs are handed over elsewhere once it runs

    return asyncio.get_running_loop().call_later(max(left, 0), end)
