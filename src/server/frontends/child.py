"""The entry point of a frontend's process. The server is imported here, and not by its parent."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from accord.engine.orphans import watch_parent
from accord.server.frontends.counters import SharedCounters
from accord.server.listening import Listening
from accord.server.settings import Settings
from accord.server.sources import Configuration, ConfigurationError
from accord.telemetry.log_filters import demote_harmless_messages
from accord.telemetry.logs import configure_logging

logger = logging.getLogger("accord")


@dataclass(frozen=True, slots=True)
class Start:
    """The arguments of a frontend's process."""

    index: int
    counters: SharedCounters
    folder: Path
    """The run folder that this server's processes share."""
    parent: int
    created: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A configuration that can be pickled: the values of its settings, without their sources."""

    settings: Mapping[str, Any]
    origins: Mapping[str, str]
    vllm_arguments: list[str]

    @classmethod
    def of(cls, configured: Configuration) -> Sent:
        """Convert a configuration for sending."""
        settings = configured.settings
        values = {name: getattr(settings, name) for name in Settings.model_fields}
        return cls(values, configured.origins, configured.vllm_arguments)

    def received(self) -> Configuration:
        """Restore the configuration; it was checked before it was sent."""
        settings = Settings.model_construct(**self.settings)
        return Configuration(settings, dict(self.origins), self.vllm_arguments)


def run(sent: Sent, listening: Listening, start: Start, parent: Connection) -> None:
    """Serve as one of several processes, until the parent stops it or ends."""
    watch_parent()
    # A terminal or service manager may send them to all processes; the parent decides what to do.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave_to_parent)
    configured = sent.received()
    settings = configured.settings
    configure_logging(settings.log_level, settings.jsonl_logging, multiprocess=True)
    demote_harmless_messages()
    os.environ.setdefault("VLLM_LOGGING_PREFIX", f"[{multiprocessing.current_process().name}] ")
    # httpx works without its own command line, whose import takes a fifth of a second of the start.
    sys.modules.setdefault("httpx._main", cast(ModuleType, None))
    from accord.server.frontends.frontend import Frontend
    from accord.server.serve import serve

    try:
        code = serve(configured, listening, Frontend(start, parent))
    except ConfigurationError as error:
        logger.error("%s", error)
        code = 2
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)  # threads that wait for an engine cannot be stopped


def _leave_to_parent(*_: object) -> None: ...
