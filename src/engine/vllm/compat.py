"""What stands elsewhere in one of the releases of vLLM that Accord runs on, 0.32 and 0.33.

The rest of `engine.vllm` imports these names from here, and all others from vLLM itself.
"""

from __future__ import annotations

try:
    from vllm.entrypoints.common.cli_args import make_arg_parser, validate_parsed_serve_args
except ModuleNotFoundError:  # before 0.33
    from vllm.entrypoints.launchers.cli_args import make_arg_parser, validate_parsed_serve_args

__all__ = ["make_arg_parser", "validate_parsed_serve_args"]
