"""A logits processor that makes a random model generate the text of a test.

Both servers take it as `--logits-processors tests.families.scripted:Scripted`. A request's script is the
token ids in `vllm_xargs.script` or, for clients that cannot send these, the text under the last `script:NAME`
in the prompt, in the JSON file that the variable SCRIPTS names. After it the end-of-text token follows.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from vllm.tokenizers import cached_tokenizer_from_config
from vllm.utils.mistral import is_mistral_tokenizer
from vllm.v1.sample.logits_processor import AdapterLogitsProcessor

if TYPE_CHECKING:
    from vllm.config import VllmConfig
    from vllm.sampling_params import SamplingParams

FILE = "SCRIPTS"
NAMED = re.compile(r"script:([\w.-]+)")


class Scripted(AdapterLogitsProcessor):  # type: ignore[misc]  # vllm is not followed
    """Allows only the script's next token to be sampled, if the request's grammar allows it."""

    def __init__(self, vllm_config: VllmConfig, device: torch.device, is_pin_memory: bool) -> None:
        super().__init__(vllm_config, device, is_pin_memory)
        self.tokenizer = cached_tokenizer_from_config(vllm_config.model_config)

    def is_argmax_invariant(self) -> bool:
        return False

    def new_req_logits_processor(self, params: SamplingParams) -> Script:
        given = (params.extra_args or {}).get("script")
        return Script(self.tokenizer, given)


class Script:
    """The script of one request. vLLM passes the prompt to processors with three parameters."""

    def __init__(self, tokenizer: Any, given: list[int] | None) -> None:
        self.tokenizer = tokenizer
        self.token_ids = None if given is None else [*given, tokenizer.eos_token_id]

    def __call__(self, prompt: list[int], output: list[int], logits: torch.Tensor) -> torch.Tensor:
        if self.token_ids is None:
            self.token_ids = self._named_in(prompt)
        if not self.token_ids:
            return logits
        token_id = self.token_ids[min(len(output), len(self.token_ids) - 1)]
        kept = logits[token_id].clone()
        if torch.isneginf(kept):  # a grammar forbids it
            return logits
        logits.fill_(float("-inf"))
        logits[token_id] = kept
        return logits

    def _named_in(self, prompt: list[int]) -> list[int]:
        text = self.written(self.tokenizer.decode(prompt))
        return [] if text is None else [*tokens(self.tokenizer, text), self.tokenizer.eos_token_id]

    def written(self, prompt: str) -> str | None:
        """Return what is to be said to the prompt; None leaves it to the model."""
        names = NAMED.findall(prompt)
        if not names or FILE not in os.environ:
            return None
        text: str = json.loads(Path(os.environ[FILE]).read_text())[names[-1]]
        return text


def tokens(tokenizer: Any, text: str) -> list[int]:
    """Return the token ids of a text in which special tokens are written out."""
    if not is_mistral_tokenizer(tokenizer):
        return list(tokenizer.encode(text, add_special_tokens=False))
    vocabulary = tokenizer.get_vocab()  # it takes what is written for text
    special = "|".join(re.escape(token) for token in tokenizer.all_special_tokens)
    token_ids: list[int] = []
    for part in re.split(f"({special})", text):
        if part in tokenizer.all_special_tokens:
            token_ids.append(vocabulary[part])
        elif part:
            token_ids += tokenizer.encode(part, add_special_tokens=False)
    return token_ids
