"""`/generative_scoring`: the scores of labels after a prompt."""

import math
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.document import Contract
from tests.contract.low_level import SCORING, generate, tokens_of


def score(client: httpx.Client, contract: Contract, **body: Any) -> list[Any]:
    response = client.post(SCORING, json=body)
    assert response.status_code == 200, response.text
    contract.check(response)
    answer = response.json()
    assert answer["usage"]["completion_tokens"] == len(answer["data"])
    data: list[Any] = answer["data"]
    return data


def test_labels_after_a_prompt(client: httpx.Client, contract: Contract) -> None:
    [result] = score(client, contract, prompt="Is the sky blue?", label_token_ids=[9891, 2360])
    assert math.fsum(result["label_probabilities"]) == pytest.approx(1)
    assert result["score"] == result["label_probabilities"][0]
    assert 0 < result["score"] < 1


def test_labels_after_a_query_with_each_item(client: httpx.Client, contract: Contract) -> None:
    query, items = "Is this a city?", [" Paris", " a banana", ""]
    labels = [9805, 787, 40]
    results = score(client, contract, query=query, items=items, label_token_ids=labels)
    assert [result["index"] for result in results] == [0, 1, 2]
    tokens = [tokens_of(client, query) + (tokens_of(client, item) if item else []) for item in items]
    for result, prompt in zip(results, tokens, strict=True):
        assert math.fsum(result["label_probabilities"]) == pytest.approx(1)
        [alone] = score(client, contract, prompt=prompt, label_token_ids=labels)
        assert alone["label_probabilities"] == pytest.approx(result["label_probabilities"], abs=1e-3)


def test_items_may_stand_first_and_be_token_ids(client: httpx.Client, contract: Contract) -> None:
    labels = [9805, 787]
    [first] = score(client, contract, query=[40, 41], items=[[50]], item_first=True, label_token_ids=labels)
    [joined] = score(client, contract, prompt=[50, 40, 41], label_token_ids=labels)
    assert first["label_probabilities"] == pytest.approx(joined["label_probabilities"], abs=1e-3)


def test_without_softmax_the_models_own_probabilities(client: httpx.Client, contract: Contract) -> None:
    labels = [9805, 787]
    [among] = score(client, contract, prompt=[40, 41], label_token_ids=labels)
    [own] = score(client, contract, prompt=[40, 41], label_token_ids=labels, apply_softmax=False)
    total = math.fsum(own["label_probabilities"])
    assert total < 1
    assert [p / total for p in own["label_probabilities"]] == pytest.approx(
        among["label_probabilities"], abs=1e-3
    )
    params = {"max_tokens": 1, "temperature": 0.0, "logprob_token_ids": labels}
    choice = generate(client, contract, token_ids=[40, 41], sampling_params=params)["choices"][0]
    told = {top["token_id"]: top["logprob"] for top in choice["logprobs"]["content"][0]["top_logprobs"]}
    assert own["label_probabilities"] == pytest.approx([math.exp(told[i]) for i in labels], rel=1e-2)


def test_scores_are_what_the_model_itself_says(
    client: httpx.Client, contract: Contract, tiny_model: Path
) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    prompt, labels = tokens_of(client, "Is the sky blue?"), [9805, 787, 40]
    model = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.bfloat16)
    with torch.no_grad():
        logits = model(torch.tensor([prompt])).logits[0, -1].float()
    [among] = score(client, contract, prompt=prompt, label_token_ids=labels)
    assert among["label_probabilities"] == pytest.approx(logits[labels].softmax(0).tolist(), rel=0.02)
    [own] = score(client, contract, prompt=prompt, label_token_ids=labels, apply_softmax=False)
    assert own["label_probabilities"] == pytest.approx(logits.softmax(0)[labels].tolist(), rel=0.02)


def test_as_many_labels_as_there_may_be(client: httpx.Client, contract: Contract) -> None:
    labels = list(range(100, 228))
    results = score(client, contract, query="A", items=[f" {n}" for n in range(20)], label_token_ids=labels)
    assert len(results) == 20
    assert all(math.fsum(r["label_probabilities"]) == pytest.approx(1) for r in results)


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"prompt": "a"}, "label_token_ids"),
        ({"label_token_ids": [1]}, "prompt"),
        ({"prompt": "", "label_token_ids": [1]}, "prompt"),
        ({"prompt": "a", "label_token_ids": []}, "label_token_ids"),
        ({"prompt": "a", "label_token_ids": ["yes"]}, "label_token_ids.0"),
        ({"prompt": "a", "label_token_ids": [1, 49152]}, "label_token_ids.1"),
        ({"prompt": "a", "label_token_ids": [7, 7]}, "label_token_ids.1"),
        ({"prompt": "a", "label_token_ids": list(range(129))}, "label_token_ids"),
        ({"prompt": [5] * 2048, "label_token_ids": [1]}, "prompt"),
        ({"prompt": "word " * 3000, "label_token_ids": [1]}, "prompt"),
        ({"prompt": [49152], "label_token_ids": [1]}, "prompt"),
        ({"query": "a", "items": [], "label_token_ids": [1]}, "items"),
        ({"query": "a", "items": ["b", [1]], "label_token_ids": [1]}, "items.1"),
        ({"query": "", "items": ["b", ""], "label_token_ids": [1]}, "items.1"),
        ({"query": "a", "items": [[1], [49152]], "label_token_ids": [1]}, "items"),
        ({"query": "a", "items": ["b", "c " * 3000], "label_token_ids": [1]}, "items"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_an_invalid_request_for_scores_is_refused(
    client: httpx.Client, contract: Contract, fields: dict[str, Any], param: str
) -> None:
    response = client.post(SCORING, json=fields)
    contract.check_refused(response, param)
