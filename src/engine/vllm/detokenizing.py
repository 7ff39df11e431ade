"""The text of generated tokens, step by step, from vLLM's own detokenizer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vllm.sampling_params import SamplingParams
from vllm.v1.engine import EngineCoreRequest
from vllm.v1.engine.detokenizer import IncrementalDetokenizer


def engine_request(id_: str, prompt_token_ids: list[int], params: SamplingParams) -> EngineCoreRequest:
    """Return a request for the continuation of a prompt, as in vLLM's output loop; no engine is involved."""
    return EngineCoreRequest(
        request_id=id_,
        prompt_token_ids=prompt_token_ids,
        mm_features=None,
        sampling_params=params,
        pooling_params=None,
        arrival_time=0.0,
        lora_request=None,
        cache_salt=None,
        data_parallel_rank=None,
        external_req_id=id_,
    )


def detokenizer(
    tokenizer: Any, prompt_token_ids: list[int], params: SamplingParams
) -> IncrementalDetokenizer:
    """Return the detokenizer for tokens that follow a prompt."""
    request = engine_request("detokenizing", prompt_token_ids, params)
    return IncrementalDetokenizer.from_new_request(tokenizer, request)


def streamed(
    tokenizer: Any, prompt_token_ids: list[int], token_ids: list[int], text: str, params: SamplingParams
) -> Iterator[tuple[str, int]]:
    """Yield the tokens of a complete answer, each with the part of `text` that a stream would send with it.

    The rest of the text comes with the last token.
    """
    decoding: Any = detokenizer(tokenizer, prompt_token_ids, params)
    sent = 0
    for position, token_id in enumerate(token_ids):
        end = sent + len(decoding.decode_next(token_id))
        yield text[sent:] if position == len(token_ids) - 1 else text[sent:end], token_id
        sent = end
