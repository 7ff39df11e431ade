"""Prepares the published document for the SDK generators: only what a client needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from codegen.bundle import Document
from codegen.operations import ERROR_SHAPES, Operation, operations

SCHEMAS = "#/components/schemas/"

_ONLY_CHECKS = {
    "additionalProperties": (False,),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), ()),
    **dict.fromkeys(("minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems"), ()),
    **dict.fromkeys(("minProperties", "maxProperties", "propertyNames", "format"), ()),
}
"""Keywords that only the server checks, and their values (any, if empty)."""


@dataclass(frozen=True)
class ClientCall:
    """An operation as a client calls it."""

    operation: Operation
    answer: str | None
    """The schema of the response; None for text."""
    event: str | None
    """The schema of an event of a stream, without the error, which is raised."""

    @property
    def streamed_id(self) -> str:
        return f"stream_{self.operation.id.removeprefix('create_')}"

    def parameters(self, place: str) -> list[Any]:
        return [p for p in self.operation.parameters if p["in"] == place and p["name"] != "stream"]


def calls(document: Document) -> list[ClientCall]:
    """Return all operations, in the order of the document."""
    found = []
    for operation in operations(document):
        spec = document["paths"][operation.path][operation.method.lower()]
        content = spec["responses"]["200"]["content"]
        events = content.get("text/event-stream")
        answer = content.get("application/json")
        found.append(
            ClientCall(
                operation,
                answer=_name(answer["schema"]) if answer else None,
                event=_name(events["schema"]) if events else None,
            )
        )
    return found


def request_schemas(document: Document) -> dict[str, Any]:
    """Return the schemas of requests."""
    roots = (call.operation.body_model for call in calls(document))
    return _described(document["components"]["schemas"], filter(None, roots))


def answer_schemas(document: Document) -> dict[str, Any]:
    """Return the schemas of responses and events, without the error event, which is raised."""
    schemas = dict(document["components"]["schemas"])
    made = calls(document)
    events = {call.event for call in made if call.event}
    for name in events:
        schemas[name] = _without_errors(schemas, schemas[name])
    return _described(schemas, {*(call.answer for call in made if call.answer), *events})


def _described(schemas: dict[str, Any], roots: Iterable[str]) -> dict[str, Any]:
    return {name: _unchecked(schema, names=False) for name, schema in _reachable(schemas, roots).items()}


def _name(schema: Any) -> str:
    return str(schema["$ref"]).removeprefix(SCHEMAS)


def _is_error(schemas: dict[str, Any], name: str) -> bool:
    kind = schemas[name].get("properties", {}).get("type", {})
    return name in ERROR_SHAPES or kind.get("const") == "error"


def _without_errors(schemas: dict[str, Any], event: Any) -> Any:
    keyword = "oneOf" if "oneOf" in event else "anyOf"
    members = [m for m in event[keyword] if not _is_error(schemas, _name(m))]
    if len(members) == 1:
        return members[0]
    kept = {m["$ref"] for m in members}
    mapping = event["discriminator"]["mapping"]
    return event | {
        keyword: members,
        "discriminator": event["discriminator"]
        | {"mapping": {value: ref for value, ref in mapping.items() if ref in kept}},
    }


def _references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {_name(node)} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(_references(v) for k, v in node.items() if k not in ("example", "examples")))
    if isinstance(node, list):
        return set().union(*map(_references, node))
    return set()


def _reachable(schemas: dict[str, Any], roots: Iterable[str]) -> dict[str, Any]:
    reached: set[str] = set()
    ahead = set(roots)
    while ahead:
        reached |= ahead
        ahead = set().union(*(_references(schemas[name]) for name in ahead)) - reached
    return {name: schemas[name] for name in sorted(reached)}


def _is_keyword_of_a_check(key: str, value: Any) -> bool:
    if key not in _ONLY_CHECKS:
        return False
    dropped = _ONLY_CHECKS[key]
    return any(value is each for each in dropped) if dropped else True


def _unchecked(node: Any, names: bool) -> Any:
    """Return a schema without constraints on values; with `names` the keys are names, not keywords."""
    if isinstance(node, dict):
        return {
            key: _unchecked(value, names=not names and key == "properties")
            for key, value in node.items()
            if names or not _is_keyword_of_a_check(key, value)
        }
    if isinstance(node, list):
        return [_unchecked(item, names=False) for item in node]
    return node


def camel(name: str) -> str:
    """`create_chat_completion` and `anthropic-version` as TypeScript writes names."""
    first, *rest = re.split(r"[_-]", name)
    return first + "".join(part.capitalize() for part in rest)
