"""The commands of a NIM container under their names, so that jobs and Helm values that call them still work.

`list-model-profiles`, `download-to-cache`, `create-model-store`, `nim-serve` and `nim-serve-ray`, each also
with `nim_` and underscores, and `huggingface-cli`: as programs, or as the container's first argument.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path

Run = Callable[[Sequence[str]], int]

NO_RAY = (
    "nim-serve-ray: Ray is not installed here (pip install 'ray[cgraph]'). Without it, several nodes need "
    "NIM_NUM_COMPUTE_NODES, NIM_NODE_RANK and LWS_LEADER_ADDRESS, or --nnodes, --node-rank and --master-addr."
)


def command(name: str) -> Run | None:
    """Return the function for NIM's command `name`; None if NIM has no such command."""
    return _COMMANDS.get(name.replace("_", "-")) or _COMMANDS.get(name.removeprefix("nim_").replace("_", "-"))


def run() -> None:
    """Run the command with the name of the program."""
    name = Path(sys.argv[0]).name
    found = command(name)
    if found is None:
        sys.exit(f"{name} is not a command of a NIM container.")
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


def _serve_ray(arguments: Sequence[str]) -> int:
    """Start Ray on this node. The head also serves; the others run the tasks of the head's Ray."""
    parser = ArgumentParser(
        "nim-serve-ray", description="Serve on several nodes, with Ray.", allow_abbrev=False
    )
    parser.add_argument("--head", action="store_true", help="this node serves")
    parser.add_argument("--port", default="6379", help="Ray's port on the head")
    parser.add_argument("--head-address", metavar="HOST:PORT", help="the head's Ray, on the other nodes")
    given, rest = parser.parse_known_args(arguments)
    if given.head == (given.head_address is not None):
        parser.error("expected either --head or --head-address")
    ray = shutil.which("ray")
    if ray is None:
        print(NO_RAY, file=sys.stderr)  # noqa: T201  the one line that says what is wrong
        return 2
    if given.head_address is not None:
        os.execv(ray, [ray, "start", "--address", given.head_address, "--block"])  # noqa: S606  an argument list
    started = subprocess.run([ray, "start", "--head", "--port", given.port]).returncode  # noqa: S603  an argument list
    if started:
        return started
    os.environ.pop("NIM_NUM_COMPUTE_NODES", None)  # Ray connects the nodes
    return _accord("serve", "--distributed-executor-backend", "ray", *rest)


def _huggingface(arguments: Sequence[str]) -> int:
    """Run Hugging Face's command under its former name, which NVIDIA's operator uses."""
    sys.argv = ["hf", *arguments]
    try:
        importlib.import_module("huggingface_hub.cli.hf").main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return 0


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
    "nim-serve-ray": _serve_ray,
    "huggingface-cli": _huggingface,
}
