"""The commands of a NIM container, by their names, so that jobs and Helm values that call them go on working.

`list-model-profiles`, `download-to-cache`, `create-model-store` and `nim-serve`, each also with `nim_` and
underscores, as programs of their own or as the container's first argument.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path

Run = Callable[[Sequence[str]], int]


def command(name: str) -> Run | None:
    """Return what runs NIM's command `name`; None where it has none of that name."""
    return _COMMANDS.get(name.replace("_", "-")) or _COMMANDS.get(name.removeprefix("nim_").replace("_", "-"))


def run() -> None:
    """Run the command that the program is called."""
    name = Path(sys.argv[0]).name
    found = command(name)
    if found is None:
        sys.exit(f"{name} is no command of a NIM container.")
    sys.exit(found(sys.argv[1:]))


def _list_model_profiles(arguments: Sequence[str]) -> int:
    parser = ArgumentParser("list-model-profiles", description="List the ways to run the model.")
    parser.add_argument("-m", "--manifest-file", help="ignored: profiles are made from the model itself")
    parser.parse_args(arguments)
    return _accord("profiles")


def _download_to_cache(arguments: Sequence[str]) -> int:
    parser = ArgumentParser(
        "download-to-cache", description="Fetch the model that NIM_MODEL_PATH or NIM_MODEL_NAME names."
    )
    parser.add_argument("--model-uri", help="the model, as hf://ID, in the place of the variables'")
    every = "ignored: every profile runs the same files"
    parser.add_argument("-p", "--profile", "--profiles", nargs="*", help=every)
    parser.add_argument("--all", action="store_true", help=every)
    parser.add_argument("--lora", action="store_true", help=every)
    parser.add_argument("-m", "--manifest-file", help="ignored: profiles are made from the model itself")
    given = parser.parse_args(arguments)
    return _accord("download", *([given.model_uri] if given.model_uri else []))


def _create_model_store(arguments: Sequence[str]) -> int:
    parser = ArgumentParser("create-model-store", description="Fetch the model into a folder.")
    parser.add_argument("--model-repo", help="the model, as hf://ID, in the place of the variables'")
    parser.add_argument("-m", "--model-store", required=True, help="the folder")
    parser.add_argument("-p", "--profile", help="ignored: every profile runs the same files")
    given = parser.parse_args(arguments)
    model = [given.model_repo] if given.model_repo else []
    return _accord("download", *model, "--to", given.model_store)


def _serve(arguments: Sequence[str]) -> int:
    return _accord("serve", *arguments)


def _accord(*arguments: str) -> int:
    from accord.server.cli import main

    sys.argv[1:] = arguments
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return 0


_COMMANDS: dict[str, Run] = {
    "list-model-profiles": _list_model_profiles,
    "download-to-cache": _download_to_cache,
    "create-model-store": _create_model_store,
    "nim-serve": _serve,
}
