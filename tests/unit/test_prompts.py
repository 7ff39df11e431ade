"""Decoding of a prompt's tokens: few in the event loop, many in a thread."""

import threading
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from vllm.exceptions import VLLMValidationError

from accord.engine import Conversation, Prompt, RenderedPrompt, Sampling
from accord.engine.vllm.prompts import DECODED_IN_LOOP, Prompts
from accord.errors import EngineFailure, InvalidRequest


class Renderer:
    """As much of vLLM's renderer and tokenizer as tokens are about; notes which thread asks it."""

    def __init__(self) -> None:
        self.renderer = self.model_config = self
        self.max_model_len = 10
        self.asked: list[tuple[bool, int]] = []

    def get_tokenizer(self) -> Any:
        return self

    async def render_chat(self, request: Any) -> Any:
        raise self.failing(request)

    def failing(self, request: Any) -> Exception:
        return TypeError(f"'NoneType' object is not iterable: {request.messages}")

    def _note(self, token_ids: Sequence[int]) -> None:
        self.asked.append((threading.current_thread() is threading.main_thread(), len(token_ids)))

    def validate_token_ids(self, token_ids: list[int], *, parameter: str) -> None:
        self._note(token_ids)
        if max(token_ids) > 9:
            raise VLLMValidationError("out of vocabulary", parameter=parameter)

    def decode(self, token_ids: list[int]) -> str:
        self._note(token_ids)
        return "".join(map(str, token_ids))

    def convert_ids_to_tokens(self, token_ids: list[int]) -> list[str]:
        self._note(token_ids)
        return [f"<{token_id}>" for token_id in token_ids]


class OnlyPlain(Renderer):
    """Renders nothing but text."""

    async def render_chat(self, request: Any) -> Any:
        if isinstance(request.messages[0]["content"], str):
            return [], [{}]
        raise self.failing(request)


@pytest.fixture
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture
def prompts(renderer: Renderer) -> Prompts:
    stand_in: Any = renderer
    return Prompts(stand_in)


FEW, MANY = [1, 2, 1], [1, 2] * DECODED_IN_LOOP


@pytest.mark.parametrize(("token_ids", "at_once"), [(FEW, True), (MANY, False)], ids=["few", "many"])
async def test_tokens_are_spelled_where_that_blocks_nobody(
    prompts: Prompts, renderer: Renderer, token_ids: list[int], at_once: bool
) -> None:
    strings = await prompts.token_strings(token_ids)
    assert strings == [f"<{token_id}>" for token_id in token_ids]
    assert renderer.asked == [(at_once, 1)] * 2  # each token of the vocabulary is asked for once
    assert strings[0] is strings[2]


@pytest.mark.parametrize(("token_ids", "at_once"), [(FEW, True), (MANY, False)], ids=["few", "many"])
async def test_tokens_are_decoded_where_that_blocks_nobody(
    prompts: Prompts, renderer: Renderer, token_ids: list[int], at_once: bool
) -> None:
    assert await prompts.detokenize(token_ids) == "".join(map(str, token_ids))
    assert renderer.asked == [(at_once, len(token_ids))] * 2


async def test_an_invalid_token_is_refused_from_a_thread_too(prompts: Prompts) -> None:
    for token_ids in ([10], [*MANY, 10]):
        with pytest.raises(InvalidRequest) as refused:
            await prompts.detokenize(token_ids)
        assert refused.value.param == "tokens"


async def test_the_text_of_given_tokens_is_reported_where_that_blocks_nobody(
    prompts: Prompts, renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def as_given(request: Any) -> list[Any]:
        return [{"prompt_token_ids": each} for each in request.prompt]

    monkeypatch.setattr(prompts, "_rendered_prompts", as_given)
    monkeypatch.setattr(prompts, "rendered", lambda each: RenderedPrompt(each["prompt_token_ids"]))
    [rendered] = await prompts.render_prompt(Prompt(inputs=[MANY]), Sampling())
    assert rendered.text == "".join(map(str, MANY))
    assert {at_once for at_once, _ in renderer.asked} == {False}


def said(content: Any) -> tuple[Any, Conversation]:
    conversation = Conversation(messages=[{"role": "user", "content": content}])
    return SimpleNamespace(messages=conversation.messages), conversation


async def test_unexpected_errors_of_a_conversation_are_the_clients_fault(prompts: Prompts) -> None:
    stand_in: Any = OnlyPlain()
    with pytest.raises(InvalidRequest) as refused:
        await Prompts(stand_in)._rendered_chat(*said({}))
    assert (refused.value.param, refused.value.status) == ("messages", 400)
    assert "TypeError" not in refused.value.message


async def test_an_installation_that_renders_nothing_is_not_the_clients_fault(
    prompts: Prompts, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(EngineFailure) as failed:
        await prompts._rendered_chat(*said("Hi"))
    assert failed.value.message == "The model's tokenizer cannot render any conversation."
    assert "is not iterable" in caplog.text
