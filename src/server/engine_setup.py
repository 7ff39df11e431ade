"""Creates the engine from the settings, and explains why it cannot be loaded."""

from __future__ import annotations

import logging

from pydantic import ValidationError

from accord.engine import Adapters, Engine, FailurePolicy, LoadRefused
from accord.engine.sharing import Membership
from accord.server.sources import Configuration

logger = logging.getLogger("accord")


def log_load_failure(error: BaseException) -> int:
    """Log why the model cannot be served, and return the exit code."""
    if isinstance(error, LoadRefused):
        return error.code or 2
    logger.error("The model cannot be served: %s", _one_line(error))
    logger.debug("Where that failed:", exc_info=error)
    # A wrong setting, or a missing or incomplete model; otherwise a failure of the engine itself.
    return 2 if isinstance(error, ValueError | OSError) else 1


def _one_line(error: BaseException) -> str:
    """Return the message in one line; vLLM's configuration raises pydantic's errors, which have several."""
    if isinstance(error, ValidationError):
        return " ".join(e["msg"].removeprefix("Value error, ") for e in error.errors(include_url=False))
    return " ".join(str(error).split())


def create_engine(
    configured: Configuration, membership: Membership | None = None, created: int | None = None
) -> Engine:
    """Return the engine for the settings; with a `membership` it connects to running engines."""
    settings = configured.settings
    return Engine(
        settings.model_source,
        settings.served_model_names,
        configured.vllm_arguments,
        settings.cache_path,
        Adapters(
            settings.peft_source,
            settings.peft_refresh_interval,
            settings.work_path / "adapters",
            settings.served_model_names,
            settings.runtime_lora_updating,
        ),
        FailurePolicy(settings.engine_restarts, settings.engine_hang_seconds, settings.engine_stall_seconds),
        settings.shortcut_names,
        membership,
        created,
    )
