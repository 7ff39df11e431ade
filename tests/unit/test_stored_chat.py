"""Stored chat completions, with OpenAI's client, both kinds of database and no model."""

import json
from typing import Any

import httpx2
import openai
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam

from accord.dialects.logprobs import WrittenAnswer
from accord.engine import Generation, RenderedPrompt
from accord.errors import ApiError, EngineFailure, NotReady
from accord.generated import models
from accord.handlers import chat as handlers
from accord.handlers.call import Call, Services
from accord.store import Retention
from accord.store.completions import CompletionStore, NewCompletion
from accord.store.database import unreachable
from accord.store.large_completions import StoredCompletion
from accord.store.maintenance import Clock, expire
from accord.store.sql import ResponseStore
from tests.deltas import GivenDeltas
from tests.turns import turns_of_others


async def kept(accord: openai.AsyncOpenAI, text: str = "Hello", **fields: Any) -> ChatCompletion:
    messages: list[ChatCompletionMessageParam] = [{"role": "user", "content": text}]
    completion: ChatCompletion = await accord.chat.completions.create(
        model="tiny", messages=messages, store=True, **fields
    )
    return completion


async def test_a_completion_is_stored_updated_and_deleted(accord: openai.AsyncOpenAI) -> None:
    completion = await kept(accord, metadata={"topic": "demo"})
    found = await accord.chat.completions.retrieve(completion.id)
    assert found.metadata == {"topic": "demo"}
    assert found.to_dict() == completion.to_dict() | {"metadata": {"topic": "demo"}}
    changed = await accord.chat.completions.update(completion.id, metadata={"a": "\0 é" * 100})
    assert changed.metadata == {"a": "\0 é" * 100}
    assert await accord.chat.completions.retrieve(completion.id) == changed
    assert (await accord.chat.completions.delete(completion.id)).deleted
    for gone in (
        accord.chat.completions.retrieve(completion.id),
        accord.chat.completions.update(completion.id, metadata=None),
        accord.chat.completions.delete("chatcmpl-\0"),
        accord.chat.completions.messages.list(completion.id),
    ):
        with pytest.raises(openai.NotFoundError, match="Chat completion with id"):
            await gone


async def test_a_server_that_only_computes_the_prompt_keeps_nothing(accord: openai.AsyncOpenAI) -> None:
    completion = await kept(accord, extra_body={"kv_transfer_params": {"do_remote_decode": True}})
    with pytest.raises(openai.NotFoundError):
        await accord.chat.completions.retrieve(completion.id)


async def test_nothing_is_kept_unasked(accord: openai.AsyncOpenAI) -> None:
    messages: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Hello"}]
    completion = await accord.chat.completions.create(model="tiny", messages=messages)
    with pytest.raises(openai.NotFoundError):
        await accord.chat.completions.retrieve(completion.id)
    assert [each async for each in accord.chat.completions.list()] == []


async def test_completions_are_listed_page_by_page(accord: openai.AsyncOpenAI) -> None:
    made = [await kept(accord, str(number), metadata={"even": str(number % 2 == 0)}) for number in range(5)]
    ids = [completion.id for completion in made]
    assert [each.id async for each in accord.chat.completions.list(limit=2)] == ids
    assert [each.id async for each in accord.chat.completions.list(limit=2, order="desc")] == ids[::-1]
    assert [each.id async for each in accord.chat.completions.list(after=ids[2])] == ids[3:]
    even = accord.chat.completions.list(metadata={"even": "True"}, limit=1)
    assert [each.id async for each in even] == ids[::2]
    for nothing in ({"model": "another\0"}, {"metadata": {"even": "maybe"}}, {"metadata": {"odd": "\0"}}):
        listing: Any = accord.chat.completions.list(**nothing)
        assert [each async for each in listing] == []
    with pytest.raises(openai.BadRequestError, match="after: there is no chat completion"):
        await accord.chat.completions.list(after="chatcmpl-0")
    await accord.chat.completions.update(ids[1], metadata={"even": "True"})
    assert len([each async for each in accord.chat.completions.list(metadata={"even": "True"})]) == 4


async def test_a_stream_is_kept_whole(accord: openai.AsyncOpenAI) -> None:
    text, id_ = "", ""
    async for chunk in await accord.chat.completions.create(
        model="tiny",
        messages=[{"role": "user", "content": "Hello, how are you?"}],
        stream=True,
        store=True,
        n=2,
    ):
        id_ = chunk.id
        text += "".join(choice.delta.content or "" for choice in chunk.choices if choice.index == 1)
    found = await accord.chat.completions.retrieve(id_)
    assert [choice.message.content for choice in found.choices] == [text, text]
    assert found.usage is not None
    assert found.usage.completion_tokens > 0


async def test_the_messages_that_it_answers_are_listed(accord: openai.AsyncOpenAI) -> None:
    call: Any = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    parts: list[Any] = [{"type": "text", "text": "One"}, {"type": "text", "text": "Two"}]
    completion = await accord.chat.completions.create(
        model="tiny",
        messages=[
            {"role": "system", "content": "Be kind."},
            {"role": "user", "name": "ann", "content": parts},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_1", "content": "18 °C"},
        ],
        store=True,
    )  # fmt: skip
    pages = accord.chat.completions.messages.list(completion.id, limit=3)
    listed = [message.to_dict() async for message in pages]
    assert [message["id"] for message in listed] == [f"{completion.id}-{number}" for number in range(4)]
    shared = {"refusal": None, "content_parts": None}
    assert [{**message, "id": ""} for message in listed] == [
        {"id": "", "role": "system", "content": "Be kind.", **shared},
        {"id": "", "role": "user", "content": "OneTwo", "name": "ann", **shared, "content_parts": parts},
        {"id": "", "role": "assistant", "content": None, "tool_calls": [call], **shared},
        {"id": "", "role": "tool", "content": "18 °C", "tool_call_id": "call_1", **shared},
    ]  # fmt: skip
    newest = await accord.chat.completions.messages.list(completion.id, limit=1, order="desc")
    assert [message.id for message in newest.data] == [f"{completion.id}-3"]
    with pytest.raises(openai.BadRequestError, match="after: there is no message"):
        await accord.chat.completions.messages.list(completion.id, after="x")


async def test_an_id_of_a_client_is_stored_once(accord: openai.AsyncOpenAI) -> None:
    for text in ("One", "Two"):
        completion = await kept(accord, text, extra_body={"request_id": "mine"}, metadata={text: text})
    assert completion.id == "chatcmpl-mine"
    [found] = [each async for each in accord.chat.completions.list()]
    assert (found.choices[0].message.content, found.metadata) == ("Two", {"Two": "Two"})
    assert [each async for each in accord.chat.completions.list(metadata={"One": "One"})] == []


@pytest.fixture
def completions(store: ResponseStore) -> CompletionStore:
    return CompletionStore(store.database)


def stored(number: int) -> StoredCompletion:
    return StoredCompletion({"id": f"chatcmpl-{number}", "model": "tiny"}, {"number": str(number)})


def new(number: int, metadata: dict[str, str] | None = None) -> NewCompletion:
    completion = stored(number).completion
    told = metadata or stored(number).metadata
    return NewCompletion(completion["id"], completion["model"], json.dumps(completion), told, [])


async def test_objects_of_other_owners_are_not_found(completions: CompletionStore) -> None:
    await completions.create(new(0), "alice")
    await completions.create(new(0, {"whose": "bob's"}), "bob")
    for stranger in ("carol", ""):
        assert await completions.get("chatcmpl-0", stranger) is None
        assert await completions.messages("chatcmpl-0", stranger) is None
        assert await completions.update("chatcmpl-0", stranger, {}) is None
        assert not await completions.delete("chatcmpl-0", stranger)
        listing: Any = {"model": None, "metadata": {}, "after": None, "limit": 9, "newest_first": False}
        assert await completions.page(stranger, **listing) == ([], False)
    assert await completions.get("chatcmpl-0", "alice") == stored(0)
    assert await completions.delete("chatcmpl-0", "bob")
    assert await completions.get("chatcmpl-0", "alice") == stored(0)


async def test_completions_expire(completions: CompletionStore) -> None:
    for number in range(4):
        await completions.create(new(number), "")
    await expire(completions, Retention(max_count=2), Clock())
    assert [number for number in range(4) if await completions.get(f"chatcmpl-{number}", "")] == [2, 3]


async def asked(services: Services, **fields: Any) -> Any:
    body = models.ChatCompletionRequest.model_validate(
        {"messages": [{"role": "user", "content": "Hello"}], "store": True} | fields
    )
    return await handlers.create_chat_completion(
        Call(services, "req_1"), body, models.CreateChatCompletionParameters()
    )


async def test_a_response_that_cannot_be_stored_is_refused_before_any_work(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> None:
        raise unreachable()

    monkeypatch.setattr(services.storage.responses, "check", away)
    with pytest.raises(NotReady, match="set store to false"):
        await asked(services)
    assert (await asked(services, store=False)).choices[0].message.content == "Hello"


async def test_a_stream_that_cannot_be_stored_is_a_failed_one(
    services: Services, accord: openai.AsyncOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any, **__: Any) -> Any:
        raise OSError("gone")

    monkeypatch.setattr(services.storage.completions.database, "connection", lost)
    stream = await accord.chat.completions.create(
        model="tiny", messages=[{"role": "user", "content": "Hello"}], stream=True, store=True
    )
    with pytest.raises(openai.APIError, match="does not answer"):
        [chunk async for chunk in stream]


async def test_a_stream_that_fails_is_not_kept(
    services: Services, accord: openai.AsyncOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deltas() -> Any:
        raise EngineFailure("The engine failed.")
        yield []

    async def chat(*_: Any, **__: Any) -> Generation:
        return Generation([RenderedPrompt([1])], GivenDeltas(deltas()))

    monkeypatch.setattr(services.engine, "chat", chat)
    stream = await accord.chat.completions.create(
        model="tiny", messages=[{"role": "user", "content": "Hello"}], stream=True, store=True
    )
    with pytest.raises(openai.APIError, match="The engine failed"):
        [chunk async for chunk in stream]
    assert [each async for each in accord.chat.completions.list()] == []


async def test_an_invalid_filter_is_refused(accord: openai.AsyncOpenAI) -> None:
    for query, param in (
        ("limit=0", "limit"),
        ("order=up", "order"),
        ("metadata=demo", "metadata"),
        ("metadata[]=demo", "metadata"),
        ("metadata[topic][name]=demo", "metadata.topic"),
        ("&".join(f"metadata[{number}]=" for number in range(17)), "metadata"),
    ):
        with pytest.raises(openai.BadRequestError) as refused:
            await accord.get(f"/chat/completions?{query}", cast_to=httpx2.Response)
        assert refused.value.param == param


async def test_a_lost_database_is_an_error_of_its_own(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any, **__: Any) -> Any:
        raise OSError("gone")

    monkeypatch.setattr(services.storage.completions.database, "connection", lost)
    with pytest.raises(ApiError) as error:
        await asked(services)
    assert (error.value.status, error.value.code) == (503, "store_unavailable")


LOGPROBS_TEXT = 'é "logprobs":{"content":[ ],"refusal":null} ,"prompt_logprobs":['


def large(tokens: int = 300) -> dict[str, Any]:
    """Return a completion with log probabilities, and texts that look like some."""
    top = [{"token": LOGPROBS_TEXT, "logprob": -1e-7, "bytes": [97]}] * 5
    entry = {"token": LOGPROBS_TEXT, "logprob": -0.5, "bytes": None, "top_logprobs": top}
    message = {"role": "assistant", "content": LOGPROBS_TEXT, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    logprobs = {"content": [entry] * tokens, "refusal": None}
    position = {"7": {"logprob": -0.25, "rank": 1, "decoded_token": LOGPROBS_TEXT}}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 5,
        "model": "tiny",
        "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
        "choices": [
            choice | {"logprobs": logprobs},
            choice | {"index": 1, "logprobs": None},
            choice | {"index": 2, "logprobs": logprobs},
        ],
        "prompt_logprobs": [None, *[position] * tokens],
    }


async def read(call: Call) -> list[Any]:
    """Return the completion as it is read and changed, and the page with it."""
    of_it = models.RetrieveChatCompletionParameters(completion_id="chatcmpl-1")
    update = models.ChatCompletionUpdateRequest(metadata={"é": "b"})
    updated = models.UpdateChatCompletionParameters(completion_id="chatcmpl-1")
    return [
        await handlers.retrieve_chat_completion(call, of_it),
        await handlers.update_chat_completion(call, update, updated),
        await handlers.list_chat_completions(call, models.ListChatCompletionsParameters()),
    ]


def json_of(answer: Any) -> Any:
    if not isinstance(answer, WrittenAnswer):
        return answer.model_dump(mode="json", exclude_unset=True, by_alias=True)
    return json.loads(answer.body)


@pytest.mark.parametrize("ascii_only", [True, False])
async def test_a_large_completion_is_read_as_it_was_stored(services: Services, ascii_only: bool) -> None:
    text = json.dumps(large(), separators=(",", ":"), ensure_ascii=ascii_only)
    store = services.storage.completions
    await store.create(NewCompletion("chatcmpl-1", "tiny", text, {"é": "a"}, []), "")
    small = large(0) | {"id": "chatcmpl-0"}
    await store.create(NewCompletion("chatcmpl-0", "tiny", json.dumps(small), {}, []), "")
    turns, answers = await turns_of_others(read(Call(services, "req_1")))
    assert turns >= 20
    assert all(isinstance(answer, WrittenAnswer) for answer in answers)
    found, changed, page = map(json_of, answers)
    assert found == large() | {"metadata": {"é": "a"}}
    assert changed == large() | {"metadata": {"é": "b"}}
    assert page == {
        "object": "list",
        "data": [changed, small | {"metadata": {}}],
        "first_id": "chatcmpl-1",
        "last_id": "chatcmpl-0",
        "has_more": False,
    }
    models.ChatCompletion.model_validate(found)


@pytest.mark.parametrize(
    "fields",
    [
        {"kv_transfer_params": {"logprobs": {"content": [], "refusal": None}}},
        {"kv_transfer_params": {"prompt_logprobs": [1]}, "prompt_logprobs": None},
        {"kv_transfer_params": {"choices": [{"logprobs": {"content": []}}]}, "choices": []},
    ],
)
async def test_only_a_completion_as_it_is_written_is_taken_apart(
    services: Services, fields: dict[str, Any]
) -> None:
    completion = large() | fields
    first = {"kv_transfer_params": completion.pop("kv_transfer_params")}
    for stored_as in (first | completion, completion | first):
        text = json.dumps(stored_as, separators=(",", ":"))
        new_ = NewCompletion("chatcmpl-1", "tiny", text, {}, [])
        await services.storage.completions.create(new_, "")
        found, *_ = await read(Call(services, "req_1"))
        assert json_of(found) == stored_as | {"metadata": {}}
