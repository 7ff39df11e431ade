"""docs/compatibility.md matches what `make families` tests."""

import re
from typing import Any

from tests.families.comparison import Comparison
from tests.families.differences import Difference, Place, differences
from tests.families.document import FILE, differences_written, section
from tests.families.models import FAMILIES


def test_every_intended_difference_is_documented() -> None:
    told = section(FILE.read_text(), "differences")
    assert told == differences_written(differences()), "python -m tests.families.document writes it"


def test_the_table_has_every_family() -> None:
    named = [line.split("|")[1].strip() for line in section(FILE.read_text(), "table").splitlines()[2:]]
    assert named == [family.title for family in FAMILIES.values()], "a family that was not run"


def test_a_difference_names_families_that_there_are() -> None:
    places = [place for difference in differences() for place in difference.places]
    assert {name for place in places for name in place.families} <= FAMILIES.keys()


def answer(text: str, usage: list[int] | None = None) -> dict[str, Any]:
    return {"status": 200, "text": text, "usage": usage or [5, 2]}


def written(*fields: str, more: list[int] | None = None) -> list[Difference]:
    blank = {"text": re.compile(r"\s*")}
    place = Place(frozenset({"qwen3"}), re.compile("chat-.*"), frozenset(fields), blank, {}, False, more)
    return [Difference("Blank text", "It says nothing.", (place,))]


def test_only_what_is_written_is_explained() -> None:
    one, other = answer(" "), answer("")
    explained = Comparison("qwen3", {"chat-a": one}, {"chat-a": other}).judged(written("text"))
    assert (explained.explained, explained.unexplained, explained.stale) == ({"chat-a": "Blank text"}, {}, [])
    for family, case, said in (
        ("qwen3", "messages-a", other),
        ("gpt_oss", "chat-a", other),
        ("qwen3", "chat-a", answer("", [6, 2])),
    ):
        judged = Comparison(family, {case: one}, {case: said}).judged(written("text"))
        assert judged.unexplained.keys() == {case}


def test_a_documented_difference_that_is_gone_is_reported() -> None:
    [place] = (
        Comparison("qwen3", {"chat-a": answer("x")}, {"chat-a": answer("x")}).judged(written("text")).stale
    )
    assert place.cases.pattern == "chat-.*"


def test_tokens_are_counted_as_written() -> None:
    for usage, as_written in (([4, 2], True), ([5, 1], False)):
        comparison = Comparison("qwen3", {"chat-a": answer("")}, {"chat-a": answer("", usage)})
        assert bool(comparison.judged(written("usage", more=[-1, 0])).explained) is as_written
