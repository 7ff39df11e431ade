"""The answers of both servers in each case, and the documented reasons for differences."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from tests.families.asking import Json
from tests.families.differences import Difference, Place, differing

ANSWERS = Path(__file__).parents[2] / "build" / "families"
"""Where both servers' answers are kept, a file a family: for the table, and to look into a difference."""
RENDERED = "render-"
"""What the names of conversations begin with that were only rendered."""


@dataclass
class Judgement:
    """The cases that differ for a documented reason, and those that differ for none."""

    explained: dict[str, str] = field(default_factory=dict)
    """The titles of the differences, by case."""
    unexplained: dict[str, str] = field(default_factory=dict)
    """What both said, by case."""
    stale: list[Place] = field(default_factory=list)
    """Written of the family, and seen in no case."""


@dataclass(frozen=True)
class Comparison:
    """The comparison of one family."""

    family: str
    vllm: dict[str, Json]
    accord: dict[str, Json]

    def keep(self) -> None:
        """Write it to `ANSWERS`."""
        ANSWERS.mkdir(parents=True, exist_ok=True)
        said = {"vllm": self.vllm, "accord": self.accord}
        (ANSWERS / f"{self.family}.json").write_text(json.dumps(said, ensure_ascii=False, indent=1))

    @classmethod
    def kept(cls, family: str) -> Comparison:
        """Return the results of the family's last run."""
        return cls(family, **json.loads((ANSWERS / f"{family}.json").read_text()))

    @property
    def conversations(self) -> int:
        return sum(case.startswith(RENDERED) for case in self.vllm)

    def judged(self, written: list[Difference]) -> Judgement:
        """Match the differences with the documented ones."""
        judgement = Judgement()
        met: set[int] = set()
        for case, one in self.vllm.items():
            other = self.accord[case]
            if not (fields := differing(one, other)):
                continue
            explained: dict[str, str] = {}
            for difference, place in ((d, place) for d in written for place in d.places):
                if allowed := place.explains(self.family, case, one, other):
                    met.add(id(place))
                    explained |= dict.fromkeys(allowed, difference.title)
            if explained.keys() == fields:
                judgement.explained[case] = ", ".join(sorted(set(explained.values())))
            else:
                told = {name: [one.get(name), other.get(name)] for name in sorted(fields)}
                judgement.unexplained[case] = json.dumps(told, ensure_ascii=False)
        places = [place for difference in written for place in difference.places]
        shown = (place for place in places if place.concerns(self.family) and not place.sometimes)
        judgement.stale = [place for place in shown if id(place) not in met]
        return judgement
