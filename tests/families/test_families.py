"""Accord beside vLLM's own server, on tiny models of the families that people run."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.families.asking import Json
from tests.families.comparison import RENDERED, Comparison
from tests.families.conversations import conversations
from tests.families.differences import differences
from tests.families.forms import free_questions, questions
from tests.families.models import FAMILIES
from tests.families.servers import answers, prompts, serving

GIVEN = os.environ.get("FAMILIES", "")
"""The families to run with engines: names, or `all`, as `make families` has it."""
CHOSEN = list(FAMILIES) if GIVEN == "all" else list(filter(None, GIVEN.split(",")))


def _asked(family: str, folder: Path, own: bool) -> dict[str, Json]:
    log = folder.parent / f"{'vllm' if own else 'accord'}.log"
    with serving(FAMILIES[family], folder, own, log) as client:
        rendered = prompts(client, FAMILIES[family], conversations())
        said = answers(
            client, FAMILIES[family], questions(family) if FAMILIES[family].scripted else free_questions()
        )
        return {f"{RENDERED}{name}": each for name, each in rendered.items()} | said


@pytest.fixture(scope="module", params=CHOSEN)
def comparison(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    family = request.param
    folder = tmp_path_factory.mktemp(family) / family
    folder.mkdir()
    FAMILIES[family].write(folder)
    with ThreadPoolExecutor(2) as threads:
        vllm, accord = threads.map(lambda own: _asked(family, folder, own), (True, False))
    made = Comparison(family, vllm, accord)
    made.keep()
    return made


@pytest.mark.timeout(900)
def test_the_family_is_served_as_vllm_serves_it(comparison: Comparison) -> None:
    judgement = comparison.judged(differences())
    report = "\n".join(f"{case}: {told[:600]}" for case, told in judgement.unexplained.items())
    assert not report, f"{len(judgement.unexplained)} of {len(comparison.vllm)} cases differ:\n{report}"
    stale = [place.cases.pattern for place in judgement.stale]
    assert not stale, "written differences that no case shows any more"
