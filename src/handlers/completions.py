"""Text completions."""

from __future__ import annotations

from secrets import token_hex

from accord.dialects.completions.request import prompt, sampling
from accord.dialects.completions.response import completion
from accord.dialects.completions.stream import CompletionStream
from accord.dialects.rendering import rendered_prompts
from accord.dialects.sse import EventStream, GenerationEvents
from accord.generated import models
from accord.handlers.call import Call


async def create_completion(call: Call, body: models.CompletionRequest) -> models.Completion | EventStream:
    """Go on with one text, or several."""
    model = call.model(body.model)
    id_ = _id(body)
    prompts = prompt(body)
    call.check_choices(len(prompts.inputs), body.n)
    generation = await call.engine.complete(
        prompts, sampling(body), request_id=id_, stream=bool(body.stream), model=model
    )
    if body.stream:
        encoder = CompletionStream(generation, body, id=id_, created=call.created, model=model)
        return GenerationEvents(generation, encoder)
    return await completion(generation, body, id=id_, created=call.created, model=model)


async def render_completion(call: Call, body: models.CompletionRequest) -> models.RenderedPrompts:
    """Return each prompt as the model would read it, with what generates its answer."""
    model = call.model(body.model)
    sampled = sampling(body)
    renderings = await call.engine.render_completion_request(prompt(body), sampled, stream=bool(body.stream))
    return rendered_prompts(
        renderings, sampled, _id(body), model=model, stream=body.stream, stream_options=body.stream_options
    )


def _id(body: models.CompletionRequest) -> str:
    return f"cmpl-{body.request_id or token_hex(16)}"
