"""Renders prompts: conversations with the chat template, texts with the tokenizer."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from msgspec.structs import replace
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.entrypoints.serve.engine.protocol import ErrorResponse
from vllm.exceptions import VLLMError, VLLMValidationError
from vllm.inputs import EngineInput
from vllm.renderers.inputs.preprocess import extract_prompt_components
from vllm.renderers.online_renderer import OnlineRenderer

from accord.engine.generation import RenderedPrompt
from accord.engine.requests import Conversation, Prompt, Sampling
from accord.engine.vllm.errors import request_errors
from accord.engine.vllm.features import features_input, with_media
from accord.engine.vllm.media import forget, reading
from accord.engine.vllm.requests import (
    UnboundedChatRequest,
    UnboundedCompletionRequest,
    chat_request,
    completion_request,
    declaring,
)
from accord.engine.vllm.roles import Roles
from accord.engine.vllm.sentences import invalid_request
from accord.errors import ApiError, EngineFailure, InvalidRequest, PromptTooLong, rename

logger = logging.getLogger(__name__)

PLAIN = {"role": "user", "content": "Hello"}
TOO_LONG = ("input_tokens", "input_text")
"""The parameter that vLLM names if a prompt is longer than the context."""

DECODED_IN_LOOP = 4096
"""Up to this many tokens (about a millisecond) are decoded in the event loop; more in a thread."""

T = TypeVar("T")


class Prompts:
    """Renders prompts with vLLM's renderer, for the engine or for inspection."""

    def __init__(self, renderer: OnlineRenderer) -> None:
        self.renderer = renderer
        self.roles = Roles(renderer)
        self.model_config = renderer.model_config
        self.tokenizer = renderer.renderer.get_tokenizer()
        self.max_model_len: int = self.model_config.max_model_len
        self._token_string = cache(lambda token_id: self.tokenizer.convert_ids_to_tokens([token_id])[0])

    async def chat(
        self, conversation: Conversation, sampling: Sampling, stream: bool
    ) -> tuple[Any, EngineInput]:
        """Return vLLM's request and its prompt."""
        conversation = await self.roles.fitted(conversation)
        arguments = (conversation, sampling, stream, self.max_model_len)
        request = chat_request(*arguments)
        with reading(conversation.media):
            try:
                return request, await self._rendered_chat(request, conversation)
            except VLLMValidationError as error:
                if error.parameter not in TOO_LONG:
                    raise
                unbounded = chat_request(*arguments, UnboundedChatRequest)
                counted = await self._rendered_chat(unbounded, conversation, for_engine=False)
                forget(self.renderer.renderer, counted)
                self.check_room(self.rendered(counted), "messages")
                raise

    async def _rendered_chat(
        self, request: Any, conversation: Conversation, *, for_engine: bool = True
    ) -> EngineInput:
        """Return the prompt. Media of a prompt that is not for the engine are not recorded as sent to it."""
        try:
            if conversation.callable_tools is None:
                rendered = await self.renderer.render_chat(request, skip_mm_cache=not for_engine)
            else:
                with declaring(request, conversation.tools or [], self.renderer.use_harmony):
                    rendered = await self.renderer.render_chat(request, skip_mm_cache=not for_engine)
        except (ApiError, VLLMError, ValueError, RecursionError):  # the client gets this error
            raise
        except Exception as error:
            raise await self._unexpected(error) from error
        if isinstance(rendered, ErrorResponse):
            refusal = _refusal(rendered)
            if refusal.param == "chat_template" and request.chat_template is None:
                rename(refusal, {"chat_template": "chat_template_kwargs.chat_template"})
            raise refusal
        return rendered[1][0]

    async def _unexpected(self, error: Exception) -> ApiError:
        """Return the client's error for an `error` that vLLM does not anticipate.

        If a plain conversation can be rendered, this conversation is at fault, otherwise the installation.
        """
        frame = traceback.extract_tb(error.__traceback__)[-1]
        logger.warning(
            "A conversation: %s in %s, line %s.", type(error).__name__, frame.filename, frame.lineno
        )
        try:
            await self.renderer.render_chat(ChatCompletionRequest.model_validate({"messages": [PLAIN]}))
        except Exception:
            logger.exception("Even a plain conversation cannot be rendered.")
            return EngineFailure("The model's tokenizer cannot render any conversation.")
        return InvalidRequest(
            "The model's chat template, tokenizer or processor cannot render this conversation, with its "
            "tools and media.",
            param="messages",
        )

    async def completion(
        self, prompt: Prompt, sampling: Sampling, stream: bool
    ) -> tuple[Any, list[EngineInput]]:
        """Return vLLM's request and each of its prompts."""
        arguments = (prompt, sampling, stream, self.max_model_len)
        request = completion_request(*arguments)
        if prompt.features is not None:
            features = await asyncio.to_thread(features_input, self.renderer, prompt, sampling.cache_salt)
            return request, [features]
        if prompt.content_parts:
            with reading(prompt.media):
                return request, [await with_media(self.renderer, prompt, sampling.cache_salt)]
        try:
            return request, await self._rendered_prompts(request)
        except VLLMValidationError as error:
            if error.parameter not in TOO_LONG:
                raise
            unbounded = completion_request(*arguments, UnboundedCompletionRequest)
            for engine_input in await self._rendered_prompts(unbounded):
                self.check_room(self.rendered(engine_input), prompt.field)
            raise

    async def _rendered_prompts(self, request: Any) -> list[EngineInput]:
        rendered = await self.renderer.render_completion(request)
        if isinstance(rendered, ErrorResponse):
            raise _refusal(rendered)
        inputs: list[EngineInput] = rendered
        return inputs

    def rendered(self, engine_input: EngineInput) -> RenderedPrompt:
        components = extract_prompt_components(self.model_config, engine_input)
        return RenderedPrompt(list(components.token_ids), components.text)

    def _with_offsets(self, engine_input: EngineInput) -> RenderedPrompt:
        prompt = self.rendered(engine_input)
        if offsets := engine_input.get("prompt_token_offsets"):
            prompt.token_offsets = [list(position) for position in offsets]
        return prompt

    def check_room(self, prompt: RenderedPrompt, field: str) -> None:
        """Raise for a prompt that fills the context: vLLM would generate nothing, and OpenAI refuses it."""
        if len(prompt.token_ids) >= self.max_model_len:
            raise PromptTooLong(len(prompt.token_ids), self.max_model_len, param=field)

    async def render_chat(self, conversation: Conversation, sampling: Sampling) -> RenderedPrompt:
        return (await self.unbounded_chat(conversation, sampling, False))[1]

    async def unbounded_chat(
        self, conversation: Conversation, sampling: Sampling, stream: bool
    ) -> tuple[Any, RenderedPrompt, EngineInput]:
        """Return vLLM's request and its prompt of any length: with its text, and in the engine's form."""
        with request_errors():
            conversation = await self.roles.fitted(conversation)
            request = chat_request(conversation, sampling, stream, self.max_model_len, UnboundedChatRequest)
            with reading(conversation.media):
                engine_input = await self._rendered_chat(request, conversation, for_engine=False)
            prompt = self._with_offsets(engine_input)
            await in_thread_if_many(len(prompt.token_ids), lambda: self.with_text(prompt))
            return request, prompt, engine_input

    async def known_chat(
        self, conversation: Conversation, sampling: Sampling, stream: bool, token_ids: list[int]
    ) -> Any:
        """Return vLLM's request for a conversation whose prompt is known and is not rendered again.

        vLLM takes the tokens from the field in which a disaggregated prefill forwards them.
        """
        forwarded = replace(sampling, kv_transfer_params={"prompt_token_ids": token_ids})
        request = chat_request(conversation, forwarded, stream, self.max_model_len, UnboundedChatRequest)
        await self._rendered_chat(request, conversation, for_engine=False)
        return request

    async def render_prompt(self, prompt: Prompt, sampling: Sampling) -> list[RenderedPrompt]:
        return (await self.unbounded_completion(prompt, sampling, False))[1]

    async def unbounded_completion(
        self, prompt: Prompt, sampling: Sampling, stream: bool
    ) -> tuple[Any, list[RenderedPrompt]]:
        """Return vLLM's request and its prompts of any length, with their texts."""
        with request_errors():
            request = completion_request(
                prompt, sampling, stream, self.max_model_len, UnboundedCompletionRequest
            )
            rendered = [self._with_offsets(each) for each in await self._rendered_prompts(request)]

            def checked() -> list[RenderedPrompt]:
                for each in rendered:
                    self.renderer.renderer.validate_token_ids(each.token_ids, parameter=prompt.field)
                return [self.with_text(each) for each in rendered]

            tokens = sum(len(each.token_ids) for each in rendered)
            return request, await in_thread_if_many(tokens, checked)

    def with_text(self, prompt: RenderedPrompt) -> RenderedPrompt:
        if prompt.text is None:
            prompt.text = self.tokenizer.decode(prompt.token_ids)
        return prompt

    async def token_strings(self, token_ids: list[int]) -> list[str]:
        return await in_thread_if_many(
            len(token_ids), lambda: [self._token_string(token_id) for token_id in token_ids]
        )

    async def detokenize(self, token_ids: list[int]) -> str:
        def decoded() -> str:
            self.renderer.renderer.validate_token_ids(token_ids, parameter="tokens")
            text: str = self.tokenizer.decode(token_ids)
            return text

        with request_errors():
            return await in_thread_if_many(len(token_ids), decoded)


def _refusal(response: ErrorResponse) -> InvalidRequest:
    return invalid_request(VLLMValidationError(response.error.message, parameter=response.error.param))


async def in_thread_if_many(tokens: int, work: Callable[[], T], in_loop: int = DECODED_IN_LOOP) -> T:
    """Do `work` in a thread if there are many tokens; for few, a thread costs more than the work."""
    return await asyncio.to_thread(work) if tokens > in_loop else work()
