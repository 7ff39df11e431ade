"""docs/compatibility.md: the tested families, and how Accord differs from vLLM's own server."""

from __future__ import annotations

import re
from pathlib import Path

from tests.families.comparison import ANSWERS, Comparison
from tests.families.differences import Difference, differences
from tests.families.models import FAMILIES

FILE = Path(__file__).parents[2] / "docs" / "compatibility.md"


def section(text: str, name: str) -> str:
    """Return the text between the markers of a section."""
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- end of {name} -->", text, re.DOTALL)
    assert found is not None, name
    return found[1]


def with_section(text: str, name: str, content: str) -> str:
    """Return `text` with other content between these markers."""
    begin = text.index(section(text, name) + f"<!-- end of {name} -->")
    return text[:begin] + content + text[begin + len(section(text, name)) :]


def differences_written(written: list[Difference]) -> str:
    """Return the differences, one after the other, as text."""
    titles = {name: family.title for name, family in FAMILIES.items()}
    lines = []
    for difference in written:
        named = {name for place in difference.places for name in place.families or FAMILIES}
        shown = ", ".join(title for name, title in titles.items() if name in named)
        lines.append(f"**{difference.title}.** {' '.join(difference.reason.split())} Seen with: {shown}.\n")
    return "\n".join(lines)


def table(comparisons: list[Comparison], written: list[Difference], before: str) -> str:
    """Return one row per family; a family that was not run keeps its row of `before`."""
    head = [
        "| family | parsers and options | conversations rendered | answers compared | intended differences |",
        "| --- | --- | --- | --- | --- |",
    ]
    rows = {line[2:].partition(" |")[0]: line for line in before.splitlines()[len(head) :]}
    for each in comparisons:
        family = FAMILIES[each.family]
        judgement = each.judged(written)
        assert not judgement.unexplained, each.family
        options = " ".join(option for option in family.options if not option.startswith("{"))
        answers = len(each.vllm) - each.conversations
        cells = (family.title, f"`{options}`", each.conversations, answers, len(judgement.explained))
        rows[family.title] = f"| {' | '.join(map(str, cells))} |"
    titles = [family.title for family in FAMILIES.values()]
    return "\n".join([*head, *(rows[title] for title in titles if title in rows)]) + "\n"


def main() -> None:
    """Write both sections from the results of each family's last run."""
    kept = [Comparison.kept(name) for name in FAMILIES if (ANSWERS / f"{name}.json").exists()]
    text = FILE.read_text()
    text = with_section(text, "table", table(kept, differences(), section(text, "table")))
    FILE.write_text(with_section(text, "differences", differences_written(differences())))


if __name__ == "__main__":
    main()
