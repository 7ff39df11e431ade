import math
from collections.abc import AsyncGenerator
from typing import Any, cast

import pytest
from pydantic import TypeAdapter

from accord.dialects.scoring.request import ScoringRequest, prompts, sampling
from accord.dialects.scoring.response import among_labels, in_vocabulary, scores
from accord.engine import Delta, Engine, Generation, Prompt, RenderedPrompt, TokenLogprob, Usage
from accord.errors import InvalidRequest, Overloaded
from accord.generated import models
from accord.handlers.call import Call, Services
from accord.handlers.scoring import create_generative_scoring
from tests.deltas import GivenDeltas
from tests.unloaded import UnloadedEngine

BODY: TypeAdapter[ScoringRequest] = TypeAdapter(models.GenerativeScoringRequest)


def request(**fields: Any) -> ScoringRequest:
    return BODY.validate_python({"label_token_ids": [3, 4]} | fields)


class LetterTokenizer:
    """Stands in for the engine: a token for each letter, and one that opens a text."""

    max_model_len = 100
    vocabulary_size = 1000

    async def render_prompt(self, prompt: Prompt, _sampling: Any) -> list[RenderedPrompt]:
        opening = [0] if prompt.add_special_tokens else []
        return [
            RenderedPrompt(opening + [ord(c) for c in text if isinstance(c, str)]) for text in prompt.inputs
        ]


async def tokens(body: ScoringRequest) -> list[list[int]]:
    prompt = await prompts(body, cast(Engine, LetterTokenizer()))
    return cast(list[list[int]], prompt.inputs)


async def test_a_prompt_is_scored_as_it_is() -> None:
    assert await tokens(request(prompt="ab")) == [[0, 97, 98]]
    assert await tokens(request(prompt="ab", add_special_tokens=False)) == [[97, 98]]
    assert await tokens(request(prompt=[5, 6])) == [[5, 6]]


async def test_a_query_stands_with_each_item() -> None:
    assert await tokens(request(query="a", items=["b", ""])) == [[0, 97, 98], [0, 97]]
    assert await tokens(request(query="a", items=["b"], item_first=True)) == [[98, 0, 97]]
    assert await tokens(request(query=[5], items=[[6], [7]], item_first=None)) == [[5, 6], [5, 7]]
    assert await tokens(request(query="a", items=[[7]])) == [[0, 97, 7]]


async def test_a_query_of_no_tokens_of_the_models_is_refused() -> None:
    with pytest.raises(InvalidRequest) as caught:
        await tokens(request(query=[5, 1000], items=["b"]))
    assert caught.value.param == "query"


async def test_nothing_to_score_after_is_refused() -> None:
    with pytest.raises(InvalidRequest) as caught:
        await tokens(request(query=[], items=["b", ""]))
    assert caught.value.param == "items.1"


async def test_a_query_that_is_too_long_is_not_copied_for_each_item() -> None:
    assert await tokens(request(query=[5] * 50, items=[[6] * 49]))
    with pytest.raises(InvalidRequest, match=r"items\.1 with the query has 100") as caught:
        await tokens(request(query=[5] * 50, items=[[6], [6] * 50]))
    assert (caught.value.param, caught.value.code) == ("items", "context_length_exceeded")


class FullEngine(LetterTokenizer, UnloadedEngine):
    """Takes nothing on, and tokenizes nothing."""

    vocabulary_size = 10

    def __init__(self) -> None:
        UnloadedEngine.__init__(self)
        self.asked: list[int] = []

    def admit(self, answers: int) -> None:
        self.asked.append(answers)
        raise Overloaded("Full.", code="queue_full")

    async def render_prompt(self, prompt: Prompt, _sampling: Any) -> list[RenderedPrompt]:
        raise AssertionError


async def test_a_request_that_the_engine_refuses_is_not_tokenized() -> None:
    engine = FullEngine()
    call = Call(Services(engine, "0", "0"), "req_1")
    for body in (request(query="a", items=["b", "c"]), request(prompt="a")):
        with pytest.raises(Overloaded):
            await create_generative_scoring(call, body, models.CreateGenerativeScoringParameters())
    assert engine.asked == [2, 1]


async def test_the_items_of_a_request_are_bounded() -> None:
    call = Call(Services(FullEngine(), "0", "0", max_choices=2), "req_1")
    with pytest.raises(InvalidRequest, match="3 items are 3 answers; one request may ask for 2") as caught:
        await create_generative_scoring(
            call, request(query="a", items=["b"] * 3), models.CreateGenerativeScoringParameters()
        )
    assert (caught.value.param, caught.value.code) == ("items", "too_many_choices")
    with pytest.raises(Overloaded):
        await create_generative_scoring(
            call, request(query="a", items=["b"] * 2), models.CreateGenerativeScoringParameters()
        )


def test_the_labels_must_be_different_tokens_of_the_vocabulary() -> None:
    assert sampling(request(prompt="a"), 5).logprob_token_ids == [3, 4]
    with pytest.raises(InvalidRequest) as caught:
        sampling(request(prompt="a"), 4)
    assert caught.value.param == "label_token_ids.1"
    with pytest.raises(InvalidRequest) as caught:
        sampling(request(prompt="a", label_token_ids=[3, 4, 3]), 5)
    assert caught.value.param == "label_token_ids.2"


def test_probabilities_among_labels_add_up() -> None:
    assert among_labels([-1.0, -1.0]) == [0.5, 0.5]
    assert among_labels([-2000.0, -2000.0 - math.log(3)]) == pytest.approx([0.75, 0.25])
    assert among_labels([-9999.0]) == [1.0]
    assert math.fsum(among_labels([-0.1 * i for i in range(128)])) == pytest.approx(1.0)


def test_probabilities_in_the_vocabulary_stay_probabilities() -> None:
    assert in_vocabulary([math.log(0.25), 1e-9, -9999.0]) == [pytest.approx(0.25), 1.0, 0.0]


async def steps() -> AsyncGenerator[list[Delta], None]:
    for index, second in ((1, -3.0), (0, -1.0)):
        top = [TokenLogprob("", 3, -1.0), TokenLogprob("", 4, second)]
        yield [
            Delta(index, token_ids=[9], logprobs=[TokenLogprob("", 9, -0.1, 1, top)], finish_reason="length")
        ]


async def test_scores_come_in_the_order_of_the_items() -> None:
    run = Generation([RenderedPrompt([1]), RenderedPrompt([2])], GivenDeltas(steps()), Usage(2, 2))
    body = request(query="a", items=["b", "c"])
    answer = await scores(run, body, id="generative-scoring-1", created=1, model="m")
    assert [score.index for score in answer.data] == [0, 1]
    assert answer.data[0].label_probabilities == [0.5, 0.5]
    assert answer.data[1].score == pytest.approx(1 / (1 + math.exp(-2)))
    assert answer.usage.total_tokens == 4
