"""Calls of tools with a text grammar, in the formats of several families."""

import json
from pathlib import Path
from typing import Any

import pytest
from transformers import PreTrainedTokenizerFast
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest

from accord.engine.grammars.checker import GrammarChecker
from accord.engine.requests import ToolGrammar
from accord.engine.vllm.texts import ToolTexts, check_tool_grammars, unconstrained_fields
from accord.errors import InvalidRequest
from tests.unit.test_forced_calls import ADDED, Family, tool

GRAMMARS = {
    "edit": ToolGrammar("lark", 'start: ("+" /(.*)/ LF)+ "end"\n%import common.LF', "tools.1.format"),
    "date": ToolGrammar("regex", r"^\d\d-\d\d$", "tools.2.format"),
}
NESTED = {"edit": ToolGrammar("lark", 'start: "(" start ")" | "+a\\nend"', "tools.1.format")}
GOOD = '+say "é"\n+\nend'
BAD = ("+a\nen", "-a\nend", "+a\nend\n", "")
FORCED = {"type": "function", "function": {"name": "edit"}}


def text_tool(name: str) -> dict[str, Any]:
    parameters = {
        "type": "object",
        "properties": {"input": {"type": "string", "description": "The input."}},
        "required": ["input"],
        "additionalProperties": False,
    }
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


TOOLS = [tool(), text_tool("edit"), text_tool("date")]


class TextFamily(Family):
    """A family that is asked with grammars of texts."""

    def adjusted(
        self, grammars: dict[str, ToolGrammar] = GRAMMARS, tools: Any = TOOLS, **fields: Any
    ) -> ChatCompletionRequest:
        asked = {"model": "m", "messages": [], "tools": tools} | fields
        request = ChatCompletionRequest.model_validate(asked)
        request.tool_texts = ToolTexts.of(grammars)
        before = [each.model_dump() for each in request.tools]
        adjusted: ChatCompletionRequest = self.parser(self.tokenizer, request.tools).adjust_request(request)
        assert [each.model_dump() for each in adjusted.tools] == before  # as the prompt is to have them
        return adjusted


def hermes(name: str, text: str) -> str:
    call = json.dumps({"name": name, "arguments": {"input": text}}, ensure_ascii=False)
    return f"<tool_call>\n{call}\n</tool_call>"


def llama(name: str, text: str) -> str:
    return json.dumps({"name": name, "parameters": {"input": text}}, ensure_ascii=False)


def harmony(name: str, text: str) -> str:
    arguments = json.dumps({"input": text}, ensure_ascii=False)
    return f"<|channel|>commentary to=functions.{name} <|constrain|>json<|message|>{arguments}"


def coder(name: str, text: str) -> str:
    parameter = f"<parameter=input>\n{text}\n</parameter>"
    return f"<tool_call>\n<function={name}>\n{parameter}\n</function>\n</tool_call>"


CALLS = {"hermes": hermes, "llama3_json": llama, "openai": harmony, "qwen3_coder": coder}


@pytest.fixture(scope="module")
def tokenizer(tiny_model: Path) -> Any:
    tokenizer: Any = PreTrainedTokenizerFast.from_pretrained(tiny_model)
    tokenizer.add_special_tokens({"additional_special_tokens": list(ADDED)})
    return tokenizer


@pytest.fixture(scope="module", params=CALLS)
def family(request: pytest.FixtureRequest, tokenizer: Any) -> tuple[TextFamily, Any]:
    name = request.param
    return TextFamily(tokenizer, name, "openai_gptoss" if name == "openai" else None), CALLS[name]


@pytest.mark.parametrize("choice", ["auto", "required", FORCED])
def test_the_text_is_constrained(family: tuple[TextFamily, Any], choice: Any) -> None:
    parser, call = family
    assert parser.fits(call("edit", GOOD), tool_choice=choice)
    for text in BAD:
        assert not parser.fits(call("edit", text), tool_choice=choice), text
    assert unconstrained_fields(GRAMMARS, parser.adjusted(tool_choice=choice)) == []
    if choice != FORCED:
        assert parser.fits(call("date", "24-01"), tool_choice=choice)
        assert not parser.fits(call("date", "24-1"), tool_choice=choice)


def test_a_text_that_ends_with_a_line_break_keeps_it(family: tuple[TextFamily, Any]) -> None:
    """Some families write a text on lines of its own, whose breaks are no part of it."""
    parser, call = family
    grammars = {"edit": ToolGrammar("lark", 'start: "a" /\\n/', "tools.1.format")}
    assert parser.fits(call("edit", "a\n"), grammars=grammars, tool_choice="auto")
    assert not parser.fits(call("edit", "a"), grammars=grammars, tool_choice="auto")
    if call is not harmony:  # whose parser reads no tokens but its own
        [made] = parser.read(call("edit", "a\n"), grammars=grammars, tool_choice="auto").tool_calls
        assert json.loads(made.arguments) == {"input": "a\n"}


def test_other_answers_stay_free(family: tuple[TextFamily, Any]) -> None:
    parser, call = family
    answer = "<|channel|>final<|message|>Hello" if call is harmony else "Hello"
    assert parser.fits(answer, tool_choice="auto")


@pytest.mark.parametrize("choice", ["auto", "required", FORCED])
def test_a_recursive_text_is_constrained_in_json(family: tuple[TextFamily, Any], choice: Any) -> None:
    """Between tags it is not held, and the client is told."""
    parser, call = family
    adjusted = parser.adjusted(grammars=NESTED, tool_choice=choice)
    if call is not coder:
        assert unconstrained_fields(NESTED, adjusted) == []
        for text, is_right in [("((+a\nend))", True), ("((+a\nend)", False), ("+a\nend)", False)]:
            assert parser.fits(call("edit", text), grammars=NESTED, tool_choice=choice) == is_right
        return
    assert unconstrained_fields(NESTED, adjusted) == ["tools.1.format"]
    if choice == "auto":
        assert adjusted.extract_structured_outputs() is None
    else:
        assert parser.fits(call("edit", "anything"), grammars=NESTED, tool_choice=choice)


def test_a_recursive_text_is_constrained_or_else_an_answer_in_a_schema(
    family: tuple[TextFamily, Any],
) -> None:
    parser, call = family
    schema = {"type": "object", "properties": {"yes": {"type": "boolean"}}, "required": ["yes"]}
    form = {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}}
    asked: Any = {"grammars": NESTED, "tool_choice": "auto", "response_format": form}
    is_held = not unconstrained_fields(NESTED, parser.adjusted(**asked))
    assert is_held == (call in (hermes, harmony))
    assert parser.fits(call("edit", "(+a\nend)"), **asked)
    assert parser.fits(call("edit", "("), **asked) == (not is_held)


def test_nothing_is_ignored_where_the_tool_cannot_be_called(family: tuple[TextFamily, Any]) -> None:
    parser, _ = family
    assert unconstrained_fields(NESTED, parser.adjusted(grammars=NESTED, tool_choice="none")) == []
    assert unconstrained_fields(NESTED, parser.adjusted(grammars=NESTED, tools=[tool()])) == []


def test_a_family_whose_calls_cannot_be_constrained(tokenizer: Any) -> None:
    parser = TextFamily(tokenizer, "pythonic")
    adjusted = parser.adjusted(tool_choice="auto")
    assert adjusted.extract_structured_outputs() is None
    assert unconstrained_fields(GRAMMARS, adjusted) == ["tools.1.format", "tools.2.format"]
    forced = parser.adjusted(tool_choice=FORCED)
    assert unconstrained_fields(GRAMMARS, forced) == []
    assert parser.fits(json.dumps({"input": GOOD}, ensure_ascii=False), tool_choice=FORCED)
    assert not parser.fits(json.dumps({"input": "+a\nen"}), tool_choice=FORCED)


@pytest.mark.parametrize(
    ("grammar", "reason"),
    [
        (ToolGrammar("lark", 'start: b\nb: "a" x', "tools.1.format"), 'line 2, column 4: unknown name: "x"'),
        (ToolGrammar("lark", 'start: "a" (', "tools.1.format"), "line 1, column 13: Expected token ')'"),
        (ToolGrammar("lark", "start: /a(/", "t"), "line 1, column 8: invalid regular expression: unclosed"),
        (ToolGrammar("regex", "a(b", "tools.1.format"), "column 2: unclosed group"),
        (ToolGrammar("regex", "a(?=b)", "tools.1.format"), "column 2: look-around"),
    ],
)
async def test_a_grammar_that_does_not_compile_is_refused_with_the_place(
    grammar: ToolGrammar, reason: str
) -> None:
    checker = GrammarChecker()
    try:
        await check_tool_grammars(GRAMMARS, checker)
        with pytest.raises(InvalidRequest) as caught:
            await check_tool_grammars({"edit": grammar}, checker)
    finally:
        await checker.close()
    assert caught.value.param == grammar.field
    assert reason in caught.value.message
