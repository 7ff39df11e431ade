"""Converts a scoring request to prompts and labels."""

from __future__ import annotations

from collections.abc import Sequence

from accord.dialects.sampling import shared_sampling
from accord.engine import Engine, Prompt, Sampling
from accord.errors import InvalidRequest
from accord.generated import models

ScoringRequest = models.GenerativeScoringPromptRequest | models.GenerativeScoringItemsRequest


def sampling(body: ScoringRequest, vocabulary_size: int) -> Sampling:
    """Return the sampling parameters for one token, and the labels to score."""
    labels = body.label_token_ids
    for index, label in enumerate(labels):
        where = f"label_token_ids.{index}"
        if label >= vocabulary_size:
            raise InvalidRequest(
                f"{where}: {label} is not in the vocabulary; its token ids are 0 to {vocabulary_size - 1}.",
                param=where,
            )
        if label in labels[:index]:
            raise InvalidRequest(f"{where}: {label} is given twice; labels must be unique.", param=where)
    return Sampling(
        max_tokens=1,
        temperature=0.0,
        detokenize=False,
        watermarking=False,
        logprob_token_ids=labels,
        **shared_sampling(body),
    )


def scored(body: ScoringRequest) -> int:
    """Return how many prompts there will be: one for each item."""
    return len(body.items) if isinstance(body, models.GenerativeScoringItemsRequest) else 1


async def prompts(body: ScoringRequest, engine: Engine) -> Prompt:
    """Return the prompt, or each item with the query; the labels are scored after it.

    Query and item are joined as tokens, so that the query's tokens are the same before each item.
    """
    special = body.add_special_tokens is not False
    if isinstance(body, models.GenerativeScoringPromptRequest):
        return Prompt(inputs=await _tokens([body.prompt], engine, special))
    if not isinstance(body.query, str):
        _check_vocabulary(body.query, engine)
    [query] = await _tokens([body.query], engine, special)
    items = await _tokens(body.items, engine, False)
    for index, item in enumerate(items):
        _check_length(len(query) + len(item), index, engine)
    joined = [item + query if body.item_first else query + item for item in items]
    return Prompt(inputs=joined, field="items")


def _check_vocabulary(query: list[int], engine: Engine) -> None:
    """Refuse an invalid query here, because the engine's error would name the items."""
    if query and max(query) >= engine.vocabulary_size:
        raise InvalidRequest(
            f"query: {max(query)} is not in the vocabulary; its token ids are 0 to "
            f"{engine.vocabulary_size - 1}.",
            param="query",
        )


def _check_length(tokens: int, index: int, engine: Engine) -> None:
    """Refuse items that are too long before the query is copied for each of them."""
    where = f"items.{index}"
    if tokens == 0:
        raise InvalidRequest(f"{where}: is empty, and so is the query.", param=where)
    longest = engine.max_model_len
    assert longest is not None
    if tokens >= longest:
        raise InvalidRequest(
            f"This model's maximum context length is {longest} tokens, for the prompt and the answer; "
            f"{where} with the query has {tokens}.",
            param="items",
            code="context_length_exceeded",
        )


async def _tokens(
    given: Sequence[str | list[int]], engine: Engine, add_special_tokens: bool
) -> list[list[int]]:
    tokens: list[list[int]] = []
    for each in given:
        if isinstance(each, str):
            prompt = Prompt(inputs=[each], add_special_tokens=add_special_tokens)
            [rendered] = await engine.render_prompt(prompt, Sampling())
            tokens.append(rendered.token_ids)
        else:
            tokens.append(each)
    return tokens
