"""Anthropic's own client."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import anthropic
import pytest
from anthropic.types import MessageParam, ToolParam, ToolUseBlock

from tests.agent_request import agent_request
from tests.serving import RunningServer

PARIS: list[MessageParam] = [{"role": "user", "content": "What is the capital of France?"}]
WEATHER: ToolParam = {
    "name": "weather",
    "description": "The weather of a city.",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string", "maxLength": 12}, "unit": {"enum": ["C", "F"]}},
        "required": ["city", "unit"],
    },
}

GREEDY = {"extra_body": {"temperature": 0}}
"""The client's own types no longer know of it."""


@pytest.fixture
def client(default_server: RunningServer) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=default_server.url, api_key="any", max_retries=0) as client:
        yield client


@pytest.fixture
async def async_client(default_server: RunningServer) -> AsyncIterator[anthropic.AsyncAnthropic]:
    async with anthropic.AsyncAnthropic(base_url=default_server.url, api_key="any", max_retries=0) as client:
        yield client


def text_of(message: anthropic.types.Message) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


def read_tokens(usage: anthropic.types.Usage) -> int:
    counts = (usage.cache_creation_input_tokens or 0, usage.cache_read_input_tokens or 0)
    return usage.input_tokens + sum(counts)


def test_a_message_is_coherent(client: anthropic.Anthropic, default_server: RunningServer) -> None:
    message = client.messages.create(
        model=default_server.model,
        max_tokens=64,
        messages=PARIS,
        system="Be brief.",
        extra_body={"temperature": 0},
    )
    assert "Paris" in text_of(message)
    assert message.stop_reason == "end_turn"
    assert message._request_id is not None
    counted = client.messages.count_tokens(model=default_server.model, messages=PARIS, system="Be brief.")
    assert counted.input_tokens == read_tokens(message.usage)


def test_a_streamed_message_matches(client: anthropic.Anthropic, default_server: RunningServer) -> None:
    asked: Any = {"model": default_server.model, "max_tokens": 64, "messages": PARIS} | GREEDY
    whole = client.messages.create(**asked)
    with client.messages.stream(**asked) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    assert text == text_of(final) == text_of(whole)
    assert (read_tokens(final.usage), final.stop_reason) == (read_tokens(whole.usage), whole.stop_reason)
    assert final.usage.output_tokens == whole.usage.output_tokens
    raw = [event.type for event in client.messages.create(**asked, stream=True)]
    assert raw[0] == "message_start"
    assert raw[-1] == "message_stop"


async def test_the_async_client(
    async_client: anthropic.AsyncAnthropic, default_server: RunningServer
) -> None:
    asked: Any = {"model": default_server.model, "max_tokens": 64, "messages": PARIS} | GREEDY
    whole = await async_client.messages.create(**asked)
    async with async_client.messages.stream(**asked) as stream:
        text = "".join([piece async for piece in stream.text_stream])
    assert text == text_of(whole)


def test_a_prefill(client: anthropic.Anthropic, default_server: RunningServer) -> None:
    turns: list[MessageParam] = [*PARIS, {"role": "assistant", "content": "The capital of France is"}]
    message = client.messages.create(
        model=default_server.model, max_tokens=8, messages=turns, extra_body={"temperature": 0}
    )
    assert text_of(message).startswith(" Paris")


def test_a_tool_loop(client: anthropic.Anthropic, default_server: RunningServer) -> None:
    """No tool parser is configured here: a forced call works all the same."""
    turns: list[MessageParam] = [{"role": "user", "content": "What is the weather in Paris?"}]
    asked: Any = {"model": default_server.model, "max_tokens": 200, "tools": [WEATHER]} | GREEDY
    choice: Any = {"type": "tool", "name": "weather"}
    called = client.messages.create(**asked, messages=turns, tool_choice=choice)
    assert called.stop_reason == "tool_use"
    [call] = called.content
    assert isinstance(call, ToolUseBlock)
    assert call.input.keys() == {"city", "unit"}
    with client.messages.stream(**asked, messages=turns, tool_choice=choice) as stream:
        pieces = [event.partial_json for event in stream if event.type == "input_json"]
        [streamed] = stream.get_final_message().content
    assert isinstance(streamed, ToolUseBlock)
    assert streamed.input == json.loads("".join(pieces)) == call.input
    result: Any = {
        "type": "tool_result",
        "tool_use_id": call.id,
        "content": [{"type": "text", "text": "18 C, sunny"}],
    }
    turns += [{"role": "assistant", "content": called.content}, {"role": "user", "content": [result]}]
    answer = client.messages.create(**asked, messages=turns)
    assert text_of(answer)


def test_an_agents_request(client: anthropic.Anthropic, default_server: RunningServer) -> None:
    asked = agent_request(model=default_server.model, max_tokens=24)
    for name in ("stream", "temperature"):
        asked.pop(name)
    asked["betas"] = ["claude-code-20250219", "context-management-2025-06-27"]
    with client.beta.messages.stream(**asked) as stream:
        message = stream.get_final_message()
    assert message.stop_reason in ("end_turn", "max_tokens", "tool_use")
    assert message.usage.output_tokens > 0


def test_structured_output(client: anthropic.Anthropic, default_server: RunningServer) -> None:
    schema = {
        "type": "object",
        "properties": {"city": {"enum": ["Paris", "Rome"]}},
        "required": ["city"],
        "additionalProperties": False,
    }
    message = client.messages.create(
        model=default_server.model,
        max_tokens=64,
        messages=PARIS,
        output_config={"format": {"type": "json_schema", "schema": schema}},
    )
    assert json.loads(text_of(message))["city"] in ("Paris", "Rome")


def test_errors_are_the_clients_own(client: anthropic.Anthropic, default_server: RunningServer) -> None:
    with pytest.raises(anthropic.NotFoundError) as missing:
        client.messages.create(model="claude-5", max_tokens=8, messages=PARIS)
    assert missing.value.request_id is not None
    with pytest.raises(anthropic.BadRequestError, match="max_tokens"):
        client.messages.create(model=default_server.model, max_tokens=-1, messages=PARIS)
