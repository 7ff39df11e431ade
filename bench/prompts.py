"""Prompts, the same for every server and in every round."""

from __future__ import annotations

import random
from pathlib import Path

from tokenizers import Tokenizer

_LANGUAGES = Path(__file__).with_name("languages.txt").read_text().split()
_MOST_BIASED = 300
"""vLLM takes no more tokens in a request's `logit_bias`."""


class Prompts:
    """Texts of words that are one token each, and of which no two begin alike, so that no cache helps."""

    def __init__(self, model: Path) -> None:
        tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        vocabulary = tokenizer.get_vocab()
        self._words = sorted(
            word[1:] for word in vocabulary if word[0] == "Ġ" and word[1:].isascii() and word[4:].islower()
        )
        said = ((token, tokenizer.decode([token])) for token in range(len(vocabulary)))
        self.foreign_tokens = [
            token for token, text in said if text.strip().isalpha() and not text.isascii()
        ][:_MOST_BIASED]
        """Tokens that are whole letters beyond ASCII."""

    def text(self, seed: str, tokens: int) -> str:
        return " ".join(random.Random(seed).choices(self._words, k=tokens))

    def foreign(self, seed: str, words: int) -> str:
        """Return words of several languages, each of more tokens than one."""
        return " ".join(random.Random(seed).choices(_LANGUAGES, k=words))
