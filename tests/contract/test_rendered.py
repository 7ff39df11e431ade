"""Rendered prompts, and what `/inference/v1/generate` generates from them."""

from typing import Any

import httpx
import pytest

from tests.contract.document import Contract
from tests.contract.low_level import CITY, HELLO, WEATHER, generate, generated_events, render, tokens_of


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"stream": True, "max_tokens": 5},
        {"add_generation_prompt": False},
        {"messages": [*HELLO, {"role": "assistant", "content": "Well"}], "continue_final_message": True},
        {"messages": [{"role": "developer", "content": "Be brief."}, *HELLO]},
    ],
    ids=str,
)
def test_a_rendered_conversation_is_what_the_model_reads(
    client: httpx.Client, contract: Contract, fields: dict[str, Any]
) -> None:
    body = {"messages": HELLO} | fields
    rendered = render(client, contract, "/v1/chat/completions/render", **body)
    assert (
        client.post("/detokenize", json={"tokens": rendered["token_ids"]}).json()["prompt"]
        == rendered["prompt"]
    )
    asked = body | {"stream": False, "max_tokens": 4, "temperature": 0, "return_token_ids": True}
    chat = client.post("/v1/chat/completions", json=asked).json()
    assert chat["prompt_token_ids"] == rendered["token_ids"]
    answer = generate(
        client, contract, token_ids=rendered["token_ids"], sampling_params={"max_tokens": 4, "temperature": 0}
    )
    assert answer["choices"][0]["token_ids"] == chat["choices"][0]["token_ids"]


def generated_from(client: httpx.Client, contract: Contract, rendered: dict[str, Any]) -> list[list[int]]:
    """Send a rendered prompt unchanged, and return the tokens of each choice."""
    if rendered["stream"]:
        tokens: dict[int, list[int]] = {}
        for event in generated_events(client, contract, **rendered):
            for choice in event["choices"]:
                tokens.setdefault(choice["index"], []).extend(choice["token_ids"])
        return [tokens[index] for index in sorted(tokens)]
    answer = generate(client, contract, **rendered)
    assert answer["request_id"] == rendered["request_id"]
    return [choice["token_ids"] for choice in answer["choices"]]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"temperature": 1.2, "seed": 3, "n": 2, "logprobs": True, "top_logprobs": 2},
        {"stop": ["e", "zz"], "max_tokens": 200},
        {"max_completion_tokens": 3, "request_id": "mine" * 32, "cache_salt": "salt"},
        {"response_format": {"type": "json_object"}, "max_tokens": 12},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "city", "schema": CITY}}},
        {"structured_outputs": {"regex": "[0-9]{3}"}},
        {"tools": [WEATHER]},
        {"tools": [WEATHER], "tool_choice": "required"},
        {"tools": [WEATHER], "tool_choice": {"type": "function", "function": {"name": "get_weather"}}},
    ],
    ids=str,
)
def test_a_rendered_chat_generates_what_the_chat_does(
    client: httpx.Client, contract: Contract, fields: dict[str, Any], stream: bool
) -> None:
    body = {"messages": HELLO, "max_tokens": 40, "temperature": 0} | fields
    rendered = render(client, contract, "/v1/chat/completions/render", **body, stream=stream)
    chat = client.post("/v1/chat/completions", json=body | {"return_token_ids": True}).json()
    assert generated_from(client, contract, rendered) == [c["token_ids"] for c in chat["choices"]]


@pytest.mark.parametrize("fields", [{}, {"echo": True, "logprobs": 2}, {"stop": "e"}], ids=str)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_rendered_completions_generate_what_the_completion_does(
    client: httpx.Client, contract: Contract, fields: dict[str, Any], stream: bool
) -> None:
    body = {"prompt": ["Once upon a time", "Hello"], "temperature": 0} | fields
    prompts = render(client, contract, "/v1/completions/render", **body, stream=stream)
    completion = client.post("/v1/completions", json=body | {"return_token_ids": True}).json()
    tokens = [ids for each in prompts for ids in generated_from(client, contract, each)]
    assert tokens == [choice["token_ids"] for choice in completion["choices"]]


def text_of(client: httpx.Client, contract: Contract, path: str, body: dict[str, Any]) -> str:
    """Return the text that is generated from a rendered prompt."""
    rendered = render(client, contract, path, **body)
    answer = generate(client, contract, **rendered, output_mode="text")
    text: str = answer["choices"][0]["text"]
    return text


def test_a_rendered_response_generates_what_the_response_does(
    client: httpx.Client, contract: Contract
) -> None:
    form = {"type": "json_schema", "name": "city", "schema": CITY}
    for fields in ({}, {"text": {"format": form}}):
        body = {"input": "Hello", "max_output_tokens": 40, "temperature": 0, "store": False} | fields
        response = client.post("/v1/responses", json=body).json()
        assert response["output"][0]["content"][0]["text"] == text_of(
            client, contract, "/v1/responses/render", body
        )


def test_a_rendered_message_generates_what_the_message_does(client: httpx.Client, contract: Contract) -> None:
    form = {"output_config": {"format": {"type": "json_schema", "schema": CITY}}}
    for fields in ({}, {"stop_sequences": ["e"]}, form):
        body = {"messages": HELLO, "max_tokens": 40, "temperature": 0} | fields
        message = client.post("/v1/messages", json=body).json()
        assert message["content"][0]["text"] == text_of(client, contract, "/v1/messages/render", body)


def test_rendered_completions(client: httpx.Client, contract: Contract) -> None:
    path = "/v1/completions/render"
    texts = render(client, contract, path, prompt=["Once upon a time", "Hello"])
    assert [each["prompt"] for each in texts] == ["Once upon a time", "Hello"]
    assert [each["token_ids"] for each in texts] == [tokens_of(client, each["prompt"]) for each in texts]
    [ids] = render(client, contract, path, prompt=[40, 41])
    assert ids["token_ids"] == [40, 41]
    cut = render(client, contract, path, prompt="Once upon a time", truncate_prompt_tokens=2)
    assert len(cut[0]["token_ids"]) == 2


def test_nothing_is_too_long_to_be_rendered(client: httpx.Client, contract: Contract) -> None:
    [rendered] = render(client, contract, "/v1/completions/render", prompt="word " * 4000)
    assert len(rendered["token_ids"]) > 2048
    messages = [{"role": "user", "content": "word " * 4000}]
    rendered = render(client, contract, "/v1/chat/completions/render", messages=messages)
    assert len(rendered["token_ids"]) > 2048
    assert "max_tokens" not in rendered["sampling_params"]


@pytest.mark.parametrize(
    ("path", "fields", "param"),
    [
        ("/v1/chat/completions/render", {}, "messages"),
        ("/v1/chat/completions/render", {"messages": []}, "messages"),
        ("/v1/completions/render", {}, "prompt"),
        ("/v1/completions/render", {"prompt": ""}, "prompt"),
        ("/v1/completions/render", {"prompt": [[5], [49152]]}, "prompt"),
    ],
)
def test_an_invalid_request_to_render_is_refused(
    client: httpx.Client, contract: Contract, path: str, fields: dict[str, Any], param: str
) -> None:
    response = client.post(path, json=fields)
    contract.check_refused(response, param)
