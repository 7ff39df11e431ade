"""Wrong adapters are detected before vLLM's workers load them, if their files show it."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from accord.engine.adapter_files import AdapterRefused, check_complete
from accord.engine.vllm.adapters import check
from tests.contract.test_adapters import HARMS, write_adapter

BY_WORKERS = "vLLM refuses it"


@pytest.fixture
def config(tiny_model: Path) -> Any:
    text_config = SimpleNamespace(max_position_embeddings=8192)
    return SimpleNamespace(
        model_config=SimpleNamespace(
            model=str(tiny_model), hf_config=SimpleNamespace(get_text_config=lambda: text_config)
        ),
        lora_config=SimpleNamespace(max_lora_rank=32),
    )


def checked(folder: Path, config: Any) -> None:
    check_complete(folder)
    check(folder, config)


@pytest.mark.parametrize(("harm", "reason"), HARMS, ids=[harm.__name__ for harm, _ in HARMS])
def test_a_broken_adapter_is_refused(
    tmp_path: Path, tiny_model: Path, config: Any, harm: Callable[[Path, Path], None], reason: str
) -> None:
    harm(tmp_path / "broken", tiny_model)
    if reason == BY_WORKERS:
        checked(tmp_path / "broken", config)
    else:
        with pytest.raises(AdapterRefused, match=reason):
            checked(tmp_path / "broken", config)


@pytest.mark.parametrize("module", ["self_attn.q_proj", "self_attn.o_proj"])
def test_a_good_one_is_not(tmp_path: Path, tiny_model: Path, config: Any, module: str) -> None:
    checked(write_adapter(tmp_path / "good", tiny_model, 1, module=module), config)
