"""If a model needs a missing package, the error is one line that names it."""

import importlib.util
import logging
from pathlib import Path

import pytest

from accord.engine.vllm import launch
from accord.engine.vllm.missing import REGISTRY, naming_missing_packages

REFUSAL = "Model architectures ['SeesForConditionalGeneration'] failed to be inspected. See the logs."


def refused(error: Exception) -> None:
    try:
        raise error
    except type(error):
        logging.getLogger(REGISTRY).exception("Error in inspecting model architecture.")
    raise ValueError(REFUSAL)


def test_the_package_is_named_and_no_traceback_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    text = "Traceback ...\nModuleNotFoundError: No module named 'torchvision.transforms'"
    needed = pytest.raises(ValueError, match="needs the Python package torchvision, which")
    with needed as caught, naming_missing_packages():
        refused(RuntimeError(text))
    assert "SeesForConditionalGeneration" in str(caught.value)
    assert caplog.records == []


def test_any_other_reason_stays_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ValueError, match="failed to be inspected"), naming_missing_packages():
        refused(RuntimeError("out of memory"))
    assert len(caplog.records) == 1


@pytest.mark.skipif(importlib.util.find_spec("torchvision") is not None, reason="torchvision is there")
def test_a_model_that_sees_is_refused_for_want_of_torchvision(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from transformers import Qwen2_5_VLConfig

    config = Qwen2_5_VLConfig()
    config.architectures = ["Qwen2_5_VLForConditionalGeneration"]
    config.save_pretrained(tmp_path)
    args = launch.parsed(["--model", str(tmp_path), "--max-model-len", "512", "--enforce-eager"])
    with pytest.raises(ValueError, match="needs the Python package torchvision"):
        launch.start_engine(args)
    assert "Traceback" not in capfd.readouterr().err
