"""The types of settings: how they are parsed and validated."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from accord.engine.deployment.options import token_count
from accord.engine.vllm.shortcuts import NAMES
from accord.handlers.aliases import ModelAlias
from accord.mcp_servers.allowed import McpServer, parsed_servers
from accord.server.keys import ApiKey, parsed
from accord.store.address import checked


def _separated(value: Any) -> Any:
    """Splits a list at commas."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _keys(value: Any) -> Any:
    """Hashes keys as soon as they are read."""
    texts = _separated(value)
    if not isinstance(texts, list) or not texts:
        raise ValueError("no keys")
    return [parsed(text) for text in texts]


def _length(value: Any) -> Any:
    """A number of tokens in vLLM's forms; -1 leaves it to vLLM."""
    length = token_count(value) if isinstance(value, str) else value
    if length == 0 or not isinstance(length, int) or isinstance(length, bool) or length < -1:
        raise ValueError("no length")
    return length


def upper(value: Any) -> Any:
    """Accept names in lower case as well."""
    return value.upper() if isinstance(value, str) else value


def enabled_shortcuts(value: str) -> list[str]:
    """Return the fast paths that `value` enables; a name with a dash before it is disabled."""
    given = _separated(value)
    if given in (["all"], ["none"]):
        return list(NAMES) if given == ["all"] else []
    if unknown := [name for name in given if name.removeprefix("-") not in NAMES]:
        raise ValueError(f"{unknown[0]} is none of them")
    taken = {name for name in given if not name.startswith("-")} or set(NAMES)
    return [name for name in NAMES if name in taken and f"-{name}" not in given]


def _shortcuts(value: str) -> str:
    enabled_shortcuts(value)
    return value


def _aliases(value: Any) -> Any:
    rules = _separated(value)
    if not isinstance(rules, list):
        raise ValueError("no aliases")
    return [ModelAlias.parsed(str(rule)) for rule in rules]


def _mcp_servers(value: Any) -> Any:
    try:
        return parsed_servers(value)
    except OSError as error:
        raise ValueError("no authorization") from error


def _readable(path: Path) -> Path:
    if not path.is_file() or not os.access(path, os.R_OK):
        raise ValueError("not a readable file")
    return path


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError("not a folder")
    return path


def default_cache() -> Path:
    """Return the cache folder of the XDG specification."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "accord"


Names = Annotated[list[str], NoDecode, BeforeValidator(_separated)]
ApiKeys = Annotated[list[ApiKey], NoDecode, BeforeValidator(_keys)]
Aliases = Annotated[list[ModelAlias], NoDecode, BeforeValidator(_aliases)]
McpServerList = Annotated[list[McpServer], NoDecode, BeforeValidator(_mcp_servers)]
Length = Annotated[int, BeforeValidator(_length)]
Port = Annotated[int, Field(ge=1, le=65535)]
Shortcuts = Annotated[str, AfterValidator(_shortcuts)]
ReadableFile = Annotated[Path, AfterValidator(_readable)]
Folder = Annotated[Path, AfterValidator(_folder)]
SigningKey = Annotated[SecretStr, Field(min_length=16)]
DatabaseUrl = Annotated[str, AfterValidator(checked)]
Level = Literal["DEFAULT", "TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
