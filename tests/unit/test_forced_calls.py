"""vLLM's parsers, forced calls and their constraints, and how calls are read."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import llguidance
import llguidance.hf
import pytest
from transformers import PreTrainedTokenizerFast
from vllm.entrypoints.generate.base.protocol import (
    DeltaFunctionCall,
    DeltaMessage,
    DeltaToolCall,
    FunctionCall,
)
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.parser import Parser, ParserManager

from accord.dialects.answers import Answer
from accord.engine.deltas import Usage
from accord.engine.requests import Sampling
from accord.engine.vllm.deltas import AlignedSteps, ParsingDeltaReader
from accord.engine.vllm.grammars import SpecialTokens, guidance_outputs, serialized
from accord.engine.vllm.tools import with_constrained_calls

PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city"],
}
NAMED = {"type": "function", "function": {"name": "weather"}}
FORMAT = {
    "type": "json_schema",
    "json_schema": {
        "name": "f",
        "schema": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
    },
}
HERMES = '<tool_call>\n{"name": "weather", "arguments": {"city": "Rome"}}\n</tool_call>'
LLAMA = '{"name": "weather", "parameters": {"city": "Rome"}}'
HARMONY = '<|channel|>commentary to=functions.weather <|constrain|>json<|message|>{"city": "Rome"}'
THOUGHT = "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant"
FINAL = "<|channel|>final"
ADDED = (
    *("<think>", "</think>", "<tool_call>", "</tool_call>", "<|python_tag|>"),
    *("<|start|>", "<|end|>", "<|channel|>", "<|message|>", "<|constrain|>", "<|call|>"),
    *("<|channel>", "<channel|>", "<|tool_call>", "<tool_call|>", '<|"|>'),
)


def tool(name: str = "weather", *, strict: bool | None = None) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "parameters": PARAMETERS, "strict": strict}}


class Family:
    """A family's parsers, with a tokenizer that has its special tokens."""

    def __init__(self, tokenizer: Any, tools: str, reasoning: str | None = None) -> None:
        self.tokenizer = tokenizer
        self.matched = llguidance.hf.from_tokenizer(tokenizer, len(tokenizer))
        ending = {"eos_token_id": tokenizer.convert_tokens_to_ids(["<|call|>"])}
        config = SimpleNamespace(try_get_generation_config=lambda: ending)
        self.tokens = SpecialTokens.of(tokenizer, config)
        from_vllm = ParserManager.get_parser(tools, reasoning, True, is_harmony=tools == "openai")
        self.parser: Any = with_constrained_calls(from_vllm, self.tokens)

    def adjusted(self, **fields: Any) -> Any:
        asked = {"model": "m", "messages": [], "tools": [tool(), tool("weather_map")]} | fields
        request = ChatCompletionRequest.model_validate(asked)
        return self.parser(self.tokenizer, request.tools).adjust_request(request)

    def fits(self, text: str, **fields: Any) -> bool:
        """Whether the model can write `text`, and end there."""
        return self.fits_tokens(self.ids(text), **fields)

    def fits_tokens(self, token_ids: list[int], **fields: Any) -> bool:
        """Whether the model can write these tokens, and end there."""
        outputs = guidance_outputs(self.adjusted(**fields).extract_structured_outputs(), self.tokens)
        grammar = serialized(outputs)
        assert llguidance.LLMatcher.validate_grammar(grammar, self.matched) == ""
        matcher = llguidance.LLMatcher(self.matched, grammar)
        return (
            matcher.validate_tokens(token_ids) == len(token_ids)
            and matcher.consume_tokens(token_ids)
            and matcher.is_accepting()
        )

    def ids(self, text: str) -> list[int]:
        token_ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False)
        return token_ids

    def read(self, text: str, prompt: str = "", finish: str = "stop", **fields: Any) -> Answer:
        """Read a model's answer, which is the same whole and streamed."""
        whole = self._read(text, prompt, finish, stream=False, **fields)
        streamed = self._read(text, prompt, finish, stream=True, **fields)
        assert _parts(whole) == _parts(streamed)
        return whole

    def _read(self, text: str, prompt: str, finish: str, **fields: Any) -> Answer:
        request = self.adjusted(**fields)
        parsers = self._parsers(request, 2)
        reader = ParsingDeltaReader(
            Sampling(),
            Usage(),
            self.tokenizer,
            parsers[1:],
            parsers[0],
            request,
            self.ids(prompt),
            self._parsers,
        )
        answer = Answer(0)
        token_ids = self.ids(text)
        steps = [[token_id] for token_id in token_ids] if request.stream else [token_ids]
        for index, step in enumerate(steps):
            output = SimpleNamespace(
                index=0,
                text=self.tokenizer.decode(
                    step, skip_special_tokens=request.skip_special_tokens is not False
                ),
                token_ids=step,
                logprobs=None,
                finish_reason=finish if index == len(steps) - 1 else None,
                stop_reason=None,
            )
            for delta in reader.read([output]):
                answer.add(delta)
        return answer

    def _parsers(self, request: Any, n: int) -> list[Parser]:
        return [self.parser(self.tokenizer, request.tools) for _ in range(n)]


def _parts(answer: Answer) -> tuple[str, str, list[tuple[str, str]]]:
    return answer.reasoning, answer.text, calls(answer)


def calls(answer: Answer) -> list[tuple[str, str]]:
    return [(call.name, call.arguments) for call in answer.tool_calls]


@pytest.fixture(scope="module")
def tokenizer(tiny_model: Path) -> Any:
    tokenizer: Any = PreTrainedTokenizerFast.from_pretrained(tiny_model)
    tokenizer.add_special_tokens({"additional_special_tokens": list(ADDED)})
    return tokenizer


@pytest.fixture(scope="module")
def qwen(tokenizer: Any) -> Family:
    return Family(tokenizer, "hermes", "qwen3")


@pytest.fixture(scope="module")
def llama(tokenizer: Any) -> Family:
    return Family(tokenizer, "llama3_json")


@pytest.fixture(scope="module")
def gpt_oss(tokenizer: Any) -> Family:
    return Family(tokenizer, "openai", "openai_gptoss")


@pytest.mark.parametrize("choice", ["required", NAMED])
def test_a_forced_call_has_the_familys_format_and_follows_its_schema(
    qwen: Family, llama: Family, gpt_oss: Family, choice: Any
) -> None:
    for family, call in ((qwen, HERMES), (llama, LLAMA), (gpt_oss, HARMONY), (gpt_oss, THOUGHT + HARMONY)):
        assert family.fits(call, tool_choice=choice)
        assert not family.fits(call.replace("city", "town"), tool_choice=choice)
        assert not family.fits(call.replace('"Rome"', "1"), tool_choice=choice)
        assert not family.fits("Hello", tool_choice=choice)
    assert gpt_oss.fits(HARMONY + "<|call|>", tool_choice=choice)
    assert not gpt_oss.fits(FINAL + "<|message|>Hello", tool_choice=choice)
    assert llama.fits(LLAMA.replace("weather", "weather_map"), tool_choice=choice) is (choice == "required")


@pytest.mark.parametrize("asked", [{"tool_choice": "required"}, {"parallel_tool_calls": False}])
def test_a_special_token_of_a_call_is_not_spelled_out(qwen: Family, asked: dict[str, Any]) -> None:
    call, end = HERMES.removesuffix("</tool_call>"), qwen.ids("</tool_call>")
    spelled = qwen.ids("</tool") + qwen.ids("_call>")
    assert len(end) == 1
    assert qwen.tokenizer.decode(spelled) == "</tool_call>"
    assert qwen.fits_tokens(qwen.ids(call) + end, **asked)
    assert not qwen.fits_tokens(qwen.ids(call) + spelled, **asked)


@pytest.mark.parametrize("choice", ["required", NAMED, "auto"])
@pytest.mark.parametrize("prompt", ["", "<think>\n\n</think>\n\n"], ids=["open", "thought out"])
def test_a_call_is_one_whether_the_model_thinks_or_not(qwen: Family, choice: Any, prompt: str) -> None:
    answer = qwen.read(HERMES, prompt, tool_choice=choice)
    assert _parts(answer) == ("", "", [("weather", '{"city": "Rome"}')])
    if not prompt:
        answer = qwen.read(f"<think>\nHm.\n</think>\n\n{HERMES}", tool_choice=choice)
        assert calls(answer) == [("weather", '{"city": "Rome"}')]
        assert "Hm." in answer.reasoning


def test_reasoning_that_the_prompt_has_ended_is_empty(qwen: Family) -> None:
    assert _parts(qwen.read("Hello.", "<think>\n\n</think>\n\n")) == ("", "Hello.", [])
    assert _parts(qwen.read("Hello.", "<think>\n")) == ("Hello.", "", [])


def test_a_thought_after_one_that_the_prompt_has_closed_is_what_a_stream_says(
    qwen: Family, tokenizer: Any
) -> None:
    gemma = Family(tokenizer, "gemma4", "gemma4")
    answer = gemma.read("<|channel>thought\nHm.\n<channel|>Hello.", "<|channel>thought\n<channel|>")
    assert (answer.reasoning.strip(), answer.text) == ("Hm.", "Hello.")
    answer = qwen.read("<think>\nHm.\n</think>\n\nHello.", "<think>\n\n</think>\n\n")
    assert (answer.reasoning, "Hm." in answer.text) == ("", True)


@pytest.mark.parametrize("strict", [None, True])
def test_an_answer_in_a_format_may_be_a_call_instead(
    qwen: Family, llama: Family, gpt_oss: Family, strict: bool | None
) -> None:
    json_final = f'{THOUGHT}{FINAL} <|constrain|>json<|message|>{{"a": 1}}'
    for family, call, answer in (
        (qwen, HERMES, '{"a": 1}'),
        (llama, LLAMA, '{"a": 1}'),
        (gpt_oss, HARMONY, json_final),
    ):
        fields: dict[str, Any] = {
            "response_format": FORMAT,
            "tools": [tool(strict=strict)],
            "tool_choice": "auto",
        }
        assert family.fits(call, **fields)
        assert family.fits(answer, **fields)
        assert not family.fits(answer.replace("1", "true"), **fields)
        assert not family.fits("Hello", **fields)
        assert family.fits(call.replace('"Rome"', "1"), **fields) is (strict is None)
    assert calls(qwen.read(HERMES, "</think>", **fields)) == [("weather", '{"city": "Rome"}')]
    assert qwen.read('{"a": 1}', "</think>", **fields).text == '{"a": 1}'


@pytest.mark.parametrize(
    ("asked", "fitting", "other"),
    [
        (
            {"response_format": FORMAT},
            ' <|constrain|>json<|message|>{"a": 1}',
            ' <|constrain|>json<|message|>{"a": true}',
        ),
        ({"structured_outputs": {"regex": "[ab]+"}}, "<|message|>ab", "<|message|>abc"),
        ({"structured_outputs": {"choice": ["yes", "no"]}}, "<|message|>no", "<|message|>maybe"),
        ({"structured_outputs": {"grammar": 'root ::= "x" "y"'}}, "<|message|>xy", "<|message|>x"),
    ],
)
def test_harmony_answers_in_its_final_message(
    gpt_oss: Family, asked: dict[str, Any], fitting: str, other: str
) -> None:
    for thought in ("", THOUGHT):
        assert gpt_oss.fits(thought + FINAL + fitting, **asked, tools=None)
        assert not gpt_oss.fits(thought + FINAL + other, **asked, tools=None)
        assert not gpt_oss.fits("ab", **asked, tools=None)


@pytest.mark.parametrize("choice", ["required", "auto"])
def test_one_call_where_the_client_takes_no_more(llama: Family, qwen: Family, choice: str) -> None:
    for family, call in ((llama, LLAMA), (qwen, HERMES)):
        fields: dict[str, Any] = {"tool_choice": choice, "parallel_tool_calls": False}
        assert family.fits(call, **fields)
        assert not family.fits(f"{call}; {call}", **fields)
    assert calls(llama.read(f"{LLAMA}; {LLAMA}", **fields)) == [("weather", '{"city": "Rome"}')]


@pytest.mark.parametrize(
    ("choice", "text"),
    [("required", '[{"name": "weather", "parameters": {"city": "Rome"}}]'), (NAMED, '{"city": "Rome"}')],
)
def test_a_forced_call_in_json_is_read_where_vllm_has_no_grammar_for_the_familys(
    tokenizer: Any, choice: Any, text: str
) -> None:
    gemma = Family(tokenizer, "gemma4", "gemma4")
    assert calls(gemma.read(text, tool_choice=choice)) == [("weather", '{"city": "Rome"}')]


@pytest.mark.parametrize("text", ['{"name": "weather"}', '{"name": "weather", "parameters": {}}'])
def test_a_call_without_arguments_has_an_empty_object(llama: Family, text: str) -> None:
    assert calls(llama.read(text, tool_choice="auto")) == [("weather", "{}")]


def test_a_call_that_only_the_whole_answer_shows_ends_its_stream(llama: Family) -> None:
    fields: dict[str, Any] = {"tool_choice": "auto", "tools": [tool()]}
    text = f"Sure: {LLAMA}"
    assert calls(llama._read(text, "", "stop", stream=False, **fields)) == [("weather", '{"city": "Rome"}')]
    assert calls(llama._read(text, "", "stop", stream=True, **fields)) == [("weather", '{"city": "Rome"}')]


def test_a_call_that_is_truncated_is_reported_as_far_as_it_went(qwen: Family) -> None:
    cut = HERMES[: HERMES.index('me"}')]
    [call] = qwen.read(cut, finish="length", tool_choice="required").tool_calls
    assert call.name == "weather"
    assert call.arguments == '{"city": "Ro'


@pytest.mark.parametrize("finish", ["stop", "length"])
def test_a_call_that_is_truncated_anywhere_is_the_same_whole_and_streamed(
    qwen: Family, llama: Family, gpt_oss: Family, finish: str
) -> None:
    for family, call in ((qwen, HERMES), (llama, LLAMA), (gpt_oss, HARMONY)):
        token_ids = family.ids(call)
        for end in range(len(token_ids) // 2, len(token_ids)):
            family.read(family.tokenizer.decode(token_ids[:end]), finish=finish, tool_choice="auto")


def test_the_arguments_of_a_truncated_call_are_those_that_the_model_wrote(llama: Family) -> None:
    [call] = llama.read(LLAMA[: LLAMA.index('me"}')], tool_choice="auto").tool_calls
    assert (call.name, call.arguments) == ("weather", '{"city": "Ro"}')  # whole, by vLLM's parser


@pytest.mark.parametrize("choice", ["auto", "required"])
def test_a_call_that_is_truncated_before_its_name_is_not_text(qwen: Family, choice: str) -> None:
    answer = qwen.read("<tool_call>\n", finish="length", tool_choice=choice)
    assert (answer.text.strip(), calls(answer)) == ("", [])


def test_a_truncated_text_stays(llama: Family) -> None:
    answer = llama.read("\nIt is sunny in", finish="length", tool_choice="auto")
    assert (answer.text, calls(answer)) == ("\nIt is sunny in", [])


def test_each_token_comes_with_its_text_where_that_may_begin_a_stop_string() -> None:
    steps = AlignedSteps(held=2)
    assert steps.take("<tool_cal", [9], False) == ("", [])
    assert steps.take("l>na", [1], False) == ("<tool_call>", [9])
    assert steps.take("m", [2], False) == ("", [])
    assert steps.take("e:", [3, 4], True) == ("name:", [1, 2, 3, 4])


class FindsCalls(Parser):  # type: ignore[misc]  # vllm is not typed
    """Finds a call in every answer, as Harmony's parser does in one that the model writes unasked."""

    def parse(self, *_: Any, **__: Any) -> Any:
        return None, "Sunny.", [FunctionCall(id="1", name="weather", arguments="{}")]

    def parse_delta(self, *_: Any, **__: Any) -> Any:
        function = DeltaFunctionCall(name="weather", arguments="{}")
        return DeltaMessage(content="Sunny.", tool_calls=[DeltaToolCall(index=0, function=function)])


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_there_is_not_a_call_if_no_tools_are_offered(tokenizer: Any, stream: bool) -> None:
    asked = {"model": "m", "messages": [], "tools": [tool()], "tool_choice": "none", "stream": stream}
    request = ChatCompletionRequest.model_validate(asked)
    parser, counter = FindsCalls(tokenizer), FindsCalls(tokenizer)
    reader = ParsingDeltaReader(
        Sampling(), Usage(), tokenizer, [parser], counter, request, [1], lambda *_: []
    )
    output = {"index": 0, "text": "x", "token_ids": [1], "logprobs": None, "stop_reason": None}
    [delta] = reader.read([SimpleNamespace(**output, finish_reason="stop")])
    assert (delta.text, delta.tool_calls) == ("Sunny.", None)


def test_harmony_begins_a_final_message_in_json_as_its_parser_reads_it(gpt_oss: Family) -> None:
    asked: dict[str, Any] = {"response_format": {"type": "json_object"}, "tools": None}
    assert gpt_oss.fits("<|channel|>final <|constrain|>json<|message|>{}", **asked)
    assert not gpt_oss.fits("<|channel|>final json<|message|>{}", **asked)
