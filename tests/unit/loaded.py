"""A loaded model as vLLM has it outside of its engine's processes."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import zmq
import zmq.asyncio
from vllm.engine.arg_utils import AsyncEngineArgs
from vllm.renderers import renderer_from_config
from vllm.renderers.online_renderer import OnlineRenderer
from vllm.v1.engine.async_llm import AsyncLLM
from vllm.v1.engine.core_client import AsyncMPClient
from vllm.v1.engine.output_processor import OutputProcessor
from vllm.v1.metrics.loggers import StatLoggerManager

from accord.engine.vllm.grammars import grammar_checker
from accord.engine.vllm.outputs import EngineDeltas
from accord.engine.vllm.readers import Readers
from accord.engine.vllm.shortcuts.registry import Shortcuts


@contextmanager
def loaded_model(model: Path) -> Iterator[Any]:
    """Yield a backend with only those parts that need no engine."""
    config = AsyncEngineArgs(model=str(model), enforce_eager=True, max_model_len=2048).create_engine_config()
    renderer = renderer_from_config(config)
    online = OnlineRenderer(
        model_config=config.model_config,
        renderer=renderer,
        request_logger=None,
        chat_template=None,
        chat_template_content_format="auto",
    )
    context = zmq.asyncio.Context()
    core = AsyncMPClient.__new__(AsyncMPClient)
    core.resources = SimpleNamespace(output_socket=context.socket(zmq.PULL))
    core.outputs_queue = asyncio.Queue()
    core.input_socket = context.socket(zmq.ROUTER)
    llm = SimpleNamespace(
        renderer=renderer,
        engine_core=core,
        model_config=config.model_config,
        scheduler_config=config.scheduler_config,
        admission_stats=None,
        check_admission=AsyncLLM.check_admission,
        output_processor=OutputProcessor(renderer.tokenizer, log_stats=True),
        logger_manager=StatLoggerManager(config, [0]),
    )
    yield SimpleNamespace(
        llm=llm,
        renderer=online,
        tokenizer=renderer.get_tokenizer(),
        grammars=grammar_checker(renderer.tokenizer),
        deltas=EngineDeltas,
        readers=Readers(online, renderer.get_tokenizer(), config.model_config),
        shortcuts=Shortcuts(),
    )
    renderer.shutdown()
    context.destroy(linger=0)
