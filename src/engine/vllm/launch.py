"""The steps of vLLM's launcher from its command line to a running engine, by vLLM's own functions.

`vllm serve` parses its arguments (vllm/entrypoints/cli/main.py, cli/serve.py), checks them and imports the
parser plugins (launchers/launcher.py, `setup_server`), starts the engine (launchers/api_server/entry.py),
creates the request handlers (launchers/api_server/app_state.py), and monitors the engine while it serves
(launchers/utils/server_utils.py, `lifespan`). Each function here is one of these steps, and calls vLLM's own
functions for it. tests/unit/test_launch.py compares it with vLLM's launcher: the configuration and the
arguments are the same but for `DIFFERENCES`, and a call that is new in vLLM's launcher fails the test.
"""

from __future__ import annotations

import asyncio
import logging
from argparse import Namespace

import vllm.envs
from vllm.config import VllmConfig
from vllm.engine.arg_utils import AsyncEngineArgs
from vllm.logger import configure_logging_from_args
from vllm.parser.metrics import init_parser_metrics
from vllm.renderers.chat_utils import load_chat_template
from vllm.renderers.online_renderer import OnlineRenderer
from vllm.usage.usage_lib import UsageContext
from vllm.utils.argparse_utils import FlexibleArgumentParser
from vllm.v1.engine.async_llm import AsyncLLM
from vllm.version import __version__ as vllm_version

from accord.engine.sharing import Client
from accord.engine.vllm.compat import (
    init_parser_plugin,
    log_non_default_args,
    make_arg_parser,
    propagate_flash_late_interaction,
    resolve_default_chat_template_kwargs,
    validate_api_server_args,
    validate_parsed_serve_args,
)
from accord.engine.vllm.missing import naming_missing_packages
from accord.engine.vllm.tools import tool_parser_name

logger = logging.getLogger(__name__)

USAGE_CONTEXT = UsageContext.OPENAI_API_SERVER
"""The usage context that selects vLLM's defaults for max_num_seqs and max_num_batched_tokens."""

ALONE = Client(1, 0)
"""The client of a server with one process, which runs its engines itself."""

DIFFERENCES = {
    "VllmConfig.model_config.enforce_eager": "set on the CPU, where compiling takes minutes",
    "VllmConfig.load_config.use_tqdm_on_load": "off, as the log has no progress bars",
    "VllmConfig.parallel_config.worker_extension_cls": "with --enable-lora, as an adapter that a worker "
    "refuses would end it",
    "OnlineRenderer.enable_auto_tools": "tool calls are read without --enable-auto-tool-choice",
    "OnlineRenderer.tool_parser": "Hermes' format, which most models know, where no parser is named",
    "OnlineRenderer.request_logger": "prompts are never logged, --enable-log-requests or not",
}
"""The arguments that differ from those of vLLM's launcher, and why."""


def parsed(arguments: list[str]) -> Namespace:
    """Parse and check vLLM's command line. `main` in cli/main.py, and `ServeSubcommand.cmd` in cli/serve.py.

    Raises ValueError, or SystemExit as argparse does.
    """
    args: Namespace = make_arg_parser(FlexibleArgumentParser(prog="accord serve")).parse_args(arguments)
    configure_logging_from_args(args)
    try:
        validate_parsed_serve_args(args)
    except TypeError as error:
        raise ValueError(str(error)) from error
    balanced_elsewhere = (
        args.data_parallel_external_lb or args.data_parallel_rank is not None,
        args.data_parallel_hybrid_lb or args.data_parallel_start_rank is not None,
    )
    if all(balanced_elsewhere):
        raise ValueError(
            "Cannot use more than one data parallel load balancing mode. Choose --data-parallel-external-lb "
            "(or --data-parallel-rank) or --data-parallel-hybrid-lb (or --data-parallel-start-rank)."
        )
    return args


def prepare_parsers(args: Namespace) -> None:
    """Import the parser plugins, and check the parsers' names. `setup_server` in launchers/launcher.py.

    It also prepares the socket and the limit of open files, which Accord's server does. Names are checked
    with or without --enable-auto-tool-choice. Raises ValueError.
    """
    logger.info("vLLM %s is started for the model %s.", vllm_version, args.model)
    log_non_default_args(args)
    init_parser_plugin(args)
    reasoning_parser = args.reasoning_parser or args.structured_outputs_config.reasoning_parser
    checked = Namespace(
        enable_auto_tool_choice=args.tool_call_parser is not None,
        tool_call_parser=args.tool_call_parser,
        structured_outputs_config=Namespace(reasoning_parser=reasoning_parser),
    )
    try:
        validate_api_server_args(checked)
    except KeyError as error:
        raise ValueError(error.args[0]) from error


def engine_config(args: Namespace, client: Client) -> tuple[AsyncEngineArgs, VllmConfig]:
    """Create the engine's configuration; `client` identifies this process among several."""
    engine_args = AsyncEngineArgs.from_cli_args(args)
    propagate_flash_late_interaction(args, engine_args)
    if client.count > 1:
        engine_args._api_process_count = client.count
        engine_args._api_process_rank = client.index
    with naming_missing_packages():
        return engine_args, engine_args.create_engine_config(usage_context=USAGE_CONTEXT)


def ranks(config: VllmConfig) -> int:
    """Return how many data parallel engines this server balances."""
    parallel = config.parallel_config
    local: int = parallel.data_parallel_size_local
    return local if parallel.local_engines_only else int(parallel.data_parallel_size)


def spans_nodes(config: VllmConfig) -> bool:
    """Return whether processes of the engine that this server cannot start run on other nodes."""
    parallel = config.parallel_config
    elsewhere = ranks(config) > parallel.data_parallel_size_local
    return bool(parallel.nnodes > 1 or (elsewhere and parallel.data_parallel_backend != "ray"))


def start_engine(args: Namespace, client: Client = ALONE) -> AsyncLLM:
    """Start the engine, or connect to running engines if `client` has addresses.

    `build_async_engine_client`, and what it calls, in launchers/api_server/entry.py.
    """
    engine_args, config = engine_config(args, client)
    return AsyncLLM.from_vllm_config(
        vllm_config=config,
        usage_context=USAGE_CONTEXT,
        enable_log_requests=engine_args.enable_log_requests,
        aggregate_engine_logging=engine_args.aggregate_engine_logging,
        disable_log_stats=engine_args.disable_log_stats,
        client_addresses=dict(client.addresses),
        client_count=client.count,
        client_index=client.index,
    )


def online_renderer(args: Namespace, llm: AsyncLLM) -> OnlineRenderer:
    """Make the renderer of prompts, with the parsers. `init_app_state` in launchers/api_server/app_state.py.

    The caller runs its `warmup`.
    """
    if args.tool_call_parser is not None:
        init_parser_metrics(model_name=llm.vllm_config.model_config.served_model_name)
    newer = {
        name: getattr(args, name)
        for name in ("reasoning_effort_map",)  # new in 0.33
        if hasattr(args, name)
    }
    return OnlineRenderer(
        model_config=llm.model_config,
        renderer=llm.renderer,
        request_logger=None,
        chat_template=load_chat_template(args.chat_template),
        chat_template_content_format=args.chat_template_content_format,
        trust_request_chat_template=args.trust_request_chat_template,
        trust_request_mm_kwargs=args.trust_request_mm_kwargs,
        enable_auto_tools=True,
        exclude_tools_when_tool_choice_none=args.exclude_tools_when_tool_choice_none,
        tool_parser=tool_parser_name(args, llm.model_config.hf_config.model_type, llm.renderer.tokenizer),
        tool_strict_level=args.tool_strict_level,
        reasoning_parser=args.structured_outputs_config.reasoning_parser,
        default_chat_template_kwargs=resolve_default_chat_template_kwargs(args),
        log_error_stack=args.log_error_stack,
        **newer,
    )


async def begin_serving(llm: AsyncLLM) -> None:
    """Forget the media of the start's test runs, and find the tasks that the model supports.

    The end of `build_async_engine_client_from_engine_args`, and `build_and_serve`, in
    launchers/api_server/entry.py. Raises ValueError if the model does not generate text.
    """
    await llm.reset_mm_cache()
    tasks = await llm.get_supported_tasks()
    logger.info("Supported tasks: %s", tasks)
    if "generate" not in tasks:
        raise ValueError(f"the model generates no text; it is for: {', '.join(tasks)}.")


async def log_stats(llm: AsyncLLM) -> None:
    """Make vLLM log its throughput every VLLM_LOG_STATS_INTERVAL seconds, until cancelled.

    `lifespan` in launchers/utils/server_utils.py.
    """
    while True:
        await asyncio.sleep(vllm.envs.VLLM_LOG_STATS_INTERVAL)
        await llm.do_log_stats()
