"""What is passed on without being parsed is what vLLM's parser reads of it, however an answer is split."""

import random
from typing import Any

import pytest
from prometheus_client import REGISTRY
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.parser.metrics import init_parser_metrics
from vllm.parser.parser_manager import ParserManager
from vllm.tokenizers import get_tokenizer

from accord.engine.vllm.shortcuts.parsing import TextParser
from bench.tiny_model import write_tiny_model

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
    return get_tokenizer(str(write_tiny_model(tmp_path_factory.mktemp("thinks"), thinks=True)))


def parser_of(tokenizer: Any, tool: str | None, reasoning: str | None) -> Any:
    kind = ParserManager.get_parser(
        tool_parser_name=tool, reasoning_parser_name=reasoning, enable_auto_tools=True, model_name="m"
    )
    assert kind is not None
    return kind


def steps_of(tokenizer: Any, seed: int) -> list[tuple[str, list[int]]]:
    """Return the steps of a made-up answer: mostly a token each, each with its own text."""
    drawn = random.Random(seed)
    pieces = drawn.choices(PIECES[:10] if seed % 2 else PIECES, k=drawn.randint(3, 25))
    token_ids = tokenizer.encode("".join(pieces), add_special_tokens=False)
    steps = []
    while token_ids:
        size = drawn.choice((1, 1, 1, 2, 4))
        steps.append((tokenizer.decode(token_ids[:size]), token_ids[:size]))
        token_ids = token_ids[size:]
    return steps


def read(steps: list[tuple[str, list[int]]], request: Any, parser: Any, text_parser: Any) -> tuple[Any, int]:
    """Return what is read of each step, and how many were passed on."""
    found: list[Any] = []
    passed = 0
    for place, (text, token_ids) in enumerate(steps):
        finished = place == len(steps) - 1
        if text_parser is not None and not finished and text_parser.passes(text, token_ids):
            found.append((text, None, []))
            passed += 1
            continue
        message = (text_parser or parser).parse_delta(
            text, list(token_ids), request, PROMPT, finished=finished
        )
        if message is None:
            found.append(("", None, []))
            continue
        calls = [
            (call.index, call.function and (call.function.name, call.function.arguments))
            for call in message.tool_calls or []
        ]
        found.append((message.content or "", message.reasoning or None, calls))
    return found, passed


@pytest.mark.parametrize(("tool", "reasoning"), PARSERS)
@pytest.mark.parametrize("seed", range(30))
def test_both_ways_read_the_same_in_each_step(
    tokenizer: Any, tool: str | None, reasoning: str | None, seed: int
) -> None:
    kind = parser_of(tokenizer, tool, reasoning)
    asked = {"messages": [], "tools": [TOOL], "tool_choice": "auto", "stream": True}
    request = ChatCompletionRequest.model_validate(asked)
    short, whole = kind(tokenizer, request.tools), kind(tokenizer, request.tools)
    steps = steps_of(tokenizer, seed)
    ours, _ = read(steps, request, short, TextParser.of(short, request))
    vllms, _ = read(steps, request, whole, None)
    assert ours == vllms
    assert short._stream_state.previous_text == whole._stream_state.previous_text
    assert short._stream_state.previous_token_ids == whole._stream_state.previous_token_ids


@pytest.mark.parametrize("tool", ["hermes", "longcat", "qwen3_xml", "glm47"])
def test_text_is_not_parsed(tokenizer: Any, tool: str) -> None:
    init_parser_metrics(model_name=["m"])
    kind = parser_of(tokenizer, tool, None)
    asked = {"messages": [], "tools": [TOOL], "tool_choice": "auto", "stream": True}
    request = ChatCompletionRequest.model_validate(asked)
    steps = [(" word", [1000 + place]) for place in range(100)]
    counts = []
    for shorter in (True, False):
        parser = kind(tokenizer, request.tools)
        before = invocations()
        _, passed = read(steps, request, parser, TextParser.of(parser, request) if shorter else None)
        assert passed == (98 if shorter else 0)
        counts.append(invocations() - before)
    assert counts[0] == counts[1] == 100


def invocations() -> float:
    return sum(
        sample.value
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if sample.name == "vllm:tool_call_parser_invocations_total"
    )


@pytest.mark.parametrize("tool_choice", ["required", {"type": "function", "function": {"name": "look"}}])
def test_an_answer_that_is_a_call_is_left_to_vllm(tokenizer: Any, tool_choice: Any) -> None:
    asked = {"messages": [], "tools": [TOOL], "tool_choice": tool_choice, "stream": True}
    request = ChatCompletionRequest.model_validate(asked)
    parser = parser_of(tokenizer, "hermes", None)(tokenizer, request.tools)
    assert TextParser.of(parser, request) is None
