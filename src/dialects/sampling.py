"""Sampling fields that several APIs' requests have in common."""

from __future__ import annotations

from typing import Any

from accord.errors import InvalidRequest
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
    """Return the sampling fields that `body` gives, by the engine's names, which are the same.

    Only those that the contract has for it: any other that is given has not been validated.
    """
    given = body.model_fields_set & type(body).model_fields.keys()
    sampling = {
        name: value for name in SHARED if name in given and (value := getattr(body, name)) is not None
    }
    if "stop" in given and (stop := getattr(body, "stop")) is not None:  # noqa: B009  not every body has one
        sampling["stop"] = [stop] if isinstance(stop, str) else stop
    for name in ("structured_outputs", "response_format"):
        if name in given and (value := getattr(body, name)) is not None:
            sampling[name] = value.model_dump(by_alias=True, exclude_none=True)
    return sampling


def check_sampling(body: models.ChatCompletionRequest | models.CompletionRequest) -> None:
    """Raise InvalidRequest where fields that chat and completions share contradict each other."""
    if body.stream_options is not None and not body.stream:
        raise InvalidRequest("stream_options: only allowed when stream is true.", param="stream_options")
    if body.prompt_logprobs is not None and body.stream:
        raise InvalidRequest("prompt_logprobs: not available in a stream.", param="prompt_logprobs")
    if (body.n or 1) > 1 and body.temperature == 0:
        raise InvalidRequest(f"n: {body.n} answers need a temperature above 0 to differ.", param="n")


def usage_options(options: models.StreamOptions | None) -> tuple[bool, bool]:
    """Whether a stream ends with its usage, and whether every chunk has the usage so far."""
    if options is None or not options.include_usage:
        return False, False
    return True, bool(options.continuous_usage_stats)
