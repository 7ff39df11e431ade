"""Sampling fields that several APIs' requests have in common."""

from __future__ import annotations

from typing import Any

from accord.generated import models
from accord.generated.base import ContractModel

SHARED = (
    "n",
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "frequency_penalty",
    "presence_penalty",
    "repetition_penalty",
    "seed",
    "stop_token_ids",
    "include_stop_str_in_output",
    "ignore_eos",
    "max_tokens",
    "min_tokens",
    "logit_bias",
    "allowed_token_ids",
    "bad_words",
    "skip_special_tokens",
    "spaces_between_special_tokens",
    "truncate_prompt_tokens",
    "prompt_logprobs",
    "return_tokens_as_token_ids",
    "thinking_token_budget",
    "priority",
    "cache_salt",
    "vllm_xargs",
)


def shared_sampling(body: ContractModel) -> dict[str, Any]:
    """Return the sampling fields that `body` gives, by the engine's names, which are the same."""
    given = body.model_fields_set
    sampling = {
        name: value for name in SHARED if name in given and (value := getattr(body, name)) is not None
    }
    if (stop := getattr(body, "stop", None)) is not None:
        sampling["stop"] = [stop] if isinstance(stop, str) else stop
    for name in ("structured_outputs", "response_format"):
        if (value := getattr(body, name, None)) is not None:
            sampling[name] = value.model_dump(by_alias=True, exclude_none=True)
    return sampling


def usage_options(options: models.StreamOptions | None) -> tuple[bool, bool]:
    """Whether a stream ends with its usage, and whether every chunk has the usage so far."""
    if options is None or not options.include_usage:
        return False, False
    return True, bool(options.continuous_usage_stats)
