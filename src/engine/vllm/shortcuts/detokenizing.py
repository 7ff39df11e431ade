"""Output texts begin where the prompt ends, which its last tokens are enough to tell.

vLLM has a stream of text begin with the whole prompt, and the first token pays for decoding all of it
(measured: 3 ms for 6,000 tokens, in the loop that every other stream waits for).
"""

from __future__ import annotations

import tokenizers.decoders
from vllm.v1.engine.async_llm import AsyncLLM
from vllm.v1.engine.detokenizer import FastIncrementalDetokenizer

ENOUGH = 16
"""Tokens. What ends a prompt's text shapes no more than the next few characters."""


def begin_at_the_prompts_end(llm: AsyncLLM, request_id: str) -> None:
    """Let the text of a request that vLLM has just taken begin after the last tokens of its prompt."""
    state = llm.output_processor.request_states.get(request_id)
    if state is not None and isinstance(state.detokenizer, FastIncrementalDetokenizer):
        shorten(state.detokenizer, state.prompt_token_ids or [])


def shorten(detokenizer: FastIncrementalDetokenizer, prompt_token_ids: list[int]) -> None:
    """Do so where nothing has come out yet, and where the last tokens end in a whole character."""
    if len(prompt_token_ids) <= ENOUGH or detokenizer.output_token_ids:
        return
    last = prompt_token_ids[-ENOUGH:]
    text = detokenizer.tokenizer.decode(last, skip_special_tokens=detokenizer.skip_special_tokens)
    if text and not text.endswith("\N{REPLACEMENT CHARACTER}"):
        # Looked up now, as vLLM does: with VLLM_USE_FASTOKENS it is another one, and so is the tokenizer.
        detokenizer.stream = tokenizers.decoders.DecodeStream(
            ids=last, skip_special_tokens=detokenizer.skip_special_tokens
        )
