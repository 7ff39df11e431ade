"""`python -m codegen.chart_values` writes the table of values in the Helm chart's README from values.yaml."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).parent.parent / "deploy" / "helm" / "accord"
PAGE = CHART / "README.md"
VALUES = CHART / "values.yaml"
_KEY = re.compile(r"^( *)([A-Za-z]\w*):")
_DESCRIPTION = re.compile(r"^ *# -- (.*)")


def described(text: str) -> Iterator[tuple[str, str]]:
    """Yield each value that has a description, a comment `# --` above it, by its path."""
    path: list[str] = []
    description = ""
    for line in text.splitlines():
        if found := _DESCRIPTION.match(line):
            description = found[1]
        elif found := _KEY.match(line):
            path = [*path[: len(found[1]) // 2], found[2]]
            if description:
                yield ".".join(path), description
            description = ""


def value_at(values: dict[str, Any], path: str) -> Any:
    """Return the value at `a.b.c`."""
    found: Any = values
    for name in path.split("."):
        found = found[name]
    return found


def written(page: str) -> str:
    """Return the README with the current table of values."""
    text = VALUES.read_text()
    values = yaml.safe_load(text)
    rows = [
        f"| `{path}` | {description.replace('|', chr(92) + '|')} | {_default(value_at(values, path))} |"
        for path, description in described(text)
    ]
    table = "\n".join(["| value | what it sets | default |", "| --- | --- | --- |", *rows])
    return re.sub(
        r"(<!-- values -->\n).*?(\n<!-- end of values -->)",
        lambda m: m[1] + table + m[2],
        page,
        flags=re.DOTALL,
    )


def _default(value: Any) -> str:
    return (
        ""
        if value in ("", None)
        else f"`{json.dumps(value)}`"
        if not isinstance(value, str)
        else f"`{value}`"
    )


def main() -> int:
    PAGE.write_text(written(PAGE.read_text()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
