"""A node without an HTTP server: it runs workers of an engine whose server is on another node.

`vllm serve --headless` does the same (`ServeSubcommand.cmd` in cli/serve.py).
"""

from __future__ import annotations

from vllm.entrypoints.cli.serve import run_headless

from accord.engine.vllm.launch import parsed
from accord.engine.vllm.missing import naming_missing_packages


def run_workers(arguments: list[str]) -> None:
    """Run the workers that vLLM's `arguments` describe until one of them ends.

    Raises SystemExit at SIGTERM and SIGINT, ValueError if the arguments are wrong.
    """
    args = parsed(arguments)
    args.headless = True
    args.api_server_count = 0
    with naming_missing_packages():
        run_headless(args)
