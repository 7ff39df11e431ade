"""OpenAI's own client."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import openai
import pytest
from openai.types.chat import ChatCompletionUserMessageParam
from pydantic import BaseModel

from tests.serving import RunningServer, http

PARIS = [{"role": "user", "content": "What is the capital of France?"}]


@pytest.fixture
def client(default_server: RunningServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{default_server.url}/v1", api_key="any", max_retries=0) as client:
        yield client


@pytest.fixture
async def async_client(default_server: RunningServer) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=f"{default_server.url}/v1", api_key="any") as client:
        yield client


def test_a_chat_is_coherent(client: openai.OpenAI, default_server: RunningServer) -> None:
    answer = client.chat.completions.create(
        model=default_server.model,
        messages=[{"role": "user", "content": "What is the capital of France?"}],
        temperature=0,
    )
    assert "Paris" in (answer.choices[0].message.content or "")
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_a_streamed_chat_matches(client: openai.OpenAI, default_server: RunningServer) -> None:
    stream = client.chat.completions.create(
        model=default_server.model,
        messages=[{"role": "user", "content": "What is the capital of France?"}],
        temperature=0,
        stream=True,
        stream_options={"include_usage": True},
    )
    text = ""
    for chunk in stream:
        text += "".join(choice.delta.content or "" for choice in chunk.choices)
    assert "Paris" in text
    assert chunk.usage is not None
    assert chunk.usage.completion_tokens > 0


async def test_many_chats_at_once(async_client: openai.AsyncOpenAI, default_server: RunningServer) -> None:
    async def ask(question: str) -> str:
        answer = await async_client.chat.completions.create(
            model=default_server.model,
            messages=[{"role": "user", "content": question}],
            temperature=0,
            max_tokens=24,
        )
        return answer.choices[0].message.content or ""

    # On some processors the small model's rounding costs it a capital, but not the country.
    capitals = {"France": "Paris", "Italy": "Rome", "Germany": "Berlin", "Japan": "Tokyo"}
    answers = await asyncio.gather(*(ask(f"What is the capital of {c}?") for c in capitals))
    for answer, asked in zip(answers, capitals, strict=True):
        named = {country for country, capital in capitals.items() if country in answer or capital in answer}
        assert named == {asked}


async def test_the_stream_helper(async_client: openai.AsyncOpenAI, default_server: RunningServer) -> None:
    async with async_client.chat.completions.stream(
        model=default_server.model,
        messages=[{"role": "user", "content": "What is the capital of France?"}],
        temperature=0,
    ) as stream:
        completion = await stream.get_final_completion()
    assert "Paris" in (completion.choices[0].message.content or "")


def test_a_parsed_answer(client: openai.OpenAI, default_server: RunningServer) -> None:
    class City(BaseModel):
        name: str
        is_capital: bool

    answer = client.chat.completions.parse(
        model=default_server.model,
        messages=[{"role": "user", "content": "Tell me about Paris as JSON."}],
        response_format=City,
        temperature=0,
        max_tokens=128,
    )
    assert isinstance(answer.choices[0].message.parsed, City)


async def test_stored_chats(async_client: openai.AsyncOpenAI, default_server: RunningServer) -> None:
    chats = async_client.chat.completions
    question: ChatCompletionUserMessageParam = {"role": "user", "content": "What is the capital of France?"}
    made = await chats.create(
        model=default_server.model, messages=[question], max_tokens=4, store=True, metadata={"e2e": "stored"}
    )
    stream = await chats.create(
        model=default_server.model,
        messages=[question],
        max_tokens=4,
        temperature=0,
        store=True,
        metadata={"e2e": "stored"},
        stream=True,
    )
    chunks = [chunk async for chunk in stream]
    listed = [each async for each in chats.list(metadata={"e2e": "stored"}, limit=1)]
    assert [each.id for each in listed] == [made.id, chunks[0].id]
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert listed[1].choices[0].message.content == text
    assert (await chats.update(made.id, metadata={"a": "b"})).metadata == {"a": "b"}
    [message] = [message async for message in chats.messages.list(made.id)]
    assert (message.id, message.content) == (f"{made.id}-0", question["content"])
    for completion in listed:
        await chats.delete(completion.id)
        with pytest.raises(openai.NotFoundError):
            await chats.retrieve(completion.id)


def test_a_completion(client: openai.OpenAI, default_server: RunningServer) -> None:
    answer = client.completions.create(
        model=default_server.model, prompt="The capital of France is", max_tokens=4, temperature=0
    )
    assert "Paris" in answer.choices[0].text


def test_a_streamed_completion(client: openai.OpenAI, default_server: RunningServer) -> None:
    stream = client.completions.create(
        model=default_server.model,
        prompt="The capital of France is",
        max_tokens=4,
        temperature=0,
        stream=True,
    )
    assert "Paris" in "".join(chunk.choices[0].text for chunk in stream)


def test_models_are_listed(client: openai.OpenAI, default_server: RunningServer) -> None:
    assert [model.id for model in client.models.list()] == [default_server.model]
    assert client.models.retrieve(default_server.model).object == "model"


def test_errors_are_the_clients_own(client: openai.OpenAI, default_server: RunningServer) -> None:
    with pytest.raises(openai.NotFoundError) as missing:
        client.models.retrieve("org/other")
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError) as bad:
        client.chat.completions.create(
            model=default_server.model,
            messages=[{"role": "user", "content": "Hello"}],
            temperature=7,
        )
    assert bad.value.param == "temperature"


def test_a_model_need_not_be_named(default_server: RunningServer) -> None:
    response = http.post(
        f"{default_server.url}/v1/chat/completions", json={"messages": PARIS, "max_tokens": 1}, timeout=60
    )
    assert response.status_code == 200
