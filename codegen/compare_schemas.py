"""Compares two schemas: what the newer one breaks for clients of the older.

A client of the old document writes old requests and reads new responses. So every value of the old schema of
a request must be valid in the new one, and every value of the new schema of a response in the old one: the
*narrow* schema's values must fit the *wide* one. Additional fields are not a break, because clients of a JSON
API ignore unknown ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from typing import Any

from codegen.bundle import ContractError, Document

Schema = dict[str, Any]

ANNOTATIONS = {"description", "summary", "title", "example", "examples", "deprecated", "externalDocs"}
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
EXACT = ("pattern", "format", "multipleOf", "uniqueItems")
SUBSCHEMAS = ("items", "propertyNames")
STRUCTURE = {"$ref", "type", "const", "enum", "properties", "required", "additionalProperties", "default"}
UNIONS = {"anyOf", "oneOf", "discriminator"}
COMPARED = {*ANNOTATIONS, *LOWER, *UPPER, *EXACT, *SUBSCHEMAS, *STRUCTURE, *UNIONS}
ANYTHING: Schema = {}


class Side(Enum):
    """The reader of the described data."""

    REQUEST = "in requests"
    RESPONSE = "in responses"


class SchemaComparison:
    """Compares schemas of two documents, for requests or for responses. Each pair is compared once."""

    def __init__(self, old: Document, new: Document, side: Side) -> None:
        self.old = old
        self.new = new
        self.side = side
        self._known: dict[tuple[int, int], list[str]] = {}

    def breaks(self, old: Schema, new: Schema, place: str) -> list[str]:
        """Return the breaking changes, each as PLACE: what, relative to a component if it is in one."""
        place = new.get("$ref", place)
        old, new = resolved(self.old, old), resolved(self.new, new)
        pair = (id(old), id(new))
        if pair not in self._known:
            self._known[pair] = []  # a recursive schema is being compared already
            self._known[pair] = self._alternatives(old, new, place)
        return self._known[pair]

    def _alternatives(self, old: Schema, new: Schema, place: str) -> list[str]:
        olds, news = _alternatives(self.old, old, place), _alternatives(self.new, new, place)
        narrow, wide = (olds, news) if self.side is Side.REQUEST else (news, olds)
        found: list[str] = []
        for value in narrow:
            alike = [other for other in wide if _types_meet(value, other)]
            attempts = [self._pair(value, other, place) for other in alike]
            namesakes = [a for a, other in zip(attempts, alike, strict=True) if _namesakes(value, other)]
            if not attempts or (value["title"] and not namesakes and all(attempts)):
                kind = _kind(value)
                found.append(self._finding(place, f"no longer takes {kind}", f"may now be {kind}"))
            elif all(attempts):
                found += sorted(namesakes or attempts, key=len)[0]
        return found

    def _pair(self, narrow: Schema, wide: Schema, place: str) -> list[str]:
        old, new = (narrow, wide) if self.side is Side.REQUEST else (wide, narrow)
        if _namesakes(old, new):
            place = f"#/components/schemas/{old['title']}"
        return [
            *self._values(narrow, wide, place),
            *self._limits(narrow, wide, place),
            *self._fields(old, new, place),
            *self._others(narrow, wide, old, new, place),
        ]

    def _values(self, narrow: Schema, wide: Schema, place: str) -> Iterator[str]:
        few, many = _constants(narrow), _constants(wide)
        if many is None:
            return
        if few is None:
            values = _listed(many)
            yield self._finding(place, f"now takes only {values}", f"may now be more than {values}")
        elif missing := [value for value in few if value not in many]:
            yield self._finding(
                place, f"no longer takes {_listed(missing)}", f"may now be {_listed(missing)}"
            )

    def _limits(self, narrow: Schema, wide: Schema, place: str) -> Iterator[str]:
        for word in (*LOWER, *UPPER, *EXACT):
            if word not in wide:
                continue
            fits = word in narrow and (
                narrow[word] >= wide[word]
                if word in LOWER
                else narrow[word] <= wide[word]
                if word in UPPER
                else narrow[word] == wide[word]
            )
            if not fits:
                was, now = narrow.get(word, "none"), wide[word]
                yield self._finding(place, f"{word} was {was}, is {now}", f"{word} was {now}, is {was}")

    def _fields(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        new_fields, required = new.get("properties", {}), set(new.get("required", ()))
        for name, schema in old.get("properties", {}).items():
            at = f"{place}/properties/{name}"
            if name not in new_fields:
                yield self._finding(at, "is gone, and no longer has an effect", "is gone")
                required.discard(name)
            else:
                yield from self.breaks(schema, new_fields[name], at)
        before = set(old.get("required", ()))
        changed = required - before if self.side is Side.REQUEST else (before - required) & new_fields.keys()
        for name in sorted(changed):
            yield self._finding(f"{place}/properties/{name}", "is now required", "is no longer always there")

    def _others(self, narrow: Schema, wide: Schema, old: Schema, new: Schema, place: str) -> Iterator[str]:
        for word in (*SUBSCHEMAS, "additionalProperties"):
            if word not in wide or narrow.get(word) is False:
                continue
            if wide[word] is False:
                if narrow.get(word, True) is not False:
                    yield self._finding(
                        place, "no longer takes further fields", "may now have further fields"
                    )
                continue
            if wide[word] is not True:
                yield from self.breaks(_schema(old.get(word)), _schema(new.get(word)), f"{place}/{word}")
        if self.side is Side.REQUEST and old.get("default") != new.get("default"):
            yield self._finding(place, f"default was {old.get('default')}, is {new.get('default')}", "")

    def _finding(self, place: str, of_request: str, of_response: str) -> str:
        what = of_request if self.side is Side.REQUEST else of_response
        return f"{place}: {what} ({self.side.value})"


def resolved(document: Document, node: dict[str, Any]) -> dict[str, Any]:
    """Return the schema that `node` is or refers to."""
    while ref := node.get("$ref"):
        target: Any = document
        for part in ref.removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def _alternatives(document: Document, schema: Schema, place: str) -> list[Schema]:
    """Return a union's members, and a schema for each of several types, their names as their titles."""
    name = schema.get("$ref", "").rpartition("/")[2]
    schema = resolved(document, schema)
    if unknown := {word for word in schema if word not in COMPARED and not word.startswith("x-")}:
        raise ContractError(f"{place}: codegen cannot compare {', '.join(sorted(unknown))}")
    if members := schema.get("anyOf") or schema.get("oneOf"):
        nested = [_alternatives(document, member, member.get("$ref", place)) for member in members]
        return [alternative for alternatives in nested for alternative in alternatives]
    if isinstance(schema.get("type"), list):
        return [schema | {"type": kind, "title": name} for kind in schema["type"]]
    return [schema | {"title": name}]


def _types_meet(narrow: Schema, wide: Schema) -> bool:
    types = _type(narrow), _type(wide)
    return types[1] is None or types[0] == types[1] or types == ("integer", "number")


def _namesakes(old: Schema, new: Schema) -> bool:
    return bool(old["title"]) and old["title"] == new["title"]


def _type(schema: Schema) -> str | None:
    if "type" in schema:
        return str(schema["type"])
    names = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}
    types = {names[type(value)] for value in _constants(schema) or ()}
    return types.pop() if len(types) == 1 else None


def _constants(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    if values := schema.get("enum"):
        return [value for value in values if (value is None) == (schema.get("type") == "null")]
    return None


def _schema(value: Any) -> Schema:
    return value if isinstance(value, dict) else ANYTHING


def _kind(schema: Schema) -> str:
    return schema["title"] or schema.get("type") or "anything"


def _listed(values: list[Any]) -> str:
    return ", ".join(json.dumps(value) for value in values)
