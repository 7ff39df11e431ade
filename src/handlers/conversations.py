"""Conversations and their items."""

from __future__ import annotations

from pydantic import TypeAdapter

from accord.dialects.pages import DEFAULT_LIMIT, list_of
from accord.dialects.responses import new_id
from accord.dialects.responses.items import Item
from accord.errors import NotFound
from accord.generated import models
from accord.handlers.call import Call
from accord.handlers.context import input_items_of, refuse_duplicates, unknown_conversation
from accord.store.conversations import StoredConversation

_ITEM: TypeAdapter[models.ResponseItem] = TypeAdapter(models.ResponseItem)


async def create_conversation(call: Call, body: models.ConversationRequest) -> models.Conversation:
    """Create a conversation."""
    items = await _items(call, body.items)
    refuse_duplicates(items, set(), "items")
    stored = StoredConversation(new_id("conv"), call.created, body.metadata or {})
    await call.conversations.create(stored, call.owner, items)
    return _conversation(stored)


async def retrieve_conversation(
    call: Call, parameters: models.RetrieveConversationParameters
) -> models.Conversation:
    """Return a conversation."""
    return await _found(call, parameters.conversation_id)


async def update_conversation(
    call: Call, body: models.ConversationUpdateRequest, parameters: models.UpdateConversationParameters
) -> models.Conversation:
    """Replace the metadata of a conversation."""
    id_ = parameters.conversation_id
    stored = await call.conversations.update(id_, call.owner, body.metadata or {})
    if stored is None:
        raise _unknown(id_)
    return _conversation(stored)


async def delete_conversation(
    call: Call, parameters: models.DeleteConversationParameters
) -> models.ConversationDeleted:
    """Delete a conversation."""
    id_ = parameters.conversation_id
    if not await call.conversations.delete(id_, call.owner):
        raise _unknown(id_)
    return models.ConversationDeleted(id=id_, object="conversation.deleted", deleted=True)


async def list_conversation_items(
    call: Call, parameters: models.ListConversationItemsParameters
) -> models.ConversationItemList:
    """Return a page of a conversation's items."""
    page = await call.conversations.page(
        parameters.conversation_id,
        call.owner,
        after=parameters.after,
        limit=parameters.limit or DEFAULT_LIMIT,
        newest_first=parameters.order != "asc",
    )
    if page is None:
        raise _unknown(parameters.conversation_id)
    return _list(page.items, has_more=page.has_more)


async def create_conversation_items(
    call: Call,
    body: models.ConversationItemsRequest,
    parameters: models.CreateConversationItemsParameters,
) -> models.ConversationItemList:
    """Append items to a conversation."""
    id_ = parameters.conversation_id
    items = await _items(call, body.items)
    present = await call.conversations.present(id_, call.owner, items)
    refuse_duplicates(items, set() if present is None else {present}, "items")
    if not await call.conversations.add(id_, call.owner, items):
        raise _unknown(id_)
    return _list(items, has_more=False)


async def retrieve_conversation_item(
    call: Call, parameters: models.RetrieveConversationItemParameters
) -> models.ResponseItem:
    """Return one item."""
    item = await call.conversations.item(parameters.conversation_id, parameters.item_id, call.owner)
    if item is None:
        await _found(call, parameters.conversation_id)
        raise _unknown_item(parameters.item_id)
    return _ITEM.validate_python(item)


async def delete_conversation_item(
    call: Call, parameters: models.DeleteConversationItemParameters
) -> models.Conversation:
    """Delete one item."""
    gone = await call.conversations.delete_item(parameters.conversation_id, parameters.item_id, call.owner)
    conversation = await _found(call, parameters.conversation_id)
    if not gone:
        raise _unknown_item(parameters.item_id)
    return conversation


async def _items(call: Call, given: list[models.ResponseInputItem] | None) -> list[Item]:
    for index, item in enumerate(given or ()):
        if isinstance(item, models.ResponseCompactionTriggerParam):
            call.leave_out([f"items.{index}.{item.type}"])
    return await input_items_of(call, given, "items")


async def _found(call: Call, id_: str) -> models.Conversation:
    stored = await call.conversations.get(id_, call.owner)
    if stored is None:
        raise _unknown(id_)
    return _conversation(stored)


def _unknown(id_: str) -> NotFound:
    return unknown_conversation(id_, "conversation_id")


def _unknown_item(id_: str) -> NotFound:
    return NotFound(f"Item with id '{id_}' not found in the conversation.", param="item_id")


def _conversation(stored: StoredConversation) -> models.Conversation:
    return models.Conversation(
        id=stored.id, object="conversation", created_at=stored.created_at, metadata=stored.metadata
    )


def _list(items: list[Item], *, has_more: bool) -> models.ConversationItemList:
    return models.ConversationItemList.model_validate(list_of(items, has_more=has_more))
