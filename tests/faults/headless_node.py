"""Another node's workers: what `vllm serve --headless` runs.

The command itself does not start with the CPU build, whose distribution has another name.
"""

from vllm.entrypoints.cli.serve import run_headless
from vllm.utils.argparse_utils import FlexibleArgumentParser

from accord.engine.vllm.compat import make_arg_parser

if __name__ == "__main__":
    arguments = make_arg_parser(FlexibleArgumentParser()).parse_args()
    arguments.api_server_count = 0  # as the command has it with --headless
    run_headless(arguments)
