"""LoRA adapters: tiny ones that the test makes, and broken ones."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.document import Contract, sse_events
from tests.serving import RunningServer, http, started, wait_until_logged, wait_until_ready

REFRESH_SECONDS = 0.2
WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"


def write_adapter(
    folder: Path, base: Path, seed: int, rank: int = 4, width: float = 1, module: str = "self_attn.q_proj"
) -> Path:
    """Write a LoRA adapter for a projection of every layer, strong enough to change the answer.

    With `width` it is for a model that is so many times as wide.
    """
    import torch
    from safetensors.torch import save_file

    config = json.loads((base / "config.json").read_text())
    hidden = int(config["hidden_size"] * width)
    torch.manual_seed(seed)
    weights = {}
    for layer in range(config["num_hidden_layers"]):
        name = f"base_model.model.model.layers.{layer}.{module}"
        weights[f"{name}.lora_A.weight"] = torch.randn(rank, hidden)
        weights[f"{name}.lora_B.weight"] = torch.randn(hidden, rank)
    folder.mkdir(exist_ok=True)
    save_file(weights, folder / WEIGHTS)
    adapter = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": str(base),
        "r": rank,
        "lora_alpha": 64,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": [module.rpartition(".")[2]],
    }
    (folder / CONFIG).write_text(json.dumps(adapter))
    return folder


@pytest.fixture(scope="module")
def adapters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("adapters")


@pytest.fixture(scope="module")
def adapting(
    tiny_model: Path, adapters: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    write_adapter(adapters / "first", tiny_model, 1)
    static = write_adapter(tmp_path_factory.mktemp("static") / "static", tiny_model, 7)
    half = adapters / "half"
    half.mkdir()
    (half / CONFIG).write_text('{"r": 4}')
    log = tmp_path_factory.mktemp("logs") / "adapting.log"
    environment = {
        "NIM_PEFT_SOURCE": str(adapters),
        "NIM_PEFT_REFRESH_INTERVAL": str(REFRESH_SECONDS),
        "NIM_CACHE_PATH": str(tmp_path_factory.mktemp("cache")),
        "ACCORD_ALLOW_RUNTIME_LORA_UPDATING": "1",
    }
    arguments = ["--model", str(tiny_model), "--max-model-len", "512", "--lora-modules", f"static={static}"]
    with started(arguments, log, "tiny", environment=environment) as running:
        wait_until_ready(running)
        yield running


def listed(server: RunningServer) -> dict[str, Any]:
    return {model["id"]: model for model in http.get(f"{server.url}/v1/models").json()["data"]}


def wait_until_listed(server: RunningServer, names: set[str]) -> None:
    deadline = time.monotonic() + 60
    while set(listed(server)) != names:
        assert time.monotonic() < deadline, listed(server).keys()


def answer(server: RunningServer, model: str, max_tokens: int = 12) -> httpx.Response:
    body = {"model": model, "prompt": "Once upon a time", "max_tokens": max_tokens, "temperature": 0}
    return http.post(f"{server.url}/v1/completions", json=body, timeout=60)


def text(server: RunningServer, model: str, max_tokens: int = 12) -> str:
    answered = answer(server, model, max_tokens)
    assert answered.status_code == 200, answered.text
    said: str = answered.json()["choices"][0]["text"]
    return said


def ask(server: RunningServer, what: str, **body: Any) -> httpx.Response:
    answered = http.post(f"{server.url}/v1/{what}_lora_adapter", json=body, timeout=60)
    Contract.published().check(answered)
    return answered


ALWAYS = {"tiny", "first", "static"}


def test_an_adapter_is_listed_with_what_it_adapts(
    adapting: RunningServer, adapters: Path, contract: Contract
) -> None:
    response = http.get(f"{adapting.url}/v1/models")
    contract.check(response)
    assert listed(adapting)["first"]["parent"] == "tiny"
    assert listed(adapting)["first"]["root"] == str(adapters / "first")
    assert set(listed(adapting)) == ALWAYS, "only what the engine has taken"


def test_an_adapter_answers_in_the_models_place(adapting: RunningServer) -> None:
    assert answer(adapting, "first").json()["model"] == "first"
    assert len({text(adapting, model) for model in ALWAYS}) == 3


def test_adapters_come_change_and_go_with_the_folder(
    adapting: RunningServer, adapters: Path, tiny_model: Path
) -> None:
    second = write_adapter(adapters / "second", tiny_model, 2)
    wait_until_listed(adapting, {*ALWAYS, "second"})
    assert text(adapting, "second") != text(adapting, "first")
    shutil.rmtree(second)
    wait_until_listed(adapting, ALWAYS)
    assert answer(adapting, "second").status_code == 404


def without_weights(folder: Path, _: Path) -> None:
    folder.mkdir()
    (folder / CONFIG).write_text('{"r": 4}')


def bare_configuration(folder: Path, base: Path) -> None:
    write_adapter(folder, base, 3)
    (folder / CONFIG).write_text('{"r": 4}')


def no_json(folder: Path, base: Path) -> None:
    write_adapter(folder, base, 3)
    (folder / CONFIG).write_text("{")


def cut_off(folder: Path, base: Path) -> None:
    weights = write_adapter(folder, base, 3) / WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-100])


def too_large_a_rank(folder: Path, base: Path) -> None:
    write_adapter(folder, base, 3, rank=64)


def another_rank_than_it_says(folder: Path, base: Path) -> None:
    write_adapter(folder, base, 3, rank=8)
    config = json.loads((folder / CONFIG).read_text())
    (folder / CONFIG).write_text(json.dumps(config | {"r": 4}))


def of_a_larger_model(folder: Path, base: Path) -> None:
    write_adapter(folder, base, 3, width=2)


def of_a_narrower_model(folder: Path, base: Path) -> None:
    write_adapter(folder, base, 3, width=0.5)


def of_another_architecture(folder: Path, base: Path) -> None:
    write_adapter(folder, base, 3, module="attn.c_attn")


def no_weights_but_a_web_page(folder: Path, base: Path) -> None:
    write_adapter(folder, base, 3)
    (folder / WEIGHTS).unlink()
    (folder / "adapter_model.bin").write_bytes(b"<html><body>404 Not Found</body></html>")


HARMS: list[tuple[Callable[[Path, Path], None], str]] = [
    (without_weights, "it has no weights"),
    (bare_configuration, "Missing required configuration fields"),
    (no_json, "cannot be read"),
    (cut_off, "bytes of"),
    (too_large_a_rank, "LoRA rank 64 is greater than max_lora_rank 32"),
    (another_rank_than_it_says, "and its adapter_config.json the rank 4"),
    (of_a_larger_model, "it is for another model"),
    (of_a_narrower_model, "it is for another model"),
    (of_another_architecture, "vLLM refuses it"),
    (no_weights_but_a_web_page, "vLLM refuses it"),
]


@pytest.mark.parametrize(("harm", "reason"), HARMS, ids=[harm.__name__ for harm, _ in HARMS])
def test_a_broken_adapter_is_left_out_with_the_reason_and_harms_nobody(
    adapting: RunningServer,
    adapters: Path,
    tiny_model: Path,
    harm: Callable[[Path, Path], None],
    reason: str,
) -> None:
    before = text(adapting, "first")
    folder = adapters / harm.__name__
    harm(folder, tiny_model)
    wait_until_logged(adapting, f"The adapter {folder} is not served")
    [said] = [line for line in adapting.log.read_text().splitlines() if f"{folder} is not served" in line]
    assert reason in said
    assert answer(adapting, harm.__name__).status_code == 404
    assert set(listed(adapting)) == ALWAYS
    refused = ask(adapting, "load", lora_name=harm.__name__, lora_path=str(folder))
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "lora_adapter_refused")
    assert reason in refused.json()["error"]["message"]
    assert text(adapting, "first") == before
    assert text(adapting, "static")
    write_adapter(folder, tiny_model, 3)  # corrected, it is loaded
    if harm is no_weights_but_a_web_page:
        (folder / "adapter_model.bin").unlink()
    wait_until_listed(adapting, {*ALWAYS, harm.__name__})
    assert text(adapting, harm.__name__) != before
    shutil.rmtree(folder)
    wait_until_listed(adapting, ALWAYS)


def test_a_folder_that_is_copied_slowly_is_served_when_it_is_whole(
    adapting: RunningServer, adapters: Path, tiny_model: Path, tmp_path: Path
) -> None:
    whole = write_adapter(tmp_path / "whole", tiny_model, 5)
    slow = adapters / "slow"
    slow.mkdir()
    (slow / CONFIG).write_bytes((whole / CONFIG).read_bytes())
    wait_until_logged(adapting, f"The adapter {slow} is not served until its files are complete")
    weights = (whole / WEIGHTS).read_bytes()
    with (slow / WEIGHTS).open("wb") as copy:
        for begin in range(0, len(weights), 1024):
            copy.write(weights[begin : begin + 1024])
            copy.flush()
            assert answer(adapting, "slow").status_code == 404
    wait_until_listed(adapting, {*ALWAYS, "slow"})
    assert text(adapting, "slow") not in {text(adapting, model) for model in ALWAYS}
    assert ask(adapting, "unload", lora_name="slow").status_code == 200
    wait_until_listed(adapting, ALWAYS)
    shutil.rmtree(slow)


def test_weights_that_are_swapped_in_place_answer_and_what_runs_ends_with_the_old_ones(
    adapting: RunningServer, adapters: Path, tiny_model: Path
) -> None:
    swapped = write_adapter(adapters / "swapped", tiny_model, 11)
    wait_until_listed(adapting, {*ALWAYS, "swapped"})
    before, whole = text(adapting, "swapped"), text(adapting, "swapped", 400)
    configuration = (swapped / CONFIG).stat()
    body = {
        "model": "swapped",
        "prompt": "Once upon a time",
        "max_tokens": 400,
        "temperature": 0,
        "stream": True,
    }
    with http.stream("POST", f"{adapting.url}/v1/completions", json=body, timeout=60) as stream:
        lines = stream.iter_lines()
        read = [next(lines)]
        other = write_adapter(swapped.parent.parent / "other", tiny_model, 12)
        (swapped / WEIGHTS).write_bytes((other / WEIGHTS).read_bytes())
        assert (swapped / CONFIG).stat() == configuration
        deadline = time.monotonic() + 60
        while text(adapting, "swapped") == before:
            assert time.monotonic() < deadline
        read.extend(lines)
    events = [event.data for event in sse_events("\n".join(read) + "\n") if event.data != "[DONE]"]
    assert "".join(json.loads(event)["choices"][0]["text"] for event in events) == whole
    shutil.rmtree(swapped)
    wait_until_listed(adapting, ALWAYS)


def test_clients_load_and_unload_adapters(adapting: RunningServer, adapters: Path, tiny_model: Path) -> None:
    (adapters / "kept").mkdir(exist_ok=True)  # deeper than the server searches by itself
    one = write_adapter(adapters / "kept" / "one", tiny_model, 21)
    loaded = ask(adapting, "load", lora_name="mine", lora_path=str(one))
    assert (loaded.status_code, loaded.text) == (200, "Success: LoRA adapter 'mine' added successfully.")
    assert loaded.headers["content-type"].startswith("text/plain")
    assert set(listed(adapting)) == {*ALWAYS, "mine"}
    before = text(adapting, "mine")
    assert before not in {text(adapting, model) for model in ALWAYS}

    again = ask(adapting, "load", lora_name="mine", lora_path=str(one))
    assert (again.status_code, again.json()["error"]["code"]) == (400, "lora_adapter_loaded")
    two = write_adapter(adapters / "kept" / "two", tiny_model, 22)
    replaced = ask(adapting, "load", lora_name="mine", lora_path=str(two), load_inplace=True)
    assert replaced.status_code == 200
    assert text(adapting, "mine") != before

    unloaded = ask(adapting, "unload", lora_name="mine")
    assert (unloaded.status_code, unloaded.text) == (
        200,
        "Success: LoRA adapter 'mine' removed successfully.",
    )
    assert answer(adapting, "mine").status_code == 404
    gone = ask(adapting, "unload", lora_name="mine")
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "lora_adapter_not_found")
    assert set(listed(adapting)) == ALWAYS


def test_clients_load_nothing_from_elsewhere(
    adapting: RunningServer, adapters: Path, tiny_model: Path, tmp_path: Path
) -> None:
    outside = write_adapter(tmp_path / "outside", tiny_model, 31)
    (adapters / "kept" / "link").symlink_to(outside)
    for path in (
        str(outside),
        f"{adapters}/../{outside.name}",
        str(adapters / "kept" / "link"),
        "first",
        "~",
    ):
        refused = ask(adapting, "load", lora_name="mine", lora_path=path)
        assert refused.status_code == 400, refused.text
        assert refused.json()["error"]["param"] == "lora_path"
    nothing = ask(adapting, "load", lora_name="mine", lora_path=str(adapters / "nothing"))
    assert nothing.status_code == 404
    model = ask(adapting, "load", lora_name="tiny", lora_path=str(adapters / "first"))
    assert (model.status_code, model.json()["error"]["param"]) == (400, "lora_name")
    assert set(listed(adapting)) == ALWAYS


def test_the_engine_was_never_restarted(adapting: RunningServer) -> None:
    metrics = http.get(f"{adapting.url}/v1/metrics").text
    assert "accord_engine_restarts_total 0.0" in metrics
