from dataclasses import dataclass

import pytest

from accord.engine.vllm.logprobs import chosen_logprobs, token_logprobs


@dataclass
class Logprob:
    """As vLLM has it."""

    logprob: float
    rank: int | None
    decoded_token: str | None


class Tokenizer:
    def decode(self, token_ids: list[int]) -> str:
        return f"<{token_ids[0]}>"


POSITION = {7: Logprob(-3.0, 9, " seven"), 1: Logprob(-0.5, 1, " one"), 2: Logprob(-0.7, 2, None)}


def test_the_likeliest_come_first_and_the_sampled_only_where_it_is_one_of_them() -> None:
    [entry] = token_logprobs([7], [POSITION], 2, Tokenizer(), False)
    assert (entry.token, entry.logprob, entry.rank) == (" seven", -3.0, 9)
    assert [(top.token, top.rank) for top in entry.top or ()] == [(" one", 1), ("<2>", 2)]


def test_minus_one_tells_all() -> None:
    ranked = {7: Logprob(-3.0, 3, ""), 1: Logprob(-0.5, 1, ""), 2: Logprob(-0.7, 2, "")}
    [entry] = token_logprobs([7], [ranked], -1, Tokenizer(), False)
    assert [top.token_id for top in entry.top or ()] == [1, 2, 7]


def test_chosen_tokens_come_in_the_clients_order_without_ranks() -> None:
    [entry] = chosen_logprobs([7], [POSITION], [2, 1], Tokenizer())
    assert entry.rank == 9
    assert [(top.token_id, top.logprob, top.rank) for top in entry.top or ()] == [
        (2, -0.7, None),
        (1, -0.5, None),
    ]


def test_the_rank_of_a_sampled_token_that_was_chosen_is_not_known() -> None:
    [entry] = chosen_logprobs([7], [POSITION], [7], Tokenizer())
    assert entry.rank is None


@pytest.mark.parametrize("value", [float("-inf"), float("nan"), -10_000.0])
def test_what_json_does_not_have_becomes_next_to_impossible(value: float) -> None:
    [entry] = token_logprobs([7], [{7: Logprob(value, 0, "")}], 0, Tokenizer(), False)
    assert entry.logprob == -9999.0
    assert entry.rank is None
