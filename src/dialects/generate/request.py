"""Converts a request with token ids to a prompt and sampling parameters."""

from __future__ import annotations

from functools import partial

from accord.dialects.media import Shown
from accord.dialects.renaming import renamed
from accord.dialects.sampling import shared_sampling
from accord.engine import Prompt, Sampling
from accord.errors import InvalidRequest
from accord.generated import models

PREFIX = "sampling_params"
_NAMES = {
    "vllm_xargs": f"{PREFIX}.extra_args",
    **{name: f"{PREFIX}.{name}" for name in models.GenerateSamplingParams.model_fields},
}
"""Maps the engine's names of sampling parameters to their places in the request."""


def sampling(body: models.GenerateRequest) -> Sampling:
    """Return the sampling parameters. Raises InvalidRequest if fields contradict each other."""
    params = body.sampling_params or models.GenerateSamplingParams()
    if body.stream_options is not None and not body.stream:
        raise InvalidRequest("stream_options: only allowed when stream is true.", param="stream_options")
    if params.prompt_logprobs is not None and body.stream:
        raise InvalidRequest(
            f"{PREFIX}.prompt_logprobs: not available in a stream.", param=f"{PREFIX}.prompt_logprobs"
        )
    if (params.n or 1) > 1 and params.temperature == 0:
        raise InvalidRequest(
            f"{PREFIX}.n: {params.n} answers need a temperature above 0 to differ.", param=f"{PREFIX}.n"
        )
    given = shared_sampling(body) | shared_sampling(params)
    # A stop string is found in the text, so the engine detokenizes, whether or not the client wants the text.
    given["detokenize"] = with_text(body) or bool(given.get("stop"))
    if params.logprob_token_ids is not None:
        if params.logprobs not in (None, len(params.logprob_token_ids)):
            raise InvalidRequest(
                f"{PREFIX}.logprobs: is {params.logprobs}, and must be the number of logprob_token_ids, "
                f"{len(params.logprob_token_ids)}, or not given.",
                param=f"{PREFIX}.logprobs",
            )
        given["logprob_token_ids"] = params.logprob_token_ids
    if params.logprobs is not None:
        given["logprobs"] = params.logprobs
    if params.extra_args is not None:
        given["vllm_xargs"] = params.extra_args
    return Sampling(**given)


def prompt(body: models.GenerateRequest, shown: Shown) -> Prompt:
    """Return the prompt: the token ids as they are."""
    reasoning = body.reasoning_parser_kwargs
    content_parts = _content_parts(body, shown)
    if body.features is not None and not shown.modalities:
        raise InvalidRequest("features: the model accepts text only.", param="features")
    return Prompt(
        inputs=[body.token_ids],
        field="token_ids",
        reasoning_ended=body.reasoning_ended,
        reasoning_parser_kwargs=None
        if reasoning is None
        else {"chat_template_kwargs": reasoning.chat_template_kwargs or {}},
        features=None if body.features is None else body.features.model_dump(exclude_none=True),
        content_parts=content_parts,
        media=shown.media,
    )


def _content_parts(body: models.GenerateRequest, shown: Shown) -> list[tuple[str, str]] | None:
    """Return the type and the URL of each of the media that the server is to load."""
    if not body.content_parts:
        return None
    if body.features is not None:
        raise InvalidRequest("content_parts: cannot be given together with features.", param="content_parts")
    for index, part in enumerate(body.content_parts):
        shown.accepts(part.type.removesuffix("_url"), part.url, f"content_parts.{index}")
    return [(part.type, part.url) for part in body.content_parts]


def with_text(body: models.GenerateRequest) -> bool:
    """Whether the answer includes the text."""
    return body.output_mode == "text" or bool(body.sampling_params and body.sampling_params.detokenize)


fields_renamed = partial(renamed, _NAMES)
"""Renames the fields in the engine's errors to this API's."""
