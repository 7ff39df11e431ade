"""The server's certificate, which is reloaded when its files change without closing connections.

uvicorn passes one SSL context to the event loop. Its SNI callback, which OpenSSL calls whether or not the
client names a host, continues each handshake with the newest context; existing connections keep theirs.
Each context is newly created, so mismatched files are never served, and a client authority that was
removed from its file is no longer trusted.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from pathlib import Path
from typing import Any

from accord.server.keys import CHECK_SECONDS, file_version
from accord.telemetry.metrics import CERTIFICATE_LOADS

logger = logging.getLogger(__name__)

_Versions = list[tuple[int, ...] | None]


class Certificates:
    """A certificate with its key, and the authorities of client certificates, if these are required."""

    def __init__(self, certificate: Path, key: Path, authorities: Path | None = None) -> None:
        self.certificate = certificate
        self.key = key
        self.authorities = authorities
        self._loaded = self._versions()
        self._newest = self._load()
        self._failed: _Versions = []
        self._reported: _Versions = []

    def context(self, *_: Any) -> ssl.SSLContext:
        """Return the SSL context to listen with; uvicorn's `ssl_context_factory`."""
        context = self._load()
        context.sni_callback = self._choose
        return context

    def refresh(self) -> None:
        """Reload the files if they have changed. If the new ones are invalid, the old ones stay in use.

        This is logged at the second check, as files may be written one after the other.
        """
        seen = self._versions()
        if seen in (self._loaded, self._reported):
            return
        try:
            newest = self._load()
        except OSError as error:  # ssl.SSLError is one
            if seen == self._failed:
                self._reported = seen
                CERTIFICATE_LOADS.labels("failed").inc()
                logger.error("%s: %s. The previous certificate stays in use.", self._names, error)
            self._failed = seen
            return
        self._loaded, self._newest = seen, newest
        CERTIFICATE_LOADS.labels("loaded").inc()
        logger.info("%s: reloaded; new connections use them.", self._names)

    async def watch(self) -> None:
        """Check the files every few seconds, until cancelled."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            await asyncio.to_thread(self.refresh)

    def _choose(self, connection: ssl.SSLObject, *_: Any) -> None:
        connection.context = self._newest

    @property
    def _files(self) -> list[Path]:
        return [self.certificate, self.key, *([self.authorities] if self.authorities else [])]

    @property
    def _names(self) -> str:
        return ", ".join(map(str, self._files))

    def _versions(self) -> _Versions:
        return [file_version(file) for file in self._files]

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # A key with a passphrase is an error; OpenSSL would ask for the passphrase on the terminal.
        context.load_cert_chain(self.certificate, self.key, password="")
        if self.authorities is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.authorities)
            # A resumed session is not verified again, so each session is a new one.
            context.options |= ssl.OP_NO_TICKET
            context.num_tickets = 0
        return context
