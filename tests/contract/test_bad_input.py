from typing import Any

import httpx
import pytest

from tests.contract.document import Contract

CHAT = "/v1/chat/completions"
HELLO = [{"role": "user", "content": "Hello"}]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": "hi"}, "messages"),
        ({"messages": [{"role": "user"}]}, "messages.0.content"),
        ({"messages": [{"role": "king", "content": "hi"}]}, "messages.0.role"),
        ({"messages": [{"content": "hi"}]}, "messages.0.role"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages.0.content"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages.0.content.0.text"),
        ({"messages": HELLO, "temperature": 3}, "temperature"),
        ({"messages": HELLO, "temperature": "hot"}, "temperature"),
        ({"messages": HELLO, "max_tokens": "5"}, "max_tokens"),
        ({"messages": HELLO, "max_tokens": 0}, "max_tokens"),
        ({"messages": HELLO, "n": 0}, "n"),
        ({"messages": HELLO, "n": 2, "temperature": 0}, "n"),
        ({"messages": HELLO, "stop": [1]}, "stop.0"),
        ({"messages": HELLO, "top_logprobs": 2}, "top_logprobs"),
        ({"messages": HELLO, "stream_options": {"include_usage": True}}, "stream_options"),
        ({"messages": HELLO, "tool_choice": "required"}, "tool_choice"),
        ({"messages": HELLO, "response_format": {"type": "poem"}}, "response_format.type"),
        ({"messages": HELLO, "stream": "yes"}, "stream"),
    ],
)
def test_an_invalid_field_is_named_by_its_path(
    client: httpx.Client, contract: Contract, body: dict[str, Any], param: str
) -> None:
    response = client.post(CHAT, json=body)
    assert response.status_code == 400
    contract.check(response)
    error = response.json()["error"]
    assert error["param"] == param
    assert error["type"] == "invalid_request_error"
    assert error["message"].startswith(param)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"messages": NaN}', b"\xff\xfe", b'"x"'])
def test_a_body_that_is_not_a_json_object(client: httpx.Client, contract: Contract, body: bytes) -> None:
    response = client.post(CHAT, content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400
    contract.check(response)


def test_an_image_is_refused_with_its_path(client: httpx.Client, contract: Contract) -> None:
    parts = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
    ]
    response = client.post(CHAT, json={"messages": [{"role": "user", "content": parts}]})
    assert response.status_code == 400
    contract.check(response)
    assert response.json()["error"]["param"] == "messages.0.content.1"
    assert "image" in response.json()["error"]["message"]


@pytest.mark.parametrize("words", [3000, 200_000])
def test_a_prompt_longer_than_the_context_names_both_lengths(
    client: httpx.Client, contract: Contract, words: int
) -> None:
    response = client.post("/v1/completions", json={"prompt": "word " * words})
    assert response.status_code == 400
    contract.check(response)
    error = response.json()["error"]
    assert error["code"] == "context_length_exceeded"
    assert "2048" in error["message"]
    assert str(words + 1) in error["message"]


def test_an_unknown_model(client: httpx.Client, contract: Contract) -> None:
    response = client.post(CHAT, json={"model": "gpt-5", "messages": HELLO})
    assert response.status_code == 404
    contract.check(response)
    assert response.json()["error"]["code"] == "model_not_found"


@pytest.mark.parametrize("path", ["/v1", "/v1/nothing", "/v1/models/", "/v1/chat/completions/"])
def test_an_unknown_path(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", CHAT, "GET, HEAD, POST"),
        ("DELETE", "/v1/models", "GET, HEAD"),
        ("PUT", "/tokenize", "POST"),
        ("PUT", "/v1/responses/resp_1", "DELETE, GET, HEAD"),
        ("PUT", "/v1/responses/render", "POST"),
    ],
)
def test_an_invalid_method(client: httpx.Client, method: str, path: str, allowed: str) -> None:
    response = client.request(method, path)
    assert response.status_code == 405
    assert response.headers["allow"] == allowed
    assert response.json()["error"]["code"] == "method_not_allowed"


def test_an_invalid_content_type(client: httpx.Client, contract: Contract) -> None:
    response = client.post(CHAT, content=b"{}", headers={"content-type": "text/plain"})
    assert response.status_code == 415
    contract.check(response)
    assert "text/plain" in response.json()["error"]["message"]


def test_unknown_fields_are_ignored_and_named(client: httpx.Client, contract: Contract) -> None:
    body = {
        "messages": [{"role": "user", "content": "Hello", "mood": "good"}],
        "max_tokens": 1,
        "max_tokenz": 5,
        "stream": True,
        "stream_options": {"include_usagee": True},
    }
    response = client.post(CHAT, json=body)
    contract.check(response)
    named = set(response.headers["x-ignored-parameters"].split(", "))
    assert named == {"max_tokenz", "messages.0.mood", "stream_options.include_usagee"}


def test_a_request_id_is_repeated_and_a_dangerous_one_replaced(client: httpx.Client) -> None:
    kept = client.get("/v1/version", headers={"x-request-id": "probe-1"})
    assert kept.headers["x-request-id"] == "probe-1"
    replaced = client.get("/v1/version", headers={"x-request-id": 'a"b <c>'})
    assert replaced.headers["x-request-id"].startswith("req_")
