"""A temporary folder for one run of the server: for what its processes share, and for the engine's sockets.

It is removed when the server ends, also by `leave`, which ends the process without Python's cleanup. Each
start removes the folders of killed servers. A server locks its folder; the system releases the lock when the
process ends.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from accord.engine.deployment.options import option
from accord.server.sources import ConfigurationError

SOCKETS = "VLLM_RPC_BASE_PATH"
"""The variable with the folder in which vLLM's processes meet."""

_PREFIX = "accord-run-"
_LONGEST = 107 - len("/00000000-0000-0000-0000-000000000000")
"""A socket's path has 107 bytes at most, and vLLM gives its sockets UUIDs as names."""

_own: Path | None = None


@contextmanager
def run_folder() -> Iterator[Path]:
    """Create the folder of this process for the block. Raises ConfigurationError if it cannot."""
    global _own
    try:
        remove_abandoned()
        _own, descriptor = _created()
    except OSError as error:
        raise ConfigurationError(f"TMPDIR: no temporary folder can be made: {error.strerror}.") from error
    signal.signal(signal.SIGTERM, lambda *_: leave(0))  # until the server handles signals, and afterwards
    try:
        yield _own
    finally:
        _remove()
        os.close(descriptor)


def set_engine_socket_folder(
    folder: Path, arguments: list[str], environment: MutableMapping[str, str]
) -> None:
    """Make vLLM create its sockets in `folder` instead of /tmp, unless the operator sets another folder.

    Ray passes vLLM's variables to workers on other machines, which do not have the folder.
    """
    backends = (
        option(arguments, "--distributed-executor-backend"),
        option(arguments, "--data-parallel-backend", "-dpb"),
    )
    if "ray" not in backends and len(os.fsencode(folder)) <= _LONGEST:
        environment.setdefault(SOCKETS, str(folder))


def leave(code: int) -> NoReturn:
    """End the process at once, as some of its threads cannot be stopped."""
    _remove()
    os._exit(code)


def remove_abandoned() -> None:
    """Remove the folders of this user's servers that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another user's, removed meanwhile, or locked by a running server
            descriptor = _opened(folder)
            try:
                if os.fstat(descriptor).st_uid == os.geteuid():
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(descriptor)


def _created() -> tuple[Path, int]:
    """Return a new folder, for its owner alone, and its lock."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        descriptor = _opened(folder)
        with suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if folder.exists():  # and no other server removed it before it was locked
            return folder, descriptor
        os.close(descriptor)


def _opened(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)


def _remove() -> None:
    if _own is not None:
        shutil.rmtree(_own, ignore_errors=True)
