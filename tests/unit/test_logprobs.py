import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mistral_common
import pytest
from pydantic import TypeAdapter
from tokenizers import Tokenizer, decoders, models
from transformers import AutoTokenizer, PreTrainedTokenizerFast
from vllm.tokenizers.mistral import MistralTokenizer

from accord.dialects.chat.response import chat_logprobs, chat_logprobs_model
from accord.dialects.completions.logprobs import TextOffsets, completion_logprobs
from accord.dialects.logprobs import logprobs_json
from accord.engine.deltas import Delta, TokenLogprob
from accord.engine.vllm.hidden import HiddenReasoning
from accord.engine.vllm.logprobs import LogprobReader, token_logprobs
from accord.engine.vllm.spellings import Spelling, spelling
from accord.generated import models as contract

TEXTS = [
    "Hello, world",
    " two  spaces\n\ttab",
    "é漢字 🙂👍🏽",
    "a\u0301 \u200b",
    "ﷺ",
    "— “quotes”",
    "\\xf0 <0xF0>",
]


@dataclass
class Logprob:
    """As vLLM has it."""

    logprob: float
    rank: int | None
    decoded_token: str | None = None


@pytest.fixture(scope="module")
def byte_level(tiny_model: Path) -> Any:
    return AutoTokenizer.from_pretrained(tiny_model)


def byte_fallback() -> Any:
    """A tokenizer of SentencePiece's kind, with a token for each byte."""
    pieces = ["<unk>", "\u2581Hel", "lo", *(f"<0x{byte:02X}>" for byte in range(256))]
    vocabulary = {piece: token_id for token_id, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], byte_fallback=True, unk_token="<unk>"))
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer)


@pytest.fixture(
    scope="module", params=[("tekken_240911.json", "tekken.json"), ("tokenizer.model.v1",) * 2], ids=str
)
def mistral(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Mistral's own tokenizers: tekken, and SentencePiece."""
    file, name = request.param
    folder = tmp_path_factory.mktemp("mistral")
    (folder / name).symlink_to(Path(mistral_common.__file__).parent / "data" / file)
    return MistralTokenizer.from_pretrained(str(folder))


def test_the_likeliest_come_first_and_the_sampled_only_where_it_is_one_of_them(byte_level: Any) -> None:
    [seven, one, two] = [byte_level.encode(text)[0] for text in (" seven", " one", " two")]
    position = {seven: Logprob(-3.0, 9), one: Logprob(-0.5, 1), two: Logprob(-0.7, 2)}
    [entry] = token_logprobs([seven], [position], 2, byte_level, False)
    assert (entry.token, entry.logprob, entry.rank) == (" seven", -3.0, 9)
    assert [(top.token, top.rank) for top in entry.top or ()] == [(" one", 1), (" two", 2)]
    [everything] = token_logprobs([seven], [position], -1, byte_level, False)
    assert [top.token_id for top in everything.top or ()] == [one, two]


POSITION = {7: Logprob(-3.0, 9), 1: Logprob(-0.5, 1), 2: Logprob(-0.7, 2)}


def test_minus_one_returns_all(byte_level: Any) -> None:
    ranked = {7: Logprob(-3.0, 3), 1: Logprob(-0.5, 1), 2: Logprob(-0.7, 2)}
    [entry] = token_logprobs([7], [ranked], -1, byte_level, False)
    assert [top.token_id for top in entry.top or ()] == [1, 2, 7]


def test_chosen_tokens_come_in_the_clients_order_without_ranks(byte_level: Any) -> None:
    entry = LogprobReader(byte_level, False).chosen(7, POSITION, [2, 1])
    assert entry.rank == 9
    assert [(top.token_id, top.logprob, top.rank) for top in entry.top or ()] == [
        (2, -0.7, None),
        (1, -0.5, None),
    ]


def test_the_rank_of_a_sampled_token_that_was_chosen_is_not_known(byte_level: Any) -> None:
    entry = LogprobReader(byte_level, False).chosen(7, POSITION, [7])
    assert entry.rank is None


@pytest.mark.parametrize("value", [float("-inf"), float("nan"), -10_000.0])
def test_infinite_log_probabilities_become_very_small(byte_level: Any, value: float) -> None:
    [entry] = token_logprobs([7], [{7: Logprob(value, 0)}], 0, byte_level, False)
    assert entry.logprob == -9999.0
    assert entry.rank is None


@pytest.mark.parametrize("text", TEXTS)
def test_the_bytes_of_a_texts_tokens_are_the_texts(byte_level: Any, text: str) -> None:
    token_ids = byte_level.encode(text, add_special_tokens=False)
    assert b"".join(spelling(byte_level, i).utf8 for i in token_ids).decode() == text


@pytest.mark.parametrize("text", TEXTS)
def test_mistrals_tokens_have_their_bytes_too(mistral: Any, text: str) -> None:
    token_ids = mistral.encode(text, add_special_tokens=False)
    said = b"".join(spelling(mistral, i).utf8 for i in token_ids).decode()
    assert said in (text, f" {text}")  # SentencePiece begins a text with a space


def test_a_byte_that_stands_for_itself_and_the_space_before_a_word() -> None:
    tokenizer = byte_fallback()
    assert spelling(tokenizer, 1) == Spelling(" Hel", b" Hel")
    assert spelling(tokenizer, 3 + 0xF0) == Spelling("\\xf0", b"\xf0")
    assert spelling(tokenizer, 3 + 0x41) == Spelling("A", b"A")


def test_a_token_beyond_the_vocabulary_has_no_bytes(byte_level: Any) -> None:
    assert spelling(byte_level, 10**6) == Spelling("token_id:1000000", b"")


def parts(tokenizer: Any) -> list[int]:
    """Return the tokens of a character that has several, none of which is a character by itself."""
    token_ids: list[int] = tokenizer.encode("🦩", add_special_tokens=False)
    assert len(token_ids) > 1
    return token_ids


def test_a_part_of_a_character_has_its_own_bytes_and_a_text_that_is_no_other_tokens(byte_level: Any) -> None:
    first, second, *_ = parts(byte_level)
    # vLLM gives both the same text: none.
    position = {first: Logprob(-0.5, 1, ""), second: Logprob(-0.7, 2, "")}
    entries = token_logprobs([first], [position], 2, byte_level, False)
    [told] = json.loads(chat_logprobs(entries))["content"]
    assert told["bytes"] == list("🦩".encode())[: len(told["bytes"])]
    assert told["token"] == "".join(f"\\x{byte:02x}" for byte in told["bytes"])
    assert len({top["token"] for top in told["top_logprobs"]}) == 2
    assert told["top_logprobs"][0]["bytes"] == told["bytes"]
    legacy = json.loads(completion_logprobs(entries, TextOffsets()))
    assert legacy["tokens"] == [f"bytes:{told['token']}"]
    assert len(legacy["top_logprobs"][0]) == 2


def said_by_models(entries: list[TokenLogprob]) -> dict[str, bytes]:
    """Return log probabilities as the contract's models say them in a stream."""
    tops = [
        [
            {"token": top.token, "logprob": top.logprob or 0.0, "bytes": list(top.own_bytes)}
            for top in entry.top or ()
        ]
        for entry in entries
    ]
    content = [
        {"token": e.token, "logprob": e.logprob or 0.0, "bytes": list(e.own_bytes), "top_logprobs": top}
        for e, top in zip(entries, tops, strict=True)
    ]
    chat = contract.ChatCompletionLogprobs.model_validate({"content": content, "refusal": None})
    responses = TypeAdapter(list[contract.ResponseLogprob])
    return {
        "chat": chat.model_dump_json(ensure_ascii=True).encode(),
        "responses": responses.dump_json(responses.validate_python(content), ensure_ascii=True),
    }


@pytest.mark.parametrize("top", [0, 1, 5, 20])
def test_they_are_written_as_the_contracts_models_say_them(byte_level: Any, top: int) -> None:
    texts = [*TEXTS, "🦩", '\u2028\x85\x7f\x00\\"/', "<|im_end|>"]
    token_ids = [i for text in texts for i in byte_level.encode(text, add_special_tokens=False)] + [10**6]
    values = [-0.5, -1e-5, -1e-7, -0.0, 0.0, float("-inf"), float("nan"), -123.456789, -9999.5, -1.17e-38]
    positions = [
        {
            token_ids[(at + i) % len(token_ids)]: Logprob(values[(at * 3 + i) % len(values)], i)
            for i in range(top + 1)
        }
        for at in range(len(token_ids))
    ]
    for as_token_ids in (False, True):
        entries = token_logprobs(token_ids, positions, top, byte_level, as_token_ids)
        slow = said_by_models(entries)
        assert read(chat_logprobs(entries)) == read(slow["chat"])
        assert read(logprobs_json(entries)) == read(slow["responses"])


def read(written: bytes) -> Any:
    """Return what is said, with numbers as they are written: in ASCII, so that no event ends in a text."""
    return json.loads(written.decode("ascii"), parse_float=str)


def test_completions_have_them_in_arrays_that_their_model_takes(byte_level: Any) -> None:
    token_ids = byte_level.encode("é🦩 a\u2028b<|im_end|>", add_special_tokens=False)
    positions = [{i: Logprob(-1e-7, 2), 5: Logprob(float("nan"), 1)} for i in token_ids]
    entries = token_logprobs(token_ids, [None, *positions[1:]], 2, byte_level, False)
    written = completion_logprobs(entries, TextOffsets())
    told = contract.CompletionLogprobs.model_validate_json(written)
    assert told.model_dump_json(ensure_ascii=True).encode() == written
    assert (told.token_logprobs[0], told.top_logprobs[0]) == (None, None)
    assert told.token_logprobs[1:] == [-1e-7] * (len(token_ids) - 1)


def test_parts_of_a_character_begin_where_it_does(byte_level: Any) -> None:
    token_ids = byte_level.encode("a🦩b", add_special_tokens=False)
    entries = token_logprobs(token_ids, [{i: Logprob(-1.0, 1)} for i in token_ids], 0, byte_level, False)
    told = json.loads(completion_logprobs(entries, TextOffsets()))
    assert told["text_offset"] == [0, *[1] * (len(token_ids) - 2), 2]


def test_tokens_returned_by_id_keep_their_bytes(byte_level: Any) -> None:
    [entry] = token_logprobs([7], [{7: Logprob(-1.0, 1, "x")}], 1, byte_level, True)
    [told] = chat_logprobs_model([entry]).content or []
    assert told.token == told.top_logprobs[0].token == "token_id:7"
    assert bytes(told.bytes or ()) == spelling(byte_level, 7).utf8


def answered(tokenizer: Any, all_of_it: str, **fields: Any) -> Delta:
    token_ids = tokenizer.encode(all_of_it, add_special_tokens=False)
    entries = [TokenLogprob("", i, -1.0) for i in token_ids]
    return Delta(0, token_ids=token_ids, logprobs=entries, **fields)


def said(tokenizer: Any, delta: Delta) -> str:
    assert [e.token_id for e in delta.logprobs or ()] == delta.token_ids
    return str(tokenizer.decode(delta.token_ids))


def test_a_whole_answer_returns_no_tokens_of_hidden_reasoning(byte_level: Any) -> None:
    hidden = HiddenReasoning(byte_level, reasons=True, end=None)
    delta = answered(byte_level, "A thought.\n\nHello", reasoning="A thought.", text="Hello")
    hidden.whole(delta)
    assert said(byte_level, delta).strip() == "Hello"
    assert delta.reasoning == ""


def test_nothing_is_returned_if_the_reasoning_tokens_are_unknown(byte_level: Any) -> None:
    delta = answered(byte_level, "A thought. Hello", reasoning="Another", text="Hello")
    HiddenReasoning(byte_level, reasons=True, end=None).whole(delta)
    assert (delta.token_ids, delta.logprobs) == ([], [])


def test_a_stream_returns_no_tokens_until_the_answer_begins(byte_level: Any) -> None:
    hidden = HiddenReasoning(byte_level, reasons=True, end=byte_level.encode("|")[0])
    steps = [
        answered(byte_level, "A thought.", reasoning="A thought."),
        answered(byte_level, "|"),
        answered(byte_level, "Hel", text="Hel"),
        answered(byte_level, "lo"),  # held back, as a part of a character is
        answered(byte_level, "again", reasoning="again"),
        answered(byte_level, "more|end", reasoning="more", text="end"),
    ]
    for step in steps:
        hidden.step(step)
    assert [said(byte_level, step) for step in steps] == ["", "", "Hel", "lo", "", "end"]


def test_an_answer_without_reasoning_is_detected_at_its_first_token(byte_level: Any) -> None:
    hidden = HiddenReasoning(byte_level, reasons=False, end=None)
    first = answered(byte_level, "Hel")
    hidden.step(first)
    assert said(byte_level, first) == "Hel"
