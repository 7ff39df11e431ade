"""`truncation: auto` drops the oldest turns of a conversation that is too long."""

from __future__ import annotations

from collections.abc import Container

from msgspec.structs import replace

from accord.engine import Conversation, Engine, Sampling
from accord.errors import InvalidRequest

TOO_LONG = "context_length_exceeded"


async def shortened(
    engine: Engine,
    conversation: Conversation,
    sampling: Sampling,
    *,
    room: int = 1,
    roles: Container[str] = ("user",),
    last: int | None = None,
) -> Conversation:
    """Return the conversation without its oldest turns, as few as make it fit.

    It fits if it leaves `room` for that many tokens. It then begins with a message of one of the `roles`
    before the message `last`, after the system and developer messages at the beginning. If the last turn
    alone does not fit, nothing is dropped.
    """
    if await _fits(engine, conversation, sampling, room):
        return conversation
    messages = conversation.messages
    places = enumerate(messages)
    start = next((i for i, m in places if m["role"] not in ("system", "developer")), len(messages))
    end = len(messages) if last is None else last
    turns = [i for i in range(start + 1, end) if messages[i]["role"] in roles]

    def since(turn: int) -> Conversation:
        return replace(conversation, messages=messages[:start] + messages[turn:])

    low, high = 0, len(turns)
    while low < high:
        middle = (low + high) // 2
        if await _fits(engine, since(turns[middle]), sampling, room):
            high = middle
        else:
            low = middle + 1
    return since(turns[low]) if low < len(turns) else conversation


async def _fits(engine: Engine, conversation: Conversation, sampling: Sampling, room: int) -> bool:
    try:
        prompt = await engine.render_chat(conversation, sampling)
    except InvalidRequest as error:
        if error.code != TOO_LONG:
            raise
        return False
    assert engine.max_model_len is not None
    return len(prompt.token_ids) + room <= engine.max_model_len
