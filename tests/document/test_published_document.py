"""The published document passes its gates, and each gate fires and names the place."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen.valid import PUBLISHED, problems

Document = dict[str, Any]
ROOT = Path(__file__).parent.parent.parent
CHAT = "#/paths/~1v1~1chat~1completions/post"


def _chat(document: Document) -> Any:
    return document["paths"]["/v1/chat/completions"]["post"]


def _schema(document: Document, name: str) -> Any:
    return document["components"]["schemas"][name]


def test_the_published_document_is_openapi(published: Document) -> None:
    assert problems(published) == []


INVALID: list[tuple[str, Callable[[Document], object]]] = [
    (
        f"{CHAT}/responses/200/description: 4 is not of type",
        lambda d: _chat(d)["responses"]["200"].update(description=4),
    ),
    (
        "#/components/schemas/ModelName/type: 'strin' is not valid under any of the given schemas",
        lambda d: _schema(d, "ModelName").update(type="strin"),
    ),
    (
        "#/components/schemas/ChatCompletion/properties/created/minimum: 'x' is not of type 'number'",
        lambda d: _schema(d, "ChatCompletion")["properties"]["created"].update(minimum="x"),
    ),
    (
        "Path parameter 'model' for 'get' operation in '/v1/models/{model}' was not resolved",
        lambda d: d["paths"]["/v1/models/{model}"]["get"].pop("parameters"),
    ),
]


@pytest.mark.parametrize(("message", "change"), INVALID, ids=[message for message, _ in INVALID])
def test_invalid_openapi_is_reported(
    published: Document, message: str, change: Callable[[Document], object]
) -> None:
    change(published)
    assert any(message in problem for problem in problems(published))


Problem = tuple[str, str, str]
"""Rule, place and message of what the style ruleset has against a document."""


def _lint(*files: Path) -> dict[str, list[Problem]]:
    """Return the problems of each document, by its file's name; one run takes half of the time of several."""
    command = ["tools/node_modules/.bin/redocly", "lint", "--config", "tools/redocly.yaml", "--format=json"]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    run = subprocess.run(
        [*command, *map(str, files)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PATH": path},
    )
    found: dict[str, list[Problem]] = {file.name: [] for file in files}
    decoder, rest = json.JSONDecoder(), run.stdout.lstrip()
    reports = 0
    while rest:
        report, end = decoder.raw_decode(rest)
        rest = rest[end:].lstrip()
        reports += 1
        for problem in report["problems"]:
            place = problem["location"][0]
            name = Path(place["source"]["ref"]).name
            found[name].append((problem["ruleId"], place.get("pointer", ""), problem["message"]))
    assert reports == len(files), run.stderr
    return found


UNSTYLED: list[tuple[str, str, Callable[[Document], object]]] = [
    ("operation-summary", f"{CHAT}/summary", lambda d: _chat(d).pop("summary")),
    ("operation-description", f"{CHAT}/description", lambda d: _chat(d).pop("description")),
    ("operation-operationId", f"{CHAT}/operationId", lambda d: _chat(d).pop("operationId")),
    (
        "rule/operation-id-is-a-function-name",
        f"{CHAT}/operationId",
        lambda d: _chat(d).update(operationId="createChat"),
    ),
    ("rule/operations-have-a-tag", f"{CHAT}/tags", lambda d: _chat(d)["tags"].clear()),
    ("operation-tag-defined", f"{CHAT}/tags/0", lambda d: _chat(d).update(tags=["talk"])),
    (
        "rule/bodies-have-examples",
        f"{CHAT}/requestBody/content/application~1json",
        lambda d: _chat(d)["requestBody"]["content"]["application/json"].pop("examples"),
    ),
    (
        "no-invalid-media-type-examples",
        f"{CHAT}/requestBody/content/application~1json/examples/plain/value/messages",
        lambda d: _chat(d)["requestBody"]["content"]["application/json"]["examples"]["plain"]["value"].update(
            messages="Hello"
        ),
    ),
    (
        "accord/schemas-are-described",
        "#/components/schemas/ChatCompletion",
        lambda d: _schema(d, "ChatCompletion").pop("description"),
    ),
    (
        "accord/schemas-are-described",
        "#/components/schemas/ChatCompletion/properties/created",
        lambda d: _schema(d, "ChatCompletion")["properties"]["created"].pop("description"),
    ),
    (
        "no-unused-components",
        "#/components/schemas/Spare",
        lambda d: d["components"]["schemas"].update(Spare={"type": "string", "description": "Unused."}),
    ),
    (
        "response-contains-header",
        f"{CHAT}/responses/200/headers",
        lambda d: _chat(d)["responses"]["200"].pop("headers"),
    ),
    (
        "no-unresolved-refs",
        f"{CHAT}/requestBody/content/application~1json/schema",
        lambda d: _chat(d)["requestBody"]["content"]["application/json"]["schema"].update(
            {"$ref": "#/components/schemas/Nothing"}
        ),
    ),
]


@pytest.fixture(scope="module")
def problems_by_file(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Problem]]:
    """The problems of the published document, and of a copy for each case of `UNSTYLED`, by its number."""
    folder = tmp_path_factory.mktemp("documents")
    files = [PUBLISHED]
    for number, (_, _, change) in enumerate(UNSTYLED):
        document = json.loads(PUBLISHED.read_text())
        change(document)
        files.append(folder / f"{number}.json")
        files[-1].write_text(json.dumps(document, indent=2))
    return _lint(*files)


def test_the_published_document_keeps_the_style(problems_by_file: dict[str, list[Problem]]) -> None:
    assert problems_by_file[PUBLISHED.name] == []


@pytest.mark.parametrize("number", range(len(UNSTYLED)), ids=[case[0] for case in UNSTYLED])
def test_a_violated_rule_has_its_location(problems_by_file: dict[str, list[Problem]], number: int) -> None:
    rule, place, _ = UNSTYLED[number]
    assert (rule, place) in [problem[:2] for problem in problems_by_file[f"{number}.json"]]
