"""Converts a completion request to prompts and sampling parameters."""

from __future__ import annotations

from accord.dialects.sampling import check_sampling, shared_sampling
from accord.engine import Prompt, Sampling
from accord.errors import InvalidRequest
from accord.generated import models

DEFAULT_MAX_TOKENS = 16
"""OpenAI's default for completions."""


def sampling(body: models.CompletionRequest) -> Sampling:
    """Return the sampling parameters. Raises InvalidRequest if fields contradict each other."""
    check_sampling(body)
    if body.max_tokens == 0 and not body.echo:
        raise InvalidRequest("max_tokens: 0 needs echo to be true.", param="max_tokens")
    if body.best_of is not None and body.best_of != (body.n or 1):
        raise InvalidRequest(
            f"best_of: is {body.best_of}; it must equal n, {body.n or 1}, since answers are not ranked.",
            param="best_of",
        )
    given = {"max_tokens": DEFAULT_MAX_TOKENS} | shared_sampling(body)
    if body.logprobs is not None:
        given["logprobs"] = body.logprobs
    if body.logprob_token_ids is not None:
        given["logprob_token_ids"] = body.logprob_token_ids
    return Sampling(**given)


def prompt(body: models.CompletionRequest) -> Prompt:
    """Return the prompts: a text, several, the tokens of one, or those of several."""
    given = body.prompt
    if isinstance(given, str):
        inputs: list[str] | list[list[int]] = [given]
    elif isinstance(given[0], int):
        inputs = [given]
    else:
        inputs = given
    if any(len(each) == 0 for each in inputs):
        raise InvalidRequest("prompt: is empty; the model needs at least one token.", param="prompt")
    return Prompt(
        inputs=inputs,
        suffix=body.suffix,
        add_special_tokens=body.add_special_tokens is not False,
        echo=bool(body.echo),
    )
