"""The context of a response: its input and the conversation before it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct, field

from accord.dialects.ignored import Ignored
from accord.dialects.media import Shown, text_only
from accord.dialects.responses.compaction import is_requested
from accord.dialects.responses.items import Item, input_items, referenced_ids
from accord.dialects.responses.mcp_tools import choice_as_mcp
from accord.dialects.responses.request import check, conversation, conversation_id, ignore_unknown, sampling
from accord.dialects.responses.tools import Tools, offered, stored_tools
from accord.dialects.responses.truncation import shortened
from accord.engine import Conversation
from accord.errors import InvalidRequest, NotFound
from accord.generated import models
from accord.handlers.call import Call
from accord.handlers.compaction import compacted_if_long
from accord.handlers.mcp_lists import new_lists
from accord.store import UNFINISHED, Turn


class Context(Struct, frozen=True):
    """The input's items, and the conversation that they belong to, as far as it was read."""

    items: list[Item]
    tools: Tools = field(default_factory=Tools)
    """The tools on offer."""
    stored_tools: list[dict[str, Any]] = field(default_factory=list)
    """The request's own tools, in the form of the response."""
    conversation_id: str | None = None
    conversation_place: int | None = None
    made: list[Item] = field(default_factory=list)
    """Output items that precede the answer: a compaction, lists of MCP servers' tools."""
    history: list[Item] = field(default_factory=list)
    """All items, those before the input included."""
    shown: Shown = field(default_factory=text_only)


async def context_of(
    call: Call, body: models.ResponseRequest, *, compacts: bool = False
) -> tuple[Context, Conversation]:
    """Return the input's items, and the whole conversation with what came before.

    With `compacts`, a conversation that is too long is compacted first if the request enables it.
    """
    check(body)
    ignored = Ignored(call.ignored)
    ignore_unknown(body, ignored)
    before = await turns_before(call, body.previous_response_id)
    conversation_ = conversation_id(body)
    position = None
    if conversation_ is not None:
        before, position = await _history(call, conversation_)
    shown = call.shown()
    items = await input_items_of(call, body.input, "input", shown)
    if conversation_ is not None:
        refuse_duplicates(items, {item["id"] for item in before}, "input")
    kept = stored_tools(body.tools or (), "tools", ignored, call.services.mcp)
    body.tool_choice = choice_as_mcp(body.tool_choice, kept)
    history = before + items
    lists = [] if is_requested(body) else await new_lists(call, body, kept, history)
    tools = offered(kept, history + lists)
    compaction = await compacted_if_long(call, body, history, tools, shown) if compacts else None
    made = ([] if compaction is None else [compaction.model_dump()]) + lists
    history += made
    asked = await conversation_of(call, body, history, tools, ignored, shown)
    return Context(items, tools, kept, conversation_, position, made, history, shown), asked


async def conversation_of(
    call: Call,
    body: models.ResponseRequest,
    history: list[Item],
    tools: Tools,
    ignored: Ignored,
    shown: Shown,
) -> Conversation:
    """Return the conversation of all items, without its oldest turns where the request allows that."""
    asked = conversation(body, history, tools, ignored, shown)
    if body.truncation == "auto":
        asked = await shortened(call.engine, asked, sampling(body))
    return asked


async def input_items_of(
    call: Call, given: models.ResponseInput | None, field: str, shown: Shown | None = None
) -> list[Item]:
    """Return the items of a request, to be stored."""
    if not given:
        return []
    references = referenced_ids(given)
    referenced = await call.store.items(references, call.owner) if references else {}
    ignored = Ignored(call.ignored)
    return await call.read(lambda shown: input_items(given, referenced, shown, ignored, field), shown)


def refuse_duplicates(items: Iterable[Item], present: set[str], field: str) -> None:
    """Raise InvalidRequest for an item that is already in the conversation."""
    seen = set(present)
    for index, item in enumerate(items):
        if item["id"] in seen:
            raise InvalidRequest(
                f"{field}.{index}: the conversation has an item '{item['id']}' already.",
                param=f"{field}.{index}.id",
                code="duplicate_item",
            )
        seen.add(item["id"])


async def _history(call: Call, id_: str) -> tuple[list[Item], int]:
    found = await call.conversations.history(id_, call.owner)
    if found is None:
        raise unknown_conversation(id_, "conversation")
    return found


def unknown_conversation(id_: str, param: str) -> NotFound:
    """Return the error for a conversation that does not exist."""
    return NotFound(f"Conversation with id '{id_}' not found.", param=param)


async def turns_before(call: Call, previous_id: str | None) -> list[Item]:
    """Return the items up to the response that the new one follows, including its output."""
    if previous_id is None:
        return []
    turns = await call.store.chain(previous_id, call.owner)
    missing = turns[0].previous_id if turns else previous_id
    if missing is not None:
        raise InvalidRequest(
            f"Previous response with id '{missing}' not found.",
            param="previous_response_id",
            code="previous_response_not_found",
        )
    status = turns[-1].status
    if status in UNFINISHED:
        raise InvalidRequest(
            f"previous_response_id: '{previous_id}' is {status}; only a completed response can be continued.",
            param="previous_response_id",
        )
    return await _seen_by(call, turns[0]) + [item for turn in turns for item in turn.items]


async def _seen_by(call: Call, first: Turn) -> list[Item]:
    """Return the items of its conversation that the first response of a chain had."""
    if first.conversation_id is None:
        return []
    found = await call.conversations.history(first.conversation_id, call.owner, first.conversation_place)
    if found is None:
        raise InvalidRequest(
            f"previous_response_id: the conversation '{first.conversation_id}', in which '{first.id}' was "
            "made, was deleted.",
            param="previous_response_id",
            code="previous_response_not_found",
        )
    return found[0]
