"""A NIM container's interface: its variables, and its commands as its operator calls them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import REGISTRY, CollectorRegistry, Gauge
from prometheus_client.parser import text_string_to_metric_families

from accord.engine.deployment.options import option
from accord.server.nim_variables import (
    OPTIONS,
    SPECULATION,
    WITHOUT_EFFECT,
    WrongVariable,
    vllm_options,
    without_effect,
)
from accord.server.settings import Settings
from accord.server.sources import ConfigurationError, configuration
from accord.telemetry.metrics import exposition, scrape

ROOT = Path(__file__).parents[2]
OPERATOR = {
    "NIM_CACHE_PATH": "/model-store",
    "OUTLINES_CACHE_DIR": "/tmp/outlines",
    "NIM_SERVER_PORT": "8000",
    "NIM_HTTP_API_PORT": "8000",
    "NIM_JSONL_LOGGING": "1",
    "NIM_LOG_LEVEL": "INFO",
    "NGC_API_KEY": "nvapi-x",
}
"""What NVIDIA's operator always sets."""
NODES = {
    "NIM_NUM_COMPUTE_NODES": "2",
    "NIM_MULTI_NODE": "1",
    "NIM_NODE_RANK": "1",
    "LWS_LEADER_ADDRESS": "llama-0.llama.serving",
}
"""And what it sets for several nodes."""


def test_settings_of_the_operator_are_accepted_silently(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in OPERATOR.items():
        monkeypatch.setenv(name, value)
    settings = configuration([]).settings
    assert (settings.port, settings.cache_path) == (8000, Path("/model-store"))
    assert without_effect(os.environ) == []


def test_the_operators_cache_is_the_model_where_it_holds_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It sets NIM_MODEL_NAME to the folder in any case, and NIM_MODEL_PATH to the model or to nothing."""
    monkeypatch.setenv("NIM_MODEL_NAME", str(tmp_path))
    monkeypatch.setenv("NIM_MODEL_PATH", "hf://org/model")
    assert configuration([]).settings.model_source == "org/model"
    (tmp_path / "config.json").write_text("{}")
    settings = configuration([]).settings
    assert settings.model_folder == tmp_path
    assert settings.served_model_names == ["org/model"]
    monkeypatch.setenv("NIM_SERVED_MODEL_NAME", "mine")
    assert configuration([]).settings.served_model_names == ["mine"]
    monkeypatch.setenv("NIM_MODEL_PATH", "")
    assert configuration([]).settings.model_folder == tmp_path
    assert configuration(["org/other"]).settings.model_source == "org/other"


@pytest.mark.parametrize(
    ("environment", "options"),
    [
        ({}, []),
        (NODES, ["--nnodes", "2", "--node-rank", "1", "--master-addr", "llama-0.llama.serving"]),
        (NODES | {"NIM_NUM_COMPUTE_NODES": "1"}, []),
        (
            {"NIM_MAX_GPU_LORAS": "8", "NIM_MAX_CPU_LORAS": "16"},
            ["--max-loras", "8", "--max-cpu-loras", "16"],
        ),
        ({"NIM_KVCACHE_PERCENT": "0.8"}, ["--gpu-memory-utilization", "0.8"]),
        ({"NIM_MAX_NUM_SEQS": ""}, []),
    ],
)
def test_variables_that_are_options_of_vllms(environment: dict[str, str], options: list[str]) -> None:
    assert vllm_options(environment) == options


@pytest.mark.parametrize(
    ("environment", "config"),
    [
        ({"NIM_SPECDEC_ARGS": '{"method": "ngram", "num_speculative_tokens": 3}'}, ("ngram", None, 3)),
        ({"NIM_DRAFT_MODEL_PATH": "hf://org/draft"}, (None, "org/draft", 4)),
        (
            {"NIM_DRAFT_MODEL_PATH": "/draft", "NIM_SPECDEC_ARGS": '{"method": "eagle3"}'},
            ("eagle3", "/draft", 4),
        ),
    ],
)
def test_speculation(environment: dict[str, str], config: tuple[str | None, str | None, int]) -> None:
    name, text = vllm_options(environment)
    assert name == "--speculative-config"
    found = json.loads(text)
    assert (found.get("method"), found.get("model"), found["num_speculative_tokens"]) == config
    assert vllm_options(environment | {"NIM_SPECDEC_ENABLE": "0"}) == []
    assert without_effect(environment | {"NIM_SPECDEC_ENABLE": "1"}) == []


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"NIM_MAX_GPU_LORAS": "many"}, "NIM_MAX_GPU_LORAS, which sets vLLM's --max-loras: got 'many'"),
        ({"NIM_SPECDEC_ARGS": "[]"}, "NIM_SPECDEC_ARGS: got '[]'; expected a JSON object"),
        ({"NIM_DRAFT_MODEL_PATH": "ngc://a/b"}, "NIM_DRAFT_MODEL_PATH: got 'ngc://a/b'. Models of NGC are"),
        (NODES | {"NIM_NODE_RANK": "first"}, "NIM_NODE_RANK, which sets vLLM's --node-rank: got 'first'"),
    ],
)
def test_invalid_variables_are_refused(
    environment: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WrongVariable) as wrong:
        vllm_options(environment)
    assert str(wrong.value).startswith(said)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=re.escape(said)):
        configuration([])


def test_the_command_line_counts_more_than_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIM_MAX_NUM_SEQS", "64")
    assert option(configuration([]).vllm_arguments, "--max-num-seqs") == "64"
    assert option(configuration(["--max-num-seqs", "32"]).vllm_arguments, "--max-num-seqs") == "32"


def test_an_unmet_expectation_is_reported() -> None:
    assert without_effect(dict.fromkeys(WITHOUT_EFFECT, "1")) == [
        f"{name} has no effect. {reason}" for name, reason in WITHOUT_EFFECT.items()
    ]
    assert without_effect(dict.fromkeys(WITHOUT_EFFECT, "0")) == []
    [line] = without_effect({"NIM_SPECDEC_ENABLE": "1"})
    assert "set NIM_SPECDEC_ARGS or NIM_DRAFT_MODEL_PATH" in line


def test_the_guide_lists_every_variable() -> None:
    guide = (ROOT / "docs" / "nim.md").read_text()
    ours = {str(info.validation_alias) for info in Settings.model_fields.values()}
    nims = {name for name in ours if name.startswith("NIM_")} | set(OPTIONS) | set(SPECULATION)
    listed = set(re.findall(r"`(\w+)`", guide))
    assert nims | set(WITHOUT_EFFECT) <= listed


def test_metrics_by_nims_names() -> None:
    """A NIM's sample autoscaler asks for gpu_cache_usage_perc."""
    registry = CollectorRegistry()
    for name, value in (("vllm:kv_cache_usage_perc", 0.25), ("vllm:num_requests_waiting", 3)):
        Gauge(name, "vLLM's.", ["model_name"], registry=registry).labels('a "model" {').set(value)
    Gauge("vllm:num_requests_waiting_by_reason", "vLLM's.", ["reason"], registry=registry).labels("x").set(3)
    scrape(registry)
    try:
        families = {each.name: each for each in text_string_to_metric_families(exposition())}
    finally:
        scrape(REGISTRY)
    assert families.keys() - {name for name in families if name.startswith("vllm:")} == {
        "gpu_cache_usage_perc",
        "num_requests_waiting",
    }
    [sample] = families["gpu_cache_usage_perc"].samples
    assert (sample.labels, sample.value) == ({"model_name": 'a "model" {'}, 0.25)
    assert families["num_requests_waiting"].type == "gauge"


def accord(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "accord.server", "serve", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, env=os.environ | variables, cwd="/"
    )


def test_the_operators_huggingface_cli_is_there() -> None:
    run = accord("huggingface-cli", "download", "--help")
    assert run.returncode == 0, run.stderr
    for name in ("--local-dir", "--repo-type", "--revision"):
        assert name in run.stdout


@pytest.fixture
def ray(tmp_path: Path) -> Path:
    """A program of Ray's name that writes down how it is called."""
    program = tmp_path / "bin" / "ray"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n')
    program.chmod(0o755)
    return tmp_path / "calls"


def test_ray_is_joined_on_other_nodes(ray: Path) -> None:
    run = accord(
        "nim-serve-ray", "--head-address", "head:6379", PATH=f"{ray.parent}/bin:{os.environ['PATH']}"
    )
    assert run.returncode == 0, run.stderr
    assert ray.read_text() == "start --address head:6379 --block\n"


def test_ray_is_started_on_the_head_and_then_served_with(ray: Path) -> None:
    run = accord(
        *("nim-serve-ray", "--head", "--port", "6380", "--node-rank", "many"),
        **(NODES | {"PATH": f"{ray.parent}/bin:{os.environ['PATH']}"}),
    )
    assert ray.read_text() == "start --head --port 6380\n"
    assert run.returncode == 2
    assert "--node-rank: got 'many'" in run.stderr  # the options are those of accord serve


def test_missing_ray_is_reported(tmp_path: Path) -> None:
    run = accord("nim-serve-ray", "--head", PATH=str(tmp_path))
    assert run.returncode == 2
    assert "Ray is not installed here" in run.stderr
    assert "NIM_NUM_COMPUTE_NODES" in run.stderr
    assert accord("nim-serve-ray").returncode == 2
