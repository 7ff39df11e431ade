"""The profile that is chosen when the server starts."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from accord.engine.deployment.hardware import Device
from accord.engine.deployment.profiles import Limits, possible_profiles, profile, shorter_length
from accord.server.profile_selection import configured_with_profile, listed
from accord.server.sources import ConfigurationError, configuration
from tests.unit.deployment.llama import GIB, H100, deployed, of


@pytest.mark.usefixtures("gpus")
def test_the_first_profile_that_fits_is_chosen(folder: Path) -> None:
    configured = configured_with_profile([str(folder)])
    assert configured.settings.tensor_parallel_size == 2
    assert configured.origins["tensor_parallel_size"] == "profile"
    assert configured_with_profile([str(folder), "--max-model-len", "16"]).settings.tensor_parallel_size == 2
    given = configured_with_profile([str(folder), "--pipeline-parallel-size", "2"]).settings
    assert given.tensor_parallel_size is None


def test_nothing_is_chosen_where_the_plain_profile_fits(folder: Path, gpus: list[Device]) -> None:
    gpus[:] = [H100, H100]
    assert configured_with_profile([str(folder)]).settings.tensor_parallel_size is None


@pytest.mark.usefixtures("gpus")
def test_a_profile_is_named_by_name_or_id(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = profile(of(folder), "fp8", 2, 1, lora=True)
    for name in (wanted.name, wanted.id):
        monkeypatch.setenv("NIM_MODEL_PROFILE", name)
        configured = configured_with_profile([str(folder)])
        assert configured.settings.tensor_parallel_size == 2
        assert configured.vllm_arguments[-3:] == ["--quantization", "fp8", "--enable-lora"]
        assert deployed(folder, *configured.vllm_arguments).selected == wanted
    configured = configured_with_profile([str(folder), "--tensor-parallel-size", "4"])
    assert configured.settings.tensor_parallel_size == 4


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "vllm-bf16-tp3-pp1",
            "got 'vllm-bf16-tp3-pp1'; expected the id or the name of a profile: vllm-bf16-tp2-pp1,",
        ),
        (
            "vllm-bf16-tp8-pp1",
            "got 'vllm-bf16-tp8-pp1', which this machine cannot run: needs 8 GPUs; this machine has 2.",
        ),
    ],
)
@pytest.mark.usefixtures("gpus")
def test_a_profile_that_cannot_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.setenv("NIM_MODEL_PROFILE", name)
    with pytest.raises(ConfigurationError) as caught:
        configured_with_profile([str(folder)])
    assert f"NIM_MODEL_PROFILE: {message}" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("gpus")
def test_a_profile_of_a_model_that_is_not_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert configured_with_profile(["org/never-fetched"]).settings.tensor_parallel_size is None
    monkeypatch.setenv("NIM_MODEL_PROFILE", "vllm-bf16-tp1-pp1")
    with pytest.raises(ConfigurationError, match="never-fetched"):
        configured_with_profile(["org/never-fetched"])


@pytest.mark.usefixtures("gpus")
def test_the_list_separates_runnable_profiles_from_others(folder: Path) -> None:
    runnable, others = listed(configuration([str(folder)])).split("Not runnable:\n")
    assert "llama, up to 8192 tokens" in runnable
    assert "  vllm-bf16-tp2-pp1" in runnable
    assert "* vllm-bf16-tp1-pp1 " in others
    assert "(needs 4 GPUs; this machine has 2)" in others
    with pytest.raises(ConfigurationError, match="never-fetched"):
        listed(configuration(["org/never-fetched"]))


def test_a_shorter_length_is_suggested_where_that_is_enough(
    folder: Path, gpus: list[Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 9 GiB of weights and 1 GiB of cache for 8,192 tokens, 9.5 GiB can be used."""
    gpus[:] = [replace(H100, memory=int(9.5 * GIB / 0.92) + 1)]
    text = listed(configuration([str(folder)]))
    shorter = text.partition("Runnable with a shorter --max-model-len:\n")[2].splitlines()[0]
    assert shorter.startswith("* vllm-bf16-tp1-pp1 ")
    assert shorter.endswith("9.50 GiB  (--max-model-len 4096)")
    assert configured_with_profile([str(folder), "--max-model-len", "4096"]).settings.max_model_len == 4096
    monkeypatch.setenv("NIM_MODEL_PROFILE", "vllm-bf16-tp1-pp1")
    with pytest.raises(ConfigurationError, match=r"It can with --max-model-len 4096\."):
        configured_with_profile([str(folder)])


def test_no_length_makes_room_for_weights_that_are_too_large(folder: Path) -> None:
    limits = Limits([replace(H100, memory=9 * GIB)], 0.9)
    plain = profile(of(folder), "bf16", 1, 1, lora=False)
    assert shorter_length(plain, limits, 8192) is None
    assert shorter_length(plain, Limits([], 0.9), 8192) is None
    assert shorter_length(plain, Limits([replace(H100, memory=int(9.5 * GIB))], 1), 8192) == 4096
    assert shorter_length(plain, Limits([H100], 0.9), 256) is None


def test_the_images_manifest_names_profiles(folder: Path) -> None:
    """It is what NVIDIA's operator selects from, for NIM_MODEL_PROFILE."""
    text = (Path(__file__).parents[3] / "deploy/nim/model_manifest.yaml").read_text()
    manifest = yaml.safe_load(text)
    assert manifest["schema_version"].startswith("2.")
    names = {each.name: each for each in possible_profiles(of(folder))}
    assert {each["id"] for each in manifest["profiles"]} == {name for name in names if "-pp1" in name}
    for each in manifest["profiles"]:
        of_that_name = names[each["id"]]
        tags = {"tp": str(of_that_name.tensor_parallel_size), "pp": "1", "precision": of_that_name.precision}
        tags |= {"llm_engine": "vllm", "feat_lora": str(of_that_name.lora).lower()}
        assert each["tags"] == tags
