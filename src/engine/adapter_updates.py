"""Loading and unloading of adapters by clients: permission, validation and errors."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

from accord.engine.adapter_engine import AdapterSource
from accord.engine.adapter_files import CONFIG, AdapterRefused
from accord.engine.adapters import Adapters
from accord.errors import Forbidden, InvalidRequest, NotFound

LONGEST_NAME = 256


def check_updatable(adapters: Adapters) -> None:
    """Raise Forbidden if clients may not change adapters."""
    if not adapters.updatable:
        raise Forbidden(
            "Loading and unloading adapters over HTTP is disabled. ACCORD_ALLOW_RUNTIME_LORA_UPDATING=1 "
            "enables it when the server starts.",
            code="lora_updates_forbidden",
        )


async def load_adapter(adapters: Adapters, source: AdapterSource, in_place: bool) -> None:
    """Load and serve an adapter that a client names."""
    _check_name(adapters, source.name)
    source = replace(source, path=await asyncio.to_thread(_real, adapters, source.path))
    try:
        done = await adapters.load(source, in_place)
    except AdapterRefused as refused:
        raise InvalidRequest(
            f"The adapter '{source.name}' in {source.path} cannot be served: {refused}.",
            param="lora_path",
            code="lora_adapter_refused",
        ) from refused
    if not done:
        raise InvalidRequest(
            f"The adapter '{source.name}' is already loaded. Set load_inplace to replace it.",
            param="lora_name",
            code="lora_adapter_loaded",
        )


async def unload_adapter(adapters: Adapters, name: str) -> None:
    """Stop serving an adapter."""
    if not await adapters.unload(name):
        raise NotFound(
            f"The adapter '{name}' is not served.", param="lora_name", code="lora_adapter_not_found"
        )


def _check_name(adapters: Adapters, name: str) -> None:
    if not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
        raise InvalidRequest(
            f"lora_name: got {name[:LONGEST_NAME]!r}; expected 1 to {LONGEST_NAME} printable characters.",
            param="lora_name",
        )
    if name in adapters.models:
        raise InvalidRequest(f"lora_name: '{name}' is a name of the served model itself.", param="lora_name")


def _real(adapters: Adapters, path: Path) -> Path:
    """Return the resolved folder. Raises if clients may not use it, or it has no adapter."""
    if not path.is_absolute() or "\0" in str(path):
        raise InvalidRequest(
            f"lora_path: got {str(path)!r}; expected the absolute path of a folder on the server.",
            param="lora_path",
        )
    real, root = Path(os.path.realpath(path)), adapters.folder
    if root is not None and not real.is_relative_to(os.path.realpath(root)):
        raise InvalidRequest(
            f"lora_path: got {str(path)!r}; expected a folder below {root}, which is NIM_PEFT_SOURCE.",
            param="lora_path",
            code="lora_path_not_allowed",
        )
    if not os.path.isfile(real / CONFIG):
        raise NotFound(
            f"There is no adapter in {real}: it has no {CONFIG}.",
            param="lora_path",
            code="lora_adapter_not_found",
        )
    return real
