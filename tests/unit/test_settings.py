from pathlib import Path

import pytest
from accord.engine.device import device_arguments
from accord.server.settings import cache_folder, parse_settings


def test_the_default_model_needs_no_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NIM_MODEL_PATH", raising=False)
    settings = parse_settings([])
    assert settings.model is None
    assert settings.served_model_names == ["smollm2-135m-instruct"]
    assert settings.port == 8000


def test_the_environment_names_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIM_MODEL_PATH", "hf://org/name")
    assert parse_settings([]).model == "org/name"
    assert parse_settings([]).served_model_names == ["org/name"]


def test_the_command_line_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIM_MODEL_PATH", "org/one")
    assert parse_settings(["org/two"]).model == "org/two"
    assert parse_settings(["--model", "org/three"]).model == "org/three"


def test_a_folder_serves_under_its_own_name(tmp_path: Path) -> None:
    folder = tmp_path / "llama"
    folder.mkdir()
    assert parse_settings([str(folder)]).served_model_names == ["llama"]


def test_what_is_not_accords_goes_through_to_vllm() -> None:
    settings = parse_settings(["--port", "9000", "--max-model-len", "2048", "--tool-call-parser", "hermes"])
    assert settings.port == 9000
    assert settings.vllm_arguments == ["--max-model-len", "2048", "--tool-call-parser", "hermes"]


def test_a_wrong_port_ends_with_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse_settings(["--port", "high"])
    assert caught.value.code == 2
    assert "--port" in capsys.readouterr().err


def test_the_cache_follows_nim_then_xdg() -> None:
    assert cache_folder({"NIM_CACHE_PATH": "/a", "XDG_CACHE_HOME": "/b"}) == Path("/a")
    assert cache_folder({"XDG_CACHE_HOME": "/b"}) == Path("/b/accord")


def test_the_cpu_runs_eagerly_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accord.engine.device.is_cpu_build", lambda: True)
    assert device_arguments([]) == ["--enforce-eager"]
    assert device_arguments(["--no-enforce-eager"]) == ["--no-enforce-eager"]
    monkeypatch.setattr("accord.engine.device.is_cpu_build", lambda: False)
    assert device_arguments([]) == []
