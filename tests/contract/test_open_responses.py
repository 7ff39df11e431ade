"""The acceptance tests of Open Responses: each body and event is valid against the specification's schema.

The cases are those of the specification's compliance suite. A model with random weights ends when a grammar
forces it to, and calls a tool when it must. The grammar is not a JSON schema in `text.format`, because
responses repeat that, and the specification's own schema allows only null there.
"""

import json
from typing import Any

import httpx
import pytest

from tests.contract.document import sse_events
from tests.open_responses import check_event, check_response

ENDS: dict[str, Any] = {"structured_outputs": {"choice": ["Hello.", "Hello, Ada."]}}
CALLS: dict[str, Any] = {
    "parallel_tool_calls": False,
    "tools": [
        {
            "type": "function",
            "name": "get_weather",
            "description": "Tells the weather at a place.",
            "parameters": {
                "type": "object",
                "properties": {"celsius": {"type": "boolean"}},
                "required": ["celsius"],
            },
        }
    ],
    "tool_choice": "required",
}
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
    "RU5ErkJggg=="
)


def message(role: str, content: Any) -> dict[str, Any]:
    return {"type": "message", "role": role, "content": content}


CASES: dict[str, dict[str, Any]] = {
    "basic": ENDS | {"input": [message("user", "Say hello.")]},
    "system prompt": ENDS | {"input": [message("system", "Be brief."), message("user", "Say hello.")]},
    "tool calling": CALLS | {"input": [message("user", "What is the weather like?")]},
    "multi-turn": ENDS
    | {
        "input": [
            message("user", "My name is Ada."),
            message("assistant", "Hello, Ada."),
            message("user", "What is my name?"),
        ]
    },
}


def ask(client: httpx.Client, case: str, *, stream: bool = False) -> httpx.Response:
    body = CASES[case] | {"stream": stream, "max_output_tokens": 200}
    response = client.post("/v1/responses", json=body)
    assert response.status_code == 200, response.text
    return response


@pytest.mark.parametrize("case", CASES)
def test_a_response(client: httpx.Client, case: str) -> None:
    response = ask(client, case).json()
    check_response(response)
    assert response["status"] == "completed"
    kinds = [item["type"] for item in response["output"]]
    assert kinds[0] == ("function_call" if case == "tool calling" else "message")


@pytest.mark.parametrize("case", CASES)
def test_a_stream(client: httpx.Client, case: str) -> None:
    events = [json.loads(event.data) for event in sse_events(ask(client, case, stream=True).text)]
    for event in events:
        check_event(event)
    types = [event["type"] for event in events]
    assert (types[0], types[-1]) == ("response.created", "response.completed")
    if case == "tool calling":
        for name in ("added", "done"):
            items = [e["item"]["type"] for e in events if e["type"] == f"response.output_item.{name}"]
            assert "function_call" in items
            assert f"response.function_call_arguments.{'delta' if name == 'added' else name}" in types


def test_an_image_is_refused_by_a_model_that_sees_none(client: httpx.Client) -> None:
    parts = [{"type": "input_text", "text": "What is this?"}, {"type": "input_image", "image_url": PIXEL}]
    response = client.post("/v1/responses", json={"input": [message("user", parts)]})
    assert response.status_code == 400
    assert response.json()["error"]["param"] == "input.0.content.1"
