"""Text to token ids and back."""

from __future__ import annotations

from functools import partial

from accord.dialects.chat.request import adds_generation_prompt, chat_messages, tool_dicts
from accord.engine import Conversation, Prompt, RenderedPrompt, Sampling
from accord.generated import models
from accord.handlers.call import Call


async def tokenize(call: Call, body: models.TokenizeRequest) -> models.TokenizeResponse:
    """Return the tokens of a text, or of a conversation as the chat template writes it."""
    call.model(body.model)
    rendered = await _rendered(call, body)
    max_model_len = call.engine.max_model_len
    assert max_model_len is not None
    response = models.TokenizeResponse(count=len(rendered.token_ids), max_model_len=max_model_len, tokens=[])
    # Set without validation: pydantic would block the event loop while it reads millions of them.
    response.tokens = rendered.token_ids
    if body.return_token_strs:
        response.token_strs = await call.engine.token_strings(rendered.token_ids)
    return response


async def _rendered(call: Call, body: models.TokenizeRequest) -> RenderedPrompt:
    if isinstance(body, models.TokenizePromptRequest):
        prompt = Prompt(inputs=[body.prompt], add_special_tokens=body.add_special_tokens is not False)
        return (await call.engine.render_prompt(prompt, Sampling()))[0]
    continues = bool(body.continue_final_message)
    shown = call.shown()
    conversation = Conversation(
        messages=await call.read(partial(chat_messages, body.messages), shown),
        tools=tool_dicts(body.tools),
        tool_choice="none" if body.tools else None,
        add_generation_prompt=adds_generation_prompt(body.add_generation_prompt, continues),
        continue_final_message=continues,
        add_special_tokens=bool(body.add_special_tokens),
        chat_template=body.chat_template,
        chat_template_kwargs=body.chat_template_kwargs,
        media_io_kwargs=body.media_io_kwargs,
        mm_processor_kwargs=body.mm_processor_kwargs,
        media=shown.media,
    )
    return await call.engine.render_chat(conversation, Sampling())


async def detokenize(call: Call, body: models.DetokenizeRequest) -> models.DetokenizeResponse:
    """Return the text of token ids."""
    call.model(body.model)
    return models.DetokenizeResponse(prompt=await call.engine.detokenize(body.tokens))
