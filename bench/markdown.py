"""Pieces of Markdown: a server's figure, Accord's ratio to a server, a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.report import short


def value(sides: Mapping[str, Any], server: str, unit: str = "") -> str:
    spread = sides["servers"].get(server)
    return f"{short(spread['median'])}{unit}" if spread and spread["max"] else "-"


def ratio(sides: Mapping[str, Any], server: str) -> str:
    ratio = sides["ratios"].get(server)
    return f"**{ratio['median']:.2f}** ({ratio['min']:.2f} to {ratio['max']:.2f})" if ratio else "-"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(_lines(head, rows))


def _lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for row in (head, ["---"] * len(head), *rows):
        yield "| " + " | ".join(row) + " |"
