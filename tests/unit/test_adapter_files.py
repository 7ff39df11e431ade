"""An adapter's files: whether they are complete, and their copies."""

import os
import struct
from pathlib import Path

import pytest

from accord.engine.adapter_files import SAFETENSORS, AdapterRefused, Copies, check_complete, fingerprint
from tests.unit.adapter_folders import tensors, write

BROKEN = {
    "no configuration": ("adapter_config.json", None, "it has no adapter_config.json"),
    "half a configuration": ("adapter_config.json", b'{"r": ', "its adapter_config.json cannot be read"),
    "no object": ("adapter_config.json", b"[]", "not a JSON object"),
    "no weights": (SAFETENSORS, None, "it has no weights"),
    "empty weights": (SAFETENSORS, b"", "has 0 bytes, and no header yet"),
    "half a header": (SAFETENSORS, tensors(b"x")[:20], "its header alone"),
    "half the tensors": (SAFETENSORS, tensors(b"x" * 100)[:-50], "bytes of"),
    "more than the tensors": (SAFETENSORS, tensors(b"x") + b"x", "its header describes"),
    "something else": (SAFETENSORS, b"<html><body>404</body></html>", "is not a safetensors file"),
    "a header that is none": (SAFETENSORS, struct.pack("<Q", 2) + b"[]", "is not a safetensors file"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    return tmp_path / "source"


@pytest.mark.parametrize(("file", "content", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_an_incomplete_model_is_refused(folder: Path, file: str, content: bytes | None, reason: str) -> None:
    write(folder)
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    with pytest.raises(AdapterRefused, match=reason):
        check_complete(folder)


def test_a_fingerprint_is_of_names_sizes_and_times(folder: Path) -> None:
    before = fingerprint(write(folder))
    (folder / "README.md").write_text("Nothing that vLLM reads.")
    assert fingerprint(folder) == before
    os.utime(folder / SAFETENSORS, ns=(1, 1))
    touched = fingerprint(folder)
    assert touched != before
    (folder / SAFETENSORS).write_bytes(tensors(b"longer weights"))
    os.utime(folder / SAFETENSORS, ns=(1, 1))
    assert fingerprint(folder) != touched


def test_a_copy_is_shared_and_removed_with_its_last_user(folder: Path, tmp_path: Path) -> None:
    copies, others = Copies(tmp_path / "copies"), Copies(tmp_path / "copies")
    one, other = copies.copy(write(folder)), others.copy(folder)
    assert one.folder == other.folder
    assert [path.name for path in (tmp_path / "copies").iterdir()] == [one.digest]
    copies.release(one)
    others.remove_abandoned()
    assert (other.folder / SAFETENSORS).exists()
    others.release(other)
    assert not one.folder.exists()


def test_copies_of_a_killed_server_are_removed(folder: Path, tmp_path: Path) -> None:
    copies = Copies(tmp_path / "copies")
    os.close(copies.copy(write(folder)).lock)  # as the kernel does
    (tmp_path / "copies" / "part-of-one").mkdir()
    copies.remove_abandoned()
    assert list((tmp_path / "copies").iterdir()) == []
