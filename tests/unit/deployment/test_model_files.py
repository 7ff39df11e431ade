"""What a model's files say: its tensors and configuration."""

import json
from pathlib import Path

import pytest

from accord.engine.deployment.model_files import ModelNotHere, ModelUnreadable, model_files
from accord.engine.deployment.profiles import possible_profiles, profile
from tests.unit.deployment.llama import GIB, of, write_tensors


def test_an_index_says_which_files_are_loaded(folder: Path) -> None:
    write_tensors(folder / "consolidated.safetensors", {"copy": ("BF16", [2**30])})
    assert profile(of(folder), "bf16", 1, 1, lora=False).weights_bytes == 9 * GIB
    index = {"weight_map": {"model.embed_tokens.weight": "model-1.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert profile(of(folder), "bf16", 1, 1, lora=False).weights_bytes == GIB


@pytest.mark.parametrize("content", [None, "", "[", "[]", "{}"])
def test_a_model_with_an_incomplete_configuration(folder: Path, content: str | None) -> None:
    if content is None:
        (folder / "config.json").unlink()
    else:
        (folder / "config.json").write_text(content)
    with pytest.raises(ModelUnreadable, match=r"config\.json"):
        possible_profiles(model_files(str(folder), Path("unused")))


def test_files_that_are_not_weights(folder: Path) -> None:
    (folder / "model-2.safetensors").write_bytes(b"no header")
    with pytest.raises(ModelUnreadable, match="model-2"):
        possible_profiles(of(folder))


@pytest.mark.parametrize("model", [None, "org/never-fetched", "no such folder", "/no/such/folder"])
def test_a_model_that_is_not_downloaded(tmp_path: Path, model: str | None) -> None:
    with pytest.raises(ModelNotHere):
        model_files(model, tmp_path)
