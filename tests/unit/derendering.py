"""A server for derendering, without an engine."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from vllm.engine.arg_utils import AsyncEngineArgs
from vllm.renderers import renderer_from_config
from vllm.renderers.online_renderer import OnlineRenderer

from accord.dialects.chat.derendering import derendered_chat
from accord.dialects.completions.derendering import derendered_completion
from accord.engine import Engine
from accord.engine.vllm.backend import VllmBackend
from accord.engine.vllm.grammars import SpecialTokens
from accord.engine.vllm.tools import with_constrained_calls
from accord.generated import models
from accord.server.body_validators import body_adapter
from accord.server.validation import validated
from tests.unloaded import UnloadedEngine

HELLO: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]
MAX_MODEL_LEN = 512


def backend_of(model: Path, **options: Any) -> VllmBackend:
    """Return the parts of a backend beside the engine: the renderer, parsers and readers of outputs."""
    config = AsyncEngineArgs(
        model=str(model), enforce_eager=True, max_model_len=MAX_MODEL_LEN
    ).create_engine_config()
    renderer = OnlineRenderer(
        model_config=config.model_config,
        renderer=renderer_from_config(config),
        request_logger=None,
        chat_template=None,
        chat_template_content_format="auto",
        enable_auto_tools=True,
        tool_parser="hermes",
        **options,
    )
    renderer.parser = with_constrained_calls(renderer.parser, SpecialTokens({}))
    llm: Any = SimpleNamespace(
        model_config=config.model_config,
        vllm_config=config,
        renderer=renderer.renderer,
        output_processor=SimpleNamespace(process_outputs=None),
        errored=False,
    )
    return VllmBackend(llm, renderer)


class Derendering(UnloadedEngine):
    """An engine with everything but the engine's processes."""

    def __init__(self, backend: VllmBackend) -> None:
        super().__init__()
        self.backend = backend

    modalities: frozenset[str] = frozenset()

    def _ready(self) -> VllmBackend:
        return self.backend

    def tokens(self, text: str) -> list[int]:
        ids: list[int] = self.backend.tokenizer.encode(text, add_special_tokens=False)
        return ids


def body_of(kind: str, **fields: Any) -> Any:
    """A body as the server reads it."""
    return validated(body_adapter(getattr(models, kind)), json.dumps(fields).encode())


async def chat(engine: Engine, **fields: Any) -> dict[str, Any]:
    body = body_of("DerenderChatRequest", **fields)
    answer = await derendered_chat(engine, body, created=1, model="tiny")
    said: dict[str, Any] = json.loads(answer.model_dump_json(exclude_unset=True))
    return said


def whole(token_ids: list[int], finish: str = "stop", **fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "token_ids": token_ids, "finish_reason": finish} | fields]}


async def completion(engine: Engine, **fields: Any) -> dict[str, Any]:
    body = body_of("DerenderCompletionRequest", **fields)
    answer = await derendered_completion(engine, body, created=1, model="tiny")
    said: dict[str, Any] = json.loads(answer.model_dump_json(exclude_unset=True))
    return said
