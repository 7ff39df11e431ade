"""OpenAI's own client on the Responses API, as its documentation uses it."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import openai
import pytest
from openai.types.responses import FunctionToolParam, ResponseFunctionToolCall, ResponseInputParam
from pydantic import BaseModel, Field

from tests.serving import RunningServer

SEED = {"seed": 7}
WEATHER: FunctionToolParam = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather of a city.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string", "enum": ["Paris", "Rome"]}},
        "required": ["city"],
        "additionalProperties": False,
    },
    "strict": True,
}


@pytest.fixture
def client(server: RunningServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key="any", max_retries=0) as client:
        yield client


@pytest.fixture
async def async_client(server: RunningServer) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key="any", max_retries=0) as client:
        yield client


def test_a_response(client: openai.OpenAI, server: RunningServer) -> None:
    response = client.responses.create(
        model=server.model, input="Hello", max_output_tokens=8, metadata={"topic": "demo"}, extra_body=SEED
    )
    assert response.output_text
    assert response.metadata == {"topic": "demo"}
    assert response.usage is not None
    assert response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens
    assert client.responses.retrieve(response.id) == response


async def test_a_response_awaited(async_client: openai.AsyncOpenAI, server: RunningServer) -> None:
    response = await async_client.responses.create(model=server.model, input="Hello", max_output_tokens=8)
    assert (await async_client.responses.retrieve(response.id)).output_text == response.output_text


def test_a_stream(client: openai.OpenAI, server: RunningServer) -> None:
    text = ""
    for event in client.responses.create(
        model=server.model, input="Hello", max_output_tokens=8, temperature=0, stream=True
    ):
        if event.type == "response.output_text.delta":
            text += event.delta
        elif event.type in ("response.completed", "response.incomplete"):
            assert event.response.output_text == text
    whole = client.responses.create(model=server.model, input="Hello", max_output_tokens=8, temperature=0)
    assert whole.output_text == text


async def test_the_stream_helper(async_client: openai.AsyncOpenAI, server: RunningServer) -> None:
    class Answer(BaseModel):
        yes: bool
        word: str = Field(max_length=8)

    async with async_client.responses.stream(
        model=server.model, input="Well?", text_format=Answer, max_output_tokens=200, extra_body=SEED
    ) as stream:
        kinds = [event.type async for event in stream]
        final = await stream.get_final_response()
    assert kinds[0] == "response.created"
    assert kinds[-1] == "response.completed"
    assert isinstance(final.output_parsed, Answer)


def test_a_parsed_response(client: openai.OpenAI, server: RunningServer) -> None:
    class Answer(BaseModel):
        yes: bool

    response = client.responses.parse(
        model=server.model, input="Well?", text_format=Answer, max_output_tokens=200, extra_body=SEED
    )
    assert isinstance(response.output_parsed, Answer)


def test_a_tool_loop_with_the_whole_history(client: openai.OpenAI, server: RunningServer) -> None:
    history: ResponseInputParam = [{"role": "user", "content": "What is the weather in Paris?"}]
    response = client.responses.create(
        model=server.model,
        input=history,
        tools=[WEATHER],
        tool_choice={"type": "function", "name": "get_weather"},
        max_output_tokens=200,
        extra_body=SEED,
    )
    calls = [item for item in response.output if isinstance(item, ResponseFunctionToolCall)]
    assert calls
    history += [item.to_dict() for item in response.output]  # type: ignore[misc]  # as the documentation does
    for call in calls:
        assert json.loads(call.arguments)["city"] in ("Paris", "Rome")
        history.append({"type": "function_call_output", "call_id": call.call_id, "output": "18 °C"})
    answer = client.responses.create(
        model=server.model, input=history, tools=[WEATHER], tool_choice="none", max_output_tokens=8
    )
    assert answer.output_text


def test_a_streamed_tool_loop_that_follows_the_response(client: openai.OpenAI, server: RunningServer) -> None:
    with client.responses.stream(
        model=server.model,
        input="What is the weather in Paris?",
        tools=[WEATHER],
        tool_choice="required",
        parallel_tool_calls=False,
        max_output_tokens=400,
        extra_body=SEED,
    ) as stream:
        arguments = "".join(e.delta for e in stream if e.type == "response.function_call_arguments.delta")
        response = stream.get_final_response()
    [call] = response.output
    assert isinstance(call, ResponseFunctionToolCall)
    assert call.arguments == arguments
    assert json.loads(arguments)["city"] in ("Paris", "Rome")
    answer = client.responses.create(
        model=server.model,
        previous_response_id=response.id,
        input=[{"type": "function_call_output", "call_id": call.call_id, "output": "18 °C"}],
        max_output_tokens=8,
    )
    assert answer.previous_response_id == response.id


def test_a_background_response_is_polled(client: openai.OpenAI, server: RunningServer) -> None:
    response = client.responses.create(
        model=server.model, input="Hello", background=True, max_output_tokens=32
    )
    while response.status in ("queued", "in_progress"):
        response = client.responses.retrieve(response.id)
    assert response.status in ("completed", "incomplete")
    assert response.output_text


def test_a_background_response_is_cancelled(client: openai.OpenAI, server: RunningServer) -> None:
    response = client.responses.create(
        model=server.model, input="Hello", background=True, extra_body={"ignore_eos": True}
    )
    assert client.responses.cancel(response.id).status == "cancelled"
    assert client.responses.retrieve(response.id).status == "cancelled"
    synchronous = client.responses.create(model=server.model, input="Hello", max_output_tokens=1)
    with pytest.raises(openai.BadRequestError):
        client.responses.cancel(synchronous.id)


def test_a_lost_stream_is_resumed(client: openai.OpenAI, server: RunningServer) -> None:
    stream = client.responses.create(
        model=server.model,
        input="Hello",
        background=True,
        stream=True,
        max_output_tokens=64,
        extra_body={"ignore_eos": True},
    )
    events = [next(stream) for _ in range(3)]
    stream.close()
    assert events[0].type == "response.created"
    id_ = events[0].response.id
    cursor = events[-1].sequence_number
    events += list(client.responses.retrieve(id_, stream=True, starting_after=cursor))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[-1].type == "response.incomplete"
    with client.responses.stream(response_id=id_) as again:
        assert [event.type for event in again] == [event.type for event in events]


def test_responses_that_follow_each_other(client: openai.OpenAI, server: RunningServer) -> None:
    previous_id = None
    for turn in ("One", "Two", "Three"):
        response = client.responses.create(
            model=server.model, input=turn, previous_response_id=previous_id, max_output_tokens=4
        )
        assert response.previous_response_id == previous_id
        previous_id = response.id


async def test_input_items_are_paged_by_the_client(
    async_client: openai.AsyncOpenAI, server: RunningServer
) -> None:
    response = await async_client.responses.create(
        model=server.model,
        input=[{"role": "user", "content": str(number)} for number in range(7)],
        max_output_tokens=1,
    )
    pages = async_client.responses.input_items.list(response.id, limit=3, order="asc")
    contents = [item.to_dict()["content"] async for item in pages]
    assert contents == [[{"type": "input_text", "text": str(number)}] for number in range(7)]


def test_a_conversation(client: openai.OpenAI, server: RunningServer) -> None:
    conversation = client.conversations.create(items=[{"role": "system", "content": "Be brief."}])
    before = client.responses.input_tokens.count(model=server.model, conversation=conversation.id)
    for turn in ("One", "Two"):
        counted = client.responses.input_tokens.count(
            model=server.model,
            input=turn,
            conversation=conversation.id,
            tools=[WEATHER],
            tool_choice="none",
        )
        response = client.responses.create(
            model=server.model,
            input=turn,
            conversation=conversation.id,
            tools=[WEATHER],
            tool_choice="none",
            max_output_tokens=4,
        )
        assert response.conversation is not None
        assert response.conversation.id == conversation.id
        assert response.usage is not None
        assert response.usage.input_tokens == counted.input_tokens > before.input_tokens
    items = list(client.conversations.items.list(conversation.id, order="asc", limit=2))
    assert [item.to_dict()["role"] for item in items] == ["system", "user", "assistant", "user", "assistant"]
    item_id = str(items[0].to_dict()["id"])
    client.conversations.items.delete(item_id, conversation_id=conversation.id)
    assert client.conversations.update(conversation.id, metadata={"a": "b"}).metadata == {"a": "b"}
    client.conversations.delete(conversation.id)
    with pytest.raises(openai.NotFoundError):
        client.conversations.retrieve(conversation.id)


async def test_a_streamed_background_response_in_a_conversation(
    async_client: openai.AsyncOpenAI, server: RunningServer
) -> None:
    conversation = await async_client.conversations.create()
    events = await async_client.responses.create(
        model=server.model,
        input="Hello",
        conversation=conversation.id,
        background=True,
        stream=True,
        max_output_tokens=4,
    )
    async for event in events:
        last = event
    assert last.type in ("response.completed", "response.incomplete")
    items = [item async for item in async_client.conversations.items.list(conversation.id)]
    assert [item.to_dict()["role"] for item in items] == ["assistant", "user"]


def test_a_compacted_history(client: openai.OpenAI, server: RunningServer) -> None:
    history: ResponseInputParam = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "word " * 300},
    ]
    compacted = client.responses.compact(model=server.model, input=history)
    assert [item.type for item in compacted.output] == ["message", "compaction"]
    assert compacted.usage.output_tokens > 0
    window: ResponseInputParam = [item.to_dict(warnings=False) for item in compacted.output]  # type: ignore[misc]
    response = client.responses.create(model=server.model, input=window, max_output_tokens=4)
    assert response.usage is not None
    counted = client.responses.input_tokens.count(model=server.model, input=window)
    assert response.usage.input_tokens == counted.input_tokens


def test_a_long_history_is_compacted_on_the_way(client: openai.OpenAI, server: RunningServer) -> None:
    events = client.responses.create(
        model=server.model,
        input=[{"role": "assistant", "content": "word " * 1500}, {"role": "user", "content": "Go on"}],
        context_management=[{"type": "compaction", "compact_threshold": 1000}],
        max_output_tokens=4,
        stream=True,
    )
    told = list(events)
    assert [event.type for event in told][2:5] == [
        "response.output_item.added",
        "response.compaction.compacting",
        "response.output_item.done",
    ]
    final = told[-1]
    assert final.type in ("response.completed", "response.incomplete")
    assert [item.type for item in final.response.output] == ["compaction", "message"]
    assert final.response.usage is not None


def test_a_deleted_response(client: openai.OpenAI, server: RunningServer) -> None:
    response = client.responses.create(model=server.model, input="Hello", max_output_tokens=1)
    client.responses.delete(response.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(response.id)


def test_a_hosted_tool_is_left_out_and_cannot_be_forced(client: openai.OpenAI, server: RunningServer) -> None:
    asked: dict[str, Any] = {"model": server.model, "input": "Hello", "tools": [{"type": "web_search"}]}
    raw = client.responses.with_raw_response.create(**asked, max_output_tokens=1)
    assert raw.headers["x-ignored-parameters"] == "tools.0.web_search"
    assert raw.parse().tools == []
    with pytest.raises(openai.BadRequestError, match="web_search"):
        client.responses.create(**asked, tool_choice={"type": "web_search_preview"})
