"""Builds the responses of the render endpoints: prompts as requests to generate from them."""

from __future__ import annotations

from typing import Any

from accord.engine import Rendering, Sampling
from accord.generated import models


def rendered_prompt(
    rendering: Rendering,
    sampling: Sampling,
    *,
    model: str,
    request_id: str,
    stream: bool | None,
    stream_options: models.StreamOptions | None = None,
) -> models.RenderedPrompt:
    """Return a prompt's text and token ids, with the other parameters of `/inference/v1/generate`."""
    prompt = rendering.prompt
    assert prompt.text is not None
    optional: dict[str, Any] = {}
    if stream and stream_options is not None:
        optional["stream_options"] = _stream_options(stream_options)
    if sampling.cache_salt is not None:
        optional["cache_salt"] = sampling.cache_salt
    if sampling.priority:
        optional["priority"] = sampling.priority
    if sampling.kv_transfer_params is not None:
        transfer = sampling.kv_transfer_params
        optional["kv_transfer_params"] = {k: v for k, v in transfer.items() if k != "prompt_token_ids"}
    if sampling.ec_transfer_params is not None:
        optional["ec_transfer_params"] = sampling.ec_transfer_params
    if rendering.reasoning_ended is not None:
        optional["reasoning_ended"] = rendering.reasoning_ended
    if rendering.reasoning_parser_kwargs is not None:
        optional["reasoning_parser_kwargs"] = models.RenderedReasoningParserKwargs(
            **rendering.reasoning_parser_kwargs
        )
    result = models.RenderedPrompt(
        model=model,
        prompt=prompt.text,
        token_ids=[],
        request_id=request_id,
        sampling_params=_sampling_params(rendering.sampling_params, bool(stream)),
        stream=bool(stream),
        **optional,
    )
    # Set without validation: pydantic would block the event loop while it reads millions of them.
    result.token_ids = prompt.token_ids
    if prompt.token_offsets is not None:
        result.token_offsets = prompt.token_offsets
    if rendering.features is not None:
        result.features = models.RenderedFeatures.model_construct(None, **rendering.features)
    return result


def rendered_prompts(
    renderings: list[Rendering], sampling: Sampling, request_id: str, **fields: Any
) -> models.RenderedPrompts:
    """Return the prompts of one request, each with an id of its own if there are several."""
    ids = [request_id] if len(renderings) == 1 else [f"{request_id}-{i}" for i in range(len(renderings))]
    return [
        rendered_prompt(each, sampling, request_id=id_, **fields)
        for each, id_ in zip(renderings, ids, strict=True)
    ]


def _sampling_params(params: dict[str, Any], stream: bool) -> models.RenderedSamplingParams:
    if stream:
        params = {name: value for name, value in params.items() if name != "prompt_logprobs"}
    return models.RenderedSamplingParams.model_validate(params)


def _stream_options(options: models.StreamOptions) -> models.RenderedStreamOptions:
    given = options.model_dump(include=set(models.RenderedStreamOptions.model_fields), exclude_none=True)
    return models.RenderedStreamOptions(**given)
