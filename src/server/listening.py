"""Opens the ports and folders before anything else starts, so that errors appear at once."""

from __future__ import annotations

import errno
import logging
import os
import socket
from dataclasses import dataclass

from accord.server.sources import Configuration, ConfigurationError
from accord.store.folders import make_temporary_folder, network_file_system, temporary_folder

logger = logging.getLogger("accord")


@dataclass(frozen=True, slots=True)
class Listening:
    """The sockets of a server: its own, and the health port's if it has one."""

    main: socket.socket
    health: socket.socket | None

    def close(self) -> None:
        """Close the sockets in this process."""
        for each in (self.main, self.health):
            if each is not None:
                each.close()


def prepare(configured: Configuration) -> Listening:
    """Open the ports, and create the storage folder. Raises ConfigurationError."""
    settings = configured.settings
    _make_cache(configured)
    main = _bound(configured, settings.port, "port")
    health = _bound(configured, settings.health_port, "health_port") if settings.health_port else None
    if settings.disable_model_download:
        os.environ["HF_HUB_OFFLINE"] = "1"
    return Listening(main, health)


def _make_cache(configured: Configuration) -> None:
    """Create the folders for models, adapters and responses."""
    settings = configured.settings
    folder, name = settings.cache_path, configured.called("cache_path")
    kept = settings.database.file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if settings.work_path != folder:
            logger.warning(
                "%s: '%s' is read-only; responses and copies of adapters are written to %s.",
                *(name, folder, settings.work_path),
            )
        elif settings.database_url is None and kept is not None and kept.parent != folder:
            logger.warning(
                "%s: '%s' is on a network file system (%s), where a SQLite file may be damaged. Responses "
                "are stored in %s and lost with the container; ACCORD_DATABASE_URL names a PostgreSQL.",
                *(name, folder, network_file_system(folder), kept),
            )
        for each in {settings.work_path, kept.parent if kept is not None else folder}:
            if each == temporary_folder(folder):
                make_temporary_folder(each)
    except OSError as error:
        raise ConfigurationError(
            f"{name}: got '{folder}', which is not a writable folder: {error.strerror or error}."
        ) from error


def _bound(configured: Configuration, port: int, setting: str) -> socket.socket:
    """Listen on the port before anything else starts, so that a busy port is an error at once."""
    host = configured.settings.host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        where = f"{host}:{port} cannot be listened on: {error.strerror}"
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise ConfigurationError(f"{configured.called('host')}: got '{host}'; {where}.") from error
        raise ConfigurationError(f"{configured.called(setting)}: got {port}; {where}.") from error
    return listener
