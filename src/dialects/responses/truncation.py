"""`truncation: auto`: a conversation that is too long for the model loses its oldest turns."""

from __future__ import annotations

from dataclasses import replace

from accord.engine import Conversation, Engine, Sampling
from accord.errors import InvalidRequest

TOO_LONG = "context_length_exceeded"


async def shortened(engine: Engine, conversation: Conversation, sampling: Sampling) -> Conversation:
    """Return the conversation from its oldest user's message on with which it fits; as it is where it does.

    System and developer messages at the beginning stay. Where the last turn alone is too long, nothing is
    dropped.
    """
    if await _fits(engine, conversation, sampling):
        return conversation
    messages = conversation.messages
    places = enumerate(messages)
    start = next((i for i, m in places if m["role"] not in ("system", "developer")), len(messages))
    turns = [i for i in range(start + 1, len(messages)) if messages[i]["role"] == "user"]

    def since(turn: int) -> Conversation:
        return replace(conversation, messages=messages[:start] + messages[turn:])

    low, high = 0, len(turns)
    while low < high:
        middle = (low + high) // 2
        if await _fits(engine, since(turns[middle]), sampling):
            high = middle
        else:
            low = middle + 1
    return since(turns[low]) if low < len(turns) else conversation


async def _fits(engine: Engine, conversation: Conversation, sampling: Sampling) -> bool:
    try:
        prompt = await engine.render_chat(conversation, sampling)
    except InvalidRequest as error:
        if error.code != TOO_LONG:
            raise
        return False
    assert engine.max_model_len is not None
    return len(prompt.token_ids) < engine.max_model_len
