"""The messages in the contract's examples of errors exist in the server's source."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import PydanticKnownError

from accord.generated import models

GENERATED = Path(models.__file__).parent
DOCUMENT = json.loads((GENERATED / "openapi.json").read_text())
SHORTEST = 10
"""Characters of a sentence beside what is filled in; less would be found in any example."""


def sentences() -> Iterator[re.Pattern[str]]:
    """Yield the strings of Accord's source, and what pydantic says of a field that is missing."""
    yield re.compile(rf"\w+: {PydanticKnownError('missing').message()}")
    for path in GENERATED.parent.rglob("*.py"):
        if path.parent != GENERATED:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.JoinedStr | ast.Constant) and (pattern := filled_in(node)):
                    yield pattern


def filled_in(node: ast.JoinedStr | ast.Constant) -> re.Pattern[str] | None:
    parts = [
        part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else None
        for part in (node.values if isinstance(node, ast.JoinedStr) else [node])
    ]
    if sum(len(part) for part in parts if part) < SHORTEST:
        return None
    return re.compile("".join(".*" if part is None else re.escape(part) for part in parts))


def messages(node: Any) -> Iterator[str]:
    """Yield the message of each example of an error."""
    if isinstance(node, list):
        for each in node:
            yield from messages(each)
    elif isinstance(node, dict):
        error = node.get("error")
        if isinstance(error, dict) and isinstance(error.get("message"), str):
            yield error["message"]
        for each in node.values():
            yield from messages(each)


KNOWN = list(sentences())
EXAMPLES = sorted(set(messages(DOCUMENT)))


@pytest.mark.parametrize("message", EXAMPLES)
def test_the_server_says_what_an_example_of_an_error_says(message: str) -> None:
    assert any(sentence.fullmatch(message) for sentence in KNOWN)


def test_a_sentence_that_the_server_does_not_say_is_found() -> None:
    assert len(EXAMPLES) > 10
    assert not any(each.fullmatch("The server answers 4096 requests at a time.") for each in KNOWN)
