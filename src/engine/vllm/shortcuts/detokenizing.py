"""Output texts begin where the prompt ends, which its last tokens are enough to tell.

vLLM has a stream of text begin with the whole prompt, and the first token pays for decoding all of it
(measured: 3 ms for 6,000 tokens, in the loop that every other stream waits for).
"""

from __future__ import annotations

from typing import Any

import tokenizers.decoders
from vllm.v1.engine import EngineCoreRequest
from vllm.v1.engine.detokenizer import FastIncrementalDetokenizer, uses_fast_detokenizer
from vllm.v1.engine.output_processor import OutputProcessor

from accord.engine.vllm.shortcuts.examples import OUTPUT, PROMPT, example_request
from accord.engine.vllm.shortcuts.shortcut import Shortcut, missing, other_parameters

ENOUGH = 16
"""Tokens. What ends a prompt's text shapes no more than the next few characters."""


class FromThePromptsEnd(Shortcut):
    """Shortens what a request's detokenizer begins with, once vLLM has taken the request."""

    name = "detokenizing"
    what = "An output's text begins after the prompt's last tokens, without decoding all of the prompt."

    def fits(self) -> str | None:
        if not uses_fast_detokenizer(self.backend.tokenizer):
            return "the model's tokenizer is not one of tokenizers'"
        parameters = "self request prompt parent_req request_index queue"
        return other_parameters(OutputProcessor, "add_request", parameters) or self._differs()

    def _differs(self) -> str | None:
        """Decode the same output after a whole prompt, and after its last tokens, at several ends."""
        tokenizer = self.backend.tokenizer
        prompt, output = tokenizer.encode(PROMPT), tokenizer.encode(OUTPUT)
        for cut in range(min(8, max(0, len(prompt) - ENOUGH))):
            prompt_ids = prompt[: len(prompt) - cut]
            whole, short = (
                FastIncrementalDetokenizer(tokenizer, example_request(prompt_ids)) for _ in range(2)
            )
            if reason := missing(short, "stream", "tokenizer", "skip_special_tokens", "output_token_ids"):
                return reason
            shorten(short, prompt_ids)
            if [short.decode_next(token) for token in output] != [whole.decode_next(t) for t in output]:
                return "a text that begins after a prompt's last tokens is not vLLM's"
        return None

    def install(self) -> None:
        processor = self.backend.llm.output_processor
        add = processor.add_request

        def add_request(request: EngineCoreRequest, *args: Any, **kwargs: Any) -> None:
            add(request, *args, **kwargs)
            state = processor.request_states.get(request.request_id)
            if state is not None and isinstance(state.detokenizer, FastIncrementalDetokenizer):
                shorten(state.detokenizer, state.prompt_token_ids or [])

        self.patches.replace(processor, "add_request", add_request)


def shorten(detokenizer: FastIncrementalDetokenizer, prompt_token_ids: list[int]) -> None:
    """Have a text begin after the prompt's last tokens.

    Only where nothing has come out yet, and where the last tokens end in a whole character.
    """
    if len(prompt_token_ids) <= ENOUGH or detokenizer.output_token_ids:
        return
    last = prompt_token_ids[-ENOUGH:]
    text = detokenizer.tokenizer.decode(last, skip_special_tokens=detokenizer.skip_special_tokens)
    if text and not text.endswith("\N{REPLACEMENT CHARACTER}"):
        # Looked up now, as vLLM does: with VLLM_USE_FASTOKENS it is another one, and so is the tokenizer.
        detokenizer.stream = tokenizers.decoders.DecodeStream(
            ids=last, skip_special_tokens=detokenizer.skip_special_tokens
        )


SHORTCUT = FromThePromptsEnd
