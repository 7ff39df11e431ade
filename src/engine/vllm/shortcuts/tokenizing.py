"""Tokenizes without transformers' overhead, and with fastokens if that supports the tokenizer.

transformers computes offsets and masks that are not used. fastokens returns the same tokens as tokenizers in
a fortieth of the time (measured for 128 tokens: 6 microseconds instead of 250).
"""

from __future__ import annotations

import json
import logging
import os
import random
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import fastokens
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerBase, TokenizersBackend
from vllm.inputs import TextPrompt, TokensPrompt
from vllm.renderers import BaseRenderer, TokenizeParams
from vllm.tokenizers.hf import ThreadSafeHFTokenizerMixin
from vllm.utils.async_utils import make_async

from accord.engine.vllm.shortcuts.comparison import Comparison, first_difference
from accord.engine.vllm.shortcuts.shortcut import Shortcut, missing, other_parameters

if TYPE_CHECKING:
    from accord.engine.vllm.backend import VllmBackend

logger = logging.getLogger(__name__)

Encode = Callable[[str, bool], list[int]]
"""Returns the tokens of a text, with or without the special tokens around it."""

SEED = 20261126
WORDS, ROWS, MERGES = 600, 300, 400
"""How many sample texts consist of single tokens, of rows of tokens, and of merges."""
LONGEST_PROBE = 4000
"""Characters."""
MOST_TRANSFORMERS = 200
"""How many of the samples transformers tokenizes, too, which takes ten times as long."""

_WORDS = 100_000
"""The size of the cache of words; tokenizers caches the first 10,000, and never evicts."""

SAMPLES = [
    "",
    " ",
    "Hello, world! It's what they'd say, isn't it? I'LL GO",
    "  two spaces\n\n\n\ttabs\t\r\nand lines \n ",
    "1234567890 3.14159 1e-9 0xFF v2.0.1 2026-11-26 12:30",
    "def f(x):\n    return {'a': [x ** 2, \"b\"]}  # why?\n\n\n",
    '{"name":"get_weather","arguments":{"city":"Zürich","days":[1,2]}}',
    "Żółć, naïve cafés; Привет, мир. Ελλάδα. مرحبا بالعالم שלום नमस्ते दुनिया",
    "漢字とかな交じり文。안녕하세요 세계! สวัสดีชาวโลก",
    "🏳️\u200d🌈 👩\u200d👩\u200d👧\u200d👦 e\u0301 \u00a0\u2028\u3000\ufeff\u200b",
    "a" * 300 + " " * 80 + "-=" * 60 + "\n" * 20,
    "\x00\x01\x1b[0m\x7f ﬁ ① ½ Ⅷ \u017f",
]
"""What tokenizers distinguish: scripts, spaces, digits, contractions, code, normalized characters."""


class OwnCore(Shortcut):
    """Tokenizes with the tokenizer's own core, if the tokenizer adds nothing to it."""

    name = "tokenizing"
    what = "Tokenizes with fastokens, or with tokenizers, without transformers' offsets and masks."

    def __init__(self, backend: VllmBackend) -> None:
        super().__init__(backend)
        self.renderer = backend.llm.renderer
        self.comparison = Comparison(backend, self.name)
        self._vllms = self.renderer._tokenize_prompt
        self._encode: Encode

    def fits(self) -> str | None:
        tokenizer = self.renderer.tokenizer
        if not _is_plain(type(tokenizer)):
            return "the model's tokenizer is more than tokenizers' own"
        if not isinstance(tokenizer, ThreadSafeHFTokenizerMixin):
            return "the model's tokenizer cannot be used by several threads"
        reason = other_parameters(BaseRenderer, "_tokenize_prompt", "self prompt params") or missing(
            self.renderer, "_tokenize_prompt_async", "_executor"
        )
        if reason is not None:
            return reason
        description = tokenizer._tokenizer.to_str()
        texts = [*SAMPLES, *vocabulary_samples(tokenizer, description)]
        self._encode = encoder(tokenizer, description, texts)
        return self._differs(texts[:: max(1, len(texts) // MOST_TRANSFORMERS)])

    def _differs(self, texts: list[str]) -> str | None:
        for special in (True, False):
            params = TokenizeParams(max_total_tokens=None, add_special_tokens=special)
            for text in texts:
                prompt = TextPrompt(prompt=text)
                if self._tokenized(prompt, params) != self._vllms(prompt, params):
                    return "tokenizers and transformers have different tokens for one of the samples"
        return None

    def install(self) -> None:
        in_threads = make_async(self.tokenize, executor=self.renderer._executor)
        self.patches.replace(self.renderer, "_tokenize_prompt", self.tokenize)
        self.patches.replace(self.renderer, "_tokenize_prompt_async", in_threads)

    def tokenize(self, prompt: TextPrompt, params: TokenizeParams) -> TokensPrompt:
        """Tokenize as vLLM does; if more than the tokens is requested, with vLLM's code."""
        if params.truncate_prompt_tokens is not None or params.return_token_offsets:
            return self._vllms(prompt, params)
        tokens = self._tokenized(prompt, params)
        if self.comparison.due:
            self.comparison.begin(lambda: self._difference(prompt, params, tokens["prompt_token_ids"]))
        return tokens

    def _tokenized(self, prompt: TextPrompt, params: TokenizeParams) -> TokensPrompt:
        token_ids = self._encode(prompt["prompt"], params.add_special_tokens)
        longest = params.get_encode_kwargs()["max_length"]
        return TokensPrompt(prompt_token_ids=token_ids[:longest], **prompt)

    def _difference(self, prompt: TextPrompt, params: TokenizeParams, ours: list[int]) -> str | None:
        vllms = self._vllms(prompt, params)["prompt_token_ids"]
        longest = params.get_encode_kwargs()["max_length"]
        if ours == vllms or len(ours) == len(vllms) == longest:  # too long, and refused wherever it was cut
            return None
        return (
            f"a text of {len(prompt['prompt'])} characters has {len(ours)} tokens, not {len(vllms)}, "
            f"and others from token {first_difference(ours, vllms)} on"
        )


def _is_plain(kind: type) -> bool:
    """Return whether a tokenizer does no more than tokenizers' own."""
    own = (base for base in kind.__mro__ if not issubclass(base, ThreadSafeHFTokenizerMixin))
    called = next(base for base in own if "__call__" in vars(base))
    encoder = getattr(kind, "_encode_plus", None)
    return called is PreTrainedTokenizerBase and encoder is TokenizersBackend._encode_plus


def encoder(tokenizer: Any, description: str, texts: list[str]) -> Encode:
    """Return the fastest function for the tokens of a text by transformers' `tokenizer`.

    That is fastokens if it has the same tokens as tokenizers for all `texts`. vLLM's own variable for
    fastokens disables it if it is 0.
    """
    split = bool(tokenizer.split_special_tokens)
    slow = _by_tokenizers(description, split)
    if os.environ.get("VLLM_USE_FASTOKENS") == "0":
        return slow
    try:
        fast = _by_fastokens(description, split, slow)
        differing = next((text for text in texts if not _agree(fast, slow, text)), None)
    except Exception as error:  # it raises any error for what it does not support
        logger.info("fastokens does not know the model's tokenizer: %s", error)
        return slow
    if differing is not None:
        logger.warning("fastokens is not used: its tokens for %r differ.", differing)
        return slow
    return fast


def _by_tokenizers(description: str, split: bool) -> Encode:
    tokenizer = Tokenizer.from_str(description)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = split
    if hasattr(tokenizer.model, "_resize_cache"):
        tokenizer.model._resize_cache(_WORDS)

    def encode(text: str, add_special_tokens: bool) -> list[int]:
        [encoding] = tokenizer.encode_batch_fast([text], add_special_tokens=add_special_tokens)
        token_ids: list[int] = encoding.ids
        return token_ids

    return encode


def _by_fastokens(description: str, split: bool, otherwise: Encode) -> Encode:
    tokenizer = fastokens.Tokenizer.from_json_str(description)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    encode_text = tokenizer.encode

    def encode(text: str, add_special_tokens: bool) -> list[int]:
        try:
            token_ids: list[int] = encode_text(text, add_special_tokens, split).ids
            return token_ids
        except ValueError:  # a text for which its regular expression would take too long
            return otherwise(text, add_special_tokens)

    return encode


def vocabulary_samples(tokenizer: Any, description: str) -> list[str]:
    """Return sample texts from the tokenizer's vocabulary: its words, its merges, and its added tokens.

    They are always the same, and few enough to be tokenized in a fraction of a second.
    """
    described = json.loads(description)
    chance = random.Random(SEED)  # noqa: S311  to choose, not to hide
    added = [token["content"] for token in described["added_tokens"]]
    texts = [
        "".join(added[:200]),
        " and ".join(added[:200]),
        *(f"a {token}\n {token}b" for token in _some(chance, added, 100)),
        *_of_words(chance, tokenizer),
        *_of_merges(chance, tokenizer, described["model"].get("merges") or []),
    ]
    return [text for text in texts if len(text) <= LONGEST_PROBE]


def _some(chance: random.Random, all_: list[Any], count: int) -> list[Any]:
    return chance.sample(all_, min(count, len(all_)))


def _of_words(chance: random.Random, tokenizer: Any) -> Iterator[str]:
    """Yield the spellings of tokens, alone and side by side."""
    ids = list(range(len(tokenizer)))
    for token_id in _some(chance, ids, WORDS):
        yield tokenizer.decode([token_id])
    for _ in range(ROWS):
        row = tokenizer.decode(chance.choices(ids, k=chance.randint(2, 12)))
        yield row
        yield row[chance.randrange(len(row) or 1) :].upper()


def _of_merges(chance: random.Random, tokenizer: Any, merges: list[Any]) -> Iterator[str]:
    """Yield merges: complete, as part of a word, and split where they are joined."""
    for merge in _some(chance, merges, MERGES):
        left, right = merge.split(" ", 1) if isinstance(merge, str) else merge
        ids = tokenizer.convert_tokens_to_ids([left, right])
        text = tokenizer.decode([token_id for token_id in ids if token_id is not None])
        yield text
        yield f"{text}{text} {text.strip()}s, {text[:-1]} {text[1:]}"


def _agree(one: Encode, other: Encode, text: str) -> bool:
    return all(one(text, special) == other(text, special) for special in (True, False))


SHORTCUT = OwnCore
