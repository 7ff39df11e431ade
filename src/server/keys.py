"""API keys: hashed when they are read, and compared in constant time.

A key is written as it is, or as `sha256:` and its digest in hexadecimal, and may be followed by a name, as in
`authorized_keys`:

    sha256:2cf2...9824  alice
    sk-accord-5f2d...   ci

A file has one key per line, and comments that begin with `#`.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

logger = logging.getLogger(__name__)

CHECK_SECONDS = 2.0
"""Seconds between two checks of the file of keys."""

_HASHED = re.compile(r"sha256:([0-9a-f]{64})")
_PLAIN = re.compile(r"[!-~]{1,1024}")
_NAME = re.compile(r"[A-Za-z0-9._@-]{1,64}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, represented by its digest."""

    digest: bytes = field(repr=False)
    name: str = ""

    @property
    def owner(self) -> str:
        """The owner id of all objects that the key stores: the same on every server, and irreversible."""
        return hashlib.sha256(self.digest).hexdigest()[:16]

    @property
    def label(self) -> str:
        """The key's name in the log."""
        return self.name or self.owner

    def __str__(self) -> str:
        return self.label


def _digest(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()


def parsed(text: str) -> ApiKey:
    """Return the key written as `text`. The ValueError for an invalid one does not repeat it."""
    parts = text.split()
    if len(parts) not in (1, 2):
        raise ValueError("a key, and after a space its name if it has one")
    name = parts[1] if len(parts) == 2 else ""
    if name and not _NAME.fullmatch(name):
        raise ValueError("a key's name has up to 64 letters, digits, '.', '_', '-' and '@'")
    if hashed := _HASHED.fullmatch(parts[0].lower()):
        return ApiKey(bytes.fromhex(hashed[1]), name)
    if parts[0].startswith("sha256:"):
        raise ValueError("'sha256:' is followed by 64 hexadecimal digits")
    if not _PLAIN.fullmatch(parts[0]):
        raise ValueError("a key has up to 1024 printable ASCII characters")
    return ApiKey(_digest(parts[0].encode()), name)


def read_keys(file: Path) -> list[ApiKey]:
    """Return the keys of a file. Raises ValueError or OSError if it is not a file of keys."""
    keys = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if (entry := line.strip()) and not entry.startswith("#"):
            try:
                keys.append(parsed(entry))
            except ValueError as error:
                raise ValueError(f"line {number}: {error}") from None
    if not keys:
        raise ValueError("it holds no key")
    return keys


class Keys:
    """The valid keys: those of the setting, and the current ones of the file."""

    def __init__(self, fixed: list[ApiKey], file: Path | None) -> None:
        self._fixed = fixed
        self._file = file
        self._seen = file_version(file) if file else None
        self._keys = [*fixed, *(read_keys(file) if file else [])]

    def find(self, given: bytes) -> ApiKey | None:
        """Return the key for `given`. The duration reveals nothing about the keys."""
        digest = _digest(given)
        found = None
        for key in self._keys:
            if hmac.compare_digest(key.digest, digest):
                found = key
        return found

    def refresh(self) -> None:
        """Reload the file if it has changed. If it cannot be read, the keys stay as they are."""
        if self._file is None:
            return
        seen = file_version(self._file)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            keys = read_keys(self._file)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            logger.error("%s: %s. The previous keys stay valid.", self._file, reason)
            return
        self._keys = [*self._fixed, *keys]
        logger.info("%s: reloaded, %d keys.", self._file, len(keys))

    async def watch(self) -> None:
        """Check the file every few seconds, until cancelled."""
        while self._file is not None:
            await asyncio.sleep(CHECK_SECONDS)
            await asyncio.to_thread(self.refresh)


def file_version(file: Path) -> tuple[int, ...] | None:
    """Return a value that changes with the file; None if there is no file."""
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino, status.st_dev


def new_key() -> str:
    """Return a new random key."""
    return f"sk-accord-{secrets.token_urlsafe(32)}"


def file_line(key: str, name: str = "") -> str:
    """Return the line for `key` in a file of keys. Raises ValueError for an invalid key or name."""
    entry = parsed(f"{key} {name}")
    return f"sha256:{entry.digest.hex()} {entry.name}".rstrip()
