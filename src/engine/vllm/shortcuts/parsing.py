"""Reads the steps of a stream that can only be one thing without vLLM's parsers.

vLLM's parsers look at each token's text, and some at the whole answer again with each token: Hermes' takes
12 µs for the 200th token of a text and 52 µs for the 8,000th, and more for a call's arguments. Steps that can
only be more of the text, the reasoning or the arguments are collected (`parser_phases.py`), and parsed in one
piece before the next step that may be anything else.
"""

from __future__ import annotations

from typing import Any

from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.parser import abstract_parser, metrics
from vllm.parser.abstract_parser import DelegatingParser, Parser

from accord.engine.deltas import Delta
from accord.engine.vllm.calls import StreamedCalls
from accord.engine.vllm.shortcuts.examples import OUTPUT
from accord.engine.vllm.shortcuts.parser_phases import Phase, phase_of
from accord.engine.vllm.shortcuts.shortcut import Shortcut, missing, other_parameters
from accord.engine.vllm.tools import ConstrainedCalls

COMPOSED = ("parse_delta", "extract_tool_calls_streaming", "_extract_tool_calls_streaming")
"""The methods that read a stream by a reasoning and a tool parser. A parser may have its own."""


class TextParser:
    """A parser of which only the steps are asked that its phase does not read."""

    def __init__(self, parser: Parser, request: ChatCompletionRequest, calls: StreamedCalls) -> None:
        self._parser = parser
        self._request = request
        self._calls = calls
        self._phase: Phase | None = None
        self._texts: list[str] = []
        self._token_ids: list[int] = []

    @classmethod
    def of(cls, parser: Parser, request: ChatCompletionRequest, calls: StreamedCalls) -> TextParser | None:
        """Return what reads a stream; None where that is for vLLM's parser alone."""
        kind = type(parser)
        for name in COMPOSED:
            method = getattr(kind, name, None)
            if method is not getattr(DelegatingParser, name) and method is not getattr(
                ConstrainedCalls, name
            ):
                return None
        return cls(parser, request, calls)

    def read(self, delta: Delta, text: str, token_ids: list[int]) -> bool:
        """Put a step into `delta` if it can only be one thing. It is then as good as parsed."""
        phase = self._phase
        if phase is None or not text or not phase.read(delta, text, token_ids):
            return False
        self._texts.append(text)
        self._token_ids += token_ids
        return True

    def parse_delta(
        self, text: str, token_ids: list[int], request: Any, prompt_token_ids: list[int], *, finished: bool
    ) -> Any:
        """Return what vLLM's parser finds in a step."""
        if self._phase is not None and self._texts:
            self._catch_up(self._phase, request, prompt_token_ids)
        message = self._parser.parse_delta(text, token_ids, request, prompt_token_ids, finished=finished)
        self._phase = None if finished else phase_of(self._parser, self._request, self._calls)
        return message

    def _catch_up(self, phase: Phase, request: Any, prompt_token_ids: list[int]) -> None:
        """Let vLLM's parser read, and count, the steps that it was not asked about."""
        steps, parts = len(self._texts), phase.parts
        text, token_ids = "".join(self._texts), self._token_ids
        self._texts, self._token_ids = [], []
        others = steps - parts
        if not phase.catch_up(self._parser, text, token_ids):
            self._parser.parse_delta(text, token_ids, request, prompt_token_ids, finished=False)
            parts, others = (parts - 1, others) if parts else (0, others - 1)  # vLLM has counted one
        if phase.counted:
            INVOCATIONS.add(parts, is_tool_called=True)
            INVOCATIONS.add(others, is_tool_called=False)


class Invocations:
    """vLLM's counter of what its tool parsers have read, of which the labels are looked up once."""

    def __init__(self) -> None:
        self._counter: Any = None
        self._children: dict[tuple[bool, bool], Any] = {}

    def add(self, steps: int, *, is_tool_called: bool, is_streaming: bool = True) -> None:
        """Add steps of a chat."""
        counter = metrics._tool_call_parser_invocations
        if counter is None or not steps:
            return
        if counter is not self._counter:
            self._counter = counter
            self._children = {}
        key = is_tool_called, is_streaming
        child = self._children.get(key)
        if child is None:
            outcomes = metrics.ToolCallOutcome
            child = self._children[key] = counter.labels(
                model_name=metrics._model_name,
                mode="streaming" if is_streaming else "non_streaming",
                outcome=(outcomes.TOOL_CALL if is_tool_called else outcomes.NO_TOOL_CALL).value,
                request_type=metrics.RequestType.CHAT_COMPLETIONS.value,
            )
        child.inc(steps)

    def record(self, *, is_tool_called: bool | Exception, is_streaming: bool, request: object) -> None:
        """Replaces vLLM's function that counts one."""
        if isinstance(request, ChatCompletionRequest):
            self.add(1, is_tool_called=is_tool_called is True, is_streaming=is_streaming)
        else:
            metrics.record_tool_parser_invocation(
                is_tool_called=is_tool_called, is_streaming=is_streaming, request=request
            )


INVOCATIONS = Invocations()


class PlainText(Shortcut):
    """Reads streams by `TextParser`."""

    name = "parsing"
    what = "Reads what can only be more of a text, a reasoning or a call's arguments without vLLM's parsers."

    def fits(self) -> str | None:
        delta = "self delta_text delta_token_ids request prompt_token_ids finished"
        recorded = "is_tool_called is_streaming request"
        return (
            other_parameters(DelegatingParser, "parse_delta", delta)
            or other_parameters(abstract_parser, "record_tool_parser_invocation", recorded)
            or missing(metrics, "_tool_call_parser_invocations", "_model_name")
            or self._differs()
        )

    def _differs(self) -> str | None:
        """Compare what both ways read of examples, by the model's own parser."""
        function = {"name": "f"}
        asked = {"messages": [], "tools": [{"type": "function", "function": function}], "stream": True}
        for choice in ("auto", "none"):
            request = ChatCompletionRequest.model_validate(asked | {"tool_choice": choice})
            ways = []
            for short in (True, False):
                for parser in self.backend.readers.parsers(request, 1):
                    calls = StreamedCalls(True)
                    reading = TextParser.of(parser, request, calls) if short else None
                    ways.append(self._read(parser, reading, request, calls))
            if len(ways) == 2 and ways[0] != ways[1]:
                return "vLLM's parser reads something else"
        return None

    def _read(
        self, parser: Parser, reading: TextParser | None, request: Any, calls: StreamedCalls
    ) -> list[tuple[str, str, str]]:
        call = '<tool_call>\n{"name": "f", "arguments": {"a": "b c d"}}\n</tool_call>'
        steps = []
        for token in [*self.backend.tokenizer.encode(f"{OUTPUT} a < b [x] {{y}}: {OUTPUT}{call}"), None]:
            token_ids = [] if token is None else [token]
            step = self.backend.tokenizer.decode(token_ids)
            delta = Delta(0)
            if token is None or reading is None or not reading.read(delta, step, token_ids):
                message = (reading or parser).parse_delta(
                    step, token_ids, request, [1, 2], finished=token is None
                )
                if message is not None:
                    delta.text, delta.reasoning = message.content or "", message.reasoning or ""
                    delta.tool_calls = calls.take(message.tool_calls or ())
            arguments = "".join(part.arguments for part in delta.tool_calls or ())
            steps.append((delta.text, delta.reasoning, arguments))
        return steps

    def install(self) -> None:
        self.patches.replace(self.backend.readers, "text_parser", TextParser.of)
        self.patches.replace(abstract_parser, "record_tool_parser_invocation", INVOCATIONS.record)


SHORTCUT = PlainText
