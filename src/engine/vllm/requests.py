"""Converts Accord's requests to vLLM's, for its renderer, parsers and sampling parameters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from typing import Any

from pydantic import ValidationError
from vllm.entrypoints.openai.chat_completion.protocol import (
    ChatCompletionRequest,
    ChatCompletionToolsParam,
)
from vllm.entrypoints.openai.completion.protocol import CompletionRequest
from vllm.entrypoints.serve.utils.api_utils import get_max_tokens
from vllm.exceptions import VLLMValidationError
from vllm.renderers import TokenizeParams
from vllm.sampling_params import SamplingParams, StructuredOutputsParams

from accord.engine.requests import Conversation, Prompt, Sampling
from accord.engine.vllm.shared_requests import (
    CONVERSATION_FIELDS,
    MOST_LENGTHS,
    ChatRequest,
    SharedParams,
    SharedRequest,
    shared_key,
    shared_of,
)
from accord.engine.vllm.texts import ToolTexts
from accord.errors import InvalidRequest

_GIVEN_TO_THE_ENGINE = ("detokenize", "priority", "session_id", "data_parallel_rank")
"""Arguments of vLLM outside its request, and fields that its request does not have."""
TRANSFERS = ("kv_transfer_params", "ec_transfer_params")
"""The arguments for KV connectors, among those for the engine's extensions."""
_SAMPLING_FIELDS = tuple(
    name for name in Sampling.__struct_fields__ if name not in ("logprobs", "n", *_GIVEN_TO_THE_ENGINE)
)


class UnboundedChatRequest(ChatRequest):
    """Renders a conversation of any length, as nothing is generated from it."""

    def build_tok_params(self, model_config: Any) -> TokenizeParams:
        return _unbounded(super().build_tok_params(model_config))


class UnboundedCompletionRequest(CompletionRequest):  # type: ignore[misc]  # vllm is not followed
    """Renders a prompt of any length, as nothing is generated from it."""

    def build_tok_params(self, model_config: Any) -> TokenizeParams:
        return _unbounded(super().build_tok_params(model_config))


def _unbounded(params: TokenizeParams) -> TokenizeParams:
    """Return `params` without a limit, unless the prompt is to be truncated."""
    if params.truncate_prompt_tokens is not None:
        return params
    return replace(params, max_total_tokens=None, max_output_tokens=0)


def _set_fields(sampling: Sampling, max_model_len: int) -> dict[str, Any]:
    """Return the fields of `sampling` that are set. A `max_tokens` above the model's limit is no error."""
    given = {name: value for name in _SAMPLING_FIELDS if (value := getattr(sampling, name)) not in (None, [])}
    if sampling.vllm_xargs is not None:
        for name in TRANSFERS:
            # The connector would fail on a value that is not an object, and so would the engine.
            if name in sampling.vllm_xargs:
                param = f"vllm_xargs.{name}"
                raise InvalidRequest(f"{param}: is a field of its own, {name}.", param=param)
    given["n"] = sampling.n or 1
    if sampling.max_tokens is not None:
        given["max_tokens"] = min(sampling.max_tokens, max_model_len)
    return given


def _invalid(error: ValidationError) -> InvalidRequest:
    first = error.errors(include_url=False)[0]
    path = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    return InvalidRequest(f"{path}: {message}" if path else message, param=path or None)


def chat_request(
    conversation: Conversation,
    sampling: Sampling,
    stream: bool,
    max_model_len: int,
    kind: type[ChatRequest] = ChatRequest,
) -> ChatRequest:
    """Return vLLM's chat request. Its messages were validated by the contract's model, and are not again.

    Most requests have the same parameters, which are validated once.
    """
    key = shared_key(conversation, sampling, stream, max_model_len, kind)
    shared = None if key is None else SharedRequest.known(key)
    if shared is None:
        request = _validated(conversation, sampling, stream, max_model_len, kind)
        if key is not None:
            request = SharedRequest.keep(key, request).copied()
    else:
        request = shared.copied()
    request.messages = conversation.messages
    if conversation.tool_grammars:
        request.tool_texts = ToolTexts.of(conversation.tool_grammars)
    return request


def _validated(
    conversation: Conversation, sampling: Sampling, stream: bool, max_model_len: int, kind: type[ChatRequest]
) -> ChatRequest:
    """Return vLLM's request without messages."""
    given = _set_fields(sampling, max_model_len)
    if sampling.max_tokens == 0:
        given["max_tokens"] = 1  # the least that the engine generates; the token is dropped
    if sampling.logprobs is not None:
        given |= {"logprobs": True, "top_logprobs": sampling.logprobs}
    if tools := conversation.callable_tools or conversation.tools:
        given |= {"tools": tools, "tool_choice": conversation.tool_choice or "auto"}
    given |= {name: getattr(conversation, name) for name in CONVERSATION_FIELDS}
    try:
        request: ChatRequest = kind.model_validate(given | {"stream": stream, "messages": []})
    except ValidationError as error:
        raise _invalid(error) from error
    return request


@contextmanager
def declaring(
    request: ChatCompletionRequest, tools: list[dict[str, Any]], in_request: bool
) -> Iterator[None]:
    """Make the prompt declare `tools`, while parsers and grammars use those of the request.

    A variable of the template that the request sets takes precedence over vLLM's own. A format without a
    template, and a request without such tools, declare the request's own (`in_request`).
    """
    declared = [ChatCompletionToolsParam.model_validate(tool) for tool in tools]
    given, callable_tools = request.chat_template_kwargs, request.tools
    if in_request or not declared:
        request.tools = declared or None
    else:
        request.chat_template_kwargs = (given or {}) | {"tools": [tool.model_dump() for tool in declared]}
    try:
        yield
    finally:
        request.chat_template_kwargs, request.tools = given, callable_tools


def completion_request(
    prompt: Prompt,
    sampling: Sampling,
    stream: bool,
    max_model_len: int,
    kind: type[CompletionRequest] = CompletionRequest,
) -> CompletionRequest:
    """Return vLLM's completion request for all prompts."""
    given = _set_fields(sampling, max_model_len)
    given.pop("return_tokens_as_token_ids", None)
    if sampling.logprob_token_ids is not None:
        given["logprobs"] = len(sampling.logprob_token_ids)
    elif sampling.logprobs is not None:
        given["logprobs"] = sampling.logprobs
    try:
        request = kind.model_validate(
            given
            | {
                "prompt": "-",  # replaced below, unvalidated: the contract's model has validated it
                "stream": stream,
                "suffix": prompt.suffix,
                "echo": prompt.echo,
                "add_special_tokens": prompt.add_special_tokens,
            }
        )
    except ValidationError as error:
        raise _invalid(error) from error
    request.prompt = prompt.inputs
    if sampling.max_tokens is None:
        request.max_tokens = None  # vLLM's model has replaced it by 16
    return request


def sampling_params(
    request: ChatCompletionRequest | CompletionRequest,
    prompt_tokens: int,
    max_model_len: int,
    defaults: dict[str, Any],
    override_max_tokens: int | None,
    detokenize: bool,
) -> SamplingParams:
    """Return the sampling parameters for one prompt, with `max_tokens` limited to the rest of the context.

    It is None if nothing is left: such a prompt can be rendered, but nothing can be generated from it.
    """
    max_tokens: int | None = request.max_tokens
    room: int | None = None
    if prompt_tokens < max_model_len:
        room = get_max_tokens(
            max_model_len,
            max_tokens,
            prompt_tokens,
            defaults,
            override_max_tokens,
            truncate_prompt_tokens=request.truncate_prompt_tokens,
        )
    shared = shared_of(request)
    if shared is None or not shared.is_as_it_was(request):
        return _new_params(request, room, defaults, detokenize)
    params = shared.params.get((room, detokenize))
    if params is None or params.defaults is not defaults:
        params = SharedParams(_new_params(request, room, defaults, detokenize), defaults)
        if len(shared.params) >= MOST_LENGTHS:
            shared.params.clear()
        shared.params[room, detokenize] = params
    return params.copied()


def _new_params(
    request: ChatCompletionRequest | CompletionRequest,
    max_tokens: int | None,
    defaults: dict[str, Any],
    detokenize: bool,
) -> SamplingParams:
    try:
        params = request.to_sampling_params(max_tokens, defaults)
    except VLLMValidationError as error:
        if error.parameter != "extra_args":
            raise
        param = next(name for name in (*TRANSFERS, "vllm_xargs") if getattr(request, name))
        raise InvalidRequest(
            f"{param}: whole numbers must be between -2**63 and 2**64 - 1.", param=param
        ) from error
    params.detokenize = detokenize
    return params


_RESOLVED = (
    "n",
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "presence_penalty",
    "frequency_penalty",
    "repetition_penalty",
)
"""Sent even if they are vLLM's defaults, because the model's generation config may have others."""
_ALWAYS_SENT = (
    *_RESOLVED,
    "seed",
    "stop",
    "stop_token_ids",
    "include_stop_str_in_output",
    "ignore_eos",
    "max_tokens",
    "min_tokens",
    "logprobs",
    "prompt_logprobs",
    "skip_special_tokens",
    "spaces_between_special_tokens",
    "logit_bias",
    "allowed_token_ids",
    "bad_words",
    "structured_outputs",
    "thinking_token_budget",
    "logprob_token_ids",
    "repetition_detection",
    "stream_interval",
    "watermarking",
    "extra_args",
)
_DEFAULTS = SamplingParams()


def sampling_params_json(params: SamplingParams) -> dict[str, Any]:
    """Return `params` as JSON, without the parameters that a generate request implies.

    `detokenize` is omitted: the client that generates decides whether the answer has text.
    """
    fields = {
        name: value
        for name in _ALWAYS_SENT
        if (value := getattr(params, name)) is not None
        and (name in _RESOLVED or value != getattr(_DEFAULTS, name))
    }
    if params.max_tokens is not None:
        fields["max_tokens"] = params.max_tokens
    if params.logit_bias is not None:
        fields["logit_bias"] = {str(token_id): bias for token_id, bias in params.logit_bias.items()}
    if params.structured_outputs is not None:
        fields["structured_outputs"] = _request_fields(params.structured_outputs)
    if params.repetition_detection is not None:
        fields["repetition_detection"] = asdict(params.repetition_detection)
    if params.extra_args is not None:  # connectors' arguments have their own fields in the request
        fields["extra_args"] = {k: v for k, v in params.extra_args.items() if k not in TRANSFERS}
        if not fields["extra_args"]:
            del fields["extra_args"]
    return fields


def _request_fields(outputs: StructuredOutputsParams) -> dict[str, Any]:
    return {
        field.name: value
        for field in fields(outputs)
        if field.init and (value := getattr(outputs, field.name)) not in (None, False)
    }
