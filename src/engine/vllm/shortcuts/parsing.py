"""Passes on text that no parser can take for anything else, without parsing it.

vLLM's parsers look at each token's text, and some at the whole answer again with each token: Hermes' takes
12 µs for the 200th token and 52 µs for the 8,000th. In the part of an answer that is text, a step without any
character that begins one of the parser's markers is text. Such steps are collected, and parsed in one piece
before the next step that may be anything else.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.parser import metrics
from vllm.parser.abstract_parser import DelegatingParser, Parser
from vllm.parser.engine.adapters import ParserEngineToolAdapter
from vllm.parser.engine.incremental_lexer import IncrementalLexer
from vllm.parser.engine.parser_engine import ParserEngine
from vllm.parser.engine.parser_engine_config import ParserState
from vllm.parser.engine.streaming_parser_engine import StreamingParserEngine
from vllm.parser.engine.token_id_scanner import TokenIDScanner
from vllm.tool_parsers.hermes_tool_parser import Hermes2ProToolParser

from accord.engine.vllm.shortcuts.examples import OUTPUT
from accord.engine.vllm.shortcuts.shortcut import Shortcut, missing, other_parameters

COMPOSED = ("parse_delta", "extract_tool_calls_streaming", "_extract_tool_calls_streaming")
"""vLLM's methods that read a stream by a reasoning and a tool parser. A parser may have its own."""
HERMES = ("extract_tool_calls_streaming", "_extract_content")
BY_ENGINE = ("extract_tool_calls_streaming", "_preprocess_feed", "_feed", "_events_to_delta")


class TextParser:
    """A parser that passes on what can only be text."""

    def __init__(self, parser: Parser, request: ChatCompletionRequest) -> None:
        self._parser = parser
        self._request = request
        self._markers: Collection[str] | None = None
        """The characters that begin a marker; None where text may be something else, too."""
        self._tokens: Any = frozenset()
        """The tokens that are markers."""
        self._texts: list[str] = []
        self._token_ids: list[int] = []

    @classmethod
    def of(cls, parser: Parser, request: ChatCompletionRequest) -> TextParser | None:
        """Return what reads a stream; None where that is for vLLM's parser alone."""
        kind = type(parser)
        if any(getattr(kind, name, None) is not getattr(DelegatingParser, name) for name in COMPOSED):
            return None
        return cls(parser, request) if request.tool_choice in (None, "auto") else None

    def passes(self, text: str, token_ids: list[int]) -> bool:
        """Whether a step brings only text. It is then as good as parsed."""
        markers = self._markers
        if markers is None or not text or not self._tokens.isdisjoint(token_ids):
            return False
        for marker in markers:
            if marker in text:
                return False
        self._texts.append(text)
        self._token_ids += token_ids
        return True

    def parse_delta(
        self, text: str, token_ids: list[int], request: Any, prompt_token_ids: list[int], *, finished: bool
    ) -> Any:
        """Return what vLLM's parser finds in a step."""
        if self._texts:
            self._catch_up(request, prompt_token_ids)
        message = self._parser.parse_delta(text, token_ids, request, prompt_token_ids, finished=finished)
        self._markers = None if finished else self._now()
        return message

    def _catch_up(self, request: Any, prompt_token_ids: list[int]) -> None:
        steps = len(self._texts)
        text, token_ids = "".join(self._texts), self._token_ids
        self._texts, self._token_ids = [], []
        self._parser.parse_delta(text, token_ids, request, prompt_token_ids, finished=False)
        if self._parser.tool_parser is not None and steps > 1:
            _count(steps - 1)

    def _now(self) -> Collection[str] | None:
        """Return the characters that begin a marker where the parser is now, and has read everything."""
        state, tool = self._parser._stream_state, self._parser.tool_parser
        if not state.reasoning_ended:
            return None
        if tool is None:
            return ""
        if not state.tool_call_text_started:
            return None
        if isinstance(tool, ParserEngineToolAdapter):
            return self._by_engine(tool._parser_engine)
        if isinstance(tool, Hermes2ProToolParser) and _has_own(type(tool), Hermes2ProToolParser, HERMES):
            whole = tool._sent_content_idx == len(state.previous_text)
            return tool.tool_call_start_token[0] if whole else None
        return None

    def _by_engine(self, parser: ParserEngine) -> Collection[str] | None:
        engine: StreamingParserEngine = parser._engine
        lexer: IncrementalLexer = engine._lexer
        scanner: TokenIDScanner = engine._scanner
        if not _has_own(type(parser), ParserEngine, BY_ENGINE):
            return None
        if engine.state is not ParserState.CONTENT or lexer.buffer or scanner._deferred_terminals:
            return None
        if parser._tool_slots or parser._deferred_content or parser._deferred_reasoning:
            return None
        self._tokens = engine._resolved_token_ids.keys()
        markers: Collection[str] = lexer._literal_first_chars
        return markers if parser._content_has_nonws else None


def _has_own(kind: type, base: type, names: tuple[str, ...]) -> bool:
    """Whether a parser's class reads as `base` does."""
    return all(getattr(kind, name) is getattr(base, name) for name in names)


def _count(steps: int) -> None:
    """Add steps to vLLM's count of those that a tool parser has read."""
    if (counter := metrics._tool_call_parser_invocations) is not None:
        counter.labels(
            model_name=metrics._model_name,
            mode="streaming",
            outcome=metrics.ToolCallOutcome.NO_TOOL_CALL.value,
            request_type=metrics.RequestType.CHAT_COMPLETIONS.value,
        ).inc(steps)


class PlainText(Shortcut):
    """Reads streams by `TextParser`."""

    name = "parsing"
    what = "Passes on text in which no marker of the model's parsers can begin, without parsing it."

    def fits(self) -> str | None:
        delta = "self delta_text delta_token_ids request prompt_token_ids finished"
        return (
            other_parameters(DelegatingParser, "parse_delta", delta)
            or missing(metrics, "_tool_call_parser_invocations", "_model_name")
            or self._differs()
        )

    def _differs(self) -> str | None:
        """Compare what both ways read of an example, by the model's own parser."""
        asked = {"messages": [], "tools": [{"type": "function", "function": {"name": "f"}}], "stream": True}
        request = ChatCompletionRequest.model_validate(asked | {"tool_choice": "auto"})
        readers = self.backend.readers
        ways = []
        for short in (True, False):
            for parser in readers.parsers(request, 1):
                reading = TextParser.of(parser, request) if short else None
                ways.append(self._read(parser, reading, request))
        return None if len(ways) < 2 or ways[0] == ways[1] else "vLLM's parser reads something else"

    def _read(self, parser: Parser, reading: TextParser | None, request: Any) -> tuple[str, str, int]:
        text = reasoning = ""
        calls = 0
        for token in [*self.backend.tokenizer.encode(OUTPUT + " a < b [x] {y}: " + OUTPUT), None]:
            token_ids = [] if token is None else [token]
            step = self.backend.tokenizer.decode(token_ids)
            if token is not None and reading is not None and reading.passes(step, token_ids):
                text += step
                continue
            message = (reading or parser).parse_delta(
                step, token_ids, request, [1, 2], finished=token is None
            )
            if message is not None:
                text += message.content or ""
                reasoning += message.reasoning or ""
                calls += len(message.tool_calls or ())
        return text, reasoning, calls

    def install(self) -> None:
        self.patches.replace(self.backend.readers, "text_parser", TextParser.of)


SHORTCUT = PlainText
