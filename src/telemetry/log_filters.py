"""Moves harmless messages of libraries at each start to the debug level.

They are about machines without a GPU, or repeat an option that was given. The filters are added to the
libraries' own loggers, also in each of the engine's processes before it imports vLLM (`server/cli.py`).
"""

from __future__ import annotations

import logging
import os
import sys

HARMLESS: dict[str, tuple[str, ...]] = {
    "vllm.triton_utils.importing": (
        "Triton is installed, but doesn't include CPU backend. ",
        "Triton is installed but %d active driver(s) found ",
        "Triton not installed or not compatible; certain GPU-related",
    ),
    "vllm.platforms.cpu": (
        "Triton is not installed. triton-cpu is expected on x86 CPUs.",
        "Reset SSM cache type to float32 for accelerated GDN mamba ",
    ),
    "vllm.config.vllm": (
        "Model Runner V2 requires Triton; using the V1 model runner instead.",
        "Enforce eager set, disabling torch.compile",
        "Inductor compilation was disabled by user settings, ",
    ),
    "vllm.v1.worker.cpu_worker": ("%s is not found in LD_PRELOAD. ",),
    "vllm.v1.engine.core": ("Initializing a V1 LLM engine (v%s) with config: %s",),  # the whole configuration
    "vllm.utils.ompmultiprocessing": ("OpenMP thread binding info: ",),
    "alembic.runtime.plugins": ("setup plugin ",),
}
"""The beginnings of harmless messages, by logger."""

_WARNINGS = (
    "ignore:`torch.distributed.reduce_op` is deprecated:FutureWarning",
    "ignore:resource_tracker:UserWarning",  # vLLM removes what a killed engine process has left
)


class _OnDebugLevel(logging.Filter):
    """Moves records whose messages begin with one of `beginnings` to the debug level."""

    def __init__(self, beginnings: tuple[str, ...]) -> None:
        super().__init__()
        self.beginnings = beginnings

    def filter(self, record: logging.LogRecord) -> bool:
        if not str(record.msg).startswith(self.beginnings):
            return True
        record.levelno, record.levelname = logging.DEBUG, "DEBUG"
        return os.environ.get("VLLM_LOGGING_LEVEL") == "DEBUG"


def demote_harmless_messages() -> None:
    """Move the harmless messages of this process to the debug level, and hide warnings of its children."""
    for name, beginnings in HARMLESS.items():
        logging.getLogger(name).addFilter(_OnDebugLevel(beginnings))
    sys.warnoptions.extend(_WARNINGS)
