"""Starts detokenizing at the end of the prompt, for which its last tokens suffice.

vLLM's detokenizer starts with the whole prompt, which the first token's step decodes (measured: 3 ms for
6,000 tokens, in the loop that serves all other streams).
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
"""Tokens. The end of a prompt's text influences no more than the next few characters."""
CHARACTER = 4
"""Tokens in which the last character of a prompt begins, if each is one of its bytes."""
MOST_ENDS = 4096
End = tuple[bool, tuple[int, ...]]
"""Whether special tokens are skipped, and the last tokens of a prompt."""


class FromThePromptsEnd(Shortcut):
    """Shortens the prompt of a request's detokenizer, once vLLM has accepted the request."""

    name = "detokenizing"
    what = "Decodes an output's text from the prompt's last tokens on, and not from the beginning."

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
                return "a text decoded after a prompt's last tokens differs from vLLM's"
        return None

    def install(self) -> None:
        processor = self.backend.llm.output_processor
        add = processor.add_request
        whole: set[End] = set()

        def add_request(request: EngineCoreRequest, *args: Any, **kwargs: Any) -> None:
            add(request, *args, **kwargs)
            state = processor.request_states.get(request.request_id)
            if state is not None and isinstance(state.detokenizer, FastIncrementalDetokenizer):
                shorten(state.detokenizer, state.prompt_token_ids or [], whole)

        self.patches.replace(processor, "add_request", add_request)


def shorten(
    detokenizer: FastIncrementalDetokenizer,
    prompt_token_ids: list[int],
    whole: set[End] | None = None,
) -> None:
    """Start a text after the prompt's last tokens.

    Only if nothing has been decoded yet, and if the last tokens end in a whole character. `whole` are ends
    that are known to do so: a template ends all prompts alike.
    """
    if len(prompt_token_ids) <= ENOUGH or detokenizer.output_token_ids:
        return
    last = prompt_token_ids[-ENOUGH:]
    end = (detokenizer.skip_special_tokens, tuple(last[-CHARACTER:]))
    if whole is None or end not in whole:
        if not _is_whole(detokenizer, last):
            return
        if whole is not None and len(whole) < MOST_ENDS and _is_whole(detokenizer, last[-CHARACTER:]):
            whole.add(end)
    # Looked up at each call, as in vLLM: VLLM_USE_FASTOKENS replaces it, and the tokenizer.
    detokenizer.stream = tokenizers.decoders.DecodeStream(
        ids=last, skip_special_tokens=detokenizer.skip_special_tokens
    )


def _is_whole(detokenizer: FastIncrementalDetokenizer, token_ids: list[int]) -> bool:
    """Return whether the text of some tokens ends in a whole character."""
    text = detokenizer.tokenizer.decode(token_ids, skip_special_tokens=detokenizer.skip_special_tokens)
    return bool(text) and not text.endswith("\N{REPLACEMENT CHARACTER}")


SHORTCUT = FromThePromptsEnd
