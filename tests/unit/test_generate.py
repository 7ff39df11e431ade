import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from accord.dialects.generate.request import fields_renamed, prompt, sampling
from accord.dialects.generate.response import generated
from accord.dialects.generate.stream import GenerateStream
from accord.dialects.logprobs import WrittenAnswer
from accord.dialects.media import text_only
from accord.engine import Delta, Generation, RenderedPrompt, TokenLogprob, Usage
from accord.errors import EngineFailure, InvalidRequest, NotReady
from accord.generated import models
from accord.handlers.call import Call, Services
from accord.handlers.generate import generate
from tests.deltas import GivenDeltas
from tests.unloaded import UnloadedEngine


def request(**fields: Any) -> models.GenerateRequest:
    return models.GenerateRequest.model_validate({"token_ids": [5, 6]} | fields)


def with_params(**params: Any) -> models.GenerateRequest:
    return request(sampling_params=params)


async def steps(*deltas: Delta) -> AsyncGenerator[list[Delta], None]:
    for delta in deltas:
        yield [delta]


def generation(*deltas: Delta) -> Generation:
    return Generation(
        [RenderedPrompt([5, 6])], GivenDeltas(steps(*deltas)), Usage(prompt_tokens=2, completion_tokens=3)
    )


def test_the_prompt_is_the_token_ids_as_they_are() -> None:
    assert prompt(request(), text_only()).inputs == [[5, 6]]


def test_without_sampling_parameters_the_model_decides() -> None:
    given = sampling(request())
    assert given.max_tokens is None
    assert given.temperature is None
    assert given.detokenize is False


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, False),
        ({"sampling_params": {"detokenize": False}}, False),
        ({"sampling_params": {"detokenize": None}}, False),
        ({"sampling_params": {"detokenize": True}}, True),
        ({"output_mode": "text"}, True),
        ({"output_mode": "tokens"}, False),
        ({"output_mode": "tokens", "sampling_params": {"detokenize": True}}, True),
    ],
)
async def test_text_comes_when_it_was_asked_for(fields: dict[str, Any], text: bool) -> None:
    body = request(**fields)
    assert sampling(body).detokenize is text
    delta = Delta(0, text="hi", token_ids=[9], finish_reason="stop")
    answer = await generated(generation(delta), body, request_id="r", created=1, model="m")
    assert isinstance(answer, models.GenerateResponse)
    assert ("text" in answer.model_dump(exclude_unset=True)["choices"][0]) is text
    events = GenerateStream(generation(), body, request_id="r").step([delta])
    assert (b'"text":"hi"' in events) is text


async def test_a_stop_string_is_found_in_text_that_is_not_returned() -> None:
    body = with_params(stop="\n")
    assert sampling(body).detokenize is True
    delta = Delta(0, text="hi", token_ids=[9], finish_reason="stop", stop_reason="\n")
    answer = await generated(generation(delta), body, request_id="r", created=1, model="m")
    assert isinstance(answer, models.GenerateResponse)
    assert answer.model_dump(exclude_unset=True)["choices"] == [
        {"index": 0, "token_ids": [9], "finish_reason": "stop", "stop_reason": "\n"}
    ]


def test_chosen_tokens_and_their_number_must_agree() -> None:
    assert sampling(with_params(logprob_token_ids=[1, 2], logprobs=2)).logprob_token_ids == [1, 2]
    with pytest.raises(InvalidRequest) as caught:
        sampling(with_params(logprob_token_ids=[1, 2], logprobs=3))
    assert caught.value.param == "sampling_params.logprobs"


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"stream": True, "sampling_params": {"prompt_logprobs": 0}}, "sampling_params.prompt_logprobs"),
        ({"sampling_params": {"n": 2, "temperature": 0.0}}, "sampling_params.n"),
    ],
)
def test_fields_that_contradict_each_other_are_refused(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        sampling(request(**fields))
    assert caught.value.param == param


async def test_the_answers_that_a_request_asks_for_are_bounded() -> None:
    engine = UnloadedEngine()
    call = Call(Services(engine, "0", "0", max_choices=4), "req_1")
    with pytest.raises(InvalidRequest, match="may ask for 4") as caught:
        await generate(call, with_params(n=5), models.GenerateParameters())
    assert (caught.value.param, caught.value.code) == ("sampling_params.n", "too_many_choices")
    for allowed in (with_params(n=4), with_params(), request()):
        with pytest.raises(NotReady):
            await generate(call, allowed, models.GenerateParameters())


def test_an_error_about_a_sampling_parameter_says_where_it_is() -> None:
    with pytest.raises(InvalidRequest) as caught, fields_renamed():
        raise InvalidRequest("Too many.", param="logprobs")
    assert caught.value.param == "sampling_params.logprobs"
    with pytest.raises(InvalidRequest) as caught, fields_renamed():
        raise InvalidRequest("Not known.", param="token_ids")
    assert caught.value.param == "token_ids"


async def test_log_probabilities_have_the_sampled_token_once() -> None:
    among = TokenLogprob(" a", 7, -0.5, 1, [TokenLogprob(" a", 7, -0.5, 1), TokenLogprob(" b", 8, -2.0, 2)])
    apart = TokenLogprob(" c", 9, None, None, [TokenLogprob(" a", 7, -0.5, 1)])
    delta = Delta(0, token_ids=[7, 9], logprobs=[among, apart], finish_reason="length")
    answer = await generated(generation(delta), with_params(logprobs=2), request_id="r", created=1, model="m")
    assert isinstance(answer, WrittenAnswer)
    assert json.loads(answer.body)["choices"][0]["logprobs"]["content"] == [
        {
            "token_id": 7,
            "logprob": -0.5,
            "rank": 1,
            "top_logprobs": [
                {"token_id": 7, "logprob": -0.5, "rank": 1},
                {"token_id": 8, "logprob": -2.0, "rank": 2},
            ],
        },
        {
            "token_id": 9,
            "logprob": -9999.0,
            "top_logprobs": [
                {"token_id": 9, "logprob": -9999.0},
                {"token_id": 7, "logprob": -0.5, "rank": 1},
            ],
        },
    ]


async def test_kv_transfer_parameters_are_returned() -> None:
    told = {"remote_block_ids": [1], "do_remote_prefill": True}
    body = request(kv_transfer_params={"do_remote_decode": True})
    assert sampling(body).kv_transfer_params == {"do_remote_decode": True}
    run = generation(Delta(0, token_ids=[9], finish_reason="length"))
    run.prompts[0].kv_transfer_params = told
    answer = await generated(run, body, request_id="r", created=1, model="m")
    assert isinstance(answer, models.GenerateResponse)
    assert answer.kv_transfer_params == told


def events_of(data: bytes) -> list[Any]:
    lines = data.decode().removesuffix("\n\n").split("\n\n")
    return [json.loads(line.removeprefix("data: ")) if line != "data: [DONE]" else None for line in lines]


def test_a_stream_of_tokens() -> None:
    stream = GenerateStream(generation(), request(), request_id='50%b "x"')
    events = stream.step(
        [Delta(1, text="no", token_ids=[7, 8]), Delta(0, token_ids=[9], finish_reason="length")]
    )
    assert events_of(stream.begin() + events + stream.end()) == [
        {
            "request_id": '50%b "x"',
            "choices": [{"index": 1, "token_ids": [7, 8], "finish_reason": None}],
        },
        {
            "request_id": '50%b "x"',
            "choices": [{"index": 0, "token_ids": [9], "finish_reason": "length"}],
        },
        None,
    ]


def test_a_stream_reports_its_usage_when_asked_to() -> None:
    body = request(stream=True, stream_options={"include_usage": True})
    stream = GenerateStream(generation(), body, request_id="r")
    [event] = events_of(stream.step([Delta(0, token_ids=[7])]))
    assert event["usage"] is None
    last, done = events_of(stream.end())
    assert last["choices"] == []
    assert last["usage"]["total_tokens"] == 5
    assert done is None
    options = {"include_usage": True, "continuous_usage_stats": True}
    stream = GenerateStream(generation(), request(stream=True, stream_options=options), request_id="r")
    [event] = events_of(stream.step([Delta(0, token_ids=[7])]))
    assert event["usage"]["completion_tokens"] == 3


def test_an_error_is_the_last_event() -> None:
    error, done = events_of(
        GenerateStream(generation(), request(), request_id="r").fail(EngineFailure("No."))
    )
    assert error["error"]["message"] == "No."
    assert done is None
