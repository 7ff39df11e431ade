"""JSON Schemas that constrain answers and forced tool calls, in the subset of the grammar.

The result allows only values that are valid against the client's schema, and may allow fewer. Arguments have
only the named properties: a model that may write any property often never ends.
"""

from __future__ import annotations

from typing import Any

from accord.errors import InvalidRequest

Schema = dict[str, Any]

# The format in which llguidance writes JSON: that of json.dumps, so that no model gets lost in whitespace.
_SPACING = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}

_FORMATS = frozenset(
    ("date", "date-time", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uuid", "unknown")
)
_COMPOSED = frozenset(
    ("$ref", "allOf", "anyOf", "oneOf", "not", "if", "patternProperties", "propertyNames", "minProperties")
)
_MAPS = ("properties", "patternProperties", "dependentSchemas")
_DEFINITIONS = ("$defs", "definitions")
NESTED_TEXT = "x-text-grammar"
"""A keyword of a string, not in JSON Schema: its grammar in Lark, if that is recursive."""
_LISTS = ("anyOf", "oneOf", "prefixItems")
_ONES = ("items", "additionalProperties", "additionalItems", "contains", "not", "if", "then", "else")


def grammar_schema(schema: Schema) -> Schema:
    """Return `schema` in the grammar's subset of JSON Schema."""
    return {"x-guidance": _SPACING, **_supported(schema, False)}


def arguments_schema(name: str, parameters: Schema | None) -> Schema:
    """Return the schema of the arguments of a call to the tool `name`: always an object."""
    schema = dict(parameters or {})
    if schema.keys() <= {"type", "title", "description"}:
        schema["properties"] = {}  # an empty list means that there are none
    kind = schema.get("type", "object")
    if "object" not in (kind if isinstance(kind, list) else [kind]):
        raise InvalidRequest(
            f"tools: the parameters of '{name}' are of type {kind!r}; arguments are an object.", param="tools"
        )
    schema["type"] = "object"
    for key in ("$schema", "$id"):
        schema.pop(key, None)
    supported: Schema = _supported(schema, not _merges(schema))
    return supported | {"x-guidance": _SPACING}


def calls_schema(tools: list[tuple[str, Schema | None]], parallel: bool) -> Schema:
    """Return the schema of a list of calls, each `{"name": ..., "parameters": ...}`, to any of `tools`."""
    definitions: Schema = {}
    calls: list[Schema] = []
    for index, (name, parameters) in enumerate(tools):
        path = f"#/$defs/{index}"
        definitions[str(index)] = _moved(arguments_schema(name, parameters), path)
        properties = {"name": {"const": name}, "parameters": {"$ref": path}}
        calls.append(_record(properties))
    schema: Schema = {"type": "array", "minItems": 1, "items": {"anyOf": calls}, "$defs": definitions}
    if not parallel:
        schema["maxItems"] = 1
    return schema | {"x-guidance": _SPACING}


def either_schema(schemas: list[Schema]) -> Schema:
    """Return the union of `schemas`."""
    paths = {str(index): f"#/$defs/{index}" for index in range(len(schemas))}
    return {
        "anyOf": [{"$ref": path} for path in paths.values()],
        "$defs": {
            name: _moved(schema, path) for (name, path), schema in zip(paths.items(), schemas, strict=True)
        },
    }


def record_schema(fields: Schema) -> Schema:
    """Return the schema of an object with exactly `fields`, each with its schema."""
    definitions = {name: _moved(schema, f"#/$defs/{name}") for name, schema in fields.items()}
    return _record({name: {"$ref": f"#/$defs/{name}"} for name in fields}) | {"$defs": definitions}


def _record(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _moved(schema: Any, path: str) -> Any:
    """Return `schema` with its internal references relative to `path`, where it will be."""
    if isinstance(schema, list):
        return [_moved(item, path) for item in schema]
    if not isinstance(schema, dict):
        return schema
    moved = {key: value if key in ("const", "enum") else _moved(value, path) for key, value in schema.items()}
    moved.pop("x-guidance", None)
    if isinstance(ref := schema.get("$ref"), str) and ref.startswith("#"):
        moved["$ref"] = path + ref[1:]
    return moved


def _merges(schema: Any) -> bool:
    """Whether several subschemas describe an object, so that none has all its properties."""
    if isinstance(schema, list):
        return any(map(_merges, schema))
    if not isinstance(schema, dict):
        return False
    if "allOf" in schema or ("$ref" in schema and "properties" in schema):
        return True
    return any(map(_merges, schema.values()))


def _supported(schema: Any, close: bool) -> Any:
    """Return `schema` in the grammar's subset; `close` its objects to other properties."""
    if not isinstance(schema, dict):
        return schema
    supported = dict(schema)
    for key in (*_MAPS, *_DEFINITIONS):
        if isinstance(members := supported.get(key), dict):
            supported[key] = {name: _supported(member, close) for name, member in members.items()}
    # A part of a description must leave room for the others.
    alone = close and not isinstance(supported.get("properties"), dict)
    for key in _LISTS:
        if isinstance(members := supported.get(key), list):
            supported[key] = [
                _supported(member, alone or (close and key == "prefixItems")) for member in members
            ]
    if isinstance(members := supported.get("allOf"), list):
        supported["allOf"] = [_supported(member, False) for member in members]
    for key in _ONES:
        if key in supported:
            supported[key] = _supported(supported[key], close)
    _simplify(supported)
    if close and _nameable(supported):
        supported["additionalProperties"] = False
    return supported


def _nameable(schema: Schema) -> bool:
    """Whether the named properties describe the object completely."""
    properties = schema.get("properties")
    return (
        isinstance(properties, dict)
        and "additionalProperties" not in schema
        and not _COMPOSED & schema.keys()
        and set(schema.get("required") or ()) <= properties.keys()
    )


def _simplify(schema: Schema) -> None:
    """Rewrite, or narrow, keywords that the grammar does not support."""
    if "format" in schema and schema["format"] not in _FORMATS:
        del schema["format"]  # an annotation, according to the standard
    if schema.pop("uniqueItems", False) is True:
        if (schema.get("minItems") or 0) > 1:
            schema["uniqueItems"] = True  # cannot be constrained, and the grammar backend reports it
        else:
            schema["maxItems"] = min(schema.get("maxItems", 1), 1)
    _simplify_names(schema)


def _simplify_names(schema: Schema) -> None:
    names = schema.get("propertyNames")
    if not isinstance(names, dict) or "properties" in schema or "patternProperties" in schema:
        return
    values = schema.get("additionalProperties", True)
    if isinstance(names.get("enum"), list):
        schema["properties"] = dict.fromkeys(names["enum"], values)
    elif isinstance(names.get("pattern"), str):
        schema["patternProperties"] = {names["pattern"]: values}
    elif names.keys() - {"type"}:
        return
    else:
        del schema["propertyNames"]
        return
    del schema["propertyNames"]
    schema["additionalProperties"] = False
