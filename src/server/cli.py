"""`accord`, the command line.

The engine's processes may import this module again, as their main module, so it imports the server only to
serve.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import cast

from accord import __version__
from accord.server import nim
from accord.telemetry.log_filters import demote_harmless_messages

COMMANDS = """commands:
  serve [MODEL] [options]      serve a model; accord serve --help lists the options
  config [MODEL] [options]     print each setting with its value and source
  profiles [MODEL] [options]   list the ways to run a model, and which of them this machine can
  download [MODEL] [options]   download a model into the cache, or into a folder
  keys new|hash [NAME]         print the line of an API key for a file of keys
  store check|vacuum           check the database of stored responses, or reclaim its disk space
  probe                        exit with 0 if the server of this environment is live"""

demote_harmless_messages()  # in the engine's processes, too, which import this module before vLLM


def main() -> None:
    """Run the command in the program's arguments. The exit code 2 means that a setting is wrong."""
    try:
        try:
            _run(sys.argv[1:])
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # the reader has closed the pipe, as in `accord config | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes it once more at exit
        sys.exit(1)


def _run(arguments: list[str]) -> None:
    parser = ArgumentParser(
        "accord",
        usage="accord COMMAND [...]",
        description="A contract-first LLM server.",
        epilog=COMMANDS,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"accord {__version__}")
    parser.add_argument("command", choices=_COMMANDS, metavar="COMMAND", help="see below")
    command = parser.parse_args(arguments[:1]).command
    sys.exit(_COMMANDS[command](arguments[1:]))


def _parser(command: str, usage: str, description: str) -> ArgumentParser:
    """Return the parser of a command; it leaves the options of `accord serve` unparsed."""
    return ArgumentParser(
        f"accord {command}",
        usage=f"accord {command} {usage}",
        description=description,
        epilog="Options, environment variables and configuration file are those of accord serve.",
        allow_abbrev=False,
    )


def _serve(arguments: list[str]) -> int:
    if arguments and (nim_command := nim.command(arguments[0])):
        return nim_command(arguments[1:])  # a container's first argument, after `accord serve`
    return _configured("serve", arguments)


def _config(arguments: list[str]) -> int:
    parser = _parser("config", "[MODEL] [options]", "Print each setting with its value and source.")
    return _configured("config", parser.parse_known_args(arguments)[1])


def _profiles(arguments: list[str]) -> int:
    about = "List the ways to run a model, what each needs, and which of them this machine can."
    parser = _parser("profiles", "[MODEL] [options]", about)
    return _configured("profiles", parser.parse_known_args(arguments)[1])


def _download(arguments: list[str]) -> int:
    about = "Download a model into the cache, and print its folder."
    parser = _parser("download", "[MODEL] [--to FOLDER] [options]", about)
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="also copy the model to this folder")
    own, rest = parser.parse_known_args(arguments)
    return _configured("download", rest, own.to)


def _store(arguments: list[str]) -> int:
    parser = _parser("store", "check|vacuum [options]", "Maintain the database of stored responses.")
    about = (
        "check: report what it stores and whether it is intact; vacuum: delete what has expired, free space"
    )
    parser.add_argument("action", choices=("check", "vacuum"), help=about)
    own, rest = parser.parse_known_args(arguments)
    from accord.server.store_commands import store_command

    return store_command(own.action, rest)


def _keys(arguments: list[str]) -> int:
    """Print a line for a file of keys; a new key itself goes to stderr, so that `>>` keeps the line alone."""
    parser = ArgumentParser("accord keys", description="Print the line of an API key for a file of keys.")
    about = "new: make a key, which is printed once, on stderr; hash: read one from stdin"
    parser.add_argument("action", choices=("new", "hash"), help=about)
    parser.add_argument("name", nargs="?", default="", help="whose key it is, for the access log")
    own = parser.parse_args(arguments)
    from accord.server.keys import file_line, new_key

    try:
        key = new_key() if own.action == "new" else sys.stdin.readline().strip()
        print(file_line(key, own.name))  # noqa: T201  its whole output
    except ValueError as error:
        print(f"accord: {error}", file=sys.stderr)  # noqa: T201  the one line that says what is wrong
        return 2
    if own.action == "new":
        print(f"The key, which is shown only once: {key}", file=sys.stderr)  # noqa: T201  nothing else keeps it
    return 0


def _probe(arguments: list[str]) -> int:
    about = "Exit with 0 if the server of this environment is live, else with 1."
    ArgumentParser("accord probe", description=about).parse_args(arguments)
    from accord.server.probe import probe

    return probe()


def _configured(command: str, arguments: list[str], folder: Path | None = None) -> int:
    # httpx works without its own command line, whose import takes a fifth of a second of the start.
    sys.modules.setdefault("httpx._main", cast(ModuleType, None))
    from accord.server.profile_selection import configured_with_profile, listed
    from accord.server.sources import ConfigurationError, configuration

    try:
        if command == "download":
            from accord.server.download import download

            print(download(configuration(arguments).settings, folder))  # noqa: T201  its whole output
            return 0
        if command == "profiles":
            print(listed(configuration(arguments)))  # noqa: T201  its whole output
            return 0
        configured = configured_with_profile(arguments)
        if command == "config":
            from accord.server.config_report import config_report

            print(config_report(configured))  # noqa: T201  its whole output
            return 0
        from accord.server.start import start

        return start(configured)
    except ConfigurationError as error:
        print(f"accord: {error}", file=sys.stderr)  # noqa: T201  the one line that says what is wrong
        return 2


_COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "serve": _serve,
    "config": _config,
    "profiles": _profiles,
    "download": _download,
    "keys": _keys,
    "store": _store,
    "probe": _probe,
}
