"""`accord download`, and the corresponding commands of a NIM container, with a local hub."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub import COMMIT, FILES, serving_hub


@pytest.fixture(scope="module")
def hub() -> Iterator[str]:
    with serving_hub() as address:
        yield address


def accord(hub: str, home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("NIM_", "HF_"))}
    environment |= {"HF_ENDPOINT": hub, "HF_HOME": str(home), "NIM_CACHE_PATH": str(home)} | variables
    command = [sys.executable, "-m", "accord.server", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)


def test_a_models_files_are_fetched_but_those_that_are_not_loaded(hub: str, tmp_path: Path) -> None:
    run = accord(hub, tmp_path, "download", "org/tiny")
    assert run.returncode == 0, run.stderr
    folder = Path(run.stdout.strip())
    assert folder.is_relative_to(tmp_path)
    there = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert there == {"config.json", "model.safetensors", "tokenizer.json"}


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (["serve", "download-to-cache", "--all"], {"NIM_MODEL_PATH": "hf://org/tiny"}),
        (["serve", "nim_download_to_cache", "--profiles", "a", "b"], {"NIM_MODEL_NAME": "hf://org/tiny"}),
        (["serve", "download-to-cache", "--model-uri", "hf://org/tiny"], {}),
    ],
)
def test_nims_download_to_cache(
    hub: str, tmp_path: Path, arguments: list[str], variables: dict[str, str]
) -> None:
    run = accord(hub, tmp_path, *arguments, **variables)
    assert run.returncode == 0, run.stderr
    assert (Path(run.stdout.strip()) / "model.safetensors").read_bytes() == b"weights"


def test_nims_create_model_store(hub: str, tmp_path: Path) -> None:
    """As NVIDIA's operator calls it. The folder is one to serve from: no links into the cache."""
    store = tmp_path / "store"
    arguments = ["create-model-store", "--model-repo", "hf://org/tiny", "--model-store", str(store)]
    run = accord(hub, tmp_path / "home", "serve", *arguments, NIM_MODEL_PATH="")
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == str(store)
    assert not any(file.is_symlink() for file in store.rglob("*"))
    assert (store / "config.json").read_bytes() == FILES["config.json"]


def test_the_operators_downloads_are_what_it_serves_from(hub: str, tmp_path: Path) -> None:
    """It calls Hugging Face's command, or NIM's with a manifest to write; both as the container's command."""
    store = tmp_path / "model-store"
    arguments = ["huggingface-cli", "download", "org/tiny", "--local-dir", str(store), "--repo-type", "model"]
    run = accord(hub, tmp_path / "home", "serve", *arguments, "--revision", COMMIT)
    assert run.returncode == 0, run.stderr
    assert (store / "config.json").read_bytes() == FILES["config.json"]
    manifest = ["--manifest-file", str(store / "model_manifest.json")]
    run = accord(
        hub, tmp_path / "home", "serve", "download-to-cache", "--model-uri", "hf://org/tiny", *manifest
    )
    assert run.returncode == 0, run.stderr
    assert (Path(run.stdout.strip()) / "config.json").is_file()


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("org/missing", "The hub does not return 'org/missing': 404."),
        ("org/gated", "HF_TOKEN gives access"),
        ("ngc://org/team/model", "NGC's models are for NIM containers"),
    ],
)
def test_an_unavailable_model_is_reported_in_one_line(
    hub: str, tmp_path: Path, model: str, said: str
) -> None:
    run = accord(hub, tmp_path, "download", model)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_profiles_are_listed_by_nims_name(hub: str, tmp_path: Path) -> None:
    run = accord(hub, tmp_path, "serve", "list-model-profiles", NIM_MODEL_PATH="org/tiny")
    assert run.returncode == 2
    assert "The model 'org/tiny' is neither a folder nor in Hugging Face's cache." in run.stderr
