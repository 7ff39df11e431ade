"""The gate's verdicts about changes to a small contract, and about versions."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from codegen.breaking import judge, release
from codegen.bundle import ContractError
from codegen.compare import breaking_changes, differences

Document = dict[str, Any]
Change = Callable[[Document], object]

SMALL: Document = yaml.safe_load("""
openapi: 3.1.0
info: {title: Small, version: 0.3.1}
security: [{}, {bearer: []}]
paths:
  /chat:
    post:
      operationId: chat
      summary: Chat
      parameters:
        - {name: dry, in: query, schema: {type: boolean}}
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Ask"}}}}
      responses:
        "200":
          description: An answer.
          headers:
            x-request-id: {$ref: "#/components/headers/RequestId"}
          content:
            application/json: {schema: {$ref: "#/components/schemas/Answer"}}
            text/event-stream: {schema: {$ref: "#/components/schemas/Event"}}
        "404": {$ref: "#/components/responses/NotFound"}
  /chats/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get: {operationId: get_chat, responses: {"200": {description: One.}}}
    delete: {operationId: delete_chat, responses: {"200": {description: Gone.}}}
components:
  headers:
    RequestId: {required: true, schema: {type: string}}
  responses:
    NotFound: {description: None., content: {application/json: {schema: {type: string}}}}
  schemas:
    Ask:
      type: object
      required: [text]
      properties:
        text: {type: string, maxLength: 100}
        title: {type: [string, "null"], description: A name that is no annotation.}
        effort: {type: string, enum: [low, high]}
        heat: {type: number, minimum: 0, maximum: 2}
        parts: {type: array, items: {$ref: "#/components/schemas/Part"}}
    Part:
      oneOf: [{$ref: "#/components/schemas/TextPart"}, {$ref: "#/components/schemas/ImagePart"}]
    TextPart: {type: object, required: [type], properties: {type: {const: text}, text: {type: string}}}
    ImagePart: {type: object, required: [type], properties: {type: {const: image}, url: {type: string}}}
    Answer:
      type: object
      additionalProperties: false
      required: [text, reason, tree]
      properties:
        text: {type: string}
        reason: {type: string, enum: [stop, length]}
        count: {type: integer}
        tree: {$ref: "#/components/schemas/Tree"}
    Tree:
      type: object
      properties: {children: {type: array, items: {$ref: "#/components/schemas/Tree"}}}
    Event:
      oneOf: [{$ref: "#/components/schemas/Begun"}, {$ref: "#/components/schemas/Ended"}]
    Begun: {type: object, required: [type], properties: {type: {const: begun}}}
    Ended: {type: object, required: [type], properties: {type: {const: ended}}}
""")


def _chat(document: Document) -> Any:
    return document["paths"]["/chat"]["post"]


def _schema(document: Document, name: str) -> Any:
    return document["components"]["schemas"][name]


def _field(document: Document, name: str, field: str) -> Any:
    return _schema(document, name)["properties"][field]


BREAKS: list[tuple[str, Change]] = [
    (
        "#/paths/~1chats~1{id}/delete: the operation is gone",
        lambda d: d["paths"]["/chats/{id}"].pop("delete"),
    ),
    ("#/paths/~1chat/post: the operation is gone", lambda d: d["paths"].pop("/chat")),
    (
        "#/paths/~1chat/post/operationId: was chat, is ask",
        lambda d: _chat(d).update(operationId="ask"),
    ),
    (
        "#/paths/~1chat/post/security: no key is no longer enough",
        lambda d: _chat(d).update(security=[{"bearer": []}]),
    ),
    (
        "#/paths/~1chat/post/parameters/dry: the parameter is gone from the query",
        lambda d: _chat(d)["parameters"].clear(),
    ),
    (
        "#/paths/~1chat/post/parameters/dry: is now required in the query",
        lambda d: _chat(d)["parameters"][0].update(required=True),
    ),
    (
        "#/paths/~1chat/post/parameters/dry: no longer takes boolean (in requests)",
        lambda d: _chat(d)["parameters"][0].update(schema={"type": "integer"}),
    ),
    (
        "#/paths/~1chat/post/requestBody: a body is now required",
        lambda d: _chat(d)["requestBody"].update(required=True),
    ),
    (
        "#/paths/~1chat/post/requestBody/content/application~1json: the media type is gone",
        lambda d: _chat(d)["requestBody"]["content"].clear(),
    ),
    ("#/paths/~1chat/post/responses/404: the status is gone", lambda d: _chat(d)["responses"].pop("404")),
    (
        "#/paths/~1chat/post/responses/200/content/text~1event-stream: the media type is gone",
        lambda d: _chat(d)["responses"]["200"]["content"].pop("text/event-stream"),
    ),
    (
        "#/paths/~1chat/post/responses/200/headers/x-request-id: the header is gone",
        lambda d: _chat(d)["responses"]["200"].pop("headers"),
    ),
    (
        "#/paths/~1chat/post/responses/200/headers/x-request-id: is no longer always there",
        lambda d: d["components"]["headers"]["RequestId"].pop("required"),
    ),
    (
        "#/components/responses/NotFound/content/application~1json/schema: may now be integer (in responses)",
        lambda d: d["components"]["responses"]["NotFound"]["content"]["application/json"].update(
            schema={"type": "integer"}
        ),
    ),
    (
        "#/components/schemas/Ask/properties/heat: is now required (in requests)",
        lambda d: _schema(d, "Ask")["required"].append("heat"),
    ),
    (
        "#/components/schemas/Ask/properties/heat: is gone, and no longer has an effect (in requests)",
        lambda d: _schema(d, "Ask")["properties"].pop("heat"),
    ),
    (
        '#/components/schemas/Ask/properties/effort: no longer takes "low" (in requests)',
        lambda d: _field(d, "Ask", "effort")["enum"].remove("low"),
    ),
    (
        '#/components/schemas/Ask/properties/text: now takes only "a", "b" (in requests)',
        lambda d: _field(d, "Ask", "text").update(enum=["a", "b"]),
    ),
    (
        "#/components/schemas/Ask/properties/title: no longer takes null (in requests)",
        lambda d: _field(d, "Ask", "title").update(type="string"),
    ),
    (
        "#/components/schemas/Ask/properties/heat: maximum was 2, is 1 (in requests)",
        lambda d: _field(d, "Ask", "heat").update(maximum=1),
    ),
    (
        "#/components/schemas/Ask/properties/text: minLength was none, is 1 (in requests)",
        lambda d: _field(d, "Ask", "text").update(minLength=1),
    ),
    (
        "#/components/schemas/Ask/properties/heat: no longer takes number (in requests)",
        lambda d: _field(d, "Ask", "heat").update(type="integer"),
    ),
    (
        "#/components/schemas/Ask/properties/effort: default was None, is low (in requests)",
        lambda d: _field(d, "Ask", "effort").update(default="low"),
    ),
    (
        "#/components/schemas/Ask: no longer takes further fields (in requests)",
        lambda d: _schema(d, "Ask").update(additionalProperties=False),
    ),
    (
        "#/components/schemas/Part: no longer takes ImagePart (in requests)",
        lambda d: _schema(d, "Part")["oneOf"].pop(),
    ),
    (
        "#/components/schemas/ImagePart/properties/url: is now required (in requests)",
        lambda d: _schema(d, "ImagePart")["required"].append("url"),
    ),
    (
        "#/components/schemas/Answer/properties/count: is gone (in responses)",
        lambda d: _schema(d, "Answer")["properties"].pop("count"),
    ),
    (
        "#/components/schemas/Answer/properties/text: is no longer always there (in responses)",
        lambda d: _schema(d, "Answer")["required"].remove("text"),
    ),
    (
        '#/components/schemas/Answer/properties/reason: may now be "other" (in responses)',
        lambda d: _field(d, "Answer", "reason")["enum"].append("other"),
    ),
    (
        "#/components/schemas/Answer/properties/text: may now be null (in responses)",
        lambda d: _field(d, "Answer", "text").update(type=["string", "null"]),
    ),
    (
        "#/components/schemas/Answer/properties/count: may now be number (in responses)",
        lambda d: _field(d, "Answer", "count").update(type="number"),
    ),
    (
        "#/components/schemas/Tree/properties/children: may now be string (in responses)",
        lambda d: _field(d, "Tree", "children").update(type=["array", "string"]),
    ),
    (
        "#/components/schemas/Answer: may now have further fields (in responses)",
        lambda d: _schema(d, "Answer").pop("additionalProperties"),
    ),
    (
        '#/components/schemas/Event/properties/type: may now be "failed" (in responses)',
        lambda d: _schema(d, "Event")["oneOf"].append(
            {"type": "object", "required": ["type"], "properties": {"type": {"const": "failed"}}}
        ),
    ),
]


@pytest.mark.parametrize(("message", "change"), BREAKS, ids=[message for message, _ in BREAKS])
def test_a_breaking_change_is_reported(message: str, change: Change) -> None:
    changed = copy.deepcopy(SMALL)
    change(changed)
    assert breaking_changes(SMALL, changed) == [message]


GROWTH: list[tuple[str, Change]] = [
    ("#/paths/~1new: is new", lambda d: d["paths"].update({"/new": {"get": {"responses": {}}}})),
    (
        "#/components/schemas/Ask/properties/seed: is new",
        lambda d: _schema(d, "Ask")["properties"].update(seed={"type": "integer"}),
    ),
    (
        "#/components/schemas/Answer/properties/id: is new",
        lambda d: _schema(d, "Answer")["properties"].update(id={"type": "string"}),
    ),
    (
        "#/components/schemas/Answer/required: differs",
        lambda d: _schema(d, "Answer")["required"].append("count"),
    ),
    ("#/components/schemas/Ask/required: differs", lambda d: _schema(d, "Ask")["required"].remove("text")),
    (
        "#/components/schemas/Ask/properties/effort/enum: differs",
        lambda d: _field(d, "Ask", "effort")["enum"].append("middle"),
    ),
    (
        "#/components/schemas/Answer/properties/reason/enum: differs",
        lambda d: _field(d, "Answer", "reason")["enum"].remove("length"),
    ),
    (
        "#/components/schemas/Ask/properties/heat/maximum: differs",
        lambda d: _field(d, "Ask", "heat").update(maximum=3),
    ),
    (
        "#/components/schemas/Ask/properties/text/maxLength: is gone",
        lambda d: _field(d, "Ask", "text").pop("maxLength"),
    ),
    ("#/components/schemas/Event/oneOf: differs", lambda d: _schema(d, "Event")["oneOf"].pop()),
    (
        "#/components/schemas/Ask/properties/text/type: differs",
        lambda d: _field(d, "Ask", "text").update(type=["string", "null"]),
    ),
    (
        "#/paths/~1chat/post/responses/429: is new",
        lambda d: _chat(d)["responses"].update({"429": {"description": "Too many."}}),
    ),
    ("#/paths/~1chat/post/security: is new", lambda d: _chat(d).update(security=[])),
]


@pytest.mark.parametrize(("message", "change"), GROWTH, ids=[message for message, _ in GROWTH])
def test_an_addition_is_reported_and_breaks_nothing(message: str, change: Change) -> None:
    changed = copy.deepcopy(SMALL)
    change(changed)
    assert breaking_changes(SMALL, changed) == []
    assert message in differences(SMALL, changed)


WORDS: list[Change] = [
    lambda d: _chat(d).update(summary="Talk", description="At length."),
    lambda d: _field(d, "Ask", "title").update(description="Another word for it."),
    lambda d: d["info"].update(description="Small."),
    lambda d: _chat(d)["requestBody"]["content"]["application/json"].update(example={"text": "Hello"}),
]


@pytest.mark.parametrize("change", WORDS)
def test_a_help_text_is_not_an_option(change: Change) -> None:
    changed = copy.deepcopy(SMALL)
    change(changed)
    assert judge(SMALL, changed).stands


def test_an_annotations_name_is_a_fields_name_too() -> None:
    changed = copy.deepcopy(SMALL)
    _schema(changed, "Ask")["properties"].pop("title")
    assert breaking_changes(SMALL, changed) == [
        "#/components/schemas/Ask/properties/title: is gone, and no longer has an effect (in requests)"
    ]


def test_a_keyword_that_cannot_be_compared_is_refused() -> None:
    changed = copy.deepcopy(SMALL)
    _schema(changed, "Tree")["if"] = {"required": ["children"]}
    with pytest.raises(ContractError, match="#/components/schemas/Tree: codegen cannot compare if"):
        breaking_changes(SMALL, changed)


@pytest.mark.parametrize(
    ("released", "change", "needed"),
    [
        ("0.3.1", "break", (0, 4, 0)),
        ("0.3.1", "growth", (0, 3, 2)),
        ("0.3.1", "none", (0, 3, 1)),
        ("1.3.1", "break", (2, 0, 0)),
        ("1.3.1", "growth", (1, 4, 0)),
        ("1.3.1", "none", (1, 3, 1)),
    ],
)
def test_the_version_that_semantic_versioning_asks_for(
    released: str, change: str, needed: tuple[int, int, int]
) -> None:
    old = copy.deepcopy(SMALL)
    old["info"]["version"] = released
    new = copy.deepcopy(old)
    if change == "break":
        _schema(new, "Answer")["properties"].pop("count")
    elif change == "growth":
        _schema(new, "Answer")["properties"]["id"] = {"type": "string"}
    assert judge(old, new).needed == needed
    assert judge(old, new).stands == (change == "none")
    new["info"]["version"] = ".".join(map(str, needed))
    assert judge(old, new).stands


def test_a_version_does_not_go_back() -> None:
    older = copy.deepcopy(SMALL)
    older["info"]["version"] = "0.3.0"
    assert not judge(SMALL, older).stands


def _gate(file: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "codegen.breaking"]
    where = ["--published", str(file), "--released", str(folder)]
    return subprocess.run([*command, *where], capture_output=True, text=True)


def test_the_check_fails_for_a_breaking_change(tmp_path: Path, published: Document) -> None:
    file, folder = tmp_path / "openapi.json", tmp_path / "released"
    file.write_text(json.dumps(published))
    assert release(file, folder)
    assert _gate(file, folder).returncode == 0

    version = published["info"]["version"]
    released = json.loads((folder / f"{version}.json").read_text())
    assert released == published
    published["components"]["schemas"]["ChatCompletion"]["properties"].pop("created")
    file.write_text(json.dumps(published))
    fallen = _gate(file, folder)
    assert fallen.returncode == 1
    said = fallen.stdout.splitlines()
    assert said[0] == "breaks #/components/schemas/ChatCompletion/properties/created: is gone (in responses)"
    assert said[-1].startswith(f"openapi/openapi.yaml#/info/version: is {version}; after {version} these")


def test_the_last_release_is_the_highest_version_and_never_changes(tmp_path: Path) -> None:
    file, folder = tmp_path / "openapi.json", tmp_path / "released"
    for version in ("0.9.0", "0.10.0"):
        file.write_text(json.dumps(SMALL | {"info": {"title": "Small", "version": version}}))
        assert release(file, folder)
    assert "after 0.10.0" in _gate_after_a_break(file, folder)
    file.write_text(json.dumps(SMALL | {"info": {"title": "Other", "version": "0.9.0"}}))
    assert not release(file, folder)
    assert json.loads((folder / "0.9.0.json").read_text())["info"]["title"] == "Small"


def _gate_after_a_break(file: Path, folder: Path) -> str:
    document = json.loads(file.read_text())
    document["paths"].pop("/chat")
    file.write_text(json.dumps(document))
    return _gate(file, folder).stdout
