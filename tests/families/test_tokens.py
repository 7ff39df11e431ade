"""Accord tokenizes text like the family's own tokenizer."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from accord.engine.vllm.shortcuts.tokenizing import SAMPLES, encoder, vocabulary_samples
from tests.families.test_families import CHOSEN
from tests.families.texts import texts
from tests.families.writing import TOKENIZERS

COUNT = 1_000_000 if CHOSEN else 20_000
"""Texts a family."""
BATCH = 1000
SHORT = ("qwen3", "gpt_oss")


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("family", [name for name in TOKENIZERS if name in (CHOSEN or SHORT)])
def test_a_text_has_the_tokens_of_the_familys_own_tokenizer(family: str, tmp_path: Path) -> None:
    """By fastokens, unless that does not know the tokenizer, or is found out at the start."""
    tokenizer = TOKENIZERS[family](tmp_path)
    description = tokenizer._tokenizer.to_str()
    encode = encoder(tokenizer, description, [*SAMPLES, *vocabulary_samples(tokenizer, description)])
    made = texts(tokenizer, COUNT)
    differing: list[str] = []
    compared = 0
    while some := list(islice(made, BATCH)):
        own = tokenizer._tokenizer.encode_batch_fast(some, add_special_tokens=True)
        differing += [text for text, one in zip(some, own, strict=True) if encode(text, True) != one.ids]
        compared += len(some)
    assert compared == COUNT
    assert not differing, f"{len(differing)} of {COUNT}, such as {differing[:5]!r}"
