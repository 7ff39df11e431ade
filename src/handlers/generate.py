"""Generation from token ids."""

from __future__ import annotations

from accord.dialects.generate.request import fields_renamed, prompt, sampling
from accord.dialects.generate.response import generated
from accord.dialects.generate.stream import GenerateStream
from accord.dialects.logprobs import WrittenAnswer
from accord.dialects.sampling import routed
from accord.dialects.sse import EventStream, GenerationEvents
from accord.generated import models
from accord.handlers.call import Call
from accord.handlers.transfers import rejected


async def generate(
    call: Call, body: models.GenerateRequest, parameters: models.GenerateParameters
) -> models.GenerateResponse | WrittenAnswer | EventStream:
    """Continue a prompt of token ids."""
    id_ = body.request_id or call.request_id
    try:
        model = call.model(body.model)
        with fields_renamed():
            call.check_choices(1, body.sampling_params.n if body.sampling_params else None)
            asked = routed(sampling(body), parameters)
            generation = await call.engine.complete(
                prompt(body, call.shown()), asked, request_id=id_, stream=bool(body.stream), model=model
            )
    except BaseException:
        await rejected(call, id_, body.kv_transfer_params, parameters)
        raise
    if body.stream:
        return GenerationEvents(generation, GenerateStream(generation, body, request_id=id_))
    return await generated(generation, body, request_id=id_, created=call.created, model=model)
