"""Requests that a running server refuses, so that no client can hang or exhaust it."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.contract.document import Contract
from tests.serving import RunningServer

CHAT = "/v1/chat/completions"
HELLO = [{"role": "user", "content": "Hello"}]


@pytest.mark.parametrize(("path", "shape"), [(CHAT, "openai"), ("/v1/messages", "anthropic")])
def test_a_body_that_is_too_large(server: RunningServer, contract: Contract, path: str, shape: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
    connection.putrequest("POST", path)
    connection.putheader("content-type", "application/json")
    connection.putheader("content-length", str(10**12))
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    body = json.loads(answer.read())
    described = contract.follow(contract.operation("POST", path)["responses"]["413"])
    contract.validate(described["content"]["application/json"]["schema"], body)
    assert ("type" in body) == (shape == "anthropic")
    connection.close()


def test_headers_that_are_too_large(client: httpx.Client, contract: Contract) -> None:
    response = client.get("/v1/models", headers={"x-large": "a" * 70_000})
    assert response.status_code == 431
    contract.validate(
        {"$ref": "#/components/schemas/ErrorResponse"} | {"components": contract.document["components"]},
        response.json(),
    )


def test_more_answers_than_one_request_may_ask_for(client: httpx.Client, contract: Contract) -> None:
    response = client.post("/v1/completions", json={"prompt": ["a"] * 1000, "n": 100, "max_tokens": 1})
    assert response.status_code == 400
    contract.check(response)
    assert response.json()["error"]["code"] == "too_many_choices"


DEEP_RULES = "start: r0\n" + "".join(f"r{i}: r{i + 1} r{i + 1}\n" for i in range(3000)) + 'r3000: "a"'
"""Ends the process that compiles it."""


@pytest.mark.parametrize(
    "outputs",
    [
        {"grammar": DEEP_RULES},
        {"regex": "(" * 5000 + "a" + ")" * 5000},
        {"choice": [f"w{i}" for i in range(100_000)]},
        {"json": "[" * 100_000},
        {"json": {"enum": [f"value{i}" for i in range(100_000)]}},
        {"json": '{"not":' * 900 + "{}" + "}" * 900},
        {"structural_tag": "[" * 100_000},
    ],
)
def test_a_grammar_that_is_a_bomb(client: httpx.Client, contract: Contract, outputs: dict[str, Any]) -> None:
    response = client.post(CHAT, json={"messages": HELLO, "structured_outputs": outputs})
    assert response.status_code == 400, response.text
    contract.check(response)
    after = {"messages": HELLO, "max_tokens": 4, "structured_outputs": {"regex": "[a-z]{2}"}}
    assert client.post(CHAT, json=after).status_code == 200


def test_fields_of_another_api_are_not_taken_unread(client: httpx.Client, contract: Contract) -> None:
    """Fields that the contract does not have for an operation have not been validated."""
    asked = {"token_ids": [1], "sampling_params": {"max_tokens": 1}, "structured_outputs": [], "n": "many"}
    response = client.post("/inference/v1/generate", json=asked)
    assert response.status_code == 200, response.text
    contract.check(response)
    assert set(response.headers["x-ignored-parameters"].split(", ")) == {"structured_outputs", "n"}
