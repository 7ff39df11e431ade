"""Accord beside vLLM's own server, on tiny models of the families that people run."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.families.asking import Json
from tests.families.conversations import conversations
from tests.families.differences import Difference, differences, differing
from tests.families.forms import questions
from tests.families.models import FAMILIES
from tests.families.servers import answers, prompts, serving

SHORT = "qwen3,gpt_oss"
"""The families of `make test`; `make families` takes all."""
_GIVEN = os.environ.get("FAMILIES", SHORT)
CHOSEN = list(FAMILIES) if _GIVEN == "all" else _GIVEN.split(",")


@dataclass
class Compared:
    """What both servers said in each case, and which written differences were met."""

    family: str
    vllm: dict[str, Json]
    accord: dict[str, Json]

    def unexplained(self, written: list[Difference], met: set[int]) -> dict[str, str]:
        """Return each case that differs for no written reason, with both answers."""
        found = {}
        for case, one in self.vllm.items():
            other = self.accord[case]
            if not (fields := differing(one, other)):
                continue
            reasons = {n for n, each in enumerate(written) if each.allows(self.family, case, fields)}
            met |= reasons
            if not reasons:
                told = {field: [one.get(field), other.get(field)] for field in sorted(fields)}
                found[case] = json.dumps(told, ensure_ascii=False)[:600]
        return found


def _asked(family: str, folder: Path, own: bool) -> dict[str, Json]:
    log = folder.parent / f"{'vllm' if own else 'accord'}.log"
    with serving(FAMILIES[family], folder, own, log) as client:
        rendered = prompts(client, FAMILIES[family], conversations())
        said = answers(client, FAMILIES[family], questions(family))
        return {f"render-{name}": each for name, each in rendered.items()} | said


@pytest.fixture(scope="module", params=CHOSEN)
def compared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Compared:
    family = request.param
    folder = tmp_path_factory.mktemp(family) / family
    folder.mkdir()
    FAMILIES[family].write(folder)
    with ThreadPoolExecutor(2) as threads:
        vllm, accord = threads.map(lambda own: _asked(family, folder, own), (True, False))
    return Compared(family, vllm, accord)


@pytest.mark.timeout(900)
def test_the_family_is_served_as_vllm_serves_it(compared: Compared) -> None:
    written, met = differences(), set[int]()
    unexplained = compared.unexplained(written, met)
    report = "\n".join(f"{case}: {told}" for case, told in unexplained.items())
    assert not unexplained, f"{len(unexplained)} of {len(compared.vllm)} cases differ:\n{report}"
    stale = [e.reason for n, e in enumerate(written) if compared.family in e.families and n not in met]
    assert not stale, "written differences that no case shows any more"
