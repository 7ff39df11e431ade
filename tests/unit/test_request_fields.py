"""Every field of the APIs' own request types, and of vLLM's, is on a list: no one is ignored without a word.

The lists are the contract's: the properties of a request's schema, and its `x-other-fields`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from anthropic.types import message_count_tokens_params, message_create_params
from anthropic.types.beta import message_count_tokens_params as beta_count_tokens_params
from anthropic.types.beta import message_create_params as beta_create_params
from openai.types import completion_create_params
from openai.types.chat import completion_create_params as chat_create_params
from openai.types.responses import response_create_params
from vllm.entrypoints.anthropic.protocol import AnthropicCountTokensRequest, AnthropicMessagesRequest
from vllm.entrypoints.generate.generative_scoring.serving import GenerativeScoringRequest
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.entrypoints.openai.completion.protocol import CompletionRequest
from vllm.entrypoints.openai.responses.protocol import ResponsesRequest
from vllm.entrypoints.scale_out.token_in_token_out.protocol import GenerateRequest
from vllm.entrypoints.serve.tokenize.protocol import (
    DetokenizeRequest,
    TokenizeChatRequest,
    TokenizeCompletionRequest,
)
from vllm.sampling_params import SamplingParams

from accord.errors import InvalidRequest
from accord.generated import models
from accord.server.body_validators import body_adapter
from accord.server.validation import refuse_fields, validated

DOCUMENT = json.loads((Path(models.__file__).parent / "openapi.json").read_text())


def typed(*kinds: Any) -> set[str]:
    """Return the fields of requests that are described as dictionaries with types."""
    return {name for kind in kinds for name in get_type_hints(kind)}


def modelled(*kinds: Any) -> set[str]:
    """Return the fields of vLLM's requests, by the names that clients use."""
    return {field.alias or name for kind in kinds for name, field in kind.model_fields.items()}


THEIRS: dict[tuple[str, ...], set[str]] = {
    ("ChatCompletionRequest",): typed(chat_create_params.CompletionCreateParamsBase)
    | modelled(ChatCompletionRequest),
    ("CompletionRequest",): typed(completion_create_params.CompletionCreateParamsBase)
    | modelled(CompletionRequest),
    ("ResponseRequest",): typed(response_create_params.ResponseCreateParamsBase) | modelled(ResponsesRequest),
    ("MessageRequest",): typed(
        message_create_params.MessageCreateParamsBase, beta_create_params.MessageCreateParamsBase
    )
    | modelled(AnthropicMessagesRequest),
    ("MessageTokenCountRequest",): typed(
        message_count_tokens_params.MessageCountTokensParams,
        beta_count_tokens_params.MessageCountTokensParams,
    )
    | modelled(AnthropicCountTokensRequest),
    ("TokenizePromptRequest",): modelled(TokenizeCompletionRequest),
    ("TokenizeChatRequest",): modelled(TokenizeChatRequest),
    ("DetokenizeRequest",): modelled(DetokenizeRequest),
    ("GenerateRequest",): modelled(GenerateRequest),
    ("GenerateSamplingParams",): {f for f in SamplingParams.__struct_fields__ if not f.startswith("_")},
    ("GenerativeScoringPromptRequest", "GenerativeScoringItemsRequest"): modelled(GenerativeScoringRequest),
}
"""The fields that clients know of each request, or of one that has several forms."""


def listed(names: Iterable[str], part: str) -> set[str]:
    return {field for name in names for field in DOCUMENT["components"]["schemas"][name].get(part, {})}


@pytest.mark.parametrize("names", THEIRS, ids=str)
def test_every_field_that_clients_know_is_on_a_list(names: tuple[str, ...]) -> None:
    known = listed(names, "properties") | listed(names, "x-other-fields")
    assert THEIRS[names] - known == set()


OF_THE_NEXT_RELEASE = {"return_weight_versions", "parse_context"}


@pytest.mark.parametrize("names", THEIRS, ids=str)
def test_nothing_else_is_on_the_list_of_others(names: tuple[str, ...]) -> None:
    assert listed(names, "x-other-fields") - THEIRS[names] <= OF_THE_NEXT_RELEASE


def test_only_requests_have_such_lists() -> None:
    having = {
        name for name, schema in DOCUMENT["components"]["schemas"].items() if "x-other-fields" in schema
    }
    assert having <= {name for names in THEIRS for name in names}


HELLO: dict[str, Any] = {"messages": [{"role": "user", "content": "Hello"}]}


def read(kind: Any, body: dict[str, Any]) -> None:
    refuse_fields(validated(body_adapter(kind), json.dumps(body).encode()))


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        (models.ChatCompletionRequest, HELLO | {"modalities": ["text", "audio"]}, "modalities"),
        (models.ChatCompletionRequest, HELLO | {"use_beam_search": True}, "use_beam_search"),
        (models.ChatCompletionRequest, HELLO | {"web_search_options": {}}, "web_search_options"),
        (models.CompletionRequest, {"prompt": "Hello", "prompt_embeds": "AA=="}, "prompt_embeds"),
        (models.ResponseRequest, {"input": "Hello", "prompt": {"id": "pmpt_1"}}, "prompt"),
        (models.MessageRequest, HELLO | {"max_tokens": 1, "container": "c"}, "container"),
        (
            models.GenerateRequest,
            {"token_ids": [5], "sampling_params": {"trace_decode_token_ids": [5]}},
            "sampling_params.trace_decode_token_ids",
        ),
    ],
    ids=str,
)
def test_a_field_that_would_change_the_answer_is_refused_with_a_reason(
    kind: Any, body: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read(kind, body)
    assert (caught.value.param, caught.value.code) == (field, "unsupported_parameter")
    assert caught.value.message.startswith(f"{field}: ")
    assert "supported" in caught.value.message


@pytest.mark.parametrize(
    "fields",
    [
        {"modalities": ["text"]},
        {"modalities": None},
        {"use_beam_search": False, "length_penalty": 2.0},
        {"routed_experts_prompt_start": 0},
        {"prediction": {"type": "content", "content": "Hello"}},
        {"unheard_of": True},
    ],
    ids=str,
)
def test_options_that_change_nothing_are_accepted(fields: dict[str, Any]) -> None:
    read(models.ChatCompletionRequest, HELLO | fields)
