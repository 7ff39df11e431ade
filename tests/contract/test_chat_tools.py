import json
import re
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import TypeAdapter

from tests.contract.document import Contract, sse_events

WEATHER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "minLength": 1, "maxLength": 12},
        "unit": {"enum": ["celsius", "fahrenheit"]},
        "days": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 9}, "maxItems": 3},
    },
    "required": ["city", "unit", "days"],
    "additionalProperties": False,
}
CLOCK: dict[str, Any] = {
    "type": "object",
    "properties": {"zone": {"type": "string", "pattern": "^[A-Z]{3}$"}},
    "required": ["zone"],
    "additionalProperties": False,
}
PARAMETERS = {"weather": WEATHER, "clock": CLOCK, "ping": None}
TOOLS = [
    {"type": "function", "function": {"name": name} | ({"parameters": schema} if schema else {})}
    for name, schema in PARAMETERS.items()
]
BODY: dict[str, Any] = {
    "messages": [{"role": "user", "content": "What is the weather?"}],
    "tools": TOOLS,
    "max_tokens": 400,
    "temperature": 1.0,
}

CHOICES: dict[str, Any] = {
    "required": "required",
    "a named tool": {"type": "function", "function": {"name": "weather"}},
    "a tool without parameters": {"type": "function", "function": {"name": "ping"}},
    "one of some": {
        "type": "allowed_tools",
        "allowed_tools": {"mode": "required", "tools": [{"type": "function", "function": {"name": "clock"}}]},
    },
}


def post(client: httpx.Client, body: dict[str, Any]) -> httpx.Response:
    response = client.post("/v1/chat/completions", json=body)
    assert response.status_code == 200, response.text
    return response


def assembled(response: httpx.Response) -> tuple[list[dict[str, str]], str | None]:
    """Return the calls that official clients assemble from a stream's deltas, and the finish reason."""
    calls: list[dict[str, str]] = []
    reason = None
    for event in sse_events(response.text)[:-1]:
        chunk = json.loads(event.data)
        TypeAdapter(ChatCompletionChunk).validate_python(chunk)
        for choice in chunk["choices"]:
            reason = choice["finish_reason"] or reason
            for part in choice["delta"].get("tool_calls", ()):
                if part["index"] == len(calls):
                    calls.append({"id": part["id"], "name": part["function"]["name"], "arguments": ""})
                calls[part["index"]]["arguments"] += part["function"].get("arguments", "")
    return calls, reason


def check_arguments(name: str, arguments: str) -> None:
    """Assert that a call's arguments are an object that is valid against its tool's parameters."""
    value = json.loads(arguments)
    assert isinstance(value, dict)
    Draft202012Validator(PARAMETERS[name] or {"type": "object"}).validate(value)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES.keys())
def test_a_forced_call_always_fits_its_tool_streamed_or_whole(
    client: httpx.Client, contract: Contract, choice: Any, seed: int
) -> None:
    body = BODY | {"tool_choice": choice, "seed": seed, "parallel_tool_calls": False}
    whole = post(client, body)
    contract.check(whole)
    TypeAdapter(ChatCompletion).validate_json(whole.content)
    answer = whole.json()["choices"][0]
    [call] = answer["message"]["tool_calls"]
    check_arguments(call["function"]["name"], call["function"]["arguments"])
    assert answer["message"]["content"] is None

    streamed = post(client, body | {"stream": True})
    contract.check(streamed)
    [same], reason = assembled(streamed)
    assert (same["name"], same["arguments"]) == (call["function"]["name"], call["function"]["arguments"])
    assert reason == answer["finish_reason"]


def test_a_named_call_ends_with_stop_and_a_required_one_with_tool_calls(client: httpx.Client) -> None:
    named = post(client, BODY | {"tool_choice": CHOICES["a named tool"], "seed": 1})
    assert named.json()["choices"][0]["finish_reason"] == "stop"
    required = post(client, BODY | {"tool_choice": "required", "seed": 1, "parallel_tool_calls": False})
    assert required.json()["choices"][0]["finish_reason"] == "tool_calls"


@pytest.mark.parametrize("seed", range(3))
def test_several_calls_at_once_each_fit_their_tool(client: httpx.Client, seed: int) -> None:
    body = BODY | {"tool_choice": "required", "seed": seed, "max_tokens": 1200}
    answer = post(client, body).json()["choices"][0]
    calls = [call["function"] for call in answer["message"]["tool_calls"]]
    complete = calls if answer["finish_reason"] != "length" else calls[:-1]
    for call in complete:
        check_arguments(call["name"], call["arguments"])
    ids = [call["id"] for call in answer["message"]["tool_calls"]]
    assert len(set(ids)) == len(ids)


def test_tools_that_may_not_be_called_are_not(client: httpx.Client) -> None:
    answer = post(client, BODY | {"tool_choice": "none", "max_tokens": 16, "seed": 1}).json()
    assert "tool_calls" not in answer["choices"][0]["message"]


def test_tools_that_may_be_called_need_not_be(client: httpx.Client, contract: Contract) -> None:
    response = post(client, BODY | {"max_tokens": 16, "seed": 1})
    contract.check(response)
    assert response.json()["choices"][0]["message"]["content"]


def test_a_tool_that_is_not_on_offer_cannot_be_forced(client: httpx.Client, contract: Contract) -> None:
    choice = {"type": "function", "function": {"name": "other"}}
    response = client.post("/v1/chat/completions", json=BODY | {"tool_choice": choice})
    assert response.status_code == 400
    contract.check(response)
    assert "'other'" in response.json()["error"]["message"]


def test_a_tools_answer_continues_with_the_conversation(client: httpx.Client, contract: Contract) -> None:
    call = post(client, BODY | {"tool_choice": CHOICES["a named tool"], "seed": 1}).json()
    message = call["choices"][0]["message"]
    told = {"role": "tool", "tool_call_id": message["tool_calls"][0]["id"], "content": "Sunny"}
    messages = [*BODY["messages"], message, told]
    response = post(client, BODY | {"messages": messages, "max_tokens": 8, "seed": 1})
    contract.check(response)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(
    ("definition", "pattern"),
    [
        pytest.param('start: "yes" | no\nno: no "!" | "no"', "yes|no!*", id="list"),
        pytest.param('start: "yes\\n" | "(" start ")"', r"(\(*)yes\n(\)*)", id="nested"),
    ],
)
def test_the_text_for_a_custom_tool_keeps_to_its_grammar(
    client: httpx.Client, contract: Contract, stream: bool, definition: str, pattern: str
) -> None:
    grammar = {"syntax": "lark", "definition": definition}
    custom = {"name": "say", "format": {"type": "grammar", "grammar": grammar}}
    tool = {"type": "custom", "custom": custom}
    choice = {"type": "custom", "custom": {"name": "say"}}
    body = BODY | {"tools": [*TOOLS, tool], "tool_choice": choice, "stream": stream, "max_tokens": 60}
    response = post(client, body)
    contract.check(response)
    assert "x-ignored-parameters" not in response.headers
    if stream:
        chunks = [json.loads(event.data) for event in sse_events(response.text)[:-1]]
        choices = [choice for chunk in chunks for choice in chunk["choices"]]
        parts = [part for choice in choices for part in choice["delta"].get("tool_calls", ())]
        assert (parts[0]["type"], parts[0]["custom"]["name"]) == ("custom", "say")
        text = "".join(part["custom"]["input"] for part in parts)
    else:
        [call] = response.json()["choices"][0]["message"]["tool_calls"]
        assert (call["type"], call["custom"]["name"]) == ("custom", "say")
        text = call["custom"]["input"]
    found = re.fullmatch(pattern, text)
    assert found is not None
    assert len(set(map(len, found.groups()))) <= 1  # as many brackets at the end as at the beginning
