"""What the command line and the environment say."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from accord.telemetry.logs import LEVELS

DEFAULT_MODEL_NAME = "smollm2-135m-instruct"


@dataclass(frozen=True, slots=True)
class Settings:
    """How to serve. `model` is a folder or a Hugging Face id; None means the default model."""

    host: str
    port: int
    model: str | None
    served_model_names: list[str]
    vllm_arguments: list[str]


def serve_parser() -> ArgumentParser:
    """Return the parser of `accord serve`. What it does not know is vLLM's."""
    parser = ArgumentParser(
        prog="accord serve",
        usage="accord serve [MODEL] [options] [any vLLM engine option]",
        description="Serve a model over OpenAI's and Anthropic's APIs.",
        allow_abbrev=False,
    )
    parser.add_argument("--host", default="0.0.0.0", help="the address to listen on (default: %(default)s)")  # noqa: S104  a server is for others
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (default: %(default)s)")
    parser.add_argument(
        "--model",
        default=os.environ.get("NIM_MODEL_PATH"),
        help="a folder, or a Hugging Face id (default: NIM_MODEL_PATH, else SmolLM2-135M-Instruct)",
    )
    parser.add_argument(
        "--served-model-name",
        nargs="+",
        help="the names that requests give in `model` (default: the model's)",
    )
    return parser


def parse_settings(arguments: list[str]) -> Settings:
    """Return the settings of `accord serve ARGUMENTS`. Wrong ones end the program with exit code 2."""
    model = None
    if arguments and not arguments[0].startswith("-"):
        model, *arguments = arguments
    own, rest = serve_parser().parse_known_args(arguments)
    model = (model or own.model or "").removeprefix("hf://") or None
    return Settings(own.host, own.port, model, _names(own, model), rest)


def _names(own: Namespace, model: str | None) -> list[str]:
    if own.served_model_name:
        return list(own.served_model_name)
    if model is None:
        return [DEFAULT_MODEL_NAME]
    return [Path(model).resolve().name if Path(model).is_dir() else model]


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder for what Accord makes once and keeps."""
    if path := environment.get("NIM_CACHE_PATH"):
        return Path(path)
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "accord"


def log_settings(environment: Mapping[str, str] = os.environ) -> tuple[str, bool]:
    """Return the log's level, by NIM's name for it, and whether it is in JSON lines."""
    level = environment.get("NIM_LOG_LEVEL", "DEFAULT").upper()
    if level not in LEVELS:
        sys.stderr.write(f"NIM_LOG_LEVEL is '{level}'; it takes one of {', '.join(LEVELS)}.\n")
        sys.exit(2)
    return level, environment.get("NIM_JSONL_LOGGING", "") in ("1", "true")
