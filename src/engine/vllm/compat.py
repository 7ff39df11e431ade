"""Names whose module differs between the supported releases of vLLM, 0.32 and 0.33.

The rest of `engine.vllm` imports these names from here, and all others from vLLM itself.
"""

from __future__ import annotations

from argparse import Namespace

try:
    from vllm.entrypoints.common.cli_args import (
        init_parser_plugin,
        make_arg_parser,
        propagate_flash_late_interaction,
        resolve_default_chat_template_kwargs,
        validate_api_server_args,
        validate_parsed_serve_args,
    )
    from vllm.entrypoints.common.startup import log_non_default_args
except ModuleNotFoundError:  # before 0.33
    from vllm.entrypoints.launchers.cli_args import (
        make_arg_parser,
        propagate_flash_late_interaction,
        resolve_default_chat_template_kwargs,
        validate_parsed_serve_args,
    )
    from vllm.entrypoints.launchers.launcher import validate_api_server_args
    from vllm.entrypoints.serve.utils.api_utils import log_non_default_args
    from vllm.reasoning import ReasoningParserManager
    from vllm.tool_parsers import ToolParserManager

    def init_parser_plugin(args: Namespace) -> None:
        """Import the parser plugins that `args` name, as `setup_server` does before 0.33."""
        if args.tool_parser_plugin and len(args.tool_parser_plugin) > 3:
            ToolParserManager.import_tool_parser(args.tool_parser_plugin)
        if args.reasoning_parser_plugin and len(args.reasoning_parser_plugin) > 3:
            ReasoningParserManager.import_reasoning_parser(args.reasoning_parser_plugin)


__all__ = [
    "init_parser_plugin",
    "log_non_default_args",
    "make_arg_parser",
    "propagate_flash_late_interaction",
    "resolve_default_chat_template_kwargs",
    "validate_api_server_args",
    "validate_parsed_serve_args",
]
