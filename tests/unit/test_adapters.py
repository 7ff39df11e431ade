import json
import logging
import os
from pathlib import Path

import pytest

from accord.engine import Adapters


def write(folder: Path, rank: int = 8) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "adapter_config.json").write_text(json.dumps({"r": rank}))


def test_without_a_folder_there_are_none() -> None:
    assert Adapters(None, None).found == {}
    assert Adapters(None, None).arguments([]) == []


def test_an_adapter_is_a_folder_with_its_configuration(tmp_path: Path) -> None:
    write(tmp_path / "a")
    (tmp_path / "not-one").mkdir()
    assert list(Adapters(tmp_path, None).found) == ["a"]


def test_adapters_come_and_go(tmp_path: Path) -> None:
    adapters = Adapters(tmp_path, None)
    write(tmp_path / "a")
    adapters.refresh()
    assert list(adapters.found) == ["a"]
    (tmp_path / "a" / "adapter_config.json").unlink()
    adapters.refresh()
    assert adapters.found == {}


def test_a_changed_adapter_has_another_id_and_the_same_one_keeps_its_own(tmp_path: Path) -> None:
    write(tmp_path / "a")
    adapters = Adapters(tmp_path, None)
    first = adapters.found["a"].id
    adapters.refresh()
    assert adapters.found["a"].id == first
    os.utime(tmp_path / "a" / "adapter_config.json", ns=(1, 1))
    adapters.refresh()
    assert adapters.found["a"].id != first


def test_a_broken_adapter_is_left_out_and_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "adapter_config.json").write_text("{}")
    with caplog.at_level(logging.WARNING):
        assert list(Adapters(tmp_path, None).found) == ["a"]
    assert str(tmp_path / "b") in caplog.text


def test_vllm_is_given_room_for_the_largest(tmp_path: Path) -> None:
    write(tmp_path / "a", rank=50)
    adapters = Adapters(tmp_path, None)
    assert adapters.arguments([]) == ["--enable-lora", "--max-lora-rank", "64"]
    assert adapters.arguments(["--max-lora-rank", "128"]) == ["--enable-lora"]
