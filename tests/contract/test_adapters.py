"""LoRA adapters, with tiny ones that the test makes."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.document import Contract
from tests.serving import RunningServer, started, wait_until_ready

REFRESH_SECONDS = 0.2


def write_adapter(folder: Path, base: Path, seed: int) -> Path:
    """A LoRA adapter of rank 4 over every query and value projection, strong enough to change the answer."""
    import torch
    from safetensors.torch import save_file

    config = json.loads((base / "config.json").read_text())
    hidden = config["hidden_size"]
    torch.manual_seed(seed)
    weights = {}
    for layer in range(config["num_hidden_layers"]):
        for projection in ("q_proj", "v_proj"):
            name = f"base_model.model.model.layers.{layer}.self_attn.{projection}"
            weights[f"{name}.lora_A.weight"] = torch.randn(4, hidden)
            weights[f"{name}.lora_B.weight"] = torch.randn(hidden, 4)
    folder.mkdir()
    save_file(weights, folder / "adapter_model.safetensors")
    adapter = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": str(base),
        "r": 4,
        "lora_alpha": 64,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": ["q_proj", "v_proj"],
    }
    # The configuration comes last: an adapter is there when it is.
    (folder / "adapter_config.json").write_text(json.dumps(adapter))
    return folder


@pytest.fixture(scope="module")
def adapters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("adapters")


@pytest.fixture(scope="module")
def adapting(
    tiny_model: Path, adapters: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    write_adapter(adapters / "first", tiny_model, 1)
    log = tmp_path_factory.mktemp("logs") / "adapting.log"
    environment = {
        "NIM_PEFT_SOURCE": str(adapters),
        "NIM_PEFT_REFRESH_INTERVAL": str(REFRESH_SECONDS),
    }
    arguments = ["--model", str(tiny_model), "--max-model-len", "512"]
    with started(arguments, log, "tiny", environment=environment) as running:
        wait_until_ready(running)
        yield running


def listed(server: RunningServer) -> dict[str, Any]:
    return {model["id"]: model for model in httpx.get(f"{server.url}/v1/models").json()["data"]}


def wait_until_listed(server: RunningServer, names: set[str]) -> None:
    deadline = time.monotonic() + 20
    while set(listed(server)) != names:
        assert time.monotonic() < deadline, listed(server).keys()


def answer(server: RunningServer, model: str) -> httpx.Response:
    body = {"model": model, "prompt": "Once upon a time", "max_tokens": 12, "temperature": 0}
    return httpx.post(f"{server.url}/v1/completions", json=body, timeout=60)


def test_an_adapter_is_listed_with_what_it_adapts(adapting: RunningServer, contract: Contract) -> None:
    response = httpx.get(f"{adapting.url}/v1/models")
    contract.check(response)
    assert listed(adapting)["first"]["parent"] == "tiny"


def test_an_adapter_answers_in_the_models_place(adapting: RunningServer) -> None:
    adapted = answer(adapting, "first")
    assert adapted.status_code == 200, adapted.text
    assert adapted.json()["model"] == "first"
    assert adapted.json()["choices"][0]["text"] != answer(adapting, "tiny").json()["choices"][0]["text"]


def test_adapters_come_change_and_go_with_the_folder(
    adapting: RunningServer, adapters: Path, tiny_model: Path
) -> None:
    second = write_adapter(adapters / "second", tiny_model, 2)
    wait_until_listed(adapting, {"tiny", "first", "second"})
    before = answer(adapting, "second").json()["choices"][0]["text"]
    assert before != answer(adapting, "first").json()["choices"][0]["text"]
    shutil.rmtree(second)
    wait_until_listed(adapting, {"tiny", "first"})
    assert answer(adapting, "second").status_code == 404


def test_something_that_is_no_adapter_is_left_out(adapting: RunningServer, adapters: Path) -> None:
    broken = adapters / "broken"
    broken.mkdir()
    (broken / "adapter_config.json").write_text("{")
    wait_until_listed(adapting, {"tiny", "first"})
    assert "broken" in adapting.log.read_text() or answer(adapting, "broken").status_code == 404
