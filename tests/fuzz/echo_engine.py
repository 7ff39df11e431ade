"""An engine without a model, which says what the client said last: the whole path of a request, at once."""

import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from accord.engine import (
    Conversation,
    Delta,
    Derendering,
    GeneratedAnswer,
    Generation,
    Prompt,
    RenderedPrompt,
    Rendering,
    Sampling,
)
from accord.engine.deltas import ToolCallDelta, Usage
from tests.deltas import GivenDeltas
from tests.unloaded import UnloadedEngine

LATE_TOKENS = [1, 2]
SAMPLING_PARAMS: dict[str, Any] = {
    "n": 1,
    "temperature": 1.0,
    "top_p": 1.0,
    "top_k": 0,
    "min_p": 0.0,
    "presence_penalty": 0.0,
    "frequency_penalty": 0.0,
    "repetition_penalty": 1.0,
}


class EchoEngine(UnloadedEngine):
    """Streams the last text that it was given, a few characters a step; a tool call where there are tools."""

    max_model_len = 2048
    modalities: frozenset[str] = frozenset()
    limits_thinking = True
    vocabulary_size = 1000

    @property
    def default_sampling(self) -> Mapping[str, Any]:
        return {}

    async def chat(
        self, conversation: Conversation, sampling: Sampling, *, request_id: str, stream: bool, model: str
    ) -> Generation:
        texts = [_text(message.get("content")) for message in conversation.messages]
        tool = conversation.tools[0]["function"]["name"] if conversation.tools else None
        return _generation([texts[-1] if texts else ""], sampling, tool)

    async def complete(
        self, prompt: Prompt, sampling: Sampling, *, request_id: str, stream: bool, model: str
    ) -> Generation:
        return _generation([each if isinstance(each, str) else "x" for each in prompt.inputs], sampling, None)

    async def render_chat(self, conversation: Conversation, sampling: Sampling) -> RenderedPrompt:
        return RenderedPrompt(LATE_TOKENS, json.dumps(conversation.messages))

    async def render_prompt(self, prompt: Prompt, sampling: Sampling) -> list[RenderedPrompt]:
        return [RenderedPrompt(LATE_TOKENS, str(each)) for each in prompt.inputs]

    async def render_chat_request(
        self, conversation: Conversation, sampling: Sampling, *, stream: bool, tensors: bool = True
    ) -> Rendering:
        return Rendering(await self.render_chat(conversation, sampling), SAMPLING_PARAMS)

    async def render_completion_request(
        self, prompt: Prompt, sampling: Sampling, *, stream: bool
    ) -> list[Rendering]:
        return [Rendering(each, SAMPLING_PARAMS) for each in await self.render_prompt(prompt, sampling)]

    async def derender_chat(
        self, conversation: Conversation | None, sampling: Sampling, answer: GeneratedAnswer, *, stream: bool
    ) -> Derendering:
        return _derendering([answer])

    async def derender_completion(
        self, prompt: Prompt | None, sampling: Sampling, answers: list[GeneratedAnswer], *, stream: bool
    ) -> Derendering:
        return _derendering(answers)

    async def token_strings(self, token_ids: list[int]) -> list[str]:
        return ["t"] * len(token_ids)

    async def detokenize(self, token_ids: list[int]) -> str:
        return "text"


def _derendering(answers: list[GeneratedAnswer]) -> Derendering:
    deltas = [
        Delta(choice.index, text="x", token_ids=choice.token_ids, finish_reason="stop")
        for choice in answers[0].choices
    ]
    return Derendering([RenderedPrompt(LATE_TOKENS, "x") for _ in answers], deltas, [], Usage())


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "".join(_text(part.get("text")) for part in content)
    return content if isinstance(content, str) else ""


def _generation(texts: list[str], sampling: Sampling, tool: str | None) -> Generation:
    usage = Usage(prompt_tokens=2)
    prompts = [RenderedPrompt(LATE_TOKENS, text) for text in texts]
    return Generation(prompts, GivenDeltas(_deltas(texts, sampling.n or 1, tool, usage)), usage)


async def _deltas(
    texts: list[str], n: int, tool: str | None, usage: Usage
) -> AsyncGenerator[list[Delta], None]:
    choices = [text for text in texts for _ in range(n)]
    for index, text in enumerate(choices):
        for start in range(0, len(text), 5):
            usage.completion_tokens += 1
            yield [Delta(index, text=text[start : start + 5], token_ids=[1])]
        if tool is not None:
            call = ToolCallDelta(0, id="call_1", name=tool, arguments=json.dumps({"a": text}))
            yield [Delta(index, tool_calls=[call])]
        yield [Delta(index, finish_reason="stop")]
