"""`accord`, the command line.

The engine's processes may import this module again, as their main module: it imports the server only when it
is told to serve.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import cast

from accord import __version__
from accord.server import nim
from accord.telemetry.noise import quieten

USAGE = """usage: accord serve [MODEL] [options]     serve a model   (accord serve --help lists the options)
       accord config [MODEL] [options]    print every setting, its value and where it comes from
       accord profiles [MODEL] [options]  list the ways to run a model, and which of them this machine can
       accord download [MODEL] [--to FOLDER] [options]
                                          fetch a model into the cache, and copy it to a folder
       accord keys new|hash [NAME]        print a line for a file of keys: of a new key, or that on stdin
       accord store check|vacuum [options]
                                          say what the database of responses holds and whether it is whole;
                                          delete what has expired and give the room back to the disk
       accord probe                       exit with 0 where the server of this environment is live
       accord --version"""

quieten()  # in the engine's processes, too, which import this before they import vLLM


def main() -> None:
    """Run the command that the program's arguments name. Exit code 2: a setting is wrong."""
    try:
        try:
            _run(sys.argv[1:])
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # nobody reads the rest, as in `accord config | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # which Python flushes once more
        sys.exit(1)


def _run(arguments: list[str]) -> None:
    match arguments:
        case ["serve", name, *arguments] if nim_command := nim.command(name):
            sys.exit(nim_command(arguments))  # the first argument of a container, whose entry point serves
        case ["serve" | "config" | "profiles" | "download" as command, *arguments]:
            sys.exit(_configured(command, arguments))
        case ["keys", "new" | "hash" as what, *name] if len(name) <= 1 and not "".join(name).startswith("-"):
            sys.exit(_key_line(what, *name))
        case ["store", "check" | "vacuum" as what, *arguments] if not {"-h", "--help"} & set(arguments):
            from accord.server.store_commands import store_command

            sys.exit(store_command(what, arguments))
        case ["store", *_, "-h" | "--help"]:
            from accord.server.store_commands import USAGE as STORE_USAGE

            print(STORE_USAGE)  # noqa: T201  its whole output
        case ["probe"]:
            from accord.server.probe import probe

            sys.exit(probe())
        case ["--version"]:
            print(f"accord {__version__}")  # noqa: T201  its whole output
        case ["keys" | "probe", *_, "-h" | "--help"] | ["-h" | "--help"]:
            print(USAGE)  # noqa: T201  its whole output
        case _:
            print(USAGE, file=sys.stderr)  # noqa: T201  its whole output
            sys.exit(2)


def _key_line(what: str, name: str = "") -> int:
    """Print a line for a file of keys; a new key itself goes to stderr, so that `>>` keeps the line alone."""
    from accord.server.keys import file_line, new_key

    try:
        key = new_key() if what == "new" else sys.stdin.readline().strip()
        print(file_line(key, name))  # noqa: T201  its whole output
    except ValueError as error:
        print(f"accord: {error}", file=sys.stderr)  # noqa: T201  the one line that says what is wrong
        return 2
    if what == "new":
        print(f"The key, which is shown this once: {key}", file=sys.stderr)  # noqa: T201  nothing else keeps it
    return 0


def _downloaded(arguments: list[str]) -> Path:
    from accord.server.download import download
    from accord.server.sources import configuration

    folder = None
    if "--to" in arguments[:-1]:
        place = arguments.index("--to")
        folder = Path(arguments[place + 1])
        arguments = arguments[:place] + arguments[place + 2 :]
    return download(configuration(arguments).settings, folder)


def _configured(command: str, arguments: list[str]) -> int:
    # httpx does without its own command line, whose imports are a fifth of a second of the start.
    sys.modules.setdefault("httpx._main", cast(ModuleType, None))
    from accord.server.profile_selection import configured_with_profile, listed
    from accord.server.sources import ConfigurationError, configuration

    try:
        if command == "download":
            print(_downloaded(arguments))  # noqa: T201  its whole output
            return 0
        if command == "profiles":
            print(listed(configuration(arguments)))  # noqa: T201  its whole output
            return 0
        configured = configured_with_profile(arguments)
        if command == "config":
            from accord.server.show import shown

            print(shown(configured))  # noqa: T201  its whole output
            return 0
        from accord.server.start import start

        return start(configured)
    except ConfigurationError as error:
        print(f"accord: {error}", file=sys.stderr)  # noqa: T201  the one line that says what is wrong
        return 2
