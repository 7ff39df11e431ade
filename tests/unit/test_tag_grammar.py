"""Structural tags as grammars: free text and schemas, compared with xgrammar's."""

import json
from typing import Any

import llguidance
import pytest
import xgrammar
from vllm.sampling_params import StructuredOutputsParams
from xgrammar.testing import _is_grammar_accept_string

from accord.engine.grammars.tags import UnknownTag, calls_only, calls_or_answer, tag_lark
from accord.engine.vllm.grammars import SpecialTokens, guidance_outputs, tag_grammar
from accord.errors import InvalidRequest

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}


NONE = SpecialTokens({})


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
def test_text_is_free_and_calls_are_constrained(text: str, accepted: bool) -> None:
    grammar = tag_grammar(tag(), NONE)
    assert accepts(grammar, text) is accepted


def test_one_call_only() -> None:
    grammar = tag_grammar(tag(stop_after_first=True), NONE)
    call = '<call>{"f": {"a": 1}}</call>'
    assert accepts(grammar, f"So: {call}")
    assert not accepts(grammar, call + call)


def test_special_tokens_stand_by_themselves() -> None:
    tokens = SpecialTokens({token: token for token in ("<call>", "</call>", "<|end|>")})
    grammar = tag_grammar(tag(), tokens)
    assert " <call> " in grammar
    assert '"}" </call>' in grammar


def test_an_answer_may_end_with_each_token_that_ends_one() -> None:
    grammar = tag_grammar(tag(), SpecialTokens({"<|eom|>": "<|eom|>"}, ("<|eom|>",)))
    assert grammar.splitlines()[1].endswith("(<|eom|>)?")


JSON = {"type": "json_schema", "json_schema": SCHEMA | {"additionalProperties": False}}
TEXT = {"type": "any_text"}


def const(value: str) -> dict[str, Any]:
    return {"type": "const_string", "value": value}


def between(begin: str, content: Any, end: Any) -> dict[str, Any]:
    return {"type": "tag", "begin": begin, "content": content, "end": end}


A = between("<a>", JSON, "</a>")
B = between("<b>", JSON, "</b>")
F = between("<f=a>", JSON, "</f>")
THOUGHT = {"type": "optional", "content": {"type": "sequence", "elements": [between("<t>", TEXT, "</t>")]}}
FORMATS: dict[str, dict[str, Any]] = {
    "triggered": {"type": "triggered_tags", "triggers": ["<f"], "tags": [F, between("<f=b>", TEXT, "</f>")]},
    "several triggers": {
        "type": "triggered_tags",
        "triggers": ["<f", "<g"],
        "tags": [F, between("<g=b>", JSON, ["</g>", "!"])],
        "at_least_one": True,
    },
    "one only": {"type": "triggered_tags", "triggers": ["<f"], "tags": [F], "stop_after_first": True},
    "excluded": {"type": "triggered_tags", "triggers": ["<f"], "tags": [F], "excludes": ["<t>", "x"]},
    "separated": {
        "type": "tags_with_separator",
        "tags": [A, between("<b>", JSON, "</b>")],
        "separator": ", ",
    },
    "at least one": {"type": "tags_with_separator", "tags": [A], "separator": "", "at_least_one": True},
    "just one": {"type": "tags_with_separator", "tags": [A], "separator": "", "stop_after_first": True},
    "sequence": {
        "type": "sequence",
        "elements": [const("x"), THOUGHT, const("y"), {"type": "or", "elements": [const("ab"), JSON]}],
    },
    "harmony": {
        "type": "sequence",
        "elements": [
            THOUGHT,
            {
                "type": "or",
                "elements": [
                    between("<c>f<m>", TEXT, ["<e>", ""]),
                    between(" to=f.a<c>json<m>", JSON, ["<e>", ""]),
                    between(" to=f.ab<c>json<m>", JSON, ["<e>", ""]),
                ],
            },
        ],
    },
    "regex": {"type": "sequence", "elements": [{"type": "regex", "pattern": "[a-c]+/?"}, const("!")]},
    "star": {"type": "star", "content": A},
    "plus": {"type": "plus", "content": A},
    "repeat": {"type": "repeat", "min": 1, "max": 2, "content": A},
    "grammar": between("g:", {"type": "grammar", "grammar": 'root ::= "a" b*\nb ::= "b" | [0-9]'}, ";"),
    "dispatch": {"type": "dispatch", "rules": [["<f", between("=a>", JSON, "</f>")], ["<g", const("h>")]]},
}
CALL = '<f=a>{"a": 1}</f>'
ITEM = '<a>{"a": 1}</a>'
TEXTS = (
    *("", "hi", CALL, f"t{CALL}", f"t{CALL}u", CALL * 2, "<f=b>xx</f>", "<f=b>xx", "<f", "<f=c>"),
    *('<g=b>{"a": 1}!', '<g=b>{"a": 1}</g>z', 'a<g=b>{"a": 1}</g>', "<t>", f"x{CALL}", f"{CALL}x"),
    *(ITEM, f'{ITEM}, <b>{{"a": 1}}</b>', ITEM * 2, ITEM * 3, "xyab", "x<t>hm</t>yab", 'xy{"a": 1}', "xyb"),
    *("<t>hm</t><c>f<m>hello", "<c>f<m>hello<e>", "<c>f<m>hello", ' to=f.a<c>json<m>{"a": 1}'),
    *('<t>hm</t> to=f.ab<c>json<m>{"a": 1}<e>', ' to=f.ab<c>json<m>{"b": 1}', "<t>hm</t>"),
    *("abc/!", "abc!", "abc/", "!", "g:ab1b;", "g:a;", "g:b;", "<gh>", f"a<gh>b{CALL}z"),
)


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS.keys())
def test_tags_that_xgrammar_accepts_are_accepted(form: dict[str, Any]) -> None:
    tag = {"type": "structural_tag", "format": form}
    reference = xgrammar.Grammar.from_structural_tag(json.dumps(tag))
    grammar = tag_lark(tag)
    expected = {text: _is_grammar_accept_string(reference, text) for text in TEXTS}
    assert any(expected.values())
    assert {text: accepts(grammar, text) for text in TEXTS} == expected


DSML = "\uff5cDSML\uff5c"
WEATHER = {
    "properties": {
        "city": {"type": "string", "maxLength": 4},
        "unit": {"enum": ["C", "F"]},
        "days": {"$ref": "#/$defs/Days"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "required": ["city", "days"],
    "$defs": {"Days": {"type": "array", "items": {"type": "integer"}}},
}


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("<parameter=city>\nRome\n</parameter>\n<parameter=days>\n[1]\n</parameter>\n", True),
        ("<parameter=city>Rome</parameter><parameter=days>[]</parameter>", True),
        ("<parameter=city>A</parameter><parameter=unit>F</parameter><parameter=days>[]</parameter>", True),
        ("<parameter=city>A</parameter><parameter=days>[]</parameter><parameter=note>B<c></parameter>", True),
        ("<parameter=city>Paris</parameter><parameter=days>[]</parameter>", False),
        ("<parameter=city>A</parameter><parameter=unit>K</parameter><parameter=days>[]</parameter>", False),
        ('<parameter=city>A</parameter><parameter=days>["1"]</parameter>', False),
        ("<parameter=days>[]</parameter>", False),
        ("<parameter=city>A</parameter><parameter=other>B</parameter>", False),
    ],
)
def test_arguments_in_tags_keep_to_their_schema(text: str, accepted: bool) -> None:
    content = {"type": "json_schema", "json_schema": WEATHER, "style": "qwen_xml"}
    grammar = tag_lark({"format": between("<f>", content, "\n</f>")})
    assert accepts(grammar, f"<f>{text.removesuffix(chr(10))}\n</f>") is accepted


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("minimax_xml", '<parameter name="a">1</parameter>'),
        ("glm_xml", "<arg_key>a</arg_key>\n<arg_value>1</arg_value>\n"),
        ("deepseek_xml", f'<{DSML}parameter name="a" string="false">1</{DSML}parameter>'),
        ("deepseek_v4_1_xml", f'<{DSML} parameter name="a" string="false">1</{DSML} parameter>'),
    ],
)
def test_each_familys_tags(style: str, text: str) -> None:
    for schema in (SCHEMA, True):
        grammar = tag_lark({"format": {"type": "json_schema", "json_schema": schema, "style": style}})
        assert accepts(grammar, text)
        assert accepts(grammar, text.replace("1", "x")) is (schema is True)


def test_calls_only_have_no_text_around_them() -> None:
    calls = {"type": "triggered_tags", "triggers": ["<f"], "tags": [F], "at_least_one": True}
    grammar = tag_lark({"format": calls_only(calls)})
    assert accepts(grammar, CALL)
    assert accepts(grammar, f"{CALL}\n{CALL}{CALL}")
    assert not accepts(grammar, f"{CALL} and so on")
    assert not accepts(tag_lark({"format": calls_only(calls | {"stop_after_first": True})}), CALL * 2)


def test_a_call_that_is_json_and_an_answer_that_is_json_are_distinguished() -> None:
    call = between('{"name": "f", "parameters": ', {"type": "json_schema", "json_schema": SCHEMA}, "}")
    calls = {"type": "triggered_tags", "triggers": ['{"name": '], "tags": [call], "at_least_one": True}
    answer = {"type": "object", "properties": {"b": {"$ref": "#/$defs/B"}}, "required": ["b"]}
    schema = answer | {"$defs": {"B": {"type": "boolean"}}, "additionalProperties": False}
    form = calls_or_answer(calls, {"type": "json_schema", "json_schema": schema})
    grammar = tag_lark({"format": form})
    assert accepts(grammar, '{"name": "f", "parameters": {"a": 1}}')
    assert accepts(grammar, '{"b": true}')
    assert not accepts(grammar, '{"name": "f", "parameters": {"a": true}}')
    assert not accepts(grammar, '{"b": 1}')


@pytest.mark.parametrize(
    "form",
    [
        {"type": "json_schema", "json_schema": {}, "style": "cohere_xml"},
        {"type": "triggered_tags", "triggers": ["<x"], "tags": [F]},
        {"type": "json_schema", "json_schema": {"anyOf": []}, "style": "qwen_xml"},
        {"type": "any_text", "max_tokens": 5},
        {"type": "token", "token": "<|nowhere|>"},
        {"type": "or", "elements": []},
        {"type": "something"},
        {"type": "sequence"},
    ],
)
def test_unsupported_constraints_are_refused(form: dict[str, Any]) -> None:
    with pytest.raises(UnknownTag):
        tag_lark({"format": form})


@pytest.mark.parametrize(
    "tag",
    ["[1]", "5", "null", '{"structures": [{"begin": "a"}], "triggers": ["a"]}', '{"format": {"tags": [1]}}'],
)
def test_a_malformed_tag_is_refused(tag: str) -> None:
    with pytest.raises(InvalidRequest, match="structural_tag"):
        guidance_outputs(StructuredOutputsParams(structural_tag=tag), NONE)
