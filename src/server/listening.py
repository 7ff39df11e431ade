"""What a server takes before anything else of it starts, so that what is wrong is told at once."""

from __future__ import annotations

import errno
import os
import socket
from dataclasses import dataclass

from accord.server.sources import Configuration, ConfigurationError


@dataclass(frozen=True, slots=True)
class Listening:
    """The sockets of a server: its own, and that of the health port where it has one."""

    main: socket.socket
    health: socket.socket | None

    def close(self) -> None:
        """Listen no more, in this process."""
        for each in (self.main, self.health):
            if each is not None:
                each.close()


def prepare(configured: Configuration) -> Listening:
    """Take the ports, and make the folder of what is kept. Raises ConfigurationError."""
    settings = configured.settings
    _make_cache(configured)
    main = _bound(configured, settings.port, "port")
    health = _bound(configured, settings.health_port, "health_port") if settings.health_port else None
    if settings.disable_model_download:
        os.environ["HF_HUB_OFFLINE"] = "1"
    return Listening(main, health)


def _make_cache(configured: Configuration) -> None:
    """Make the folder that models, adapters and responses are kept in."""
    folder = configured.settings.cache_path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise ConfigurationError(
            f"{configured.called('cache_path')}: got '{folder}', which is no folder to write to: "
            f"{error.strerror}."
        ) from error


def _bound(configured: Configuration, port: int, setting: str) -> socket.socket:
    """Listen on the port before anything else is started, so that a busy one is an error at once."""
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
