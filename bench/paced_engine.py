"""An executor for vLLM's engine that returns tokens by the clock instead of computing them.

It takes `BENCH_STEPS_PER_SECOND` steps per second and uses almost no CPU, as with a GPU, so that the HTTP
processes can be measured on idle cores.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import Future
from typing import Any

from vllm.v1.core.sched.output import SchedulerOutput
from vllm.v1.executor.uniproc_executor import UniProcExecutor
from vllm.v1.outputs import EMPTY_MODEL_RUNNER_OUTPUT, ModelRunnerOutput

from bench.servers import STEPS

_FIRST_TOKEN, _TOKENS = 1000, 5000
"""Ids of tokens that are words or parts of words in the tiny model's tokenizer."""


class PacedExecutor(UniProcExecutor):  # type: ignore[misc]  # vLLM is not followed
    """Loads the model, but returns fixed tokens at a fixed rate."""

    def _init_executor(self) -> None:
        super()._init_executor()
        self._interval = 1 / float(os.environ[STEPS])
        self._next = 0.0
        self._prompts: dict[str, int] = {}
        """The length of each running request's prompt."""

    def execute_model(self, scheduler_output: SchedulerOutput, non_block: bool = False) -> Any:
        output = self._said(scheduler_output)
        if scheduler_output.total_num_scheduled_tokens:
            self._wait()
        if not non_block:
            return output
        future: Future[ModelRunnerOutput] = Future()
        future.set_result(output)
        return future

    def _wait(self) -> None:
        now = time.monotonic()
        self._next = max(self._next + self._interval, now)
        time.sleep(self._next - now)

    def _said(self, scheduled: SchedulerOutput) -> ModelRunnerOutput:
        for request in scheduled.finished_req_ids:
            self._prompts.pop(request, None)
        computed = {}
        for new in scheduled.scheduled_new_reqs:
            self._prompts[new.req_id] = len(new.prompt_token_ids)
            computed[new.req_id] = new.num_computed_tokens
        known = scheduled.scheduled_cached_reqs
        computed.update(zip(known.req_ids, known.num_computed_tokens, strict=True))
        if not computed:
            return EMPTY_MODEL_RUNNER_OUTPUT
        tokens = []
        for request, before in computed.items():
            place = before + scheduled.num_scheduled_tokens[request]
            ended = place >= self._prompts[request]
            tokens.append([_FIRST_TOKEN + place % _TOKENS] if ended else [])
        return ModelRunnerOutput(
            req_ids=list(computed),
            req_id_to_index={request: index for index, request in enumerate(computed)},
            sampled_token_ids=tokens,
        )

    @classmethod
    def supports_async_scheduling(cls) -> bool:
        return False
