"""How tool calls are requested, constrained to their tools' parameters, and parsed.

Calls have the format of the model's family. vLLM constrains the arguments of a forced call to their schema
only if the tool is `strict`; Accord always does. If no grammar is known for the family's format, a forced
call is JSON; it is returned as a call even if it is truncated, streamed or not.
"""

from __future__ import annotations

import json
from argparse import Namespace
from typing import Any

from vllm.entrypoints.generate.base.protocol import FunctionCall
from vllm.entrypoints.openai.chat_completion.protocol import (
    ChatCompletionNamedToolChoiceParam,
    ChatCompletionRequest,
)
from vllm.exceptions import VLLMValidationError
from vllm.parser import Parser
from vllm.parser.abstract_parser import DelegatingParser, structured_outputs_to_format
from vllm.sampling_params import StructuredOutputsParams
from vllm.tool_parsers.structural_tag_registry import limit_to_single_tool_call
from vllm.tool_parsers.tool_strict_level import ToolStrictLevel
from vllm.utils.mistral import is_mistral_tokenizer

from accord.engine.grammars.schemas import arguments_schema, calls_schema
from accord.engine.grammars.tags import UnknownTag, calls_only, calls_or_answer, tag_lark
from accord.engine.requests import Sampling
from accord.engine.vllm.grammars import SpecialTokens, grammar_reason, unknown_tag
from accord.engine.vllm.texts import ToolTexts
from accord.errors import InvalidRequest

MISREAD = "<|channel|>final json<|message|>"
"""The header of a final message in Harmony's format, which is read as a call to a tool named json."""


def tool_parser_name(arguments: Namespace, model_type: str, tokenizer: Any) -> str:
    """Return the tool parser to use: the operator's choice, else the one for the most common format."""
    if arguments.tool_call_parser:
        return str(arguments.tool_call_parser)
    if model_type == "gpt_oss":
        return "openai"
    return "mistral" if is_mistral_tokenizer(tokenizer) else "hermes"


def with_constrained_calls(parser: type[Parser] | None, tokens: SpecialTokens | None) -> type[Parser] | None:
    """Return `parser` with constrained calls.

    `tokens` are those that grammars may name; None if the operator's own backend takes structural tags.
    """
    if parser is None or not issubclass(parser, DelegatingParser) or parser.tool_parser_cls is None:
        return parser
    members = {"tokens": tokens, "reads_json": DelegatingParser in parser.__bases__ and _is_composed(parser)}
    return type("CallingParser", (ConstrainedCalls, parser), members)


def _is_composed(parser: type[Parser]) -> bool:
    """Return whether `parser` only applies a reasoning parser and then a tool parser."""
    return not {"parse", "parse_delta", "adjust_request", "_extract_tool_calls"} & vars(parser).keys()


def reads_output(parser: type[Parser] | None, request: ChatCompletionRequest) -> bool:
    """Return whether the answer to `request` can be anything but text."""
    if parser is None:
        return False
    if not issubclass(parser, DelegatingParser) or parser.reasoning_parser_cls is not None:
        return True
    return bool(request.tools) and request.tool_choice != "none"


def is_forced(request: ChatCompletionRequest) -> bool:
    """Return whether the answer must be a tool call."""
    return request.tool_choice == "required" or isinstance(
        request.tool_choice, ChatCompletionNamedToolChoiceParam
    )


class grammar_errors:  # noqa: N801  named as contextlib names its own
    """Converts errors to the client's error, with the field of the grammar that cannot be applied."""

    def __init__(self, request: Any, sampling: Sampling) -> None:
        self.request = request
        self.sampling = sampling

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, VLLMValidationError) and (reason := grammar_reason(error)) is not None:
            param, what = _unconstrained(self.request, self.sampling)
            raise InvalidRequest(f"{param}: {what}: {reason}.", param=param) from error


def _unconstrained(request: Any, sampling: Sampling) -> tuple[str, str]:
    """Return the field from which the answer's grammar comes, and what cannot be constrained."""
    if isinstance(request, ChatCompletionRequest) and request.tools and is_forced(request):
        return "tool_choice", "a forced call cannot be constrained to its tool's parameters"
    if sampling.structured_outputs is not None:
        kind = next(iter(sampling.structured_outputs.keys() & _KINDS), "json")
        return f"structured_outputs.{kind}", "an answer cannot be constrained to it"
    if sampling.response_format is not None:
        return "response_format.json_schema.schema", "an answer cannot be constrained to it"
    return "tools", "a strict tool's calls cannot be constrained to its parameters"


_KINDS = frozenset(("json", "regex", "choice", "grammar", "json_object", "structural_tag"))


class ConstrainedCalls(DelegatingParser):  # type: ignore[misc]  # vLLM is not typed
    """A mixin for vLLM's parsers."""

    tokens: SpecialTokens | None
    reads_json: bool
    """Whether the parser can read a forced call that is JSON."""
    streamed_json = ""
    """The forced call so far, in a stream."""

    def adjust_request(self, request: ChatCompletionRequest) -> ChatCompletionRequest:
        texts: ToolTexts | None = getattr(request, "tool_texts", None)
        if not (is_forced(request) and request.tools):
            return self._with_texts(request, texts) if texts else self._with_grammar(request)
        given = request.tools
        request.structured_outputs = request.response_format = None  # they leave no room for a call
        request.stop = []  # a stop string within the arguments would cut them off
        if texts is not None and self.tokens is not None:
            request.tools = texts.strict(request.tools)
        described = request.tools
        request.tools = _strict_tools(request)
        if self.tokens is None:  # the operator's own backend does not know this key
            for tool in request.tools:
                tool.function.parameters.pop("x-guidance")
        request = self._with_grammar(request)
        outputs = request.structured_outputs
        if self.reads_json and (outputs is None or outputs.json is not None):
            request.tools = described
            schema = _forced_schema(request)
            request.structured_outputs = StructuredOutputsParams(json=schema)
            if texts is not None:
                texts.note(json.dumps(schema))
        request.tools = given
        return request

    def _with_texts(self, request: ChatCompletionRequest, texts: ToolTexts) -> ChatCompletionRequest:
        """Constrain the model's calls of tools with a text grammar.

        If the family's format does not allow it, vLLM's own constraints stay.
        """
        if self.tokens is None or not request.tools or request.tool_choice == "none":
            return self._with_grammar(request)
        given = request.tools, request.structured_outputs, request.response_format
        request.tools = texts.strict(request.tools)
        try:
            request = self._with_grammar(request)
        except InvalidRequest:
            texts.constrained.clear()
        request.tools = given[0]
        if texts.constrained:
            return request
        _, request.structured_outputs, request.response_format = given
        return self._with_grammar(request)

    def _with_grammar(self, request: ChatCompletionRequest) -> ChatCompletionRequest:
        """Let vLLM adjust `request`, and convert its constraints to a grammar."""
        asked = request.structured_outputs, request.response_format
        request = super().adjust_request(request)
        outputs = request.structured_outputs
        if self.tokens is None or outputs is None or outputs is asked[0] or outputs.structural_tag is None:
            return request
        tag = _without_misread(json.loads(outputs.structural_tag))
        if is_forced(request):
            tag["format"] = calls_only(tag["format"])
        try:
            grammar = tag_lark(tag, self.tokens.names, self.tokens.ends)
            request.structured_outputs = StructuredOutputsParams(grammar=grammar)
            if (texts := getattr(request, "tool_texts", None)) is not None:
                texts.note(json.dumps(tag), grammar)
        except UnknownTag as error:
            if asked != (None, None):
                raise unknown_tag(error) from error
            request.structured_outputs = None
        return request

    def _apply_structural_tag(self, request: ChatCompletionRequest) -> ChatCompletionRequest:
        """Apply vLLM's constraints on calls, or on an answer that has a format or is a call."""
        asked = request.extract_structured_outputs()
        if self.tokens is None or asked is None or not request.tools or request.tool_choice != "auto":
            return super()._apply_structural_tag(request)
        if (tag := self._call_or_format(request, asked)) is not None:
            request.structured_outputs = StructuredOutputsParams(structural_tag=tag)
            request.response_format = None
        return request

    def _call_or_format(self, request: ChatCompletionRequest, asked: StructuredOutputsParams) -> str | None:
        """Return a tag for a call in the family's format or the asked answer; None if there is none.

        vLLM makes calls impossible if no tool is strict.
        """
        assert self._tool_parser is not None
        assert self.tokens is not None
        calls = self._tool_parser.get_structural_tag(
            request.model_copy(update={"tool_choice": "required"}),
            strict_level=max(self.tool_strict_level or ToolStrictLevel.AUTO, ToolStrictLevel.FUNCTION),
        )
        if calls is None:
            return None
        if request.parallel_tool_calls is False:
            limit_to_single_tool_call(calls)
        try:
            answer = structured_outputs_to_format(asked)
            tag = {"format": calls_or_answer(calls.format.model_dump(), answer.model_dump())}
            tag_lark(tag, self.tokens.names)
        except (AttributeError, KeyError, ValueError):
            return None
        return json.dumps(tag)

    def _extract_tool_calls(
        self, content: str | None, request: ChatCompletionRequest, enable_auto_tools: bool = False
    ) -> tuple[list[FunctionCall] | None, str | None]:
        if not _is_json(request):
            calls, text = super()._extract_tool_calls(content, request, enable_auto_tools)
            return calls, text
        if not content:
            return [], None
        message, _ = self._extract_tool_calls_streaming("", content, content, [], [], [], request)
        return [
            FunctionCall(id=call.id, name=call.function.name, arguments=call.function.arguments)
            for call in (message.tool_calls if message else ())
        ], None

    def _extract_tool_calls_streaming(self, *args: Any, **kwargs: Any) -> Any:
        request = kwargs["request"] if "request" in kwargs else args[6]
        if _is_json(request):
            self._tool_parser.supports_required_and_named = True
            if self._tool_parser.engine_based_streaming and kwargs:  # vLLM keeps no text for these
                kwargs["previous_text"] = self.streamed_json
                self.streamed_json += kwargs["delta_text"]
                kwargs["current_text"] = self.streamed_json
        return super()._extract_tool_calls_streaming(*args, **kwargs)


def _without_misread(tag: Any) -> Any:
    """Return the tag without the beginnings that vLLM's parser would misread."""
    if isinstance(tag, dict):
        return {name: _without_misread(value) for name, value in tag.items()}
    if isinstance(tag, list):
        kept = (item for item in tag if not (isinstance(item, dict) and item.get("begin") == MISREAD))
        return [_without_misread(item) for item in kept]
    return tag


def _is_json(request: ChatCompletionRequest) -> bool:
    """Return whether the forced call is JSON instead of the family's format."""
    outputs = request.structured_outputs
    return is_forced(request) and outputs is not None and outputs.json is not None


def _strict_tools(request: ChatCompletionRequest) -> list[Any]:
    """Return the tools as strict ones, so that the arguments of calls are constrained to their schemas."""
    held = []
    for tool in request.tools or ():
        function = tool.function
        schema = arguments_schema(function.name, function.parameters)
        strict = function.model_copy(update={"parameters": schema, "strict": True})
        held.append(tool.model_copy(update={"function": strict}))
    return held


def _forced_schema(request: ChatCompletionRequest) -> dict[str, Any]:
    tools = [(tool.function.name, tool.function.parameters) for tool in request.tools or ()]
    choice = request.tool_choice
    if isinstance(choice, ChatCompletionNamedToolChoiceParam):
        return arguments_schema(choice.function.name, dict(tools)[choice.function.name])
    return calls_schema(tools, request.parallel_tool_calls is not False)
