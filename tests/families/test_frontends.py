"""Accord and vLLM's own server with a simulated engine: the part of `make families` in `make test`."""

import asyncio
from pathlib import Path

import pytest

from tests.families.differences import differences
from tests.families.models import FAMILIES
from tests.families.one_process import compared
from tests.families.test_families import CHOSEN

ONE_BY_ONE = (1,)
SPECULATED = (1, 4, 2, 5, 3)
"""Tokens at once, in turn."""
SHORT = ("qwen3", "gpt_oss")
SCRIPTED = [name for name in CHOSEN if FAMILIES[name].scripted]
CASES: list[tuple[str, tuple[int, ...]]] = [(name, ONE_BY_ONE) for name in dict.fromkeys((*SHORT, *SCRIPTED))]
CASES += [("qwen3", SPECULATED)] if "speculative" in CHOSEN else []


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("family", "steps"), CASES)
def test_both_frontends_report_the_same(
    family: str, steps: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FAMILIES[family].write(tmp_path)
    for name, value in FAMILIES[family].environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("VLLM_CPU_KVCACHE_SPACE", "1")
    judgement = asyncio.run(compared(FAMILIES[family], tmp_path, steps)).judged(differences())
    report = "\n".join(f"{case}: {told[:600]}" for case, told in judgement.unexplained.items())
    assert not report, f"{len(judgement.unexplained)} cases differ:\n{report}"
