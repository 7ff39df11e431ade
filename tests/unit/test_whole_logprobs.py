"""Whole answers whose log probabilities are written as they are."""

import json
from typing import Any

import pytest

from accord.dialects.answers import answers
from accord.dialects.chat.response import chat_completion, chat_completion_with_logprobs
from accord.dialects.completions.logprobs import TextOffsets, completion_logprobs
from accord.dialects.completions.response import completion
from accord.dialects.logprobs import WrittenAnswer
from accord.engine import Delta, Generation, GivenDeltas, RenderedPrompt, TokenLogprob, Usage
from accord.generated import models
from tests.turns import turns_of_others

TEXT = 'é "choices":[] "logprobs":null'
LIKELIEST = [TokenLogprob("é", 1, -0.5, 1), TokenLogprob("\\xf0", 2, -1e-7, 2, utf8=b"\xf0")]


def generation(tokens: int, choices: int = 2) -> Generation:
    entries = [TokenLogprob(f" {place}", place, -1.5, 3, LIKELIEST) for place in range(tokens)]
    deltas = [
        Delta(index, TEXT, token_ids=[*range(tokens)], logprobs=entries, finish_reason="stop")
        for index in range(choices)
    ]
    prompt = RenderedPrompt([5], text="Go", logprobs=[TokenLogprob("Go", 5, None)])
    return Generation([prompt], GivenDeltas(deltas), Usage())


def chat_request(**fields: Any) -> models.ChatCompletionRequest:
    messages = [{"role": "user", "content": "Hello"}]
    return models.ChatCompletionRequest.model_validate({"messages": messages, "logprobs": True} | fields)


NAMES: Any = {"id": "a", "created": 1, "model": TEXT}


@pytest.mark.parametrize("tokens", [0, 1, 64, 65, 200])
async def test_a_chat_completion_is_what_its_models_say(tokens: int) -> None:
    run = generation(tokens)
    told = await answers(run)
    body = chat_request(n=2, return_token_ids=True)
    by_models = chat_completion(told, run, body, opening="", **NAMES)
    left_out = chat_completion(told, run, body, opening="", logprobs=False, **NAMES)
    written = await chat_completion_with_logprobs(left_out, told)
    assert json.loads(written.body) == by_models.model_dump(mode="json", exclude_unset=True)
    models.ChatCompletion.model_validate_json(written.body)


@pytest.mark.parametrize("echo", [False, True])
async def test_a_completion_is_one_of_the_contracts(echo: bool) -> None:
    body = models.CompletionRequest.model_validate({"prompt": "Go", "n": 2, "logprobs": 2, "echo": echo})
    run = generation(130)
    written = await completion(run, body, **NAMES)
    assert isinstance(written, WrittenAnswer)
    answer = models.Completion.model_validate_json(written.body)
    before = run.prompts[0].logprobs or [] if echo else []
    for choice, told in zip(answer.choices, await answers(generation(130)), strict=True):
        expected = completion_logprobs([*before, *told.logprobs], TextOffsets())
        assert choice.logprobs == models.CompletionLogprobs.model_validate_json(expected)
        assert choice.text == ("Go" if echo else "") + TEXT


async def test_other_requests_have_their_turn_while_a_long_one_is_written() -> None:
    run = generation(640)
    told = await answers(run)
    left_out = chat_completion(told, run, chat_request(n=2), opening="", logprobs=False, **NAMES)
    turns, _ = await turns_of_others(chat_completion_with_logprobs(left_out, told))
    assert turns >= 20
    body = models.CompletionRequest.model_validate({"prompt": "Go", "n": 2, "logprobs": 2})
    turns, _ = await turns_of_others(completion(generation(640), body, **NAMES))
    assert turns >= 20
