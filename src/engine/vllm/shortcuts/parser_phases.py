"""What a step of a stream can be told to be without a parser: by the state in which vLLM's parsers are.

A phase reads the steps that can only be more of the same: text, reasoning, or the arguments of a call. It
begins where the parsers have read everything and hold nothing back, and ends before the first step that may
be something else.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any

from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.parser.abstract_parser import Parser, StreamState
from vllm.parser.engine.adapters import ParserEngineReasoningAdapter, ParserEngineToolAdapter
from vllm.parser.engine.incremental_lexer import IncrementalLexer
from vllm.parser.engine.parser_engine import ParserEngine, ToolCallSlot
from vllm.parser.engine.parser_engine_config import ParserState
from vllm.parser.engine.streaming_parser_engine import StreamingParserEngine
from vllm.parser.engine.token_id_scanner import TokenIDScanner
from vllm.parser.glm47_moe import _glm47_arg_converter
from vllm.parser.minimax_m2 import _minimax_m2_arg_converter
from vllm.parser.qwen3 import _qwen3_arg_converter
from vllm.reasoning.basic_parsers import BaseThinkingReasoningParser
from vllm.reasoning.deepseek_r1_reasoning_parser import DeepSeekR1ReasoningParser
from vllm.tool_parsers.hermes_tool_parser import Hermes2ProToolParser
from vllm.tool_parsers.streaming import _scan_required_tool_calls

from accord.engine.deltas import Delta
from accord.engine.vllm.calls import StreamedCalls
from accord.engine.vllm.tools import is_forced

HERMES = (
    "extract_tool_calls_streaming",
    "_extract_content",
    "_extract_tool_call_jsons",
    "_extract_tool_args",
    "_compute_args_diff",
)
BY_ENGINE = ("extract_tool_calls_streaming", "_preprocess_feed", "_feed", "_events_to_delta")
REASONING_BY_ENGINE = ("extract_reasoning_streaming", "_strip_trailing_reasoning", *BY_ENGINE[1:])
THINKING = ("is_reasoning_end_streaming",)
XML = ("_compute_arg_delta", "_handle_arg_chunk", "_safe_arg_prefix", "_fix_arg_types")
EXTENDS_VALUES = "extend_open_value" in ToolCallSlot.__slots__
"""Whether vLLM itself converts only what a step adds to a value, as from 0.33 on."""
_CLOSE = ">"
"""Ends a name; within arguments it is text."""
_TAG_BEGINS = re.compile(r"<[\s/]*\w*\s*=?")
"""What may become a tag, however it is spaced."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a family writes a parameter whose value has begun."""

    begin: str
    head: re.Pattern[str]
    ends: re.Pattern[str]
    trims: bool = False
    """Whether a line break at each end of the value is none of it."""


FORMS: Mapping[Any, Form] = {
    _qwen3_arg_converter: Form(
        "<parameter",
        re.compile(r"<parameter=([\w.-]+)>"),
        re.compile(r"<\s*/\s*parameter\s*>|<\s*parameter\s*="),
        trims=True,
    ),
    _minimax_m2_arg_converter: Form(
        "<parameter",
        re.compile(r'<parameter name="([\w.-]+)">'),
        re.compile(r"<\s*/\s*parameter\s*>|<\s*parameter\s+name\s*="),
    ),
    _glm47_arg_converter: Form(
        "<arg_key>",
        re.compile(r"<arg_key>([\w.-]+)</arg_key>\s*<arg_value>"),
        re.compile(r"</arg_value>|<arg_key>"),
    ),
}
"""The forms of vLLM's converters of arguments, which make JSON of what a call has so far."""


class Phase(ABC):
    """Steps that are all of one kind."""

    counted = True
    """Whether vLLM counts each of them as a use of the tool parser."""
    parts = 0
    """How many of them had a part of a call."""

    @abstractmethod
    def read(self, delta: Delta, text: str, token_ids: list[int]) -> bool:
        """Put a step into `delta` as the parsers would. Returns False if it may be something else."""

    def catch_up(self, parser: Parser, text: str, token_ids: list[int]) -> bool:
        """Note in the parser's state what was read. Returns False to leave that to the parser."""
        return False


class Text(Phase):
    """Text without a character of `markers` and a token of `tokens` is text."""

    def __init__(
        self, markers: Collection[str], tokens: Set[int] = frozenset(), *, counted: bool = True
    ) -> None:
        self.markers = markers
        self.tokens = tokens
        self.counted = counted

    def read(self, delta: Delta, text: str, token_ids: list[int]) -> bool:
        if not self.tokens.isdisjoint(token_ids):
            return False
        for marker in self.markers:
            if marker in text:
                return False
        delta.text = text
        return True


class Reasoning(Text):
    """The same of reasoning. Some parsers hold back blank text at its end."""

    def __init__(self, markers: Collection[str], tokens: Set[int], waiting: str | None = None) -> None:
        super().__init__(markers, tokens, counted=False)
        self.waiting = waiting
        """The blank text that is held back; None where the parser holds back none."""

    def read(self, delta: Delta, text: str, token_ids: list[int]) -> bool:
        if not super().read(delta, text, token_ids):
            return False
        delta.text = ""
        if self.waiting is not None:
            held = self.waiting + text
            text = held.rstrip()
            self.waiting = held[len(text) :]
        delta.reasoning = text
        return True


class Arguments(Phase):
    """The arguments of the call at `index` go on until a character that may end them."""

    def __init__(self, calls: StreamedCalls, index: int, ends: str, *, counted: bool = False) -> None:
        self.calls = calls
        self.index = index
        self.ends = ends
        self.counted = counted

    def read(self, delta: Delta, text: str, token_ids: list[int]) -> bool:
        for end in self.ends:
            if end in text:
                return False
        self.parts += 1
        delta.tool_calls = self.calls.go_on(self.index, text) or None
        return True


class HermesArguments(Arguments):
    """Hermes' parser holds back blank text at the end, and what may be the braces that end the call."""

    def __init__(self, calls: StreamedCalls, index: int, ends: str, waiting: str) -> None:
        super().__init__(calls, index, ends, counted=True)
        self.waiting = waiting

    def read(self, delta: Delta, text: str, token_ids: list[int]) -> bool:
        if self.ends in text:
            return False
        held = self.waiting + text
        said = held.rstrip()
        if said:
            if said[-1] == "}":
                return False
            self.parts += 1
            delta.tool_calls = self.calls.go_on(self.index, said) or None
        self.waiting = held[len(said) :]
        return True


class Parameter(Phase):
    """The value of a string parameter in XML goes on until a tag may end it.

    vLLM converts all of the call with each token: Qwen3's parser takes 1.8 ms for the thousandth.
    """

    def __init__(self, calls: StreamedCalls, engine: ParserEngine, waiting: str | None) -> None:
        self.calls = calls
        self.engine = engine
        self.slot: ToolCallSlot = engine._tool_slots[-1]
        self.index = len(engine._tool_slots) - 1
        self.waiting = waiting
        """The line break that the parser holds back at the end; None where it holds back none."""
        self.ends = set(_markers(engine)) - {_CLOSE}
        self.tokens = _tokens(engine)
        self.added: list[str] = []

    def read(self, delta: Delta, text: str, token_ids: list[int]) -> bool:
        if not (self.ends.isdisjoint(text) and self.tokens.isdisjoint(token_ids)):
            return False
        if self.waiting is not None:
            text = self.waiting + text
            self.waiting = "\n" if text[-1] == "\n" else ""
            text = text.removesuffix("\n")
        if text:
            self.parts += 1
            self.added.append(added := _in_json(text))
            delta.tool_calls = self.calls.go_on(self.index, added) or None
        return True

    def catch_up(self, parser: Parser, text: str, token_ids: list[int]) -> bool:
        self.slot.append_args(text)
        self.slot.streamed_json += "".join(self.added)
        self.added = []
        state: StreamState = parser._stream_state
        state.commit(*state.advance(text, token_ids))
        return True


def phase_of(parser: Parser, request: ChatCompletionRequest, calls: StreamedCalls) -> Phase | None:
    """Return the phase in which `parser` is, which has read everything so far; None if it is not known."""
    state, tool = parser._stream_state, parser.tool_parser
    if not state.reasoning_ended:
        return _reasoning(parser)
    if tool is None:
        return Text("", counted=False)
    if not state.tool_call_text_started:
        return None
    if request.tool_choice == "none" and not parser._engine_based:
        return Text("", counted=False)
    if tool.supports_required_and_named and is_forced(request):
        return _json_arguments(parser, request, calls)
    if isinstance(tool, ParserEngineToolAdapter):
        engine: ParserEngine = tool._parser_engine
        return _text_by_engine(engine, counted=True) or _parameter(engine, calls)
    if isinstance(tool, Hermes2ProToolParser) and _has_own(type(tool), Hermes2ProToolParser, HERMES):
        return _hermes(tool, state.previous_text, calls)
    return None


def _reasoning(parser: Parser) -> Phase | None:
    thinking = parser.reasoning_parser
    if isinstance(thinking, ParserEngineReasoningAdapter):
        engine: ParserEngine = thinking._parser_engine
        names = REASONING_BY_ENGINE
        if not _has_own(type(engine), ParserEngine, names) or not _holds_nothing(
            engine, ParserState.REASONING
        ):
            return None
        waiting = engine._deferred_reasoning if engine._strip_trailing_reasoning_ws else None
        return Reasoning(_markers(engine), _tokens(engine), waiting)
    if not isinstance(thinking, BaseThinkingReasoningParser):
        return None
    kind = type(thinking)
    reads = kind.extract_reasoning_streaming
    begun = thinking.start_token_id in parser._stream_state.previous_token_ids
    if not (
        reads is DeepSeekR1ReasoningParser.extract_reasoning_streaming
        or (reads is BaseThinkingReasoningParser.extract_reasoning_streaming and begun)
    ):
        return None
    tokens = {thinking.start_token_id, thinking.end_token_id}
    return Reasoning("", tokens) if _has_own(kind, BaseThinkingReasoningParser, THINKING) else None


def _json_arguments(parser: Parser, request: ChatCompletionRequest, calls: StreamedCalls) -> Phase | None:
    """Return the phase of a forced call that is JSON: of one tool, only its arguments; else an array."""
    if request.tool_choice != "required":
        return Arguments(calls, 0, "") if parser._stream_state.function_name_returned else None
    text = getattr(parser, "streamed_json", "") or parser._stream_state.previous_text
    spans = _scan_required_tool_calls(text)
    if not spans or not spans[-1].ready or spans[-1].args_end is not None:
        return None
    return Arguments(calls, len(spans) - 1, "}]") if text[spans[-1].args_start] in "{[" else None


def _hermes(tool: Hermes2ProToolParser, text: str, calls: StreamedCalls) -> Phase | None:
    if not tool.prev_tool_call_arr:
        whole = tool._sent_content_idx == len(text)
        return Text(tool.tool_call_start_token[0]) if whole else None
    sent = tool.streamed_args_for_tool[-1]
    begin, end = tool.tool_call_start_token, tool.tool_call_end_token
    said = text.rstrip()
    if not sent or sent[-1] == "}" or "name" not in tool.prev_tool_call_arr[-1] or not said.endswith(sent):
        return None
    if end[0] in said[-len(end) :] or said.rfind(begin) < said.rfind(end):
        return None
    return HermesArguments(calls, len(tool.prev_tool_call_arr) - 1, end[0], text[len(said) :])


def _parameter(parser: ParserEngine, calls: StreamedCalls) -> Phase | None:
    """Return the phase of a call whose last parameter is open, and is a string."""
    form = FORMS.get(parser._arg_converter)
    config = parser.parser_engine_config
    if form is None or not parser._tool_slots or not _has_own(type(parser), ParserEngine, BY_ENGINE + XML):
        return None
    if (
        not _holds_nothing(parser, ParserState.TOOL_ARGS)
        or config.tool_args_json
        or parser._suppress_tool_calls
    ):
        return None
    if config.arg_structural_chars is not None or not config.stream_arg_deltas:
        return None
    if (ParserState.TOOL_ARGS, "CLOSE_ANGLE") in config.transitions or EXTENDS_VALUES:
        return None
    slot: ToolCallSlot = parser._tool_slots[-1]
    head = form.head.match(slot.args, max(slot.args.rfind(form.begin), 0))
    if head is None or not slot.name_sent or slot.args.count(head[0]) != 1:
        return None
    name, value = head[1], slot.args[head.end() :]
    last_tag = value[value.rfind("<") :] if "<" in value else ""
    if form.ends.search(value) or _TAG_BEGINS.fullmatch(last_tag):
        return None
    if slot.string_keys is not None and name not in slot.string_keys:
        return None
    said = value.removeprefix("\n").removesuffix("\n") if form.trims else value
    if not said or not slot.streamed_json.endswith(f'"{name}": "{_in_json(said)}'):
        return None
    waiting = None if not form.trims else "\n" if value[-1] == "\n" else ""
    return Parameter(calls, parser, waiting)


def _in_json(text: str) -> str:
    """Return `text` as vLLM's converters write it in a JSON string."""
    return encode_basestring(text)[1:-1]


def _text_by_engine(parser: ParserEngine, *, counted: bool) -> Phase | None:
    if not _has_own(type(parser), ParserEngine, BY_ENGINE) or not _holds_nothing(parser, ParserState.CONTENT):
        return None
    if parser._tool_slots or parser._deferred_reasoning or not parser._content_has_nonws:
        return None
    return Text(_markers(parser), _tokens(parser), counted=counted)


def _holds_nothing(parser: ParserEngine, state: ParserState) -> bool:
    """Return whether an engine is in `state`, and has read everything."""
    engine: StreamingParserEngine = parser._engine
    lexer: IncrementalLexer = engine._lexer
    scanner: TokenIDScanner = engine._scanner
    waiting = lexer.buffer or scanner._deferred_terminals or parser._deferred_content
    return engine.state is state and not waiting


def _markers(parser: ParserEngine) -> Collection[str]:
    """Return the characters that begin a marker."""
    engine: StreamingParserEngine = parser._engine
    lexer: IncrementalLexer = engine._lexer
    markers: Collection[str] = lexer._literal_first_chars
    return markers


def _tokens(parser: ParserEngine) -> Set[int]:
    """Return the tokens that are markers."""
    engine: StreamingParserEngine = parser._engine
    tokens: Set[int] = engine._resolved_token_ids.keys()
    return tokens


def _has_own(kind: type, base: type, names: tuple[str, ...]) -> bool:
    """Return whether a parser's class reads as `base` does."""
    return all(getattr(kind, name) is getattr(base, name) for name in names)
