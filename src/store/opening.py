"""Creates and migrates a database; may take a while, so it runs in a thread."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import exc as errors

from accord.store.address import Address, StorageUnusable, reason
from accord.store.database import Database
from accord.store.lock import FileLock
from accord.store.schema import UnknownSchema
from accord.store.schema import migrate as migrate_schema

_NEVER = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)


class _NoSpace(Exception):
    def __str__(self) -> str:
        return "no space is left on its disk"


def prepare(address: Address) -> FileLock | None:
    """Create the SQLite file if it does not exist, and the tables. Return the file's lock, if it is a file.

    Raises StorageUnusable if no later attempt could succeed.
    """
    if address.file is None:
        _migrate(address)
        return None
    try:
        address.file.parent.mkdir(parents=True, exist_ok=True)
        with _locked(address.file.parent):
            # For its owner alone, because it has users' conversations. SQLite's other files get its mode.
            os.close(os.open(address.file, os.O_RDWR | os.O_CREAT, 0o600))
            _migrate(address)
        return FileLock(address.file)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _NoSpace from error
        raise StorageUnusable(f"{address.file} cannot be written: {os.strerror(error.errno or 0)}") from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time create and migrate the database in the folder.

    If several servers start at once with a new file, SQLite lets one of them change it to WAL mode, and may
    refuse the others with "database is locked" immediately, whatever their busy_timeout.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _migrate(address: Address) -> None:
    try:
        asyncio.run(_opened_and_migrated(address))
    except UnknownSchema as error:
        raise StorageUnusable(f"{address} was written by a later release: {error}") from error
    except errors.DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_CANTOPEN and _is_full(address)):
            raise _NoSpace from error
        if code in _NEVER:
            raise StorageUnusable(f"{address} cannot be used: {reason(error)}") from error
        raise


def _is_full(address: Address) -> bool:
    """Whether SQLite cannot create its files for lack of space; missing permissions give the same error."""
    if address.file is None:
        return False
    disk = os.statvfs(address.file.parent)
    return not disk.f_bavail or (disk.f_files > 0 and not disk.f_favail)


async def _opened_and_migrated(address: Address) -> None:
    database = Database(address)
    try:
        await migrate_schema(database)
    finally:
        await database.close()
