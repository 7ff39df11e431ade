"""/inference/v1/generate accepts the answer of a render endpoint, and samples as the original request."""

import json
from typing import Any

import pytest
from pydantic import BaseModel
from vllm.entrypoints.scale_out.token_in_token_out.protocol import (
    DerenderChatRequest,
    DerenderChatStreamRequest,
    DerenderChatStreamResponse,
    DerenderCompletionRequest,
    DerenderCompletionStreamRequest,
    DerenderCompletionStreamResponse,
    DerenderStreamState,
    GenerateRequest,
    ReasoningParserKwargs,
)
from vllm.sampling_params import SamplingParams, StructuredOutputsParams

from accord.dialects.chat.request import sampling as chat_sampling
from accord.dialects.completions.request import prompt as completion_prompt
from accord.dialects.completions.request import sampling as completion_sampling
from accord.dialects.generate.request import prompt as generate_prompt
from accord.dialects.generate.request import sampling as generate_sampling
from accord.dialects.media import text_only
from accord.dialects.rendering import rendered_prompt, rendered_prompts
from accord.engine import Conversation, RenderedPrompt, Rendering, Sampling
from accord.engine.vllm.requests import (
    chat_request,
    completion_request,
    sampling_params,
    sampling_params_json,
)
from accord.generated import models

MAX_MODEL_LEN = 100
PROMPT = [5, 6, 7]
GENERATION_CONFIG = {"temperature": 0.6, "top_k": 20, "stop_token_ids": [9]}
HELLO: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]


def params_of(request: Any, prompt: list[int], detokenize: bool = True) -> SamplingParams:
    return sampling_params(request, len(prompt), MAX_MODEL_LEN, GENERATION_CONFIG, None, detokenize)


def of_chat(sampling: Sampling, prompt: list[int] = PROMPT, stream: bool = False) -> SamplingParams:
    return params_of(chat_request(Conversation(messages=HELLO), sampling, stream, MAX_MODEL_LEN), prompt)


def sent_on(rendered: models.RenderedPrompt) -> SamplingParams:
    """What the engine is given for the rendered prompt, read by the contract as any client's body is."""
    body = models.GenerateRequest.model_validate_json(rendered.model_dump_json(exclude_unset=True))
    prompt, sampling = generate_prompt(body, text_only()), generate_sampling(body)
    assert body.sampling_params is not None
    assert not body.sampling_params.model_extra
    request = completion_request(prompt, sampling, bool(body.stream), MAX_MODEL_LEN)
    return params_of(request, body.token_ids, sampling.detokenize)


def rendered(params: SamplingParams, sampling: Sampling, stream: bool = False) -> models.RenderedPrompt:
    rendering = Rendering(RenderedPrompt(PROMPT, "Hello"), sampling_params_json(params))
    return rendered_prompt(rendering, sampling, model="tiny", request_id="chatcmpl-1", stream=stream)


CHATS: list[dict[str, Any]] = [
    {},
    {"temperature": 0},
    {"temperature": 1.0, "top_p": 0.5, "top_k": -1, "min_p": 0.1, "seed": 7},
    {"n": 3, "max_tokens": 16},
    {"max_completion_tokens": 90, "min_tokens": 2},
    {"max_tokens": 5000},
    {"stop": "a", "include_stop_str_in_output": True},
    {"stop": ["a", "bc"], "stop_token_ids": [3, 9], "ignore_eos": True},
    {"presence_penalty": -1, "frequency_penalty": 2, "repetition_penalty": 1.1},
    {"logit_bias": {"5": 1.5, "6": -100}, "allowed_token_ids": [5, 6], "bad_words": ["no"]},
    {"logprobs": True},
    {"logprobs": True, "top_logprobs": 3, "prompt_logprobs": 1},
    {"skip_special_tokens": False, "spaces_between_special_tokens": False},
    {"vllm_xargs": {"script": [1, 2], "mode": "a"}},
    {"structured_outputs": {"regex": "[0-9]+", "disable_any_whitespace": True}},
    {"structured_outputs": {"choice": ["a", "b"]}},
    {"response_format": {"type": "json_object"}},
    {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "a", "schema": {"type": "object", "properties": {"b": {"const": None}}}},
        }
    },
]


@pytest.mark.parametrize("fields", CHATS, ids=str)
def test_a_rendered_chat_is_sampled_as_the_chat(fields: dict[str, Any]) -> None:
    body = models.ChatCompletionRequest.model_validate({"messages": HELLO} | fields)
    sampling = chat_sampling(body)
    params = of_chat(sampling)
    again = sent_on(rendered(params, sampling))
    again.detokenize = True  # the only thing that is the client's to ask for
    assert again == params


@pytest.mark.parametrize(
    "fields", [{}, {"max_tokens": 7, "logprobs": 2}, {"max_tokens": 0, "echo": True, "logprobs": 1}], ids=str
)
def test_a_rendered_completion_is_sampled_as_the_completion(fields: dict[str, Any]) -> None:
    body = models.CompletionRequest.model_validate({"prompt": PROMPT} | fields)
    sampling = completion_sampling(body)
    params = params_of(completion_request(completion_prompt(body), sampling, False, MAX_MODEL_LEN), PROMPT)
    again = sent_on(rendered(params, sampling))
    again.detokenize = True
    assert again == params


def test_a_stream_asks_for_no_log_probabilities_of_its_prompt() -> None:
    """Generate has no place for them in a stream, and refuses them; a completion's echo needs them."""
    body = models.CompletionRequest.model_validate({"prompt": PROMPT, "echo": True, "logprobs": 1})
    sampling = completion_sampling(body)
    params = params_of(completion_request(completion_prompt(body), sampling, True, MAX_MODEL_LEN), PROMPT)
    assert params.prompt_logprobs == 1
    assert sent_on(rendered(params, sampling, stream=True)).prompt_logprobs is None


def test_other_parameters_are_passed_too() -> None:
    sampling = Sampling(cache_salt="s", priority=-2, kv_transfer_params={"do_remote_decode": True})
    params = of_chat(sampling)
    assert params.extra_args == {"kv_transfer_params": {"do_remote_decode": True}}
    rendering = Rendering(
        RenderedPrompt(PROMPT, "Hello"),
        sampling_params_json(params),
        reasoning_ended=False,
        reasoning_parser_kwargs={"chat_template_kwargs": {"enable_thinking": True}},
    )
    options = models.StreamOptions(include_usage=True, include_obfuscation=False)
    answer = rendered_prompt(
        rendering, sampling, model="tiny", request_id="chatcmpl-1", stream=True, stream_options=options
    ).model_dump(exclude_unset=True)
    assert "extra_args" not in answer["sampling_params"]
    body = models.GenerateRequest.model_validate(answer)
    prompt, again = generate_prompt(body, text_only()), generate_sampling(body)
    assert (again.cache_salt, again.priority) == ("s", -2)
    assert again.kv_transfer_params == {"do_remote_decode": True}
    assert (prompt.reasoning_ended, prompt.reasoning_parser_kwargs) == (
        False,
        {"chat_template_kwargs": {"enable_thinking": True}},
    )
    assert (body.stream, body.request_id) == (True, "chatcmpl-1")
    assert body.stream_options == models.StreamOptions(include_usage=True)


def test_options_of_a_stream_are_for_a_stream() -> None:
    rendering = Rendering(RenderedPrompt(PROMPT, "Hello"), sampling_params_json(of_chat(Sampling())))
    options = models.StreamOptions(include_usage=True)
    answer = rendered_prompt(
        rendering, Sampling(), model="tiny", request_id="r", stream=None, stream_options=options
    )
    assert answer.model_dump(exclude_unset=True)["stream"] is False
    assert "stream_options" not in answer.model_fields_set


def test_several_prompts_have_ids_of_their_own() -> None:
    rendering = Rendering(RenderedPrompt(PROMPT, "Hello"), sampling_params_json(of_chat(Sampling())))
    [one] = rendered_prompts([rendering], Sampling(), "cmpl-1", model="tiny", stream=None)
    assert one.request_id == "cmpl-1"
    two = rendered_prompts([rendering] * 2, Sampling(), "cmpl-1", model="tiny", stream=None)
    assert [each.request_id for each in two] == ["cmpl-1-0", "cmpl-1-1"]


def test_a_prompt_without_room_says_no_max_tokens() -> None:
    for length in (MAX_MODEL_LEN, MAX_MODEL_LEN + 1):
        assert "max_tokens" not in sampling_params_json(of_chat(Sampling(max_tokens=8), [5] * length))
    assert sampling_params_json(of_chat(Sampling(max_tokens=8), [5] * 99))["max_tokens"] == 1


def test_a_grammar_is_identified_by_its_fields() -> None:
    params = of_chat(Sampling())
    params.structured_outputs = StructuredOutputsParams(json={"type": "object"})
    assert sampling_params_json(params)["structured_outputs"] == {"json": {"type": "object"}}


@pytest.mark.parametrize("fields", CHATS, ids=str)
def test_vllms_own_server_takes_a_rendered_chat(fields: dict[str, Any]) -> None:
    """And samples as for vLLM's own: what it fills in where a parameter is not said is what is not said."""
    sampling = chat_sampling(models.ChatCompletionRequest.model_validate({"messages": HELLO} | fields))
    params = of_chat(sampling)
    body = json.loads(rendered(params, sampling).model_dump_json(exclude_unset=True))
    taken = GenerateRequest.model_validate(body).sampling_params
    taken.output_kind, taken.skip_clone = params.output_kind, params.skip_clone
    assert taken == params


def test_the_fields_have_vllms_names() -> None:
    ours: list[tuple[type[BaseModel], set[str], Any]] = [
        (models.RenderedPrompt, {"prompt"}, GenerateRequest),
        (models.RenderedSamplingParams, set(), SamplingParams),
        (models.RenderedReasoningParserKwargs, set(), ReasoningParserKwargs),
        (models.GenerateRequest, set(), GenerateRequest),
        (models.DerenderChatWholeRequest, set(), DerenderChatRequest),
        (models.DerenderChatStreamRequest, set(), DerenderChatStreamRequest),
        (models.DerenderCompletionWholeRequest, set(), DerenderCompletionRequest),
        (models.DerenderCompletionStreamRequest, set(), DerenderCompletionStreamRequest),
        (models.DerenderChatStreamResponse, set(), DerenderChatStreamResponse),
        (models.DerenderCompletionStreamResponse, set(), DerenderCompletionStreamResponse),
        (models.DerenderStreamState, {"created"}, DerenderStreamState),
    ]
    for own, only_ours, theirs in ours:
        known = theirs.__struct_fields__ if theirs is SamplingParams else theirs.model_fields
        assert set(own.model_fields) - set(known) == only_ours, own.__name__
