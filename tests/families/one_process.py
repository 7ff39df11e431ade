"""vLLM's own server and Accord in one process, with a simulated EngineCore that follows a script.

Everything of both frontends runs, and vLLM's grammars, which restrict the script; only the model is missing.
`make families` runs the model, too, which takes minutes per family.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import Future
from itertools import cycle
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import numpy as np
from vllm.tokenizers import cached_tokenizer_from_config
from vllm.v1.engine import EngineCoreOutput, EngineCoreOutputs, EngineCoreRequest, FinishReason
from vllm.v1.request import Request
from vllm.v1.structured_output import StructuredOutputManager

from tests.families.asking import Json, Question, body, path, read
from tests.families.comparison import RENDERED, Comparison
from tests.families.conversations import conversations
from tests.families.forms import questions, scripts
from tests.families.models import Family
from tests.families.scripted import NAMED, tokens
from tests.unit import both_servers
from tests.unit.both_servers import Core, accord_server, vllm_server

OPTIONS = ("--max-model-len", "8192", "--enable-auto-tool-choice", "--enforce-eager", "--max-logprobs", "20")


class ScriptedCore(Core):
    """Replaces EngineCore, and answers with the last script that the prompt names."""

    written: Mapping[str, str]
    steps: tuple[int, ...] = (1,)
    """How many tokens come at once, in turn: with speculation, as many as were guessed right, and one."""

    def __init__(self, vllm_config: Any, **_: Any) -> None:
        super().__init__()
        self.tokenizer = cached_tokenizer_from_config(vllm_config.model_config)
        self.grammars = StructuredOutputManager(vllm_config)
        self.running: dict[str, asyncio.Task[None]] = {}

    async def add_request_async(self, request: EngineCoreRequest) -> None:
        if not request.abort_immediately:
            self.running[request.request_id] = asyncio.create_task(self._run(request))

    async def abort_requests_async(self, request_ids: list[str]) -> None:
        for request_id in request_ids:
            self.running[request_id].cancel()

    async def _run(self, asked: EngineCoreRequest) -> None:
        request = Request.from_engine_core_request(asked, None)
        if request.use_structured_output:
            self.grammars.grammar_init(request)
            compiled = request.structured_output_request._grammar
            if isinstance(compiled, Future):
                await asyncio.wrap_future(compiled)
        params, script = asked.sampling_params, self._script(asked.prompt_token_ids)
        step, token_ids = cycle(self.steps), list[int]()
        size = next(step)
        for place in range(params.max_tokens):
            token_id = self._allowed(request, script[min(place, len(script) - 1)])
            self.grammars.accept_tokens(request, [token_id])
            request.append_output_token_ids([token_id])
            token_ids.append(token_id)
            output = EngineCoreOutput(asked.request_id, token_ids)
            if token_id == self.tokenizer.eos_token_id:
                output.finish_reason = FinishReason.STOP
            elif token_id in (params.stop_token_ids or ()):
                output.finish_reason, output.stop_reason = FinishReason.STOP, token_id
            elif place == params.max_tokens - 1:
                output.finish_reason = FinishReason.LENGTH
            elif len(token_ids) < size:
                continue
            token_ids, size = [], next(step)
            self._outputs.put_nowait(EngineCoreOutputs(outputs=[output]))
            await asyncio.sleep(0)
            if output.finish_reason is not None:
                return

    def _script(self, prompt: list[int]) -> list[int]:
        name = NAMED.findall(self.tokenizer.decode(prompt))[-1]
        return [*tokens(self.tokenizer, self.written[name]), self.tokenizer.eos_token_id]

    def _allowed(self, request: Request, token_id: int) -> int:
        """Return the token, or the first one that the request's grammar accepts instead."""
        if not request.use_structured_output:
            return token_id
        one = request.request_id
        [mask] = self.grammars.grammar_bitmask({one: request}, [one], {})
        if mask[token_id // 32] >> (token_id % 32) & 1:
            return token_id
        return int(np.unpackbits(mask.view(np.uint8), bitorder="little").argmax())


async def compared(family: Family, folder: Path, steps: tuple[int, ...] = (1,)) -> Comparison:
    """Send everything to both servers, and return their answers."""
    arguments = ["--model", str(folder), *OPTIONS, *family.told]
    core = type("FamilyCore", (ScriptedCore,), {"written": scripts(family.name), "steps": steps})
    with patch.object(both_servers, "Core", core):
        own = await vllm_server([*arguments, "--enable-scale-out"])
        accord = await accord_server(arguments, family.name, folder, record=False)
    try:
        said = [await _asked(server.client, family) for server in (own, accord)]
    finally:
        await own.close()
        await accord.close()
    return Comparison(family.name, *said)


async def _asked(client: httpx.AsyncClient, family: Family) -> dict[str, Json]:
    """Send requests one after the other: all of it runs in one thread, and grammars need time to compile."""

    async def rendered(conversation: Json) -> Json:
        asked = conversation | {"model": family.asked}
        response = await client.post("/v1/chat/completions/render", json=asked)
        if response.status_code != 200:
            return {"status": response.status_code}
        return {"status": 200, "token_ids": response.json()["token_ids"]}

    async def answered(question: Question) -> Json:
        try:
            response = await client.post(path(question), json=body(question, family.asked))
        except Exception:  # an error in a stream that vLLM's application has begun
            return {"status": 500}
        return read(question, response)

    prompts = {f"{RENDERED}{name}": await rendered(each) for name, each in conversations().items()}
    return prompts | {question.id: await answered(question) for question in questions(family.name)}
