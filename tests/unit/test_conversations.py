"""Conversations, with OpenAI's client, both kinds of database and no model."""

import asyncio
from typing import Any

import openai
import pytest
from openai.types.responses import EasyInputMessageParam, ResponseInputItemParam

from accord.errors import ApiError, InvalidRequest, NotReady
from accord.generated import models
from accord.handlers import conversations as handlers
from accord.handlers.call import Call, Services
from accord.handlers.responses import render_response
from accord.store import Json, ResponseRecord, Retention
from accord.store.conversations import ConversationStore, StoredConversation, append
from accord.store.database import unreachable
from accord.store.encoding import dumped
from accord.store.maintenance import Clock, expire
from accord.store.sql import ResponseStore
from tests.unit.conftest import OpenStore
from tests.unit.records import found, record, response


def says(text: str, **more: Any) -> ResponseInputItemParam:
    item: EasyInputMessageParam = {"type": "message", "role": "user", "content": text}
    item.update(more)  # type: ignore[typeddict-item]  # an id, which OpenAI's type leaves out
    return item


async def texts(accord: openai.AsyncOpenAI, conversation_id: str) -> list[str]:
    items = accord.conversations.items.list(conversation_id, order="asc")
    return [item.to_dict()["content"][0]["text"] async for item in items]  # type: ignore[index]


async def test_a_conversation_is_created_updated_and_deleted(accord: openai.AsyncOpenAI) -> None:
    conversation = await accord.conversations.create(metadata={"topic": "demo"})
    assert conversation.id.startswith("conv_")
    assert await accord.conversations.retrieve(conversation.id) == conversation
    changed = await accord.conversations.update(conversation.id, metadata={"a": "\0 é", "b": "2"})
    assert changed.metadata == {"a": "\0 é", "b": "2"}
    assert await accord.conversations.retrieve(conversation.id) == changed
    assert (await accord.conversations.delete(conversation.id)).deleted
    for gone in (accord.conversations.retrieve(conversation.id), accord.conversations.delete("conv_\0")):
        with pytest.raises(openai.NotFoundError, match="Conversation with id"):
            await gone


async def test_items_are_added_listed_read_and_deleted(accord: openai.AsyncOpenAI) -> None:
    conversation = await accord.conversations.create(items=[says("0", id="msg_0"), says("1")])
    added = await accord.conversations.items.create(
        conversation.id,
        items=[says("2"), {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}],
    )
    assert [item.type for item in added.data] == ["message", "function_call"]
    pages = accord.conversations.items.list(conversation.id, limit=1)
    listed = [item async for item in pages]
    assert [item.type for item in listed] == ["function_call", "message", "message", "message"]
    first = await accord.conversations.items.retrieve("msg_0", conversation_id=conversation.id)
    assert first == listed[-1]
    await accord.conversations.items.delete("msg_0", conversation_id=conversation.id)
    remaining = accord.conversations.items.list(conversation.id, order="asc")
    assert [item async for item in remaining] == listed[2::-1]
    for again in (
        accord.conversations.items.delete("msg_0", conversation_id=conversation.id),
        accord.conversations.items.retrieve("msg_0", conversation_id=conversation.id),
    ):
        with pytest.raises(openai.NotFoundError, match="Item with id 'msg_0' not found"):
            await again
    with pytest.raises(openai.BadRequestError, match="after: there is no item"):
        await accord.conversations.items.list(conversation.id, after="msg_0")


async def test_a_conversation_has_each_item_once(accord: openai.AsyncOpenAI) -> None:
    conversation = await accord.conversations.create(items=[says("0", id="msg_0")])
    twice = [says("1", id="msg_1"), says("2", id="msg_1")]
    for items, place in (([says("1"), says("2", id="msg_0")], "items.1"), (twice, "items.1")):
        with pytest.raises(openai.BadRequestError, match="already") as refused:
            await accord.conversations.items.create(conversation.id, items=items)
        assert (refused.value.param, refused.value.code) == (f"{place}.id", "duplicate_item")
    assert await texts(accord, conversation.id) == ["0"]
    with pytest.raises(openai.BadRequestError, match="already"):
        await accord.conversations.create(items=twice)


async def test_no_more_than_20_items_are_taken_at_once(accord: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="items"):
        await accord.conversations.create(items=[says("x")] * 21)


# --- in responses


async def test_a_server_that_only_computes_the_prompt_keeps_nothing(accord: openai.AsyncOpenAI) -> None:
    conversation = await accord.conversations.create(items=[says("One")])
    for more in ({}, {"background": True}):
        response = await accord.responses.create(
            input="Two",
            conversation=conversation.id,
            extra_body={"kv_transfer_params": {"do_remote_decode": True}} | more,
        )
        assert response.status == "completed"
        with pytest.raises(openai.NotFoundError):
            await accord.responses.retrieve(response.id)
    assert await texts(accord, conversation.id) == ["One"]


async def test_a_response_reads_its_conversation_and_adds_to_it(
    accord: openai.AsyncOpenAI, services: Services
) -> None:
    conversation = await accord.conversations.create(items=[says("One")])
    for turn, stored in (("Two", True), ("Three", False)):
        answer = await accord.responses.create(input=turn, conversation=conversation.id, store=stored)
        assert answer.conversation is not None
        assert answer.conversation.id == conversation.id
        assert answer.output_text == turn
    assert await texts(accord, conversation.id) == ["One", "Two", "Two", "Three", "Three"]
    call = Call(services, "req_1")
    body = models.ResponseRequest(conversation=models.ResponseConversationParam(id=conversation.id))
    rendered = await render_response(call, body)
    assert rendered.prompt.count("Three") == 2
    assert rendered.prompt.index("One") < rendered.prompt.index("Two")


@pytest.mark.parametrize("background", [False, True])
async def test_a_streamed_response_adds_to_its_conversation(
    accord: openai.AsyncOpenAI, background: bool
) -> None:
    conversation = await accord.conversations.create()
    async with accord.responses.stream(
        model="tiny",
        input="Hello",
        conversation={"id": conversation.id},
        extra_body={"background": background},
    ) as events:
        final = await events.get_final_response()
    assert final.conversation is not None
    assert final.conversation.id == conversation.id
    assert await texts(accord, conversation.id) == ["Hello", "Hello"]


async def test_a_background_response_adds_to_its_conversation(accord: openai.AsyncOpenAI) -> None:
    conversation = await accord.conversations.create()
    answer = await accord.responses.create(input="Hello", conversation=conversation.id, background=True)
    while answer.status in ("queued", "in_progress"):
        answer = await accord.responses.retrieve(answer.id)
    assert answer.status == "completed"
    assert await texts(accord, conversation.id) == ["Hello", "Hello"]


async def test_a_response_in_a_conversation_can_be_followed(accord: openai.AsyncOpenAI) -> None:
    conversation = await accord.conversations.create(items=[says("One")])
    two = await accord.responses.create(input="Two", conversation=conversation.id)
    await accord.responses.create(input="Aside", conversation=conversation.id)
    rendered = await accord.post(
        "/responses/render", cast_to=dict[str, Any], body={"input": "Three", "previous_response_id": two.id}
    )
    said = rendered["prompt"]
    assert [said.count(text) for text in ("One", "Two", "Aside", "Three")] == [1, 2, 0, 1]
    await accord.conversations.delete(conversation.id)
    assert (await accord.responses.retrieve(two.id)).output_text == "Two"
    with pytest.raises(openai.BadRequestError, match="was deleted"):
        await accord.responses.create(input="Three", previous_response_id=two.id)


async def test_an_impossible_conversation_is_refused(accord: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as unknown:
        await accord.responses.create(input="Hello", conversation="conv_1")
    assert unknown.value.param == "conversation"
    with pytest.raises(openai.BadRequestError) as both:
        await accord.responses.create(input="Hello", conversation="conv_1", previous_response_id="resp_1")
    assert both.value.param == "previous_response_id"
    conversation = await accord.conversations.create(items=[says("One", id="msg_1")])
    with pytest.raises(openai.BadRequestError, match="'msg_1' already"):
        await accord.responses.create(input=[says("One", id="msg_1")], conversation=conversation.id)
    with pytest.raises(openai.BadRequestError, match="'msg_1' already"):
        await accord.responses.create(
            input=[{"type": "item_reference", "id": "msg_1"}], conversation=conversation.id
        )


async def test_tokens_are_counted_with_what_came_before(accord: openai.AsyncOpenAI) -> None:
    conversation = await accord.conversations.create(items=[says("One")])
    counted = await accord.responses.input_tokens.count(input="Two", conversation=conversation.id)
    assert (counted.object, counted.input_tokens) == ("response.input_tokens", 2)
    with pytest.raises(openai.NotFoundError):
        await accord.responses.input_tokens.count(input="Two", conversation="conv_1")


# --- the store


@pytest.fixture
def conversations(store: ResponseStore) -> ConversationStore:
    return ConversationStore(store.database)


def item(number: int | str) -> Json:
    return {"id": f"msg_{number}", "text": f"{number}"}


async def kept(store: ConversationStore, id_: str = "conv_1", owner: str = "") -> list[str]:
    history = await store.history(id_, owner)
    assert history is not None
    return [item["text"] for item in history[0]]


@pytest.mark.parametrize(
    ("status", "added"),
    [("completed", True), ("incomplete", True), ("failed", False), ("cancelled", False)],
)
async def test_a_failed_response_adds_nothing_to_its_conversation(
    store: ResponseStore, conversations: ConversationStore, status: str, added: bool
) -> None:
    await conversations.create(StoredConversation("conv_1", 5, {}), "", [])
    made = response(0, "completed") | {"status": status}
    await store.create(ResponseRecord("resp_0", None, made, [item(0)], "", False, "conv_1", 0))
    assert await kept(conversations) == (["0", "Hi"] if added else [])
    later = ResponseRecord("resp_1", None, response(1, "queued"), [item(1)], "", False, "conv_1", 0)
    await store.create(later)
    await store.update("resp_1", response(1, "in_progress"))
    assert len(await kept(conversations)) == 2 * added
    await store.update("resp_1", response(1) | {"status": status})
    assert len(await kept(conversations)) == 4 * added


async def test_a_response_and_what_it_adds_are_kept_together_or_not_at_all(
    store: ResponseStore, conversations: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut_off(*arguments: Any) -> bool:
        await append(*arguments)
        raise OSError("gone")

    await conversations.create(StoredConversation("conv_1", 5, {}), "", [])
    queued = ResponseRecord("resp_1", None, response(1, "queued"), [item(1)], "", False, "conv_1", 0)
    await store.create(queued)
    monkeypatch.setattr("accord.store.sql.append", cut_off)
    whole = ResponseRecord("resp_0", None, response(0), [item(0)], "", False, "conv_1", 0)
    for keep in (store.create(whole), store.update("resp_1", response(1))):
        with pytest.raises(NotReady):
            await keep
    assert await store.get("resp_0", "") is None
    assert (await found(store, 1)).response["status"] == "queued"
    assert await kept(conversations) == []
    monkeypatch.undo()
    assert await store.update("resp_1", response(1))
    assert await kept(conversations) == ["1", "Hi"]


async def test_responses_that_end_at_once_come_one_after_the_other(open_store: OpenStore) -> None:
    stores = [await open_store() for _ in range(3)]
    conversations = ConversationStore(stores[0].database)
    await conversations.create(StoredConversation("conv_1", 5, {}), "", [])

    async def make(number: int) -> None:
        made = response(number) | {"output": [item(f"{number}b")]}
        given = [item(f"{number}a")]
        store = stores[number % 3]
        await store.create(ResponseRecord(f"resp_{number}", None, made, given, "", False, "conv_1", 0))

    await asyncio.gather(*map(make, range(24)))
    said = await kept(conversations)
    assert len(said) == 48
    assert all(said[at + 1] == said[at].replace("a", "b") for at in range(0, 48, 2))


async def test_a_response_whose_conversation_is_gone_is_kept(store: ResponseStore) -> None:
    await store.create(ResponseRecord("resp_0", None, response(0), [], "", False, "conv_1", 0))
    assert await store.get("resp_0", "") is not None


async def test_an_item_is_not_added_twice(conversations: ConversationStore) -> None:
    await conversations.create(StoredConversation("conv_1", 5, {}), "", [item(0), item(0)])
    assert await conversations.add("conv_1", "", [item(1), item(0), item(2)])
    assert await kept(conversations) == ["0", "1", "2"]


async def test_a_conversation_is_bounded_before_it_is_parsed(
    conversations: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [item(number) for number in range(5)]
    await conversations.create(StoredConversation("conv_1", 5, {}), "", items)
    size = sum(len(dumped(each)) for each in items)
    monkeypatch.setattr("accord.store.conversations.MAX_HISTORY", size)
    assert len(await kept(conversations)) == 5
    monkeypatch.setattr("accord.store.conversations.MAX_HISTORY", size - 1)
    monkeypatch.setattr("accord.store.conversations.loaded", lambda _: pytest.fail("parsed"))
    with pytest.raises(InvalidRequest, match=f"have {size} characters") as refused:
        await conversations.history("conv_1", "")
    assert (refused.value.param, refused.value.code) == ("conversation", "input_too_large")


async def test_objects_of_other_owners_are_not_found(services: Services) -> None:
    conversations = services.storage.conversations
    await conversations.create(StoredConversation("conv_1", 5, {}), "alice", [item(0)])
    for stranger in ("bob", ""):
        call = Call(services, "req_1", owner=stranger)
        given = models.ConversationItemsRequest(items=[])
        metadata = models.ConversationUpdateRequest(metadata={"a": "b"})
        name: Any = {"conversation_id": "conv_1"}
        for refused in (
            handlers.retrieve_conversation(call, models.RetrieveConversationParameters(**name)),
            handlers.update_conversation(call, metadata, models.UpdateConversationParameters(**name)),
            handlers.delete_conversation(call, models.DeleteConversationParameters(**name)),
            handlers.list_conversation_items(call, models.ListConversationItemsParameters(**name)),
            handlers.create_conversation_items(call, given, models.CreateConversationItemsParameters(**name)),
            handlers.retrieve_conversation_item(
                call, models.RetrieveConversationItemParameters(**name, item_id="msg_0")
            ),
            handlers.delete_conversation_item(
                call, models.DeleteConversationItemParameters(**name, item_id="msg_0")
            ),
        ):
            with pytest.raises(ApiError, match="Conversation with id 'conv_1' not found") as unknown:
                await refused
            assert unknown.value.status == 404
        assert await conversations.history("conv_1", stranger) is None
    assert await kept(conversations, owner="alice") == ["0"]


async def test_a_lost_database_is_the_same_error_as_for_responses(
    accord: openai.AsyncOpenAI, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await accord.conversations.create()

    def lost(*_: Any, **__: Any) -> Any:
        raise OSError("gone")

    monkeypatch.setattr(services.storage.conversations.database, "connection", lost)
    for asked in (
        accord.conversations.create(),
        accord.conversations.retrieve(conversation.id),
        accord.conversations.items.create(conversation.id, items=[says("1")]),
        accord.responses.create(input="Hello", conversation=conversation.id),
    ):
        with pytest.raises(openai.InternalServerError) as error:
            await asked
        assert error.value.status_code == 503
        assert error.value.code == "store_unavailable"
        assert unreachable().message in error.value.message


async def test_conversations_expire_by_their_last_change(
    conversations: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        await conversations.create(StoredConversation(f"conv_{number}", 5, {}), "", [item(number)])
    await conversations.add("conv_0", "", [item(9)])
    await expire(conversations, Retention(max_count=2), Clock())
    found = [number for number in range(4) if await conversations.get(f"conv_{number}", "")]
    assert found == [0, 3]


async def test_a_response_without_a_conversation_is_as_before(store: ResponseStore) -> None:
    await store.create(record(0))
    [turn] = await store.chain("resp_0", "")
    assert turn.conversation_id is None
