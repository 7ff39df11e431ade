import math
from collections.abc import AsyncGenerator
from typing import Any, cast

import pytest
from pydantic import TypeAdapter

from accord.dialects.scoring.request import ScoringRequest, prompts, sampling
from accord.dialects.scoring.response import among_labels, in_vocabulary, scores
from accord.engine import Delta, Engine, Generation, Prompt, RenderedPrompt, TokenLogprob, Usage
from accord.errors import InvalidRequest
from accord.generated import models
from tests.deltas import GivenDeltas

BODY: TypeAdapter[ScoringRequest] = TypeAdapter(models.GenerativeScoringRequest)


def request(**fields: Any) -> ScoringRequest:
    return BODY.validate_python({"label_token_ids": [3, 4]} | fields)


class LetterTokenizer:
    """Stands in for the engine: a token for each letter, and one that opens a text."""

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


async def test_nothing_to_score_after_is_refused() -> None:
    with pytest.raises(InvalidRequest) as caught:
        await tokens(request(query=[], items=["b", ""]))
    assert caught.value.param == "items.1"


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
