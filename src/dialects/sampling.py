"""Sampling fields that the requests of several APIs share."""

from __future__ import annotations

from typing import Any, Protocol

from accord.engine import RenderedPrompt, Sampling
from accord.errors import InvalidRequest
from accord.generated import models
from accord.generated.base import ContractModel

SHARED = frozenset(
    (
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
        "truncation_side",
        "prompt_logprobs",
        "return_tokens_as_token_ids",
        "return_token_offsets",
        "thinking_token_budget",
        "priority",
        "cache_salt",
        "vllm_xargs",
        "kv_transfer_params",
        "ec_transfer_params",
        "session_id",
        "stream_interval",
        "watermarking",
    )
)


def shared_sampling(body: ContractModel) -> dict[str, Any]:
    """Return the sampling fields of `body` under the engine's names, which are the same.

    Only fields of the body's own model are read: other fields have not been validated.
    """
    given = body.model_fields_set & type(body).model_fields.keys()
    sampling = {name: value for name in given & SHARED if (value := getattr(body, name)) is not None}
    if "stop" in given and (stop := getattr(body, "stop")) is not None:  # noqa: B009  not every body has one
        sampling["stop"] = [stop] if isinstance(stop, str) else stop
    for name in ("structured_outputs", "response_format", "repetition_detection"):
        if name in given and (value := getattr(body, name)) is not None:
            sampling[name] = value.model_dump(by_alias=True, exclude_none=True)
    _any_object(sampling)
    return sampling


def _any_object(sampling: dict[str, Any]) -> None:
    """Normalize a response format: JSON without a schema means any object."""
    form = sampling.get("response_format")
    if form is not None and form["type"] == "json_schema" and "schema" not in form["json_schema"]:
        sampling["response_format"] = {"type": "json_object"}
    outputs = sampling.get("structured_outputs")
    if outputs is not None and outputs.get("json_object") is False:
        del outputs["json_object"]


class RoutingHeaders(Protocol):
    """The engine parameters in a request's headers; usually a router sets them."""

    @property
    def x_data_parallel_rank(self) -> int | None: ...
    @property
    def x_vllm_priority(self) -> int | None: ...
    @property
    def x_session_id(self) -> str | None: ...


def routed(sampling: Sampling, headers: RoutingHeaders) -> Sampling:
    """Add the parameters of `headers`: a priority overrides the body's, a session id does not."""
    sampling.data_parallel_rank = headers.x_data_parallel_rank
    if headers.x_vllm_priority is not None:
        sampling.priority = headers.x_vllm_priority
    sampling.session_id = sampling.session_id or headers.x_session_id or None
    if sampling.session_id is None and sampling.vllm_xargs is not None:
        session_id = sampling.vllm_xargs.get("session_id")
        if isinstance(session_id, str) and session_id:
            sampling.session_id = session_id
    return sampling


def is_prefill_only(kv_transfer_params: dict[str, Any] | None) -> bool:
    """Whether this is the prefill server of a request, which only computes the prompt's KV blocks."""
    return bool(kv_transfer_params and kv_transfer_params.get("do_remote_decode"))


def transferred(prompt: RenderedPrompt) -> dict[str, Any]:
    """Return the response fields with the KV transfer parameters for the decode server."""
    parameters: dict[str, Any] = {}
    if prompt.kv_transfer_params is not None:
        parameters["kv_transfer_params"] = prompt.kv_transfer_params
    if prompt.ec_transfer_params is not None:
        parameters["ec_transfer_params"] = prompt.ec_transfer_params
    return parameters


def check_sampling(body: models.ChatCompletionRequest | models.CompletionRequest) -> None:
    """Raise InvalidRequest if fields that chat and completions share contradict each other."""
    if body.stream_options is not None and not body.stream:
        raise InvalidRequest("stream_options: only allowed when stream is true.", param="stream_options")
    if body.prompt_logprobs is not None and body.stream:
        raise InvalidRequest("prompt_logprobs: not available in a stream.", param="prompt_logprobs")
    if body.logprob_token_ids is not None and body.logprobs in (None, False):
        raise InvalidRequest("logprob_token_ids: needs logprobs.", param="logprob_token_ids")
    if (body.n or 1) > 1 and body.temperature == 0:
        raise InvalidRequest(f"n: {body.n} answers need a temperature above 0 to differ.", param="n")


def usage_options(options: models.StreamOptions | None) -> tuple[bool, bool]:
    """Whether a stream ends with the usage, and whether every chunk has the usage so far."""
    if options is None or not options.include_usage:
        return False, False
    return True, bool(options.continuous_usage_stats)
