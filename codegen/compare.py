"""Compares two documents: what the newer one breaks for clients of the older, and what it adds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.bundle import Document
from codegen.compare_schemas import ANNOTATIONS, ANYTHING, SchemaComparison, Side, resolved

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Keys below these are names, so that a property called `title` is not an annotation.
NAMED = {"paths", "properties", "schemas", "parameters", "responses", "headers", "content", "securitySchemes"}

Operation = dict[str, Any]


def breaking_changes(old: Document, new: Document) -> list[str]:
    """Return the breaking changes for clients of `old`, each as PLACE: what."""
    return list(dict.fromkeys(_Comparison(old, new).breaks()))


def differences(old: Document, new: Document) -> list[str]:
    """Return the places where two documents differ in more than descriptions."""
    return [
        *_differences(old["paths"], new["paths"], "paths", "#/paths"),
        *_differences(old["components"], new["components"], "components", "#/components"),
    ]


def _differences(old: Any, new: Any, key: str, place: str) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            if key not in NAMED and (name in ANNOTATIONS or name.startswith("x-")):
                continue
            at = f"{place}/{_escaped(name)}"
            if name not in old or name not in new:
                yield f"{at}: {'is new' if name in new else 'is gone'}"
            else:
                yield from _differences(old[name], new[name], "" if key in NAMED else name, at)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _differences(before, after, "", f"{place}/{index}")
    elif old != new:
        yield f"{place}: differs"


class _Comparison:
    def __init__(self, old: Document, new: Document) -> None:
        self.old = old
        self.new = new
        self.requests = SchemaComparison(old, new, Side.REQUEST)
        self.responses = SchemaComparison(old, new, Side.RESPONSE)

    def breaks(self) -> Iterator[str]:
        for path, item in self.old["paths"].items():
            for method in METHODS:
                if method not in item:
                    continue
                place = f"#/paths/{_escaped(path)}/{method}"
                new_item = self.new["paths"].get(path, {})
                if method not in new_item:
                    yield f"{place}: the operation is gone"
                else:
                    yield from self._operation(_whole(item, method), _whole(new_item, method), place)

    def _operation(self, old: Operation, new: Operation, place: str) -> Iterator[str]:
        if old["operationId"] != new["operationId"]:
            yield f"{place}/operationId: was {old['operationId']}, is {new['operationId']}"
        yield from self._security(old, new, place)
        yield from self._parameters(old, new, f"{place}/parameters")
        yield from self._body(old.get("requestBody"), new.get("requestBody"), f"{place}/requestBody")
        for status, response in old["responses"].items():
            at = f"{place}/responses/{status}"
            if status not in new["responses"]:
                yield f"{at}: the status is gone"
            else:
                yield from self._response(response, new["responses"][status], at)

    def _security(self, old: Operation, new: Operation, place: str) -> Iterator[str]:
        anonymous: list[dict[str, Any]] = [{}]
        before = old.get("security", self.old.get("security", anonymous)) or anonymous
        after = new.get("security", self.new.get("security", anonymous)) or anonymous
        for way in before:
            if way not in after and {} not in after:
                yield f"{place}/security: {' and '.join(way) or 'no key'} is no longer enough"

    def _parameters(self, old: Operation, new: Operation, place: str) -> Iterator[str]:
        before, after = _parameters(self.old, old), _parameters(self.new, new)
        for (where, name), parameter in before.items():
            at = f"{place}/{name}"
            if (where, name) not in after:
                yield f"{at}: the parameter is gone from the {where}"
                continue
            yield from self.requests.breaks(parameter["schema"], after[where, name]["schema"], at)
        for (where, name), parameter in after.items():
            if parameter.get("required") and not before.get((where, name), {}).get("required"):
                yield f"{place}/{name}: is now required in the {where}"

    def _body(self, old: dict[str, Any] | None, new: dict[str, Any] | None, place: str) -> Iterator[str]:
        old, new = resolved(self.old, old or {}), resolved(self.new, new or {})
        if new.get("required") and not old.get("required"):
            yield f"{place}: a body is now required"
        yield from self._content(self.requests, old, new, place)

    def _response(self, old: dict[str, Any], new: dict[str, Any], place: str) -> Iterator[str]:
        place = new.get("$ref", place)
        old, new = resolved(self.old, old), resolved(self.new, new)
        for name, header in old.get("headers", {}).items():
            at = f"{place}/headers/{name}"
            if name not in new.get("headers", {}):
                yield f"{at}: the header is gone"
                continue
            before, after = resolved(self.old, header), resolved(self.new, new["headers"][name])
            if before.get("required") and not after.get("required"):
                yield f"{at}: is no longer always there"
            yield from self.responses.breaks(before["schema"], after["schema"], f"{at}/schema")
        yield from self._content(self.responses, old, new, place)

    def _content(
        self, schemas: SchemaComparison, old: dict[str, Any], new: dict[str, Any], place: str
    ) -> Iterator[str]:
        for media_type, body in old.get("content", {}).items():
            at = f"{place}/content/{_escaped(media_type)}"
            if media_type not in new.get("content", {}):
                yield f"{at}: the media type is gone"
                continue
            before, after = body.get("schema", ANYTHING), new["content"][media_type].get("schema", ANYTHING)
            yield from schemas.breaks(before, after, f"{at}/schema")


def _whole(item: dict[str, Any], method: str) -> Operation:
    """Return the operation with the parameters that its path gives it."""
    operation: Operation = item[method]
    return operation | {"parameters": [*item.get("parameters", ()), *operation.get("parameters", ())]}


def _parameters(document: Document, operation: Operation) -> dict[tuple[str, str], dict[str, Any]]:
    parameters = [resolved(document, parameter) for parameter in operation["parameters"]]
    return {(parameter["in"], parameter["name"]): parameter for parameter in parameters}


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
