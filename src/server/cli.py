"""`accord`, the command line.

The engine's processes import this module again, as their main module: it imports the server only when it
is told to serve.
"""

from __future__ import annotations

import sys

from accord import __version__

USAGE = "usage: accord serve [MODEL] [options]   (accord serve --help lists them)"


def main() -> None:
    """Run the command that the program's arguments name."""
    match sys.argv[1:]:
        case ["serve", *arguments]:
            from accord.server.serve import serve
            from accord.server.settings import parse_settings

            sys.exit(serve(parse_settings(arguments)))
        case ["--version"]:
            print(f"accord {__version__}")  # noqa: T201  its whole output
        case [("-h" | "--help")]:
            print(USAGE)  # noqa: T201  its whole output
        case _:
            sys.exit(USAGE)
