"""Profiles: names, ids, memory estimates, and the manifest of a deployment."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from accord.dialects.manifest import manifest
from accord.engine.deployment.hardware import Device
from accord.engine.deployment.profiles import Limits, own_precision, possible_profiles, profile, shortcoming
from tests.unit.deployment.llama import GIB, H100, deployed, of


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


def test_memory_of_weights_and_cache(folder: Path) -> None:
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


def test_the_manifest_of_an_incomplete_model(folder: Path) -> None:
    (folder / "config.json").write_text("{}")
    content = yaml.safe_load(manifest(deployed(folder), "1.2.3"))
    assert content["profiles"] == []
    assert "has no max_position_embeddings" in content["reason"]
