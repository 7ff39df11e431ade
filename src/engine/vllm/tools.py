"""How tool calls are read, and how a call that the client forces is held to its tool's parameters.

vLLM holds a forced call to the format that the model's family uses, and its arguments to their schema only
where the tool is `strict`. Here a forced call is JSON, held to the parameters of its tool by a grammar,
whatever the family: it is read the same way whether it is streamed, whole, or cut short.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from vllm.entrypoints.generate.base.protocol import FunctionCall
from vllm.entrypoints.openai.chat_completion.protocol import (
    ChatCompletionNamedToolChoiceParam,
    ChatCompletionRequest,
)
from vllm.exceptions import VLLMValidationError
from vllm.parser import Parser
from vllm.parser.abstract_parser import DelegatingParser
from vllm.sampling_params import StructuredOutputsParams
from vllm.utils.mistral import is_mistral_tokenizer

from accord.engine.grammars.schemas import arguments_schema, calls_schema
from accord.engine.vllm.grammars import tag_grammar
from accord.errors import InvalidRequest


def tool_parser_name(arguments: Namespace, model_type: str, tokenizer: Any) -> str:
    """Return the tool parser to use: the operator's choice, else the format that most models know."""
    if arguments.tool_call_parser:
        return str(arguments.tool_call_parser)
    if model_type == "gpt_oss":
        return "openai"
    return "mistral" if is_mistral_tokenizer(tokenizer) else "hermes"


def calling_parser(parser: type[Parser] | None, backend: str) -> type[Parser] | None:
    """Return `parser` with forced calls as above. Those that write their own grammar stay as they are."""
    if parser is None or parser.__bases__ != (DelegatingParser,) or parser.tool_parser_cls is None:
        return parser
    members = {"keeps_structural_tags": backend != "guidance"}
    return type("CallingParser", (_ForcedCalls, parser), members)


def reads_output(parser: type[Parser] | None, request: ChatCompletionRequest) -> bool:
    """Whether there can be anything but text in the answer to `request`."""
    if parser is None:
        return False
    if not issubclass(parser, DelegatingParser) or parser.reasoning_parser_cls is not None:
        return True
    return bool(request.tools) and request.tool_choice != "none"


def is_forced(request: ChatCompletionRequest) -> bool:
    """Whether the answer has to be a tool call."""
    return request.tool_choice == "required" or isinstance(
        request.tool_choice, ChatCompletionNamedToolChoiceParam
    )


@contextmanager
def forced_call_errors(request: Any) -> Iterator[None]:
    """Tell the client where the grammar of a forced call is what vLLM refuses."""
    try:
        yield
    except VLLMValidationError as error:
        if not (isinstance(request, ChatCompletionRequest) and request.tools and is_forced(request)):
            raise
        raise InvalidRequest(
            "tool_choice: a forced call's arguments are held to the tool's parameters, and a keyword in them "
            f"cannot be: {error.args[0] if error.args else error}",
            param="tool_choice",
        ) from error


class _ForcedCalls(DelegatingParser):  # type: ignore[misc]  # vLLM is not typed
    """Mixed into the parser that vLLM composes of a reasoning and a tool parser."""

    keeps_structural_tags: bool

    def adjust_request(self, request: ChatCompletionRequest) -> ChatCompletionRequest:
        if not is_forced(request):
            return super().adjust_request(request)
        if self._reasoning_parser is not None:
            request = self._reasoning_parser.adjust_request(request)
        request.structured_outputs = StructuredOutputsParams(json=_forced_schema(request))
        request.response_format = None
        request.stop = []  # a stop string within the arguments would cut them
        return request

    def _apply_structural_tag(self, request: ChatCompletionRequest) -> ChatCompletionRequest:
        """What vLLM asks of calls that are not forced: that those of strict tools keep to their schemas."""
        asked = request.structured_outputs, request.response_format
        request = super()._apply_structural_tag(request)
        outputs = request.structured_outputs
        if self.keeps_structural_tags or outputs is asked[0] or outputs.structural_tag is None:
            return request
        if (grammar := tag_grammar(outputs.structural_tag, self.model_tokenizer)) is None:
            request.structured_outputs, request.response_format = asked
        else:
            request.structured_outputs = StructuredOutputsParams(grammar=grammar)
        return request

    def _extract_tool_calls(
        self, content: str | None, request: ChatCompletionRequest, enable_auto_tools: bool = False
    ) -> tuple[list[FunctionCall] | None, str | None]:
        if not is_forced(request):
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
        if is_forced(request):
            self._tool_parser.supports_required_and_named = True
        return super()._extract_tool_calls_streaming(*args, **kwargs)


def _forced_schema(request: ChatCompletionRequest) -> dict[str, Any]:
    tools = [(tool.function.name, tool.function.parameters) for tool in request.tools or ()]
    choice = request.tool_choice
    if isinstance(choice, ChatCompletionNamedToolChoiceParam):
        return arguments_schema(choice.function.name, dict(tools)[choice.function.name])
    return calls_schema(tools, request.parallel_tool_calls is not False)
