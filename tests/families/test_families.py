"""Accord beside vLLM's own server, on tiny models of popular model families."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.families import media
from tests.families.asking import Json
from tests.families.comparison import RENDERED, Comparison
from tests.families.conversations import conversations
from tests.families.differences import differences
from tests.families.forms import free_questions, questions
from tests.families.models import FAMILIES, Family
from tests.families.servers import answers, counts, prompts, serving, total

GIVEN = os.environ.get("FAMILIES", "")
"""The families to run with engines: names, or `all`, as `make families` has it."""
CHOSEN = list(FAMILIES) if GIVEN == "all" else list(filter(None, GIVEN.split(",")))


def _asked(family: str, folder: Path, own: bool) -> dict[str, Json]:
    log = folder.parent / f"{'vllm' if own else 'accord'}.log"
    its = FAMILIES[family]
    with serving(its, folder, own, log) as client:
        if its.shows is not None:
            return _shown(client, its, its.shows)
        rendered = prompts(client, its, conversations())
        said = answers(client, its, questions(family) if its.scripted else free_questions())
        if its.counts is not None:
            said[its.counts] = {"status": 200, "grown": total(client, its.counts) > 0}
        return {f"{RENDERED}{name}": each for name, each in rendered.items()} | said


def _shown(client: httpx.Client, family: Family, kind: str) -> dict[str, Json]:
    """Compare conversations with images or audio: their counts, the engine's input, and the answers."""
    talks = media.conversations(kind)
    said = answers(client, family, media.questions(kind))
    rendered = {
        f"{RENDERED}{name}": each | counts(client, family, talks[name])
        for name, each in prompts(client, family, talks).items()
    }
    talk, asked = media.counted_first(kind)
    counts(client, family, talk)
    return said | rendered | answers(client, family, [asked])


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


@pytest.mark.timeout(1800)
def test_the_family_is_served_as_vllm_serves_it(comparison: Comparison) -> None:
    if metric := FAMILIES[comparison.family].counts:
        assert comparison.vllm[metric]["grown"]
        assert comparison.accord[metric]["grown"]
    judgement = comparison.judged(differences())
    report = "\n".join(f"{case}: {told[:600]}" for case, told in judgement.unexplained.items())
    assert not report, f"{len(judgement.unexplained)} of {len(comparison.vllm)} cases differ:\n{report}"
    stale = [place.cases.pattern for place in judgement.stale]
    assert not stale, "written differences that no case shows any more"
