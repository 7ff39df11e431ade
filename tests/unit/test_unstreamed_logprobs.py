"""Complete answers whose log probabilities are written as JSON."""

import json
from typing import Any

import pytest

from accord.dialects.answers import answers
from accord.dialects.chat.response import chat_completion, written_chat
from accord.dialects.completions.logprobs import TextOffsets, completion_logprobs
from accord.dialects.completions.response import completion
from accord.dialects.generate.response import generated
from accord.dialects.logprobs import WrittenAnswer, prompt_logprobs
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
    known = [TokenLogprob("Go", 5, None), *entries]
    prompt = RenderedPrompt([5], text="Go", logprobs=known)
    return Generation([prompt], GivenDeltas(deltas), Usage())


def chat_request(**fields: Any) -> models.ChatCompletionRequest:
    messages = [{"role": "user", "content": "Hello"}]
    return models.ChatCompletionRequest.model_validate({"messages": messages, "logprobs": True} | fields)


NAMES: Any = {"id": "a", "created": 1, "model": TEXT}


@pytest.mark.parametrize(("tokens", "prompt"), [(0, 1), (1, None), (64, 1), (65, None), (200, 1)])
async def test_a_chat_completion_is_what_its_models_say(tokens: int, prompt: int | None) -> None:
    run = generation(tokens)
    told = await answers(run)
    body = chat_request(n=2, return_token_ids=True, prompt_logprobs=prompt)
    by_models = chat_completion(told, run, body, opening="", **NAMES)
    left_out = chat_completion(told, run, body, opening="", logprobs=False, **NAMES)
    written = await written_chat(left_out, told, run.prompts[0], body)
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
    chat = chat_request(n=2)
    left_out = chat_completion(told, run, chat, opening="", logprobs=False, **NAMES)
    turns, _ = await turns_of_others(written_chat(left_out, told, run.prompts[0], chat))
    assert turns >= 20
    body = models.CompletionRequest.model_validate({"prompt": "Go", "n": 2, "logprobs": 2})
    turns, _ = await turns_of_others(completion(generation(640), body, **NAMES))
    assert turns >= 20


async def test_a_prompts_log_probabilities_are_written_with_a_completion() -> None:
    fields = {"prompt": "Go", "n": 2, "prompt_logprobs": 2}
    run = generation(130)
    written = await completion(run, models.CompletionRequest.model_validate(fields), **NAMES)
    assert isinstance(written, WrittenAnswer)
    answer = models.Completion.model_validate_json(written.body)
    for choice in answer.choices:
        assert choice.prompt_logprobs == prompt_logprobs(run.prompts[0])
        assert choice.logprobs is None


@pytest.mark.parametrize("text", [True, False])
async def test_a_response_with_token_ids_is_one_of_the_contracts(text: bool) -> None:
    given = (
        {"prompt": "Go", "logprobs": 2} if text else {"token_ids": [1], "sampling_params": {"logprobs": 2}}
    )
    body = models.GenerateRequest.model_validate({"token_ids": [1], "detokenize": text} | given)
    written = await generated(generation(130), body, request_id="a", created=1, model=TEXT)
    assert isinstance(written, WrittenAnswer)
    answer = models.GenerateResponse.model_validate_json(written.body)
    assert [len(choice.logprobs.content) for choice in answer.choices if choice.logprobs] == [130, 130]
    assert answer.choices[0].logprobs is not None
    first = answer.choices[0].logprobs.content[0]
    assert (first.token_id, first.rank, first.token) == (0, 3, None)
    assert [top.token_id for top in first.top_logprobs] == [0, 1, 2]
    assert answer.prompt_logprobs == prompt_logprobs(generation(130).prompts[0])
