"""Accord's conversations as vLLM's requests, validated once for equal parameters."""

import json
from typing import Any

import pytest
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.sampling_params import SamplingParams

from accord.dialects.chat.request import conversation
from accord.dialects.dumping import dumped_all
from accord.dialects.media import Shown
from accord.engine.requests import Conversation, Sampling
from accord.engine.vllm.requests import chat_request, sampling_params
from accord.errors import InvalidRequest
from accord.generated import models

HELLO: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]


def asked(sampling: Sampling, **conversation: Any) -> ChatCompletionRequest:
    return chat_request(Conversation(messages=HELLO, **conversation), sampling, False, 2048)


def validated_by_vllm(**fields: Any) -> dict[str, Any]:
    always = {"n": 1, "stream": False}
    request = ChatCompletionRequest.model_validate({"messages": HELLO} | always | fields)
    dumped: dict[str, Any] = request.model_dump(exclude={"request_id"})
    return dumped


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"max_tokens": 5, "temperature": 0.5, "seed": 7, "n": 2},
        {"stop": ["a"], "stop_token_ids": [3]},
        {"logit_bias": {"5": 1.0}},
    ],
)
def test_a_request_is_what_vllm_makes_of_it(fields: dict[str, Any]) -> None:
    expected = validated_by_vllm(**fields, add_special_tokens=False)
    for _ in range(2):
        assert asked(Sampling(**fields)).model_dump(exclude={"request_id"}) == expected


def test_requests_share_nothing_that_can_be_changed() -> None:
    first, second = (asked(Sampling(max_tokens=5)) for _ in range(2))
    first.stop_token_ids.append(1)
    first.messages = []
    first.echo = True
    assert (second.stop_token_ids, second.echo) == ([], False)
    assert asked(Sampling(max_tokens=5)).stop_token_ids == []


def tools(name: str = "read") -> list[dict[str, Any]]:
    return [{"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}]


@pytest.mark.parametrize("choice", [None, "auto", "none", "required"])
def test_a_request_with_tools_is_what_vllm_makes_of_it(choice: str | None) -> None:
    for name in ("read", "write", "read"):
        expected = validated_by_vllm(
            tools=tools(name), tool_choice=choice or "auto", add_special_tokens=False
        )
        request = asked(Sampling(), tools=tools(name), tool_choice=choice)
        assert request.model_dump(exclude={"request_id"}) == expected
        request.tools.clear()


def parameters(request: ChatCompletionRequest, defaults: dict[str, Any], tokens: int = 10) -> SamplingParams:
    return sampling_params(request, tokens, 2048, defaults, None, detokenize=True)


DEFAULTS = {"temperature": 0.6, "stop_token_ids": [7]}


@pytest.mark.parametrize("fields", [{}, {"max_tokens": 5, "temperature": 0, "seed": 7}, {"stop": ["a"]}])
def test_sampling_parameters_are_what_vllm_makes_of_the_request(fields: dict[str, Any]) -> None:
    request = ChatCompletionRequest.model_validate({"messages": HELLO} | fields)
    for tokens in (10, 2046, 10):
        room = min(fields.get("max_tokens", 2048), 2048 - tokens)
        for _ in range(2):
            made = parameters(asked(Sampling(**fields)), DEFAULTS, tokens)
            assert made == request.to_sampling_params(room, DEFAULTS)


def test_sampling_parameters_share_nothing_that_can_be_changed() -> None:
    first, second = (parameters(asked(Sampling()), DEFAULTS) for _ in range(2))
    first.stop_token_ids.append(1)
    first.update_from_generation_config({"eos_token_id": [8, 9]}, 8)
    assert second == parameters(asked(Sampling()), DEFAULTS)
    assert 1 not in second.stop_token_ids


def test_a_parsers_change_of_a_request_and_other_defaults_count() -> None:
    request = asked(Sampling())
    request.skip_special_tokens = False  # as parsers of tool calls do
    assert parameters(asked(Sampling()), DEFAULTS).skip_special_tokens
    assert not parameters(request, DEFAULTS).skip_special_tokens
    assert parameters(asked(Sampling()), {"temperature": 0.1}).temperature == 0.1


def test_requests_that_vllm_refuses_are_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(InvalidRequest, match="seed"):
            asked(Sampling(seed=2**70))


@pytest.mark.parametrize(
    "thought",
    [
        {"reasoning": "Hm."},
        {"reasoning_content": "Hm."},
        {"reasoning": "Hm.", "reasoning_content": "Hmm."},
        {"reasoning": "", "reasoning_content": "Hmm."},
        {"reasoning": None, "reasoning_content": "Hmm."},
    ],
)
def test_earlier_reasoning_under_either_name_is_as_in_vllm(thought: dict[str, Any]) -> None:
    messages = [*HELLO, {"role": "assistant", "content": "Hi."} | thought, *HELLO]
    body = models.ChatCompletionRequest.model_validate({"messages": messages})
    said = conversation(body, Shown(frozenset())).messages[1]
    from_vllm = ChatCompletionRequest.model_validate(
        {"messages": [dict(each) for each in messages]}
    ).messages[1]
    assert (said.get("reasoning"), "reasoning_content" in said) == (from_vllm["reasoning"], False)


def test_messages_and_tools_are_dumped_at_once_as_each_by_itself() -> None:
    body = models.ChatCompletionRequest.model_validate_json(
        json.dumps(
            {
                "model": "m",
                "messages": [
                    {"role": "system", "content": "Be brief.", "name": None},
                    {"role": "user", "content": [{"type": "text", "text": "Hi", "unknown": None}]},
                    {"role": "assistant", "content": None, "reasoning": "So.", "tool_calls": []},
                    {
                        "role": "tool",
                        "tool_call_id": "1",
                        "content": "It is 20 degrees.",
                        "more": {"a": None},
                    },
                ],
                "tools": [
                    {
                        "type": "function",
                        "function": {
                            "name": "f",
                            "description": None,
                            "parameters": {"type": "object", "properties": {"a": {"default": None}}},
                        },
                    }
                ],
            }
        )
    )
    for given in (body.messages, body.tools):
        assert given
        alone = [each.model_dump(by_alias=True, exclude_none=True) for each in given]
        assert dumped_all(given) == alone
    assert dumped_all(body.tools or [])[0]["function"]["parameters"]["properties"] == {"a": {"default": None}}
