"""Calls that are left to the model, of tools that are strict: free text, and calls that keep to schemas."""

import json
from typing import Any

import llguidance
import pytest
from vllm.sampling_params import StructuredOutputsParams

from accord.engine.vllm.grammars import guidance_outputs, tag_grammar
from accord.errors import InvalidRequest

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}


class Tokenizer:
    """All that is asked of one: its special tokens."""

    def __init__(self, *added: str) -> None:
        self.added = added

    def get_added_vocab(self) -> dict[str, int]:
        return {token: index for index, token in enumerate(self.added)}


def tag(**form: Any) -> str:
    content = {"type": "json_schema", "json_schema": SCHEMA}
    tags = [{"type": "tag", "begin": '<call>{"f": ', "content": content, "end": "}</call>"}]
    triggered = {"type": "triggered_tags", "triggers": ["<call>"], "tags": tags}
    return json.dumps({"type": "structural_tag", "format": triggered | form})


def accepts(grammar: str, text: str) -> bool:
    tokenizer = llguidance.LLTokenizer("byte")
    assert llguidance.LLMatcher.validate_grammar(grammar, tokenizer) == ""
    matcher = llguidance.LLMatcher(tokenizer, grammar)
    tokens = list(text.encode())
    return (
        matcher.validate_tokens(tokens) == len(tokens)
        and matcher.consume_tokens(tokens)
        and matcher.is_accepting()
    )


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("", True),
        ("Just text, <b> and all.", True),
        ('So: <call>{"f": {"a": 1}}</call>', True),
        ('<call>{"f": {"a": 1}}</call> and <call>{"f": {"a": 22}}</call> done', True),
        ('<call>{"f": {"a": "1"}}</call>', False),
        ('<call>{"g": {"a": 1}}</call>', False),
        ('<call>{"f": {"a": 1}', False),
    ],
)
def test_text_is_free_and_calls_are_held(text: str, accepted: bool) -> None:
    grammar = tag_grammar(tag(), Tokenizer())
    assert grammar is not None
    assert accepts(grammar, text) is accepted


def test_one_call_only() -> None:
    grammar = tag_grammar(tag(stop_after_first=True), Tokenizer())
    assert grammar is not None
    call = '<call>{"f": {"a": 1}}</call>'
    assert accepts(grammar, f"So: {call}")
    assert not accepts(grammar, call + call)


def test_special_tokens_stand_by_themselves() -> None:
    grammar = tag_grammar(tag(), Tokenizer("<call>", "</call>", "<|end|>"))
    assert grammar is not None
    assert "opening: TEXT <call>" in grammar
    assert grammar.endswith('"}" </call>\n')


@pytest.mark.parametrize("form", [{"at_least_one": True}, {"type": "sequence"}, {"triggers": ["<a", "<b"]}])
def test_more_than_that_is_not_known(form: dict[str, Any]) -> None:
    assert tag_grammar(tag(**form), Tokenizer()) is None


@pytest.mark.parametrize(
    "tag",
    ["[1]", "5", "null", '{"structures": [{"begin": "a"}], "triggers": ["a"]}', '{"format": {"tags": [1]}}'],
)
def test_what_has_not_the_form_of_a_tag_is_refused(tag: str) -> None:
    with pytest.raises(InvalidRequest, match="structural_tag"):
        guidance_outputs(StructuredOutputsParams(structural_tag=tag), Tokenizer())
