"""`accord download`: downloads a model before a server needs it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

from accord.engine.deployment.default_model import prepared_default_model
from accord.server.settings import Settings
from accord.server.sources import ConfigurationError

NEVER_LOADED = ("original/*", "metal/*", "onnx/*", "*.onnx", "*.h5", "*.msgpack", "*.tflite", "*.ot")
"""Patterns of other programs' weights, which many repositories also have."""
OLDER_WEIGHTS = ("*.bin", "*.pt", "*.pth")
"""Patterns of files that vLLM reads only without safetensors files."""


def download(settings: Settings, folder: Path | None = None) -> Path:
    """Fetch the model of the settings into the cache, or on to `folder`, and return its path.

    Raises ConfigurationError, with the reason, if the model cannot be fetched.
    """
    source = settings.model_source
    if source is None:
        there = prepared_default_model(settings.cache_path)
    elif settings.model_folder is not None:
        there = settings.model_folder
    else:
        there = _fetched(source)
    if folder is None:
        return there
    try:
        shutil.copytree(there, folder, dirs_exist_ok=True)  # the size of the target of a link
    except OSError as error:
        raise ConfigurationError(f"'{folder}' cannot be written: {error.strerror or error}.") from error
    return folder


def _fetched(repository: str) -> Path:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    hub = HfApi()
    try:
        files = hub.list_repo_files(repository)
        return Path(hub.snapshot_download(repository, ignore_patterns=_not_needed(files)))
    except HFValidationError as error:
        raise ConfigurationError(f"'{repository}' is neither a folder nor a Hugging Face id.") from error
    except HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else "no answer"
        hint = " HF_TOKEN gives access to a model that is gated." if status in (401, 403) else ""
        raise ConfigurationError(f"The hub does not return '{repository}': {status}.{hint}") from error
    except Exception as error:  # of either HTTP client of huggingface_hub
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ConfigurationError(
            f"'{repository}' cannot be downloaded from {hub.endpoint}: {reason}"
        ) from error


def _not_needed(files: Iterable[str]) -> list[str]:
    """Return the patterns of the files that vLLM does not load."""
    has_safetensors = any(fnmatch(file, "*.safetensors") for file in files)
    return [*NEVER_LOADED, *(OLDER_WEIGHTS if has_safetensors else ())]
