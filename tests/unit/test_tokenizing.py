"""Texts have the tokens of transformers, whichever library makes them."""

import logging
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fastokens
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vllm.tokenizers import get_tokenizer

from accord.engine.vllm.shortcuts import tokenizing
from accord.engine.vllm.shortcuts.tokenizing import Encode, vocabulary_samples


@pytest.fixture(scope="module")
def tokenizer(tiny_model: Path) -> Any:
    return get_tokenizer(str(tiny_model))


@pytest.fixture(scope="module")
def encode(tokenizer: Any) -> Encode:
    return encoder(tokenizer)


def encoder(tokenizer: Any) -> Encode:
    description = tokenizer._tokenizer.to_str()
    texts = [*tokenizing.SAMPLES, *vocabulary_samples(tokenizer, description)]
    return tokenizing.encoder(tokenizer, description, texts)


def use_instead(monkeypatch: pytest.MonkeyPatch, encode: Callable[..., Any]) -> None:
    """Let fastokens tokenize by `encode`."""
    stand_in = SimpleNamespace(encode=encode, no_truncation=list, no_padding=list)
    monkeypatch.setattr(fastokens, "Tokenizer", SimpleNamespace(from_json_str=lambda _: stand_in))


PIECES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["<|im_start|>", "<|im_end|>", "<|im_", " ", "\n\n", "\t", "'s", "123", "word", " the", "é"]
    ),
)


@given(pieces=st.lists(PIECES, max_size=12))
def test_any_text_has_the_tokens_of_transformers(tokenizer: Any, encode: Encode, pieces: list[str]) -> None:
    text = "".join(pieces)
    for special in (True, False):
        assert encode(text, special) == tokenizer.encode(text, add_special_tokens=special)


def test_fastokens_tokenizes_where_it_agrees(tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "fastokens" in encoder(tokenizer).__qualname__
    monkeypatch.setenv("VLLM_USE_FASTOKENS", "0")
    assert "tokenizers" in encoder(tokenizer).__qualname__


@pytest.mark.parametrize("probe", ["word", "<|im_end|>"])
def test_where_it_disagrees_the_models_own_tokenizer_is_used(
    tokenizer: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, probe: str
) -> None:
    known = fastokens.Tokenizer.from_json_str(tokenizer._tokenizer.to_str())

    def with_a_word_too_many(text: str, *arguments: bool) -> Any:
        return SimpleNamespace(ids=[7]) if probe in text else known.encode(text, *arguments)

    use_instead(monkeypatch, with_a_word_too_many)
    monkeypatch.setattr(tokenizing, "SAMPLES", ["a word"])
    with caplog.at_level(logging.WARNING):
        assert encoder(tokenizer)("a word<|im_end|>", False) == tokenizer.encode("a word<|im_end|>")
    assert "fastokens is not used: its tokens for" in caplog.text


def test_a_tokenizer_that_fastokens_does_not_know_is_used_itself(
    tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: str) -> Any:
        raise ValueError("unknown model type: WordPiece")

    monkeypatch.setattr(fastokens, "Tokenizer", SimpleNamespace(from_json_str=refused))
    assert encoder(tokenizer)("Hello there", False) == tokenizer.encode("Hello there")


def test_a_text_that_it_cannot_split_has_its_tokens_all_the_same(
    tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = fastokens.Tokenizer.from_json_str(tokenizer._tokenizer.to_str())

    def gives_up(text: str, *arguments: bool) -> Any:
        if text == "too much":
            raise ValueError("match limit exceeded")
        return known.encode(text, *arguments)

    use_instead(monkeypatch, gives_up)
    assert encoder(tokenizer)("too much", False) == tokenizer.encode("too much")
