"""Compacts a conversation: the model summarizes it."""

from __future__ import annotations

from msgspec.structs import replace

from accord.dialects.ignored import Ignored
from accord.dialects.media import Shown
from accord.dialects.responses import new_id
from accord.dialects.responses.compaction import Compaction, messages_to_keep, threshold
from accord.dialects.responses.items import Item
from accord.dialects.responses.request import conversation, sampling
from accord.dialects.responses.tools import Tools
from accord.dialects.responses.truncation import shortened
from accord.dialects.summary import PROMPT, NothingSummarized, summary_of
from accord.engine import Conversation, Engine, Generation, Sampling
from accord.generated import models
from accord.handlers.call import Call

_LONGEST_SUMMARY = 4096
"""The most tokens of a summary, or a quarter of the context length if that is less."""


async def compacted_if_long(
    call: Call, body: models.ResponseRequest, items: list[Item], tools: Tools, shown: Shown
) -> models.ResponseCompaction | None:
    """Return the compaction of `items`, if the request enables it and they are long enough."""
    if not body.context_management:
        return None
    asked = conversation(body, items, tools, Ignored(), shown)
    rendering = await call.engine.render_chat_request(asked, sampling(body), stream=False)
    bound = threshold(body, context_length(call.engine), Ignored(call.ignored))
    if bound is None or len(rendering.prompt.token_ids) <= bound:
        return None
    generation = await summary(call, asked, sampling(body), request_id=new_id("cmp"), model=body.model)
    try:
        return await compaction(generation, messages_to_keep(items, bound // 2))
    except NothingSummarized:
        return None  # the complete input is better than nothing


async def summary(
    call: Call,
    asked: Conversation,
    given: Sampling,
    *,
    request_id: str,
    model: str | None,
    prompt: str = PROMPT,
) -> Generation:
    """Start to summarize a conversation."""
    asked, wanted = await to_summarize(call.engine, asked, given, prompt)
    return await call.engine.chat(asked, wanted, request_id=request_id, stream=False, model=call.model(model))


async def to_summarize(
    engine: Engine, asked: Conversation, given: Sampling, prompt: str = PROMPT
) -> tuple[Conversation, Sampling]:
    """Return the conversation that requests a summary, without its beginning if it is too long."""
    room = min(_LONGEST_SUMMARY, context_length(engine) // 4)
    wanted = Sampling(
        max_tokens=room,
        cache_salt=given.cache_salt,
        priority=given.priority,
        session_id=given.session_id,
        data_parallel_rank=given.data_parallel_rank,
    )
    asked = replace(
        asked,
        messages=[*asked.messages, {"role": "user", "content": prompt}],
        tool_choice="none" if asked.tools else None,
        add_generation_prompt=True,
        continue_final_message=False,
    )
    for roles in (("user",), ("user", "assistant")):
        last = len(asked.messages) - 1
        asked = await shortened(engine, asked, wanted, room=room, roles=roles, last=last)
    return asked, wanted


async def compaction(generation: Generation, kept: int) -> models.ResponseCompaction:
    """Return the compaction for a summary, which keeps so many of the user's messages.

    Raises NothingSummarized if the model has written none.
    """
    return Compaction(await summary_of(generation), kept).item(new_id("cmp"))


def kept_user_messages(engine: Engine, items: list[Item]) -> int:
    """Return how many of the user's messages a requested compaction keeps."""
    return messages_to_keep(items, context_length(engine) // 4)


def context_length(engine: Engine) -> int:
    """The context length. An engine that is not ready raises NotReady later."""
    return engine.max_model_len or 0
