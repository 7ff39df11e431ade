"""Checks folders: whether they are writable, and safe for a SQLite file."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "fuse.ceph", "glusterfs", "fuse.glusterfs"),
        *("lustre", "gpfs", "beegfs", "afs", "ocfs2", "gfs2", "orangefs", "wekafs", "fuse.juicefs"),
        *("fuse.sshfs", "fuse.s3fs", "fuse.gcsfuse", "fuse.mount-s3", "fuse.blobfuse", "fuse.blobfuse2"),
    }
)


def network_file_system(path: Path, mounts: Path = MOUNTS) -> str | None:
    """Return the type of the network file system that `path` is on, or will be; None if it is local.

    SQLite's write-ahead log needs memory that all users of the file share, so it works on one machine only.
    """
    resolved = path.resolve()
    found, longest = "", -1
    for line in mounts.read_text().splitlines():
        mount, _, kind = line.partition(" - ")
        point = Path(re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), mount.split()[4]))
        if resolved.is_relative_to(point) and len(point.parts) >= longest:
            found, longest = kind.split()[0], len(point.parts)
    return found if found in _NETWORK else None


def is_writable(folder: Path) -> bool:
    """Whether files can be written to `folder`, or it can be created."""
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def temporary_folder(folder: Path) -> Path:
    """Return this user's replacement for `folder`; it is the same in each process."""
    name = hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:8]
    return Path(tempfile.gettempdir()) / f"accord-{os.getuid()}-{name}"


def make_temporary_folder(folder: Path) -> None:
    """Create the folder of `temporary_folder`, with access for its owner alone. Raises OSError."""
    folder.mkdir(mode=0o700, exist_ok=True)
    state = folder.lstat()
    if state.st_uid != os.getuid() or not folder.is_dir() or folder.is_symlink():
        raise PermissionError(f"{folder} belongs to another user")
