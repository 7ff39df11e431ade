"""Text completions."""

from __future__ import annotations

from secrets import token_hex

from accord.dialects.completions.derendering import derendered_completion, derendered_completion_chunk
from accord.dialects.completions.request import prompt, sampling
from accord.dialects.completions.response import completion
from accord.dialects.completions.stream import CompletionStream
from accord.dialects.logprobs import WrittenAnswer
from accord.dialects.rendering import rendered_prompts
from accord.dialects.sampling import routed
from accord.dialects.sse import EventStream, GenerationEvents
from accord.generated import models
from accord.handlers.call import Call, derendered_model
from accord.handlers.transfers import rejected


async def create_completion(
    call: Call, body: models.CompletionRequest, parameters: models.CreateCompletionParameters
) -> models.Completion | WrittenAnswer | EventStream:
    """Continue one text, or several."""
    id_ = _id(body)
    try:
        model = call.model(body.model)
        prompts = prompt(body)
        call.check_choices(len(prompts.inputs), body.n)
        asked = routed(sampling(body), parameters)
        generation = await call.engine.complete(
            prompts, asked, request_id=id_, stream=bool(body.stream), model=model
        )
    except BaseException:
        await rejected(call, id_, body.kv_transfer_params, parameters)
        raise
    if body.stream:
        body.stream_options = call.stream_options(body.stream_options)
        encoder = CompletionStream(generation, body, id=id_, created=call.created, model=model)
        return GenerationEvents(generation, encoder)
    return await completion(generation, body, id=id_, created=call.created, model=model)


async def render_completion(call: Call, body: models.CompletionRequest) -> models.RenderedPrompts:
    """Return each rendered prompt, with the parameters to generate its answer."""
    model = call.model(body.model)
    sampled = sampling(body)
    renderings = await call.engine.render_completion_request(prompt(body), sampled, stream=bool(body.stream))
    return rendered_prompts(
        renderings, sampled, _id(body), model=model, stream=body.stream, stream_options=body.stream_options
    )


async def derender_completion(
    call: Call, body: models.DerenderCompletionRequest
) -> models.DerenderCompletionResponse:
    """Convert generated tokens to a completion or a chunk of one."""
    model = derendered_model(call, body.model, body.completion_request, "completion_request")
    if isinstance(body, models.DerenderCompletionStreamRequest):
        return await derendered_completion_chunk(call.engine, body, created=call.created, model=model)
    return await derendered_completion(call.engine, body, created=call.created, model=model)


def _id(body: models.CompletionRequest) -> str:
    return f"cmpl-{body.request_id or token_hex(16)}"
