"""The files of a LoRA adapter: checks that they are complete, and makes copies that never change.

vLLM reads an adapter's files again whenever it has evicted the adapter, in the middle of a step: files that
were changed or removed since would end the engine. So it gets copies.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

CONFIG = "adapter_config.json"
SAFETENSORS = "adapter_model.safetensors"
WEIGHTS = (SAFETENSORS, "adapter_model.bin", "adapter_model.pt")
"""vLLM reads the first one that exists."""

LONGEST_HEADER = 100_000_000
"""The limit of the safetensors library, in bytes."""

Fingerprint = tuple[tuple[str, int, int], ...]
"""Each file's name, its size, and its modification time in nanoseconds."""


class AdapterRefused(Exception):
    """An adapter cannot be served. The message is a clause with the reason."""


class AdapterIncomplete(AdapterRefused):
    """A part of it is missing, and may be in transfer."""


def fingerprint(folder: Path) -> Fingerprint:
    """Return a value that changes with the adapter in `folder`. Raises OSError."""
    found = []
    for name in (CONFIG, *WEIGHTS):
        try:
            state = (folder / name).stat()
        except FileNotFoundError:
            continue
        found.append((name, state.st_size, state.st_mtime_ns))
    return tuple(found)


def check_complete(folder: Path) -> dict[str, Any]:
    """Return the adapter's configuration. Raises AdapterRefused if it or the weights are incomplete."""
    try:
        config = json.loads((folder / CONFIG).read_bytes())
    except FileNotFoundError:
        raise AdapterIncomplete(f"it has no {CONFIG}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise AdapterRefused(f"its {CONFIG} cannot be read: {error}") from error
    if not isinstance(config, dict):
        raise AdapterRefused(f"its {CONFIG} is not a JSON object")
    weights = weights_file(folder)
    if weights.name == SAFETENSORS:
        safetensors_header(weights)
    return config


def weights_file(folder: Path) -> Path:
    """Return the file of weights. Raises AdapterIncomplete if there is none."""
    for name in WEIGHTS:
        if (folder / name).is_file():
            return folder / name
    raise AdapterIncomplete(f"it has no weights: no {', '.join(WEIGHTS)}")


def safetensors_header(file: Path) -> dict[str, Any]:
    """Return the file's descriptions of its tensors, by name. Raises AdapterRefused if they are invalid."""
    try:
        with file.open("rb") as opened:
            size = os.fstat(opened.fileno()).st_size
            length = int.from_bytes(opened.read(8), "little")
            if size < 8:
                raise AdapterIncomplete(f"{file.name} has {size} bytes, and no header yet")
            if length > LONGEST_HEADER:
                raise AdapterRefused(
                    f"{file.name} is not a safetensors file: its header would have {length} bytes"
                )
            if size < 8 + length:
                raise AdapterIncomplete(f"{file.name} has {size} bytes, and its header alone {8 + length}")
            header = json.loads(opened.read(length))
        tensors = {name: tensor for name, tensor in header.items() if name != "__metadata__"}
        end = 8 + length + max((tensor["data_offsets"][1] for tensor in tensors.values()), default=0)
    except OSError as error:
        raise AdapterRefused(f"{file.name} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError, AttributeError, LookupError, TypeError) as error:
        raise AdapterRefused(f"{file.name} is not a safetensors file: its header cannot be read") from error
    if size < end:
        raise AdapterIncomplete(f"{file.name} has {size} bytes of {end}")
    if size > end:
        raise AdapterRefused(f"{file.name} has {size} bytes, and its header describes {end}")
    return tensors


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of one adapter's files, in a folder whose name is the hash of their content."""

    folder: Path
    digest: str
    lock: int
    """A descriptor of the folder, locked while the copy is needed."""


class Copies:
    """Copies of adapters below `folder`, which several servers may share.

    The same files have the same path on every server with the same folder: vLLM's prefix cache identifies an
    adapter by its name and path.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def obtain(self, source: Path, digest: str | None = None) -> Copy:
        """Copy a complete adapter, or share the copy `digest` of another process. Raises AdapterRefused."""
        if digest is not None:
            with suppress(OSError):  # every process that had it has ended
                return self.share(digest)
        try:
            before = fingerprint(source)
            check_complete(source)
            copy = self.copy(source)
            after = fingerprint(source)
        except OSError as error:
            raise AdapterRefused(f"its files cannot be copied: {error}") from error
        if after != before:
            self.release(copy)
            raise AdapterIncomplete("its files changed while they were read")
        return copy

    def copy(self, source: Path) -> Copy:
        """Copy the adapter in `source`. Raises OSError, and AdapterIncomplete if there is none."""
        self.folder.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix="part-", dir=self.folder))
        lock = _shared_lock(part)
        try:
            content = hashlib.sha256()
            for name in (CONFIG, weights_file(source).name):
                with (source / name).open("rb") as original, (part / name).open("xb") as copy:
                    content.update(f"{name}\0{_copied(original, copy)}\0".encode())
            digest = content.hexdigest()
            while (copied := self._publish(part, lock, digest)) is None:
                pass  # another server has removed the existing copy
        except BaseException:
            os.close(lock)
            shutil.rmtree(part, ignore_errors=True)
            raise
        return copied

    def share(self, digest: str) -> Copy:
        """Return the copy of another server. Raises OSError if it is gone."""
        folder = self.folder / digest
        lock = _shared_lock(folder)
        if not _is_at(lock, folder):  # removed while this process waited for it
            os.close(lock)
            raise FileNotFoundError(folder)
        return Copy(folder, digest, lock)

    def _publish(self, part: Path, lock: int, digest: str) -> Copy | None:
        """Rename the folder, or return the existing copy with the same content; None if that is removed."""
        folder = self.folder / digest
        try:
            part.rename(folder)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            try:
                other = self.share(digest)
            except FileNotFoundError:
                return None
            os.close(lock)
            shutil.rmtree(part, ignore_errors=True)
            return other
        return Copy(folder, digest, lock)

    def release(self, copy: Copy) -> None:
        """Unlock a copy, and remove it unless another process uses it."""
        os.close(copy.lock)
        self._remove_if_unused(copy.folder)

    def remove_abandoned(self) -> None:
        """Remove copies that killed servers have left."""
        if self.folder.is_dir():
            for folder in self.folder.iterdir():
                self._remove_if_unused(folder)

    def _remove_if_unused(self, folder: Path) -> None:
        try:
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            gone = Path(tempfile.mkdtemp(prefix="part-", dir=self.folder))
            folder.rename(gone)  # before the content, so that the name never stands for a part of it
            shutil.rmtree(gone, ignore_errors=True)
        except OSError:
            pass  # a process uses it
        finally:
            os.close(lock)


def _copied(original: BinaryIO, copy: BinaryIO) -> str:
    """Copy a file; return the hash of its content."""
    content = hashlib.sha256()
    while piece := original.read(1 << 20):
        copy.write(piece)
        content.update(piece)
    return content.hexdigest()


def _shared_lock(folder: Path) -> int:
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
