"""Requests to the endpoints that take and return token ids."""

import json
from typing import Any

import httpx

from tests.contract.document import Contract, sse_events

GENERATE = "/inference/v1/generate"
SCORING = "/generative_scoring"
HELLO = [{"role": "user", "content": "Hello"}]


def tokens_of(client: httpx.Client, text: str) -> list[int]:
    tokens: list[int] = client.post("/tokenize", json={"prompt": text}).json()["tokens"]
    return tokens


def generate(client: httpx.Client, contract: Contract, **body: Any) -> Any:
    response = client.post(GENERATE, json=body)
    assert response.status_code == 200, response.text
    contract.check(response)
    return response.json()


def generated_events(client: httpx.Client, contract: Contract, **body: Any) -> list[Any]:
    response = client.post(GENERATE, json=body | {"stream": True})
    assert response.status_code == 200, response.text
    contract.check(response)
    events = [event.data for event in sse_events(response.text)]
    assert events.pop() == "[DONE]"
    return [json.loads(event) for event in events]


def render(client: httpx.Client, contract: Contract, path: str, **body: Any) -> Any:
    response = client.post(path, json=body)
    assert response.status_code == 200, response.text
    contract.check(response)
    return response.json()


WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"enum": ["Paris", "Oslo"]}},
            "required": ["city"],
        },
    },
}
CITY = {"type": "object", "properties": {"city": {"enum": ["Paris", "Oslo"]}}, "required": ["city"]}
