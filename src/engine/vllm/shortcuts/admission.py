"""Admits a request without adding up the prompts of all others.

vLLM adds up the tokens of the prompts that wait each time it admits a request, twice for each: with hundreds
of streams that is a tenth of a request. They cannot reach the limit where the number of requests times the
longest prompt does not.
"""

from __future__ import annotations

from typing import Any

from vllm.v1.engine.async_llm import AsyncLLM

from accord.engine.vllm.shortcuts.shortcut import Shortcut, missing, other_parameters


class Admission(Shortcut):
    """Replaces vLLM's check while neither of its limits can have been reached."""

    name = "admission"
    what = "Admits requests without adding up the waiting prompts, while they cannot reach the limit."

    def fits(self) -> str | None:
        llm = self.backend.llm
        reason = (
            other_parameters(AsyncLLM, "check_admission", "self n request_id")
            or missing(llm, "admission_stats", "output_processor", "scheduler_config")
            or missing(llm.scheduler_config, "max_num_queued_reqs", "max_num_queued_tokens")
        )
        if reason is None and (llm.admission_stats is not None or "get_num_queued_tokens" in vars(llm)):
            reason = "several processes count their requests together"
        return reason

    def install(self) -> None:
        llm: Any = self.backend.llm
        check = llm.check_admission
        running, limits = llm.output_processor.request_states, llm.scheduler_config
        longest = llm.model_config.max_model_len

        def check_admission(n: int = 1, request_id: str | None = None) -> None:
            requests, tokens = limits.max_num_queued_reqs, limits.max_num_queued_tokens
            if (requests is not None and len(running) + n > requests) or (
                tokens is not None and len(running) * longest >= tokens
            ):
                check(n, request_id)

        self.patches.replace(llm, "check_admission", check_admission)


SHORTCUT = Admission
