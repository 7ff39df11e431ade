"""Chat completions."""

from __future__ import annotations

from secrets import token_hex

from accord.dialects.chat.request import conversation, echoed, sampling
from accord.dialects.chat.response import chat_completion
from accord.dialects.chat.stream import ChatStream
from accord.dialects.rendering import rendered_prompt
from accord.dialects.sse import EventStream, GenerationEvents
from accord.generated import models
from accord.handlers.call import Call


async def create_chat_completion(
    call: Call, body: models.ChatCompletionRequest
) -> models.ChatCompletion | EventStream:
    """Answer a conversation."""
    model = call.model(body.model)
    call.check_choices(1, body.n)
    id_ = f"chatcmpl-{body.request_id or token_hex(16)}"
    generation = await call.engine.chat(
        conversation(body, call.engine.text_only),
        sampling(body),
        request_id=id_,
        stream=bool(body.stream),
        model=model,
    )
    opening = echoed(body)
    if body.stream:
        encoder = ChatStream(generation, body, id=id_, created=call.created, model=model, opening=opening)
        return GenerationEvents(generation, encoder)
    return await chat_completion(generation, body, id=id_, created=call.created, model=model, opening=opening)


async def render_chat_completion(call: Call, body: models.ChatCompletionRequest) -> models.RenderedPrompt:
    """Return the conversation as the model would read it."""
    model = call.model(body.model)
    prompt = await call.engine.render_chat(conversation(body, call.engine.text_only), sampling(body))
    return rendered_prompt(prompt, model)
