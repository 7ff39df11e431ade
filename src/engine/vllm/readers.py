"""Readers of a request's outputs, with vLLM's reasoning and tool parsers."""

from __future__ import annotations

from typing import Any

from vllm.parser import Parser
from vllm.renderers.online_renderer import OnlineRenderer

from accord.engine.deltas import Usage
from accord.engine.requests import Sampling
from accord.engine.vllm.deltas import DeltaReader, ParsingDeltaReader, no_text_parser
from accord.engine.vllm.tools import reads_output


class Readers:
    """Makes the readers of requests with the parsers of one `renderer`."""

    def __init__(self, renderer: OnlineRenderer, tokenizer: Any, model_config: Any) -> None:
        self.renderer = renderer
        self.tokenizer = tokenizer
        self.model_config = model_config
        self.text_parser = no_text_parser

    def chat(
        self,
        request: Any,
        sampling: Sampling,
        usage: Usage,
        parsers: list[Parser],
        prompt_token_ids: list[int],
    ) -> DeltaReader:
        """Return the reader of a conversation's choices: the first of `parsers` reads complete answers."""
        if not parsers:
            return DeltaReader(sampling, usage, self.tokenizer)
        return ParsingDeltaReader(
            sampling,
            usage,
            self.tokenizer,
            parsers[1:],
            parsers[0],
            request,
            prompt_token_ids,
            self.parsers,
            self.text_parser,
        )

    def choice(
        self, request: Any, sampling: Sampling, usage: Usage, prompt_token_ids: list[int]
    ) -> DeltaReader:
        """Return the reader of one choice whose tokens were generated elsewhere."""
        parsers = self.parsers(request, 2)
        return self.chat(request, sampling, usage, parsers, prompt_token_ids)

    def parsers(self, request: Any, n: int) -> list[Parser]:
        """Return `n` parsers; none if the output of the request is plain text."""
        if not reads_output(self.renderer.parser, request):
            return []
        kwargs = self.renderer.effective_chat_template_kwargs(request)
        return [
            self.renderer.parser(
                self.tokenizer,
                request.tools,
                chat_template_kwargs=kwargs,
                model_config=self.model_config,
            )
            for _ in range(n)
        ]

    def reasoning_arguments(
        self, request: Any, parsers: list[Parser], prompt_token_ids: list[int]
    ) -> dict[str, Any]:
        """Return the arguments that tell the engine where reasoning ends, as grammars apply after it only."""
        parser = parsers[0] if parsers else None
        arguments: dict[str, Any] = {
            "reasoning_ended": request.resolve_reasoning_ended(parser, prompt_token_ids)
        }
        if parser is not None and parser.reasoning_parser is not None:
            kwargs = self.renderer.effective_chat_template_kwargs(request)
            arguments["reasoning_parser_kwargs"] = {"chat_template_kwargs": kwargs}
        return arguments
