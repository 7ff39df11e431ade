"""Every example of a request in the published document is answered by the default model."""

import json
from importlib.resources import files
from typing import Any

import pytest

from tests.contract.document import Contract
from tests.serving import RunningServer, http

CONTRACT = Contract.published()
FORBIDDEN = {"load_lora_adapter", "unload_lora_adapter"}
"""Not allowed by the default server; tests/contract/test_adapters.py shows one that allows it."""
SHOWN = "image"
"""With an image, which the default model cannot see; tests/contract/test_media.py has one that can."""

QUESTION = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 1, "store": True}
MAKING: dict[str, tuple[str, Any]] = {
    "conversation_id": ("/v1/conversations", {}),
    "completion_id": ("/v1/chat/completions", QUESTION),
}
"""How to make what an operation's path names."""


def _examples() -> list[Any]:
    document = json.loads(files("accord.generated").joinpath("openapi.json").read_text())
    return [
        pytest.param(
            method,
            path,
            example["value"],
            403 if operation["operationId"] in FORBIDDEN else 400 if name == SHOWN else 200,
            id=f"{operation['operationId']}-{name}",
        )
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if "requestBody" in operation
        for name, example in _named(operation["requestBody"]["content"]["application/json"]).items()
    ]


def _named(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body's examples by name, the single one as `example`."""
    examples: dict[str, Any] = body.get("examples") or {"example": {"value": body["example"]}}
    return examples


class _Made(dict[str, str]):
    """Ids of what a path is about, made when they are asked for."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __missing__(self, name: str) -> str:
        path, body = MAKING[name]
        made = http.post(f"{self.url}{path}", json=body, timeout=120)
        return str(made.json()["id"])


@pytest.mark.parametrize(("method", "path", "body", "status"), _examples())
def test_an_example_is_answered(
    default_server: RunningServer, method: str, path: str, body: Any, status: int
) -> None:
    path = path.format_map(_Made(default_server.url))
    answer = http.request(method, f"{default_server.url}{path}", json=body, timeout=120)
    assert answer.status_code == status, answer.text
    assert "x-ignored-parameters" not in answer.headers
    CONTRACT.check(answer)
