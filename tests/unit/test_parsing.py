"""What is passed on without being parsed is what vLLM's parser reads of it, however an answer is split."""

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from prometheus_client import REGISTRY
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.parser.metrics import init_parser_metrics
from vllm.parser.parser_manager import ParserManager
from vllm.sampling_params import StructuredOutputsParams
from vllm.tokenizers import get_tokenizer

from accord.engine.deltas import Delta
from accord.engine.vllm.calls import StreamedCalls
from accord.engine.vllm.shortcuts.parser_phases import EXTENDS_VALUES
from accord.engine.vllm.shortcuts.parsing import TextParser
from accord.engine.vllm.tools import ConstrainedCalls, with_constrained_calls
from tests.tiny_model import copy_tiny_model

PROMPT = [1, 2, 3]
TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
PIECES = [
    *(
        "Hello",
        ", 漢字 🏳️\u200d🌈",
        " a < b",
        " <b>",
        "<tool",
        "\n\n",
        "  ",
        " and so on.",
        "[x] {y}",
        "</think>",
    ),
    *("<think>", " Thinking.", "<|im_end|>", "<function=look>", "</function>", "</tool_call>"),
    '<tool_call>\n{"name": "look", "arguments": {"at": "<b>"}}\n</tool_call>',
    "<tool_call>\n<function=look>\n<parameter=at>\nhere\n</parameter>\n</function>\n</tool_call>",
]
PIECES_OF_A_CALL = [
    *(
        '<tool_call>\n{"name": "look", "arguments": {',
        '"at": "',
        "here",
        " 漢字\u00a0",
        "\\n",
        "  ",
        "\n",
        '", "b": [',
    ),
    *(
        "1, 2",
        "]",
        "}",
        "}}",
        "{",
        "<",
        "</",
        "</tool",
        "<tool_call>",
        "</tool_call>",
        '"}}\n</tool_call>',
        " a < b",
    ),
    *(', "arguments": {"', '"name": "other"', "text", "<|im_end|>"),
]
PIECES_OF_JSON = [
    *(
        '"at": "',
        "here",
        " 漢字",
        "\\n",
        "  ",
        '", "b": [',
        "1, 2",
        "]",
        "}",
        "{",
        '"}}, {"name": "look", "parameters": {',
    ),
    *("}}", "]", '"', "\\", "null", "text"),
]
PIECES_OF_A_VALUE = [
    *("here", " 漢字\u00a0", '"', "\\", "  ", "\n", "\n\n", " a < b;", " a > b", " word"),
    *("<", "</", " <p>", "</p>", "< / parameter >", "{", "null", "12"),
]
XML = {
    "qwen3_xml": (
        "<tool_call>\n<function=look>\n<parameter=at>\n",
        "\n</parameter>\n</function>\n</tool_call>",
        ["\n</parameter>\n<parameter=b>\n", "</parameter>", "<parameter=at>", "</function>", "<parameter=c>"],
    ),
    "minimax_m2": (
        '<minimax:tool_call>\n<invoke name="look">\n<parameter name="at">',
        "</parameter>\n</invoke>\n</minimax:tool_call>",
        ['</parameter>\n<parameter name="b">', "</parameter>", '<parameter name="at">', "</invoke>"],
    ),
    "glm47": (
        "<tool_call>look\n<arg_key>at</arg_key>\n<arg_value>",
        "</arg_value>\n</tool_call>",
        ["</arg_value>\n<arg_key>b</arg_key>\n<arg_value>", "</arg_value>", "<arg_key>at</arg_key>"],
    ),
}
NAMED = {"type": "function", "function": {"name": "look"}}
PARSERS = [
    ("hermes", None),
    ("hermes", "deepseek_r1"),
    ("longcat", None),
    ("qwen3_xml", None),
    ("qwen3_xml", "qwen3"),
    ("glm47", None),
    ("gemma4", None),
    (None, "deepseek_r1"),
    (None, "qwen3"),
]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    init_parser_metrics(model_name=["m"])
    return get_tokenizer(str(copy_tiny_model(tmp_path_factory.mktemp("thinks"), thinks=True)))


def parser_of(tokenizer: Any, tool: str | None, reasoning: str | None) -> Any:
    kind = ParserManager.get_parser(
        tool_parser_name=tool, reasoning_parser_name=reasoning, enable_auto_tools=True, model_name="m"
    )
    assert kind is not None
    return with_constrained_calls(kind, None)


def steps_of(
    tokenizer: Any, pieces: list[str], seed: int, begin: Sequence[str] = ()
) -> list[tuple[str, list[int]]]:
    """Return the steps of a made-up answer: mostly a token each, each with its own text."""
    drawn = random.Random(seed)
    pieces = [*begin, *drawn.choices(pieces[:10] if seed % 2 else pieces, k=drawn.randint(3, 25))]
    token_ids = tokenizer.encode("".join(pieces), add_special_tokens=False)
    steps = []
    while token_ids:
        size = drawn.choice((1, 1, 1, 2, 4))
        steps.append((tokenizer.decode(token_ids[:size]), token_ids[:size]))
        token_ids = token_ids[size:]
    return steps


def read(
    steps: list[tuple[str, list[int]]], request: Any, parser: Any, *, short: bool
) -> tuple[list[Any], int]:
    """Return what is read of each step, and how many steps were not parsed."""
    found: list[Any] = []
    passed = 0
    calls = StreamedCalls(True)
    text_parser = TextParser.of(parser, request, calls) if short else None
    assert (text_parser is not None) is short or not isinstance(parser, ConstrainedCalls)
    for place, (text, token_ids) in enumerate(steps):
        finished = place == len(steps) - 1
        delta = Delta(0)
        if text_parser is not None and not finished and text_parser.read(delta, text, token_ids):
            passed += 1
        else:
            message = (text_parser or parser).parse_delta(
                text, list(token_ids), request, PROMPT, finished=finished
            )
            if message is not None:
                delta.text, delta.reasoning = message.content or "", message.reasoning or ""
                delta.tool_calls = calls.take(message.tool_calls or ())
        parts = [(call.index, call.name, call.arguments) for call in delta.tool_calls or ()]
        found.append((delta.text, delta.reasoning, parts))
    return found, passed


def asked(tool_choice: Any) -> Any:
    """Return the request of a stream."""
    body = {"messages": [], "tools": [TOOL], "tool_choice": tool_choice, "stream": True}
    return ChatCompletionRequest.model_validate(body)


def both_ways(kind: Any, tokenizer: Any, request: Any, steps: list[tuple[str, list[int]]]) -> int:
    """Compare what is read with and without the shortcut; return how many steps were not parsed."""
    short, whole = kind(tokenizer, request.tools), kind(tokenizer, request.tools)
    counts = [invocations()]
    ours, passed = read(steps, request, short, short=True)
    counts.append(invocations())
    from_vllm, _ = read(steps, request, whole, short=False)
    counts.append(invocations())
    assert ours == from_vllm
    assert counts[1] - counts[0] == counts[2] - counts[1]
    assert short._stream_state.previous_text == whole._stream_state.previous_text
    assert short._stream_state.previous_token_ids == whole._stream_state.previous_token_ids
    return passed


@pytest.mark.parametrize(("tool", "reasoning"), PARSERS)
@pytest.mark.parametrize("tool_choice", ["auto", "none"])
@pytest.mark.parametrize("seed", range(20))
def test_both_ways_read_the_same_in_each_step(
    tokenizer: Any, tool: str | None, reasoning: str | None, tool_choice: str, seed: int
) -> None:
    kind = parser_of(tokenizer, tool, reasoning)
    both_ways(kind, tokenizer, asked(tool_choice), steps_of(tokenizer, PIECES, seed))


@pytest.mark.parametrize(
    ("tool", "reasoning"), [("hermes", None), ("hermes", "deepseek_r1"), ("longcat", None)]
)
@pytest.mark.parametrize("tool_choice", ["auto", "required", NAMED])
@pytest.mark.parametrize("seed", range(20))
def test_both_ways_read_the_same_arguments_in_each_step(
    tokenizer: Any, tool: str, reasoning: str | None, tool_choice: Any, seed: int
) -> None:
    kind = parser_of(tokenizer, tool, reasoning)
    pieces = PIECES_OF_A_CALL
    if tool == "longcat":
        pieces = [piece.replace("tool_call>", "longcat_tool_call>") for piece in pieces]
    begin = [f"</think>{pieces[0]}" if reasoning else pieces[0]]
    both_ways(kind, tokenizer, asked(tool_choice), steps_of(tokenizer, pieces, seed, begin))


@pytest.mark.parametrize("properties", [{}, {"at": {"type": "string"}, "b": {"type": "integer"}}])
@pytest.mark.parametrize(
    ("tool", "reasoning"), [(tool, None) for tool in XML] + [("qwen3_xml", "deepseek_r1")]
)
@pytest.mark.parametrize("seed", range(30))
def test_both_ways_read_the_same_parameters_in_each_step(
    tokenizer: Any, tool: str, reasoning: str | None, properties: dict[str, Any], seed: int
) -> None:
    begin, end, pieces = XML[tool]
    request = asked("auto")
    request.tools[0].function.parameters = {"type": "object", "properties": properties}
    start = "</think>" + begin if reasoning else begin
    steps = steps_of(tokenizer, [*PIECES_OF_A_VALUE, *pieces], seed, [start])
    steps += steps_of(tokenizer, [end], seed)
    both_ways(parser_of(tokenizer, tool, reasoning), tokenizer, request, steps)


@pytest.mark.skipif(EXTENDS_VALUES, reason="vLLM converts only what a step adds")
@pytest.mark.parametrize("tool", ["qwen3_xml", "minimax_m2", "glm47"])
def test_a_parameter_is_not_parsed(tokenizer: Any, tool: str) -> None:
    begin, end, _ = XML[tool]
    steps = steps_of(tokenizer, ["", ""], 0, [begin + "a"])
    steps += [(" > word\n" if place % 7 == 0 else " word", [1000 + place]) for place in range(100)]
    steps += steps_of(tokenizer, [""], 0, [end])
    assert both_ways(parser_of(tokenizer, tool, None), tokenizer, asked("auto"), steps) >= 99


@pytest.mark.parametrize("tool_choice", ["required", NAMED])
@pytest.mark.parametrize("tool", ["pythonic", "qwen3_xml"])
@pytest.mark.parametrize("seed", range(20))
def test_both_ways_read_the_same_forced_call_that_is_json(
    tokenizer: Any, tool: str, tool_choice: Any, seed: int
) -> None:
    kind = parser_of(tokenizer, tool, None)
    request = asked(tool_choice)
    request.structured_outputs = StructuredOutputsParams(json={"type": "object"})
    begin = ['[{"name": "look", "parameters": {' if tool_choice == "required" else "{"]
    both_ways(kind, tokenizer, request, steps_of(tokenizer, PIECES_OF_JSON, seed, begin))


@pytest.mark.parametrize("tool_choice", ["auto", "none"])
@pytest.mark.parametrize("tool", ["hermes", "longcat", "qwen3_xml", "glm47"])
def test_text_is_not_parsed(tokenizer: Any, tool: str, tool_choice: str) -> None:
    kind = parser_of(tokenizer, tool, None)
    steps = [(" word", [1000 + place]) for place in range(100)]
    assert both_ways(kind, tokenizer, asked(tool_choice), steps) == 98


@pytest.mark.parametrize("reasoning", ["deepseek_r1", "qwen3", "glm45"])
def test_reasoning_is_not_parsed(tokenizer: Any, reasoning: str) -> None:
    kind = parser_of(tokenizer, None, reasoning)
    [thinks] = tokenizer.encode("<think>", add_special_tokens=False)
    steps = [("<think>", [thinks])] + [(" word", [1000 + place]) for place in range(100)]
    assert both_ways(kind, tokenizer, asked("none"), steps) > 95


@pytest.mark.parametrize("tool_choice", ["auto", "required", NAMED])
def test_arguments_are_not_parsed(tokenizer: Any, tool_choice: Any) -> None:
    kind = parser_of(tokenizer, "hermes", None)
    begin = '<tool_call>\n{"name": "look", "arguments": {"at": "'
    steps = [(begin, [1])] + [(" word", [1000 + place]) for place in range(100)]
    steps += [('"}}', [2]), ("\n</tool_call>", [3]), ("", [4])]
    assert both_ways(kind, tokenizer, asked(tool_choice), steps) == 100


@pytest.mark.parametrize(
    ("tool_choice", "begin"), [("required", '[{"name": "look", "parameters": {"at": "'), (NAMED, '{"at": "')]
)
def test_arguments_of_a_forced_call_that_is_json_are_not_parsed(
    tokenizer: Any, tool_choice: Any, begin: str
) -> None:
    request = asked(tool_choice)
    request.structured_outputs = StructuredOutputsParams(json={"type": "object"})
    steps = [(begin, [1])] + [(" word", [1000 + place]) for place in range(100)] + [('"}', [2]), ("}]", [3])]
    passed = both_ways(parser_of(tokenizer, "pythonic", None), tokenizer, request, steps)
    assert passed == (100 if tool_choice == "required" else 101)


def invocations() -> Counter[str]:
    """Return how many steps vLLM has counted, by their outcome."""
    counted: Counter[str] = Counter()
    for metric in REGISTRY.collect():
        for sample in metric.samples:
            if sample.name == "vllm:tool_call_parser_invocations_total":
                counted[sample.labels["outcome"]] += int(sample.value)
    return counted
