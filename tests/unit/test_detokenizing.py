"""Output texts decoded after the last tokens of a prompt, compared with those after all of it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fastokens
import pytest
import tokenizers.decoders
from vllm.sampling_params import SamplingParams
from vllm.tokenizers import get_tokenizer
from vllm.v1.engine.detokenizer import FastIncrementalDetokenizer

from accord.engine.vllm.shortcuts.detokenizing import ENOUGH, shorten

PROMPTS = {
    "words": "The quick brown fox jumps over the lazy dog, and again it does so: " * 3,
    "wide characters": "漢字とかな交じり文、🏳️‍🌈 " * 8,
    "a turn": "word " * 40 + "<|im_end|>\n<|im_start|>assistant\n",
    "spaces": "word " * 40 + "   \n\n  ",
    "short": "Hello",
}
OUTPUTS = [
    "and so on, 漢字 🏳️‍🌈 without end",
    " begins with a space",
    "\nbegins\twith a line",
    "1 2 3",
    "<|im_end|>",
]


@pytest.fixture(scope="module")
def tokenizer(tiny_model: Path) -> Any:
    return get_tokenizer(str(tiny_model))


def detokenizer(tokenizer: Any, prompt: list[int], *, skip: bool) -> FastIncrementalDetokenizer:
    params = SamplingParams(skip_special_tokens=skip)
    request: Any = SimpleNamespace(prompt_token_ids=prompt, sampling_params=params, request_id="r")
    return FastIncrementalDetokenizer(tokenizer, request)


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("skip", [True, False])
@pytest.mark.parametrize("cut", [0, 1, 2])
@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS.keys())
def test_each_token_has_the_text_that_vllm_gives_it(
    tokenizer: Any, prompt: str, cut: int, skip: bool, output: str
) -> None:
    """Also where the prompt is cut within a character."""
    prompt_ids = tokenizer.encode(prompt)
    prompt_ids = prompt_ids[: len(prompt_ids) - cut]
    whole, short = (detokenizer(tokenizer, prompt_ids, skip=skip) for _ in range(2))
    shorten(short, prompt_ids)
    for token in tokenizer.encode(output):
        assert short.decode_next(token) == whole.decode_next(token)


def test_the_stream_is_begun_anew_for_a_long_prompt_only(tokenizer: Any) -> None:
    for prompt, changed in ((list(range(100, 100 + ENOUGH)), False), (list(range(100, 200)), True)):
        long = detokenizer(tokenizer, prompt, skip=True)
        before = long.stream
        shorten(long, prompt)
        assert (long.stream is not before) == changed


def test_a_stream_that_has_begun_is_left_alone(tokenizer: Any) -> None:
    begun = detokenizer(tokenizer, list(range(100, 200)), skip=True)
    begun.update([300], False)
    before = begun.stream
    shorten(begun, list(range(100, 200)))
    assert begun.stream is before


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS.keys())
def test_texts_are_the_same_where_vllm_uses_fastokens(
    tokenizer: Any, monkeypatch: pytest.MonkeyPatch, prompt: str
) -> None:
    """It puts another tokenizer, and another stream, in the place of those of tokenizers."""
    prompt_ids = tokenizer.encode(prompt)
    text = "and so on, 漢字 🏳️‍🌈 without end"
    whole = detokenizer(tokenizer, prompt_ids, skip=True)
    expected = [whole.decode_next(token) for token in tokenizer.encode(text)]
    monkeypatch.setattr(tokenizers.decoders, "DecodeStream", fastokens._native.DecodeStream)
    shim = SimpleNamespace(_tokenizer=fastokens._TokenizerShim(tokenizer._tokenizer))
    request: Any = SimpleNamespace(
        prompt_token_ids=prompt_ids, sampling_params=SamplingParams(), request_id="r"
    )
    short = FastIncrementalDetokenizer(shim, request)
    shorten(short, prompt_ids)
    assert [short.decode_next(token) for token in tokenizer.encode(text)] == expected
