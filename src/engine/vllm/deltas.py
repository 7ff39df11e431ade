"""Converts vLLM's outputs to deltas: separates text, reasoning and tool calls, converts log probabilities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol

from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.parser.abstract_parser import DelegatingParser, Parser
from vllm.reasoning.basic_parsers import BaseThinkingReasoningParser
from vllm.sampling_params import SamplingParams

from accord.engine.deltas import Delta, FinishReason, TokenLogprob, ToolCallDelta, Usage
from accord.engine.requests import Sampling
from accord.engine.vllm.calls import StreamedCalls, whole_calls
from accord.engine.vllm.detokenizing import streamed
from accord.engine.vllm.hidden import HiddenReasoning
from accord.engine.vllm.logprobs import LazyLogprobs, LogprobReader
from accord.errors import EngineFailure

FINISH_REASONS: dict[str, FinishReason] = {"stop": "stop", "length": "length", "repetition": "stop"}


def finished(reason: str) -> FinishReason:
    """Return the finish reason of an answer. Raises if the engine aborted the request."""
    if reason in FINISH_REASONS:
        return FINISH_REASONS[reason]
    if reason == "abort":
        raise EngineFailure("The engine ended the request before the answer was complete.")
    raise EngineFailure("The engine failed while running the request.")


class DeltaReader:
    """Reads one prompt's outputs. `first_index` is the index of the prompt's first choice."""

    def __init__(self, sampling: Sampling, usage: Usage, tokenizer: Any, first_index: int = 0) -> None:
        self.sampling = sampling
        self.usage = usage
        self.tokenizer = tokenizer
        self.first_index = first_index

    def read(self, outputs: list[Any]) -> list[Delta]:
        """Return a delta for each output of one step."""
        return [delta for output in outputs if (delta := self._delta(output)) is not None]

    def read_text(self, choice: int, text: str, token_ids: list[int], logprobs: Any = None) -> list[Delta]:
        """Return the delta of a step that only adds tokens to a choice.

        `logprobs` is what EngineCore sent about the tokens, if they were requested.
        """
        self.usage.completion_tokens += len(token_ids)
        delta = Delta(self.first_index + choice, text, token_ids=token_ids)
        if logprobs is not None:
            delta.logprobs = self._step_logprobs(logprobs)
        return [delta]

    def _step_logprobs(self, lists: Any) -> list[TokenLogprob]:
        sampling = self.sampling
        reader = LogprobReader(self.tokenizer, bool(sampling.return_tokens_as_token_ids))
        return reader.step(lists, sampling.logprobs or 0)

    def _delta(self, output: Any) -> Delta | None:
        finish_reason = None if output.finish_reason is None else finished(output.finish_reason)
        if self.sampling.max_tokens == 0:
            return self._nothing(output)
        token_ids = output.token_ids
        self.usage.completion_tokens += len(token_ids)
        if finish_reason is None and not token_ids and not output.text:
            return None
        delta = Delta(
            self.first_index + output.index,
            token_ids=token_ids,
            finish_reason=finish_reason,
            stop_reason=output.stop_reason,
        )
        if output.logprobs is not None:
            delta.logprobs = self._logprobs(output)
        self._tell_apart(output.index, output.text, token_ids, delta)
        return delta

    def _logprobs(self, output: Any) -> Sequence[TokenLogprob] | None:
        """Return the log probabilities of the output's tokens.

        Those of a complete answer are converted when they are read.
        """
        sampling = self.sampling
        reader = LogprobReader(self.tokenizer, bool(sampling.return_tokens_as_token_ids))
        if sampling.logprob_token_ids is not None:
            return LazyLogprobs(
                output.token_ids, output.logprobs, partial(reader.chosen, chosen=sampling.logprob_token_ids)
            )
        if sampling.logprobs is None:
            return None
        return LazyLogprobs(
            output.token_ids, output.logprobs, partial(reader.likeliest, top=sampling.logprobs)
        )

    def _nothing(self, output: Any) -> Delta | None:
        """Return the only delta of a request for no tokens.

        The engine generates at least one token, which is dropped.
        """
        if output.finish_reason is None:
            return None
        return Delta(self.first_index + output.index, token_ids=[], finish_reason="length")

    def _tell_apart(self, choice: int, text: str, token_ids: list[int], delta: Delta) -> None:
        """Set the text, reasoning and calls of a delta. `choice` is counted from the prompt's first one."""
        delta.text = text


class AlignedSteps:
    """Delivers each token together with its own text, for parsers that look at both.

    vLLM holds back the last `held` characters, because they may be the beginning of a stop string.
    """

    def __init__(self, held: int) -> None:
        self.held = held
        self._text = ""
        self._token_ids: list[tuple[int, int]] = []
        """The tokens that wait for their text, each with the position at which its text ends."""
        self._came = 0
        self._taken = 0

    def take(self, text: str, token_ids: list[int], finished: bool) -> tuple[str, list[int]]:
        """Return the text and the tokens that are complete."""
        self._text += text
        self._came += len(text)
        self._token_ids += [(token_id, self._came + self.held) for token_id in token_ids]
        whole = [each for each in self._token_ids if finished or each[1] <= self._came]
        self._token_ids = self._token_ids[len(whole) :]
        end = self._came if finished else whole[-1][1] if whole else self._taken
        text, self._text = self._text[: end - self._taken], self._text[end - self._taken :]
        self._taken = end
        return text, [token_id for token_id, _ in whole]


class TextParser(Protocol):
    """Reads one choice of a stream as its parser does, which it asks only where it has to."""

    def read(self, delta: Delta, text: str, token_ids: list[int]) -> bool:
        """Put a step into `delta` if it can only be one thing. It is then as good as parsed."""
        ...

    def parse_delta(
        self, text: str, token_ids: list[int], request: Any, prompt_token_ids: list[int], *, finished: bool
    ) -> Any:
        """Return what vLLM's parser finds in a step."""
        ...


def no_text_parser(parser: Parser, request: ChatCompletionRequest, calls: StreamedCalls) -> TextParser | None:
    """Leave each step to vLLM's parser."""
    return None


class ParsingDeltaReader(DeltaReader):
    """Reads outputs through vLLM's reasoning and tool parsers: one for each choice, because they keep state.

    `counter` is one more parser, which counts reasoning tokens, because a streaming parser misses some;
    `more` makes further parsers for the request.
    """

    def __init__(
        self,
        sampling: Sampling,
        usage: Usage,
        tokenizer: Any,
        parsers: list[Parser],
        counter: Parser,
        request: ChatCompletionRequest,
        prompt_token_ids: list[int],
        more: Callable[[ChatCompletionRequest, int], list[Parser]],
        text_parser: Callable[
            [Parser, ChatCompletionRequest, StreamedCalls], TextParser | None
        ] = no_text_parser,
    ) -> None:
        super().__init__(sampling, usage, tokenizer)
        self.parsers = parsers
        self.more = more
        self.counter = counter
        self.request = request
        self._hidden: list[HiddenReasoning] = []
        if request.include_reasoning is False:  # parsers look at the tokens to find the reasoning
            self.request = request.model_copy(update={"include_reasoning": True})
            self._hidden = [hidden_reasoning(tokenizer, parser, prompt_token_ids) for parser in parsers]
        self.prompt_token_ids = prompt_token_ids
        self._token_ids: list[list[int]] = [[] for _ in parsers]
        self._parallel: bool = request.parallel_tool_calls is not False
        self._calls = [StreamedCalls(self._parallel) for _ in parsers]
        self._texts: list[list[str]] = [[] for _ in parsers]
        self._offers_tools = bool(request.tools) and request.tool_choice != "none"
        self._spaces: list[str | None] = [""] * len(parsers)
        """Blank text at the start of each choice, or after a call; None once other text has come."""
        stops = [request.stop] if isinstance(request.stop, str) else request.stop or []
        self._held = 0 if request.include_stop_str_in_output else max(map(len, stops), default=1) - 1
        self._aligned = [AlignedSteps(self._held) for _ in parsers]
        self._text_parsers = [
            text_parser(parser, self.request, calls)
            for parser, calls in zip(parsers, self._calls, strict=True)
        ]

    def read_text(self, choice: int, text: str, token_ids: list[int], logprobs: Any = None) -> list[Delta]:
        [delta] = super().read_text(choice, "", token_ids, logprobs)
        self._tell_apart(choice, text, token_ids, delta)
        return [delta]

    def _tell_apart(self, choice: int, text: str, token_ids: list[int], delta: Delta) -> None:
        parser = self.parsers[choice]
        if self.request.stream:
            self._stream_step(choice, text, token_ids, delta)
            if self._hidden:
                self._hidden[choice].step(delta)
            if self._offers_tools and (self._spaces[choice] is not None or delta.tool_calls):
                self._hold_spaces(choice, delta)
        else:
            self._whole(choice, text, token_ids, delta)
            if self._hidden:
                self._hidden[choice].whole(delta)
        if parser.reasoning_parser is not None:
            self._token_ids[choice].extend(token_ids)
            if delta.finish_reason is not None:
                self.usage.reasoning_tokens += self._count_reasoning(self._token_ids[choice])

    def _count_reasoning(self, token_ids: list[int]) -> int:
        thinking = self.counter.reasoning_parser
        if isinstance(thinking, BaseThinkingReasoningParser):
            start, end = thinking.start_token_id, thinking.end_token_id
            opened = next((t for t in reversed(self.prompt_token_ids) if t in (start, end)), end)
            if opened == start:  # by the prompt; not counted
                token_ids = [start, *token_ids]
        count: int = self.counter.count_reasoning_tokens(token_ids)
        return count

    def _stream_step(self, choice: int, text: str, token_ids: list[int], delta: Delta) -> None:
        finished = delta.finish_reason is not None
        if self._held:
            text, token_ids = self._aligned[choice].take(text, token_ids, finished)
        text_parser = self._text_parsers[choice]
        if text_parser is not None and not finished and text_parser.read(delta, text, token_ids):
            if self._offers_tools:
                self._texts[choice].append(text)
            return
        message = (text_parser or self.parsers[choice]).parse_delta(
            text, list(token_ids), self.request, self.prompt_token_ids, finished=finished
        )
        parts: list[Any] = []
        if message is not None:
            delta.text = message.content or ""
            delta.reasoning = message.reasoning or ""
            parts = (message.tool_calls or []) if self._offers_tools else []
        if self._offers_tools:
            self._texts[choice].append(text)
        if parts or delta.finish_reason is not None:
            self._add_streamed_calls(choice, parts, delta)

    def _add_streamed_calls(self, choice: int, parts: list[Any], delta: Delta) -> None:
        calls = self._calls[choice]
        taken = calls.take(parts)
        if delta.finish_reason == "stop":
            if self._offers_tools and self.request.stream:
                taken += self._missed_calls(choice, delta.token_ids or [])
            taken += calls.end()
        delta.tool_calls = taken or None

    def _missed_calls(self, choice: int, last_token_ids: list[int]) -> list[ToolCallDelta]:
        """Return the calls that the stream missed: parsers find more in a complete answer."""
        parser = self.parsers[choice]
        if (
            not _is_composed(parser)
            or parser.tool_parser is None
            or parser.tool_parser.engine_based_streaming
        ):
            return []
        token_ids = [*self._token_ids[choice], *last_token_ids]
        _, _, calls = self._parsed(self.counter, "".join(self._texts[choice]), token_ids)
        return self._calls[choice].complete(calls or [])

    def _hold_spaces(self, choice: int, delta: Delta) -> None:
        """Hold back blank text before and after a call, where it has no meaning, and drop it."""
        held = (self._spaces[choice] or "") + delta.text
        if held.strip():
            self._spaces[choice] = "" if delta.tool_calls else None
            delta.text = held
        elif delta.tool_calls:
            self._spaces[choice] = ""
            delta.text = ""
        else:
            self._spaces[choice] = held
            ended = delta.finish_reason is not None and not self._calls[choice].found
            delta.text = held if ended else ""

    def _whole(self, choice: int, text: str, token_ids: list[int], delta: Delta) -> None:
        reasoning, content, calls = self._parsed(self.parsers[choice], text, token_ids)
        delta.text = content or ""
        delta.reasoning = reasoning or ""
        if calls and self._offers_tools:  # Harmony's parser also finds calls of tools that were not offered
            taken = calls if self._parallel else calls[:1]
            cut = delta.finish_reason == "length" and len(taken) == len(calls)
            delta.tool_calls = whole_calls(taken, cut=cut)
        elif self._offers_tools:
            self._unfinished_calls(choice, text, token_ids, delta)

    def _parsed(
        self, parser: Parser, text: str, token_ids: list[int]
    ) -> tuple[str | None, str | None, list[Any] | None]:
        """Return the reasoning, the text and the calls of a complete answer."""
        parser.set_prompt_token_ids(self.prompt_token_ids)
        if self._answers_at_once(parser, text, token_ids):
            calls, content = parser._extract_tool_calls(text, self.request, True)
            return None, content, calls
        reasoning, content, calls = parser.parse(text, self.request, True, token_ids)
        return reasoning, content, calls

    def _answers_at_once(self, parser: Parser, text: str, token_ids: list[int]) -> bool:
        """Return whether the prompt has closed the reasoning; vLLM checks this only for streams."""
        thinking = parser.reasoning_parser
        if thinking is None or not _is_composed(parser):
            return False
        if isinstance(thinking, BaseThinkingReasoningParser) and thinking.start_token_id in token_ids:
            return False
        if not thinking.is_reasoning_end(self.prompt_token_ids):
            return False
        again = thinking.reasoning_start_str and thinking.reasoning_start_str in text
        return not (again and self._streams_reasoning(text, token_ids))

    def _streams_reasoning(self, text: str, token_ids: list[int]) -> bool:
        """Return whether a stream reports part of an answer as reasoning, as some parsers always do."""
        [parser] = self.more(self.request, 1)
        messages = (
            parser.parse_delta(step, list(ids), self.request, self.prompt_token_ids, finished=finished)
            for step, ids, finished in ((text, token_ids, False), ("", [], True))
        )
        return any(message is not None and message.reasoning for message in messages)

    def _unfinished_calls(self, choice: int, whole: str, token_ids: list[int], delta: Delta) -> None:
        """Read calls that are cut off (even before their name) or malformed as a stream would read them."""
        steps = [
            (whole, token_ids, False),
            ("", [], False),
            ("", [], True),
        ]  # one each for a call and its name
        text, parts = self._replayed(self.parsers[choice], steps)
        if parts:
            [parser] = self.more(self.request, 1)
            text, parts = self._replayed(parser, self._steps(whole, token_ids))
            delta.text = text if text.strip() else ""
            self._add_streamed_calls(choice, parts, delta)
        elif delta.finish_reason == "length":  # a stream holds back the beginning of a call
            delta.text = text

    def _replayed(
        self, parser: Parser, steps: Iterable[tuple[str, list[int], bool]]
    ) -> tuple[str, list[Any]]:
        """Return the text and calls that a stream would report for these steps, which end the answer."""
        told = ""
        parts: list[Any] = []
        for text, token_ids, finished in steps:
            message = parser.parse_delta(
                text, list(token_ids), self.request, self.prompt_token_ids, finished=finished
            )
            if message is not None:
                told += message.content or ""
                parts += message.tool_calls or []
        return told, parts

    def _steps(self, whole: str, token_ids: list[int]) -> Iterator[tuple[str, list[int], bool]]:
        """Yield the steps in which a stream would receive an answer."""
        params = SamplingParams(skip_special_tokens=self.request.skip_special_tokens is not False)
        params.spaces_between_special_tokens = self.request.spaces_between_special_tokens
        aligned = AlignedSteps(self._held)
        pieces = streamed(self.tokenizer, self.prompt_token_ids, token_ids, whole, params)
        waiting = ""
        for place, (piece, token_id) in enumerate(pieces, 1):
            finished = place == len(token_ids)
            waiting += piece
            kept = 0 if finished else min(self._held, len(waiting))
            text, waiting = waiting[: len(waiting) - kept], waiting[len(waiting) - kept :]
            text, taken = aligned.take(text, [token_id], finished)
            yield text, taken, finished


def hidden_reasoning(tokenizer: Any, parser: Parser, prompt_token_ids: list[int]) -> HiddenReasoning:
    """Return the filter that removes the reasoning from a choice that `parser` reads."""
    thinking = parser.reasoning_parser
    reasons = thinking is not None
    if reasons and _is_composed(parser):
        reasons = not thinking.is_reasoning_end(prompt_token_ids)
    end = tokenizer.encode(getattr(thinking, "reasoning_end_str", None) or "", add_special_tokens=False)
    return HiddenReasoning(tokenizer, reasons=reasons, end=end[0] if len(end) == 1 else None)


def _is_composed(parser: Parser) -> bool:
    """Return whether `parser` only applies vLLM's reasoning parser and then its tool parser."""
    return type(parser).parse is DelegatingParser.parse
