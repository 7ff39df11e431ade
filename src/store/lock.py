"""Detects whether other servers use a SQLite file."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class FileLock:
    """A lock held while a server uses the file beside it; the kernel releases it with the process."""

    def __init__(self, file: Path) -> None:
        path = file.with_name(f"{file.name}.lock")
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def is_alone(self) -> bool:
        """Take the lock exclusively; False if another server holds it."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def share(self) -> None:
        """Hold it shared with others."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def close(self) -> None:
        """Release it."""
        os.close(self._descriptor)
