import json
import struct
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from accord.dialects.manifest import manifest
from accord.engine.deployment import deployment as deployments
from accord.engine.deployment.deployment import Deployment
from accord.engine.deployment.hardware import Device
from accord.engine.deployment.model_files import ModelFiles, ModelNotHere, ModelUnreadable, model_files
from accord.engine.deployment.profiles import (
    Limits,
    own_precision,
    possible_profiles,
    profile,
    shortcoming,
    shorter_length,
)
from accord.server.profile_selection import configured_with_profile, listed
from accord.server.sources import ConfigurationError, configuration

GIB = 2**30
LLAMA = {
    "dtype": "bfloat16",
    "hidden_size": 4096,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "num_hidden_layers": 32,
    "max_position_embeddings": 8192,
}
H100 = Device("gpu", "NVIDIA H100", 80 * GIB, (9, 0))


def write_tensors(file: Path, tensors: dict[str, tuple[str, list[int]]]) -> None:
    """A safetensors file without its data, which nobody reads here."""
    header = {name: {"dtype": dtype, "shape": shape} for name, (dtype, shape) in tensors.items()}
    content = json.dumps(header | {"__metadata__": {"format": "pt"}}).encode()
    file.write_bytes(struct.pack("<Q", len(content)) + content)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of 8 GiB of matrices and 1 GiB of embeddings, by its headers."""
    folder = tmp_path / "llama"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(LLAMA))
    embedding = {"model.embed_tokens.weight": ("BF16", [131072, 4096])}
    layer = {f"model.layers.{i}.mlp.down_proj.weight": ("BF16", [32768, 4096]) for i in range(32)}
    write_tensors(folder / "model-1.safetensors", embedding)
    write_tensors(folder / "model-2.safetensors", layer)
    return folder


def of(folder: Path, **config: Any) -> ModelFiles:
    (folder / "config.json").write_text(json.dumps(LLAMA | config))
    return model_files(str(folder), Path("unused"))


def test_a_profile_is_named_for_what_it_is(folder: Path) -> None:
    assert profile(of(folder), "bf16", 1, 1, lora=False).name == "vllm-bf16-tp1-pp1"
    assert profile(of(folder), "fp8", 4, 2, lora=True).name == "vllm-fp8-tp4-pp2-lora"


def test_an_id_is_the_hash_of_the_content(folder: Path, tmp_path: Path) -> None:
    one = profile(of(folder), "bf16", 1, 1, lora=False)
    assert len(one.id) == 64
    assert profile(of(folder), "bf16", 1, 1, lora=False).id == one.id
    others: list[Any] = []
    for name, value in asdict(one).items():
        other: dict[str, Any] = {name: "x" if isinstance(value, str) else 9}
        others.append(replace(one, **other))
    assert len({one.id, *(other.id for other in others)}) == len(others) + 1
    assert profile(of(folder, rope_theta=1), "bf16", 1, 1, lora=False).id != one.id


def test_what_weights_and_cache_take(folder: Path) -> None:
    files = of(folder)
    plain = profile(files, "bf16", 1, 1, lora=False)
    assert plain.weights_bytes == 9 * GIB
    assert plain.cache_bytes_per_token == 32 * 2 * 8 * 128 * 2
    assert plain.cache_bytes(8192) == GIB
    split = profile(files, "bf16", 4, 2, lora=False)
    assert split.weights_bytes_per_device == 9 * GIB // 8
    assert split.cache_bytes_per_token == plain.cache_bytes_per_token // 8
    assert profile(files, "fp8", 1, 1, lora=False).weights_bytes == 4 * GIB + GIB
    assert profile(files, "fp32", 1, 1, lora=False).weights_bytes == 18 * GIB
    assert profile(files, "bf16", 1, 1, lora=True).weights_bytes == 9 * GIB + 32 * (32768 + 4096) * 16 * 2


def test_fewer_key_heads_than_devices_are_copied(folder: Path) -> None:
    files = of(folder, num_key_value_heads=1)
    assert profile(files, "bf16", 4, 1, lora=False).cache_bytes_per_token == 32 * 2 * 128 * 2


@pytest.mark.parametrize(
    ("config", "per_token"),
    [
        ({"head_dim": 64}, 32 * 2 * 8 * 64 * 2),
        ({"num_key_value_heads": None}, 32 * 2 * 32 * 128 * 2),
        ({"layer_types": ["full_attention", "linear_attention"] * 16}, 16 * 2 * 8 * 128 * 2),
        ({"kv_lora_rank": 512, "qk_rope_head_dim": 64}, 32 * 576 * 2),
        ({"text_config": {"num_hidden_layers": 16}}, 16 * 2 * 8 * 128 * 2),
    ],
    ids=str,
)
def test_the_cache_follows_the_models_attention(folder: Path, config: dict[str, Any], per_token: int) -> None:
    assert profile(of(folder, **config), "bf16", 1, 1, lora=False).cache_bytes_per_token == per_token


@pytest.mark.parametrize(
    ("config", "precision"),
    [
        ({}, "bf16"),
        ({"dtype": "float16"}, "fp16"),
        ({"dtype": None, "torch_dtype": "torch.float16"}, "fp16"),
        ({"dtype": "float32"}, "bf16"),
        ({"dtype": None}, "bf16"),
        ({"quantization_config": {"quant_method": "fp8"}}, "fp8"),
        ({"quantization_config": {"quant_method": "gptq", "bits": 4}}, "int4"),
        ({"quantization_config": {"quant_method": "awq"}}, "int4"),
        ({"quantization_config": {"quant_method": "mxfp4"}}, "mxfp4"),
        ({"quantization_config": {"quant_method": "modelopt", "quant_algo": "NVFP4"}}, "nvfp4"),
        (
            {
                "quantization_config": {
                    "quant_method": "compressed-tensors",
                    "config_groups": {"group_0": {"weights": {"num_bits": 8, "type": "float"}}},
                }
            },
            "fp8",
        ),
    ],
    ids=str,
)
def test_the_models_own_precision(folder: Path, config: dict[str, Any], precision: str) -> None:
    assert own_precision(of(folder, **config)) == precision


def test_the_possible_profiles_divide_the_heads(folder: Path) -> None:
    names = [each.name for each in possible_profiles(of(folder, num_attention_heads=6, num_hidden_layers=1))]
    kinds = ["bf16-tp1-pp1", "bf16-tp2-pp1", "bf16-tp1-pp1-lora", "bf16-tp2-pp1-lora"]
    assert names == [f"vllm-{kind}" for kind in [*kinds, *(k.replace("bf16", "fp8") for k in kinds)]]
    quantized = of(folder, quantization_config={"quant_method": "awq"})
    assert {each.precision for each in possible_profiles(quantized)} == {"int4"}


@pytest.mark.parametrize(
    ("limits", "precision", "tensor", "reason"),
    [
        (Limits([H100], 0.92), "bf16", 1, None),
        (Limits([H100] * 2, 0.92), "bf16", 2, None),
        (Limits([], 0.92), "bf16", 1, "needs 1 GPU; this machine has none"),
        (Limits([H100], 0.92), "bf16", 2, "needs 2 GPUs; this machine has 1"),
        (
            Limits([replace(H100, memory=10 * GIB)], 0.9),
            "bf16",
            1,
            "needs 10.00 GiB on each GPU; 9.00 GiB of 10.00 GiB can be used",
        ),
        (Limits([replace(H100, memory=12 * GIB)], 0.9), "bf16", 1, None),
        (
            Limits([replace(H100, capability=(7, 5))], 0.9),
            "fp8",
            1,
            "FP8 needs GPUs of compute capability 8.0",
        ),
        (Limits([Device("cpu", "CPU", 16 * GIB)], 1.0, 2 * GIB), "bf16", 1, None),
        (
            Limits([Device("cpu", "CPU", 16 * GIB)], 1.0, GIB // 2),
            "bf16",
            1,
            "8192 tokens need 1.00 GiB of cache; VLLM_CPU_KVCACHE_SPACE gives 0.50 GiB",
        ),
        (
            Limits([Device("cpu", "CPU", 10 * GIB)], 1.0, 2 * GIB),
            "bf16",
            1,
            "needs 11.00 GiB on each CPU memory node; 10.00 GiB of 10.00 GiB can be used",
        ),
        (
            Limits([Device("cpu", "CPU", 99 * GIB)], 1.0, GIB),
            "fp8",
            1,
            "FP8 needs GPUs of compute capability 8.0",
        ),
    ],
)
def test_why_a_machine_cannot_run_a_profile(
    folder: Path, limits: Limits, precision: str, tensor: int, reason: str | None
) -> None:
    assert shortcoming(profile(of(folder), precision, tensor, 1, lora=False), limits, 8192) == reason


def test_an_index_says_which_files_are_loaded(folder: Path) -> None:
    write_tensors(folder / "consolidated.safetensors", {"copy": ("BF16", [2**30])})
    assert profile(of(folder), "bf16", 1, 1, lora=False).weights_bytes == 9 * GIB
    index = {"weight_map": {"model.embed_tokens.weight": "model-1.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert profile(of(folder), "bf16", 1, 1, lora=False).weights_bytes == GIB


@pytest.mark.parametrize("content", [None, "", "[", "[]", "{}"])
def test_a_model_that_does_not_say_what_it_needs(folder: Path, content: str | None) -> None:
    if content is None:
        (folder / "config.json").unlink()
    else:
        (folder / "config.json").write_text(content)
    with pytest.raises(ModelUnreadable, match=r"config\.json"):
        possible_profiles(model_files(str(folder), Path("unused")))


def test_weights_that_are_none(folder: Path) -> None:
    (folder / "model-2.safetensors").write_bytes(b"no header")
    with pytest.raises(ModelUnreadable, match="model-2"):
        possible_profiles(of(folder))


@pytest.mark.parametrize("model", [None, "org/never-fetched", "no such folder", "/no/such/folder"])
def test_a_model_that_is_not_here(tmp_path: Path, model: str | None) -> None:
    with pytest.raises(ModelNotHere):
        model_files(model, tmp_path)


@pytest.fixture
def gpus(monkeypatch: pytest.MonkeyPatch) -> list[Device]:
    """Stands in for the machine: two GPUs that the model fits only together."""
    found = [replace(H100, memory=9 * GIB)] * 2
    monkeypatch.setattr(deployments, "devices", lambda: found)
    monkeypatch.setattr(deployments, "is_cpu_build", lambda: False)
    monkeypatch.delenv("NIM_MODEL_PROFILE", raising=False)
    return found


def deployed(folder: Path, *arguments: str) -> Deployment:
    return Deployment(str(folder), list(arguments), Path("unused"))


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ([], "vllm-bf16-tp1-pp1"),
        (["--tensor-parallel-size", "2"], "vllm-bf16-tp2-pp1"),
        (["--tensor-parallel-size=2", "-tp", "4"], "vllm-bf16-tp4-pp1"),
        (["-pp", "2", "--enable-lora"], "vllm-bf16-tp1-pp2-lora"),
        (["--dtype", "float16"], "vllm-fp16-tp1-pp1"),
        (["--quantization", "fp8"], "vllm-fp8-tp1-pp1"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("gpus")
def test_options_amount_to_a_profile(folder: Path, arguments: list[str], name: str) -> None:
    deployment = deployed(folder, *arguments)
    assert deployment.selected.name == name
    assert deployment.selected in [fit.profile for fit in deployment.fits]


@pytest.mark.parametrize(
    ("given", "length"), [("4096", 4096), ("4k", 4000), ("4K", 4096), ("-1", 8192), ("auto", 8192)]
)
def test_the_length_that_the_cache_is_for(folder: Path, given: str, length: int) -> None:
    assert deployed(folder, "--max-model-len", given).max_model_len == length


@pytest.mark.usefixtures("gpus")
def test_the_manifest_says_what_runs_and_what_could(folder: Path) -> None:
    deployment = deployed(folder, "-tp", "2")
    content = yaml.safe_load(manifest(deployment, "1.2.3"))
    assert content["release"] == "1.2.3"
    assert content["model"] == "llama"
    assert content["selected_profile"] == deployment.selected.id
    assert content["devices"] == [{"kind": "gpu", "name": "NVIDIA H100", "memory_bytes": 9 * GIB}] * 2
    profiles = {each["name"]: each for each in content["profiles"]}
    assert profiles["vllm-bf16-tp2-pp1"]["runnable"] is True
    assert profiles["vllm-bf16-tp2-pp1"]["requires"] == {
        "devices": 2,
        "memory_bytes_per_device": 5 * GIB,
        "weights_bytes_per_device": 9 * GIB // 2,
        "cache_bytes_per_device": GIB // 2,
    }
    assert "reason" not in profiles["vllm-bf16-tp2-pp1"]
    assert profiles["vllm-bf16-tp1-pp1"]["runnable"] is False
    assert profiles["vllm-bf16-tp1-pp1"]["reason"].startswith("needs 10.00 GiB on each GPU")


def test_the_manifest_of_a_model_that_says_nothing(folder: Path) -> None:
    (folder / "config.json").write_text("{}")
    content = yaml.safe_load(manifest(deployed(folder), "1.2.3"))
    assert content["profiles"] == []
    assert "has no max_position_embeddings" in content["reason"]


# --- at the start


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
            "got 'vllm-bf16-tp3-pp1'; it takes the id or the name of a profile: vllm-bf16-tp2-pp1,",
        ),
        (
            "vllm-bf16-tp8-pp1",
            "got 'vllm-bf16-tp8-pp1', which this machine cannot run: needs 8 GPUs; this machine has 2.",
        ),
    ],
)
@pytest.mark.usefixtures("gpus")
def test_a_profile_that_cannot_be_had(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.setenv("NIM_MODEL_PROFILE", name)
    with pytest.raises(ConfigurationError) as caught:
        configured_with_profile([str(folder)])
    assert f"NIM_MODEL_PROFILE: {message}" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("gpus")
def test_a_profile_of_a_model_that_is_not_here(monkeypatch: pytest.MonkeyPatch) -> None:
    assert configured_with_profile(["org/never-fetched"]).settings.tensor_parallel_size is None
    monkeypatch.setenv("NIM_MODEL_PROFILE", "vllm-bf16-tp1-pp1")
    with pytest.raises(ConfigurationError, match="never-fetched"):
        configured_with_profile(["org/never-fetched"])


@pytest.mark.usefixtures("gpus")
def test_the_list_tells_runnable_from_not(folder: Path) -> None:
    runnable, others = listed(configuration([str(folder)])).split("Not runnable:\n")
    assert "llama, up to 8192 tokens" in runnable
    assert "  vllm-bf16-tp2-pp1" in runnable
    assert "* vllm-bf16-tp1-pp1 " in others
    assert "(needs 4 GPUs; this machine has 2)" in others
    with pytest.raises(ConfigurationError, match="never-fetched"):
        listed(configuration(["org/never-fetched"]))


def test_a_shorter_length_is_proposed_where_that_is_enough(
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
    text = (Path(__file__).parents[2] / "deploy/nim/model_manifest.yaml").read_text()
    manifest = yaml.safe_load(text)
    assert manifest["schema_version"].startswith("2.")
    names = {each.name: each for each in possible_profiles(of(folder))}
    assert {each["id"] for each in manifest["profiles"]} == {name for name in names if "-pp1" in name}
    for each in manifest["profiles"]:
        of_that_name = names[each["id"]]
        tags = {"tp": str(of_that_name.tensor_parallel_size), "pp": "1", "precision": of_that_name.precision}
        tags |= {"llm_engine": "vllm", "feat_lora": str(of_that_name.lora).lower()}
        assert each["tags"] == tags
