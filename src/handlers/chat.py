"""Chat completions."""

from __future__ import annotations

from functools import partial
from secrets import token_hex

from accord.dialects.answers import answers
from accord.dialects.chat.derendering import derendered_chat, derendered_chat_chunk
from accord.dialects.chat.request import conversation, echoed, sampling
from accord.dialects.chat.stream import ChatStream
from accord.dialects.logprobs import WrittenAnswer
from accord.dialects.rendering import rendered_prompt
from accord.dialects.sampling import is_prefill_only, routed
from accord.dialects.sse import EventStream, GenerationEvents
from accord.generated import models
from accord.handlers.call import Call, derendered_model
from accord.handlers.stored_chat import delete_chat_completion as delete_chat_completion
from accord.handlers.stored_chat import keep, stored_at_the_end, whole_chat
from accord.handlers.stored_chat import list_chat_completion_messages as list_chat_completion_messages
from accord.handlers.stored_chat import list_chat_completions as list_chat_completions
from accord.handlers.stored_chat import retrieve_chat_completion as retrieve_chat_completion
from accord.handlers.stored_chat import update_chat_completion as update_chat_completion
from accord.handlers.transfers import rejected


async def create_chat_completion(
    call: Call, body: models.ChatCompletionRequest, parameters: models.CreateChatCompletionParameters
) -> models.ChatCompletion | WrittenAnswer | EventStream:
    """Answer a conversation."""
    id_ = _id(body)
    if body.store and is_prefill_only(body.kv_transfer_params):
        body.store = False  # the code that writes the answer stores it
    try:
        model = call.model(body.model)
        call.check_choices(1, body.n)
        if body.store:
            await call.store.check()
        generation = await call.engine.chat(
            await call.read(partial(conversation, body)),
            routed(sampling(body), parameters),
            request_id=id_,
            stream=bool(body.stream),
            model=model,
        )
    except BaseException:
        await rejected(call, id_, body.kv_transfer_params, parameters)
        raise
    if generation.ignored:
        call.leave_out(generation.ignored)
    opening = echoed(body)
    if body.stream:
        body.stream_options = call.stream_options(body.stream_options)
        encoder = ChatStream(generation, body, id=id_, created=call.created, model=model, opening=opening)
        if body.store:
            return stored_at_the_end(call, body, encoder, completion_id=id_, model=model)
        return GenerationEvents(generation, encoder)
    completion = await whole_chat(call, body, generation, await answers(generation), id_, model, opening)
    if body.store:
        await keep(call, body, id_, model, completion)
    return completion


async def render_chat_completion(call: Call, body: models.ChatCompletionRequest) -> models.RenderedPrompt:
    """Return the rendered conversation, with the parameters to generate its answer."""
    model = call.model(body.model)
    sampled = sampling(body)
    rendering = await call.engine.render_chat_request(
        await call.read(partial(conversation, body)),
        sampled,
        stream=bool(body.stream),
        tensors=body.mm_payload != "none",
    )
    return rendered_prompt(
        rendering,
        sampled,
        model=model,
        request_id=_id(body),
        stream=body.stream,
        stream_options=body.stream_options,
    )


async def derender_chat_completion(
    call: Call, body: models.DerenderChatRequest
) -> models.DerenderChatResponse:
    """Convert generated tokens to a chat completion or a chunk of one."""
    model = derendered_model(call, body.model, body.chat_request, "chat_request")
    if isinstance(body, models.DerenderChatStreamRequest):
        return await derendered_chat_chunk(call.engine, body, created=call.created, model=model)
    return await derendered_chat(call.engine, body, created=call.created, model=model)


def _id(body: models.ChatCompletionRequest) -> str:
    return f"chatcmpl-{body.request_id or token_hex(16)}"
