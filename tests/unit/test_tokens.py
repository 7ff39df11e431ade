"""Answers about tokens, without an engine."""

from typing import Any

from accord.dialects.rendering import rendered_prompt
from accord.engine import Prompt, RenderedPrompt, Rendering, Sampling
from accord.generated import models
from accord.handlers.call import Call, Services
from accord.handlers.tokens import tokenize
from tests.fuzz.echo_engine import SAMPLING_PARAMS
from tests.unloaded import UnloadedEngine

TOKENS = [3, 4, 3]


class KnownTokens(UnloadedEngine):
    """Knows the tokens of every text already."""

    max_model_len = 8

    async def render_prompt(self, prompt: Prompt, sampling: Sampling) -> list[RenderedPrompt]:
        return [RenderedPrompt(TOKENS, text) for text in prompt.inputs if isinstance(text, str)]

    async def token_strings(self, token_ids: list[int]) -> list[str]:
        return ["t"] * len(token_ids)


async def tokenized(**fields: Any) -> models.TokenizeResponse:
    body = models.TokenizePromptRequest.model_validate({"prompt": "Hello"} | fields)
    return await tokenize(Call(Services(KnownTokens(), "0", "0"), "req_1"), body)


async def test_the_tokens_of_a_text() -> None:
    answer = await tokenized()
    assert answer.model_dump(exclude_unset=True) == {"count": 3, "max_model_len": 8, "tokens": TOKENS}
    assert (await tokenized(return_token_strs=True)).token_strs == ["t"] * 3


async def test_the_tokens_are_not_looked_at_one_by_one() -> None:
    assert (await tokenized()).tokens is TOKENS
    rendering = Rendering(RenderedPrompt(TOKENS, "Hello"), SAMPLING_PARAMS)
    rendered = rendered_prompt(rendering, Sampling(), model="tiny", request_id="chatcmpl-1", stream=None)
    assert rendered.token_ids is TOKENS
    assert rendered.model_dump(exclude_unset=True) == {
        "model": "tiny",
        "prompt": "Hello",
        "token_ids": TOKENS,
        "request_id": "chatcmpl-1",
        "sampling_params": SAMPLING_PARAMS,
        "stream": False,
    }
