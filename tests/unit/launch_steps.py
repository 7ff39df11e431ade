"""The calls in vLLM's launcher, each with its counterpart in Accord or the reason why there is none."""

from __future__ import annotations

from typing import Any

from vllm.entrypoints.cli import serve
from vllm.entrypoints.launchers import launcher
from vllm.entrypoints.launchers.api_server import app_state, entry
from vllm.entrypoints.launchers.utils import server_utils

HTTP = "the server's own: accord.server"
LOGS = "the server's own: accord.telemetry"
PARENT = "accord.server.frontends.parent"
STEPS: dict[Any, dict[str, str]] = {
    serve.ServeSubcommand.cmd: {
        "ValueError": "parsed",
        "run_dp_supervisor": "--data-parallel-multi-port-external-lb is refused",
        "run_headless": "accord.engine.vllm.headless",
        "run_multi_api_server": "accord.server.frontends.parent",
        "run_server": "VllmBackend.load",
        "serve_grpc": "--grpc is refused",
        "uvloop.run": HTTP,
    },
    serve.run_multi_api_server: {
        "APIServerProcessManager": f"{PARENT}, EngineSet.addresses",
        "Executor.get_class": "EngineSet.started",
        "RustFrontendProcessManager": "vLLM's Rust frontend is not used",
        "ValueError": "accord.server.process_count",
        "api_server_manager.shutdown": PARENT,
        "bind_engine_zmq_listeners": "EngineSet.started",
        "coordinator.get_stats_publish_address": "EngineSet.addresses",
        "coordinator.shutdown": "EngineSet.shutdown",
        "create_server_socket": "--grpc is refused",
        "engine_args.create_engine_config": "engine_config",
        "launch_core_engines": "EngineSet.started",
        "local_engine_manager.shutdown": "EngineSet.shutdown",
        "propagate_flash_late_interaction": "engine_config",
        "setup_multiprocess_prometheus": "accord.telemetry.multiprocess",
        "setup_server": "prepare_parsers",
        "signal.signal": PARENT,
        "time.monotonic": PARENT,
        "to_timeout": PARENT,
        "vllm.AsyncEngineArgs.from_cli_args": "engine_config",
        "wait_for_completion_or_failure": "Supervisor",
    },
    launcher.setup_server: {
        "create_server_socket": HTTP,
        "create_server_unix_socket": "--uds is refused",
        "init_parser_plugin": "prepare_parsers",
        "instrument": "traces are the server's own",
        "is_valid_ipv6_address": HTTP,
        "log_non_default_args": "prepare_parsers",
        "log_version_and_model": "prepare_parsers",
        "set_ulimit": "accord.server.admission.limit_by_descriptors",
        "validate_api_server_args": "prepare_parsers",
    },
    entry.run_server: {
        "KeyboardInterrupt": "Server.handle_exit",
        "decorate_logs": LOGS,
        "run_server_worker": "VllmBackend.load",
        "setup_server": "prepare_parsers",
        "signal.signal": "Server.handle_exit",
    },
    entry.run_server_worker: {
        "build_and_serve": "begin_serving, online_renderer",
        "build_async_engine_client": "start_engine",
        "client_config.pop": "accord.engine.sharing.Client",
        "init_parser_plugin": "prepare_parsers",
        "sock.close": HTTP,
    },
    entry.build_async_engine_client: {
        "AsyncEngineArgs.from_cli_args": "start_engine",
        "build_async_engine_client_from_engine_args": "start_engine",
        "client_config.get": "engine_config",
        "forkserver.ensure_running": "processes are spawned: prepare_environment",
        "multiprocessing.set_forkserver_preload": "processes are spawned: prepare_environment",
        "multiprocessing.set_start_method": "processes are spawned: prepare_environment",
        "os.getenv": "processes are spawned: prepare_environment",
        "propagate_flash_late_interaction": "start_engine",
    },
    entry.build_async_engine_client_from_engine_args: {
        "AsyncLLM.from_vllm_config": "start_engine",
        "async_llm.reset_mm_cache": "begin_serving",
        "async_llm.shutdown": "VllmBackend.shutdown",
        "client_config.pop": "accord.engine.sharing.Client",
        "engine_args.create_engine_config": "start_engine",
    },
    entry.build_and_serve: {
        "build_app": HTTP,
        "engine_client.get_supported_tasks": "begin_serving",
        "get_uvicorn_log_config": LOGS,
        "init_app_state": "online_renderer",
        "serve_http": HTTP,
    },
    app_state.init_app_state: {
        "BaseModelPath": "Engine.served_model_names",
        "OnlineDerenderer": "answers are written by accord.dialects",
        "OnlineRenderer": "online_renderer",
        "OpenAIServingModels": "Engine.served_model_names, Adapters",
        "RequestLogger": "prompts are never logged",
        "ServingTokenization": "accord.handlers.tokens",
        "init_endpoint_plugins_state": "the contract says what is served",
        "init_generate_state": "accord.handlers, accord.dialects",
        "init_parser_metrics": "online_renderer",
        "init_pooling_state": "begin_serving refuses models that do not generate",
        "init_scale_out_state": "accord.handlers",
        "init_speech_to_text_state": "begin_serving refuses models that do not generate",
        "init_structured_decisions_state": "accord.handlers",
        "init_tool_server": "--tool-server is refused",
        "load_chat_template": "online_renderer",
        "process_lora_modules": "Adapters",
        "resolve_default_chat_template_kwargs": "online_renderer",
        "state.online_renderer.warmup": "VllmBackend.load",
        "state.openai_serving_models.init_static_loras": "Adapters",
        "warnings.warn": "the tasks are given",
    },
    server_utils.lifespan: {
        "_force_log": "log_stats",
        "_running_tasks.add": "log_stats",
        "asyncio.create_task": "log_stats",
        "asyncio.sleep": "log_stats",
        "engine_client.do_log_stats": "log_stats",
        "freeze_gc_heap": "Engine._import_and_load",
        "serving.shutdown": "for speech",
        "task.add_done_callback": "log_stats",
        "task.cancel": "VllmBackend.shutdown",
    },
}
"""What vLLM's launcher calls, and what of ours does it, or why nothing does."""
