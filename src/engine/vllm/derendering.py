"""Reads token ids that were generated elsewhere as if they were outputs of the engine."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from vllm.logprobs import Logprob
from vllm.outputs import CompletionOutput
from vllm.sampling_params import SamplingParams

from accord.engine.deltas import MIN_LOGPROB, Delta, TokenLogprob, Usage
from accord.engine.generation import Derendering, GeneratedAnswer, GeneratedTokens, RenderedPrompt
from accord.engine.requests import Conversation, Prompt, Sampling
from accord.engine.vllm.deltas import DeltaReader
from accord.engine.vllm.detokenizing import detokenizer
from accord.engine.vllm.errors import request_errors
from accord.engine.vllm.logprobs import token_logprobs
from accord.engine.vllm.prompts import Prompts, in_thread_if_many
from accord.engine.vllm.requests import chat_request, completion_request
from accord.errors import ApiError, InvalidRequest

logger = logging.getLogger(__name__)

READ_IN_LOOP = 64
"""Up to this many tokens (about a millisecond) are read in the event loop at once; more in a thread."""

Reader = Callable[[Any, Sampling, Usage, list[int]], DeltaReader]
"""Returns the reader of one choice of the answer to vLLM's request, given the prompt's tokens."""

Params = Callable[[Any, RenderedPrompt, bool], SamplingParams]
"""Returns the sampling parameters of vLLM's request for a prompt, and whether text is wanted."""


class Derenderer:
    """Detokenizes with vLLM's detokenizer, and reads with the readers of the engine's outputs."""

    def __init__(self, prompts: Prompts, reader: Reader, sampling_params: Params) -> None:
        self.prompts = prompts
        self.tokenizer = prompts.tokenizer
        self.reader = reader
        self.sampling_params = sampling_params
        self.tokens_as_token_ids = False

    async def chat(
        self, conversation: Conversation | None, sampling: Sampling, answer: GeneratedAnswer, stream: bool
    ) -> Derendering:
        with request_errors():
            self._check_tokens(answer)
            token_ids = answer.prompt_token_ids
            if conversation is None:
                nothing_asked = Conversation(messages=[])
                request = chat_request(nothing_asked, sampling, stream, self.prompts.max_model_len)
            elif token_ids:
                request = await self.prompts.known_chat(conversation, sampling, stream, token_ids)
            else:
                request, rendered, _ = await self.prompts.unbounded_chat(conversation, sampling, stream)
                token_ids = rendered.token_ids
            prompt = RenderedPrompt(token_ids or [])
            return await self._read(request, sampling, [answer], [prompt], self.reader)

    async def completion(
        self, prompt: Prompt | None, sampling: Sampling, answers: list[GeneratedAnswer], stream: bool
    ) -> Derendering:
        with request_errors():
            for answer in answers:
                self._check_tokens(answer)
            known = [answer.prompt_token_ids for answer in answers]
            if prompt is None or all(ids is not None for ids in known):
                some = prompt or Prompt(inputs=[[0]])
                request = completion_request(some, sampling, stream, self.prompts.max_model_len)
                prompts = [RenderedPrompt(ids or []) for ids in known]
            else:
                request, rendered = await self.prompts.unbounded_completion(prompt, sampling, stream)
                prompts = [
                    each if ids is None else RenderedPrompt(ids)
                    for ids, each in zip(known, rendered, strict=True)
                ]
            if prompt is not None and prompt.echo:
                for each in prompts:
                    self.prompts.with_text(each)
            return await self._read(request, sampling, answers, prompts, self._text_reader)

    def _text_reader(
        self, _request: Any, sampling: Sampling, usage: Usage, _prompt_token_ids: list[int]
    ) -> DeltaReader:
        return DeltaReader(sampling, usage, self.tokenizer)

    def _check_tokens(self, answer: GeneratedAnswer) -> None:
        """Raise VLLMValidationError for tokens outside the model's vocabulary."""
        check = self.prompts.renderer.renderer.validate_token_ids
        check(answer.prompt_token_ids or [], parameter=answer.prompt_field)
        for position in answer.prompt_logprobs or ():
            check(list(position or ()), parameter=answer.prompt_logprobs_field)
        for choice in answer.choices:
            check(choice.token_ids, parameter=choice.field)
            check([i for ids in choice.before for i in ids], parameter=choice.field_before)
            for entry in choice.logprobs or ():
                listed = [entry.token_id, *(top.token_id for top in entry.top or ())]
                check(listed, parameter=choice.field.replace("token_ids", "logprobs"))

    async def _read(
        self,
        request: Any,
        sampling: Sampling,
        answers: list[GeneratedAnswer],
        prompts: list[RenderedPrompt],
        reader_of: Reader,
    ) -> Derendering:
        if sampling.return_tokens_as_token_ids is None:
            sampling.return_tokens_as_token_ids = self.tokens_as_token_ids
        tokens = 0
        for answer, prompt in zip(answers, prompts, strict=True):
            for choice in answer.choices:
                tokens += self._check_length(choice, prompt)

        def read() -> Derendering:
            result = Derendering(prompts, [], [], Usage())
            for number, (answer, prompt) in enumerate(zip(answers, prompts, strict=True)):
                prompt.logprobs = self._prompt_logprobs(answer, prompt, sampling)
                prompt.kv_transfer_params = answer.kv_transfer_params
                prompt.ec_transfer_params = answer.ec_transfer_params
                params = self.sampling_params(request, prompt, True)
                for choice in answer.choices:
                    reader = reader_of(request, sampling, result.usage, prompt.token_ids)
                    reader.first_index = number * (sampling.n or 1) + choice.index
                    before, deltas = self._read_choice(choice, prompt, params, reader, request.stream)
                    result.before += before
                    result.deltas += deltas
            return result

        return await in_thread_if_many(tokens, read, READ_IN_LOOP)

    def _check_length(self, choice: GeneratedTokens, prompt: RenderedPrompt) -> int:
        generated = len(choice.token_ids) + sum(map(len, choice.before))
        total = len(prompt.token_ids) + generated
        if total > self.prompts.max_model_len:
            raise InvalidRequest(
                f"{choice.field}: the prompt has {len(prompt.token_ids)} tokens and the answer {generated}; "
                f"the model takes {self.prompts.max_model_len} together.",
                param=choice.field,
            )
        return generated

    def _read_choice(
        self,
        choice: GeneratedTokens,
        prompt: RenderedPrompt,
        params: SamplingParams,
        reader: DeltaReader,
        stream: bool,
    ) -> tuple[list[Delta], list[Delta]]:
        """Return the deltas of the choice's earlier chunks, and those of these tokens."""
        text = detokenizer(self.tokenizer, prompt.token_ids, params)

        def read_step(
            token_ids: list[int], finish: str | None, reason: int | str | None, logprobs: Any
        ) -> Any:
            # A stop string is found in the text; a stop token is reported and is not part of the text.
            text.update(list(token_ids), finish == "stop" and not isinstance(reason, str))
            output = CompletionOutput(
                index=0,
                text=text.get_next_output_text(finish is not None, stream),
                token_ids=token_ids,
                cumulative_logprob=None,
                logprobs=logprobs,
                finish_reason=finish,
                stop_reason=reason,
            )
            return reader.read([output])

        logprobs = _positions(choice.logprobs) if reader.sampling.logprobs is not None else None
        try:
            before = [delta for ids in choice.before for delta in read_step(ids, None, None, None)]
            return before, read_step(choice.token_ids, choice.finish_reason, choice.stop_reason, logprobs)
        except ApiError:
            raise
        except Exception as error:  # the tokens may be arbitrary, and parsers raise anything
            logger.debug("Tokens could not be read.", exc_info=True)
            raise InvalidRequest(
                f"{choice.field}: these tokens cannot be parsed as an answer.", param=choice.field
            ) from error

    def _prompt_logprobs(
        self, answer: GeneratedAnswer, prompt: RenderedPrompt, sampling: Sampling
    ) -> list[TokenLogprob] | None:
        if answer.prompt_logprobs is None:
            return None
        top = sampling.prompt_logprobs if sampling.prompt_logprobs is not None else sampling.logprobs
        positions = [
            position and {i: Logprob(e.logprob or 0.0, e.rank, e.token or None) for i, e in position.items()}
            for position in answer.prompt_logprobs
        ]
        as_ids = bool(sampling.return_tokens_as_token_ids)
        return token_logprobs(prompt.token_ids, positions, top or 0, self.tokenizer, as_ids)


def _positions(entries: list[TokenLogprob] | None) -> list[dict[int, Logprob]] | None:
    """Return log probabilities in the form of vLLM's engine: the token's own, and the likeliest tokens."""
    return [_position(entry) for entry in entries] if entries else None


def _position(entry: TokenLogprob) -> dict[int, Logprob]:
    top = entry.top or []
    if top and top[0].token_id == entry.token_id and entry.rank != 1:
        top = top[1:]  # it is reported among them, but is not one of them
    return {entry.token_id: _logprob(entry, entry.rank)} | {
        each.token_id: _logprob(each, rank) for rank, each in enumerate(top, 1)
    }


def _logprob(entry: TokenLogprob, rank: int | None) -> Logprob:
    return Logprob(MIN_LOGPROB if entry.logprob is None else entry.logprob, rank)
