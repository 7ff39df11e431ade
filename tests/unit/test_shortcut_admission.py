"""Requests are admitted and refused by the shortcut as vLLM does, at both of its limits."""

from types import SimpleNamespace
from typing import Any

import pytest
from vllm.exceptions import MaxQueuedTokensError, QueueOverflowError
from vllm.v1.engine.async_llm import AsyncLLM

from accord.engine.vllm.shortcuts.admission import Admission

LONGEST = 100


class Waiting(SimpleNamespace):
    """A request whose prompt is being read."""

    is_prefilling = True


@pytest.fixture
def llm() -> AsyncLLM:
    llm = AsyncLLM.__new__(AsyncLLM)
    states: dict[str, Any] = {}
    llm.output_processor = SimpleNamespace(
        request_states=states,
        get_num_unfinished_requests=lambda: len(states),
        get_num_queued_tokens=lambda: sum(s.prompt_len for s in states.values() if s.is_prefilling),
    )
    llm.scheduler_config = SimpleNamespace(max_num_queued_reqs=None, max_num_queued_tokens=None)
    llm.model_config = SimpleNamespace(max_model_len=LONGEST)
    llm.admission_stats = llm.logger_manager = None
    return llm


def admission(llm: AsyncLLM) -> Admission:
    backend: Any = SimpleNamespace(llm=llm)
    return Admission(backend)


def verdict(llm: AsyncLLM, n: int) -> type[Exception] | None:
    try:
        llm.check_admission(n)
    except (QueueOverflowError, MaxQueuedTokensError) as refusal:
        return type(refusal)
    return None


@pytest.mark.parametrize(("requests", "tokens"), [(None, None), (4, None), (None, 250), (6, 250), (0, 0)])
def test_each_request_is_admitted_as_by_vllm(llm: AsyncLLM, requests: int | None, tokens: int | None) -> None:
    llm.scheduler_config.max_num_queued_reqs = requests
    llm.scheduler_config.max_num_queued_tokens = tokens
    shortcut = admission(llm)
    for running in range(8):
        cases = [(n, prompt_len) for n in (1, 3) for prompt_len in (1, 50, LONGEST)]
        for n, prompt_len in cases:
            states = llm.output_processor.request_states
            states.clear()
            states.update({str(i): Waiting(prompt_len=prompt_len) for i in range(running)})
            from_vllm = verdict(llm, n)
            shortcut.install()
            ours = verdict(llm, n)
            shortcut.uninstall()
            assert ours == from_vllm, (running, n, prompt_len)


def test_processes_that_count_together_do_so_in_vllms_way(llm: AsyncLLM) -> None:
    assert admission(llm).fits() is None
    llm.get_num_queued_tokens = lambda: 0  # as `count_together` does
    assert admission(llm).fits() == "several processes count their requests together"
