"""Storage folders: fallback for a read-only cache, and no SQLite file on a network file system."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from accord.server.sources import ConfigurationError, configuration
from accord.store.folders import is_writable, make_temporary_folder, network_file_system, temporary_folder

MOUNTINFO = r"""
22 1 252:0 / / rw,relatime - ext4 /dev/vda1 rw
40 22 0:40 / /cache rw,relatime - nfs4 10.0.0.1:/models rw,vers=4.2
41 40 252:1 / /cache/local rw,relatime - ext4 /dev/vdb rw
42 22 0:41 / /with\040blank rw shared:7 - fuse.juicefs juice rw
43 22 252:2 / /over rw - cifs //host/share rw
44 22 252:3 / /over rw - xfs /dev/vdc rw
""".strip()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/cache/responses.sqlite3", "nfs4"),
        ("/cache", "nfs4"),
        ("/cache/local/responses.sqlite3", None),
        ("/cached", None),
        ("/with blank/file", "fuse.juicefs"),
        ("/over/file", None),  # what was mounted last hides what was there
        ("/", None),
    ],
)
def test_network_file_systems_are_detected_by_their_mounts(
    tmp_path: Path, path: str, kind: str | None
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTINFO)
    assert network_file_system(Path(path), mounts) == kind


def test_the_kernels_own_list_is_read() -> None:
    assert network_file_system(Path("/proc/self")) is None


def test_a_folder_that_does_not_exist_is_writable_where_it_can_be_made(tmp_path: Path) -> None:
    assert is_writable(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    assert not is_writable(tmp_path / "file" / "b")


def test_a_temporary_folder_is_of_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = temporary_folder(Path("/cache"))
    assert folder.parent == tmp_path
    assert folder != temporary_folder(Path("/other"))
    make_temporary_folder(folder)
    make_temporary_folder(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.rmdir()
    folder.symlink_to("/etc")
    with pytest.raises(PermissionError):
        make_temporary_folder(folder)


def test_a_named_sqlite_file_on_a_network_file_system_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTINFO)
    monkeypatch.setattr(network_file_system, "__defaults__", (mounts,))
    with pytest.raises(ConfigurationError, match="which is on a network file system \\(nfs4\\)"):
        configuration(["--database-url", "sqlite:////cache/responses.sqlite3"])
    monkeypatch.setenv("NIM_CACHE_PATH", "/cache")
    kept = configuration([]).settings.database.file
    assert kept == temporary_folder(Path("/cache")) / "responses.sqlite3"


READ_ONLY = """
import sys
from pathlib import Path
from accord.server.listening import prepare
from accord.server.sources import configuration

configured = configuration(["--host", "127.0.0.1", "--port", sys.argv[1]])
prepare(configured).close()
print(configured.settings.database.file)
print(configured.settings.work_path.is_dir())
"""


def test_a_read_only_cache_does_not_stop_a_server(tmp_path: Path) -> None:
    """As where a volume of models is mounted read-only in a pod."""
    cache, temporary = tmp_path / "cache", tmp_path / "tmp"
    cache.mkdir()
    temporary.mkdir()
    mount = f"mount -t tmpfs -o ro none {cache} && exec {sys.executable} -c '{READ_ONLY}' 28231"
    run = subprocess.run(
        ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() else []), "sh", "-c", mount],
        env=os.environ | {"NIM_CACHE_PATH": str(cache), "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    if "mount" in run.stderr and "denied" in run.stderr:
        pytest.skip("NOT TESTED: nothing can be mounted here")
    assert run.returncode == 0, run.stderr
    file, made = run.stdout.split()
    assert Path(file).parent.parent == temporary
    assert made == "True"
    assert f"'{cache}' is read-only; responses and copies of adapters" in run.stderr
