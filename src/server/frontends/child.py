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
from accord.server.frontends.board import Board
from accord.server.listening import Listening
from accord.server.settings import Settings
from accord.server.sources import Configuration, ConfigurationError
from accord.telemetry.logs import configure_logging
from accord.telemetry.noise import quieten

logger = logging.getLogger("accord")


@dataclass(frozen=True, slots=True)
class Start:
    """The arguments of a frontend's process."""

    index: int
    board: Board
    folder: Path
    """A secret of this server's processes, for as long as they run."""
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
    """Serve as one of several processes, until the parent says so or ends."""
    watch_parent()
    # They may reach every process of a terminal or a service; the parent decides what is done.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave_to_parent)
    configured = sent.received()
    settings = configured.settings
    configure_logging(settings.log_level, settings.jsonl_logging, of_several=True)
    quieten()
    os.environ.setdefault("VLLM_LOGGING_PREFIX", f"[{multiprocessing.current_process().name}] ")
    # httpx works without its own command line, whose import takes a fifth of a second of the start.
    sys.modules.setdefault("httpx._main", cast(ModuleType, None))
    from accord.server.frontends.place import Place
    from accord.server.serve import serve

    try:
        code = serve(configured, listening, Place(start, parent))
    except ConfigurationError as error:
        logger.error("%s", error)
        code = 2
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)  # threads that wait for an engine cannot be stopped


def _leave_to_parent(*_: object) -> None: ...
