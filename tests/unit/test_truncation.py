"""`truncation: auto`: which turns are dropped, and how few renderings that costs."""

import tracemalloc
from typing import Any, cast

from accord.dialects.responses.truncation import shortened
from accord.engine import Conversation, Engine, RenderedPrompt, Sampling
from accord.errors import InvalidRequest

SYSTEM = {"role": "system", "content": "Be brief."}
DEVELOPER = {"role": "developer", "content": "Be kind."}
USER, ASSISTANT = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}


class OneTokenAMessage:
    """Stands in for the engine: a conversation has as many tokens as messages."""

    def __init__(self, max_model_len: int) -> None:
        self.max_model_len = max_model_len
        self.rendered: list[int] = []

    async def render_chat(self, conversation: Conversation, _: Sampling) -> RenderedPrompt:
        count = len(conversation.messages)
        self.rendered.append(count)
        if count > self.max_model_len:
            raise InvalidRequest("Too long.", code="context_length_exceeded")
        return RenderedPrompt([1] * count)


async def left(messages: list[dict[str, Any]], engine: OneTokenAMessage) -> list[dict[str, Any]]:
    asked = Conversation(messages=messages)
    return (await shortened(cast(Engine, engine), asked, Sampling())).messages


async def test_the_oldest_turns_go_and_the_system_message_stays() -> None:
    messages = [SYSTEM, *[USER, ASSISTANT] * 3, USER]
    assert await left(messages, OneTokenAMessage(9)) == messages
    assert await left(messages, OneTokenAMessage(8)) == [SYSTEM, *[USER, ASSISTANT] * 2, USER]
    assert await left(messages, OneTokenAMessage(5)) == [SYSTEM, USER, ASSISTANT, USER]
    assert await left(messages, OneTokenAMessage(2)) == messages


async def test_a_developers_message_stays_as_the_systems_does() -> None:
    messages = [SYSTEM, DEVELOPER, *[USER, ASSISTANT] * 3, USER]
    assert await left(messages, OneTokenAMessage(6)) == [SYSTEM, DEVELOPER, USER, ASSISTANT, USER]


async def test_many_turns_are_tried_one_conversation_at_a_time() -> None:
    messages = [SYSTEM, *[USER] * 8_000]
    engine = OneTokenAMessage(10)
    tracemalloc.start()
    try:
        assert len(await left(messages, engine)) == 9
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(engine.rendered) <= 14
    assert peak < 1_000_000  # 64 kB a conversation; all of them would be 256 MB
