from typing import Any

import pytest

from accord.engine.grammars.schemas import arguments_schema, calls_schema, grammar_schema
from accord.errors import InvalidRequest

INTEGER = {"type": "integer"}


def arguments(parameters: dict[str, Any] | None) -> dict[str, Any]:
    schema = arguments_schema("f", parameters)
    assert schema.pop("x-guidance")["whitespace_flexible"] is False
    return schema


@pytest.mark.parametrize("parameters", [None, {}, {"type": "object"}, {"type": "object", "properties": {}}])
def test_a_tool_without_parameters_takes_an_empty_object(parameters: dict[str, Any] | None) -> None:
    assert arguments(parameters) == {"type": "object", "properties": {}, "additionalProperties": False}


def test_objects_take_the_properties_that_they_name() -> None:
    inner = {"type": "object", "properties": {"b": INTEGER}}
    schema = arguments({"properties": {"a": inner, "open": {"type": "object"}}})
    assert schema["additionalProperties"] is False
    assert schema["properties"]["a"]["additionalProperties"] is False
    assert schema["properties"]["open"] == {"type": "object"}


@pytest.mark.parametrize(
    "parameters",
    [
        {"properties": {"a": INTEGER}, "additionalProperties": {"type": "string"}},
        {"properties": {"a": INTEGER}, "required": ["a", "b"]},
        {"properties": {"a": INTEGER}, "anyOf": [{"required": ["a"]}, {"properties": {"b": INTEGER}}]},
        {"properties": {"a": INTEGER}, "allOf": [{"properties": {"b": INTEGER}}]},
    ],
)
def test_objects_stay_open_where_others_may_name_more(parameters: dict[str, Any]) -> None:
    assert arguments(parameters) == {"type": "object"} | parameters


def test_arguments_are_an_object() -> None:
    with pytest.raises(InvalidRequest, match="'f' are of type 'array'"):
        arguments_schema("f", {"type": "array"})


def test_each_tools_references_lead_to_its_own_definitions() -> None:
    one = {"properties": {"a": {"$ref": "#/$defs/N"}}, "$defs": {"N": INTEGER}}
    two = {"properties": {"a": {"$ref": "#/definitions/N"}}, "definitions": {"N": {"type": "null"}}}
    schema = calls_schema([("one", one), ("two", two)], parallel=False)
    assert schema["maxItems"] == 1
    assert [call["properties"]["name"] for call in schema["items"]["anyOf"]] == [
        {"const": "one"},
        {"const": "two"},
    ]
    assert schema["$defs"]["0"]["properties"]["a"] == {"$ref": "#/$defs/0/$defs/N"}
    assert schema["$defs"]["1"]["properties"]["a"] == {"$ref": "#/$defs/1/definitions/N"}


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ({"type": "string", "format": "password"}, {"type": "string"}),
        ({"type": "string", "format": "date"}, {"type": "string", "format": "date"}),
        ({"type": "array", "uniqueItems": True}, {"type": "array", "maxItems": 1}),
        ({"type": "array", "uniqueItems": True, "minItems": 2},) * 2,
        ({"propertyNames": {"type": "string"}}, {}),
        (
            {"propertyNames": {"enum": ["a"]}, "additionalProperties": INTEGER},
            {"properties": {"a": INTEGER}, "additionalProperties": False},
        ),
        (
            {"propertyNames": {"pattern": "^a$"}, "additionalProperties": INTEGER},
            {"patternProperties": {"^a$": INTEGER}, "additionalProperties": False},
        ),
    ],
)
def test_schemas_that_the_grammar_cannot_express(given: dict[str, Any], held: dict[str, Any]) -> None:
    assert grammar_schema({"items": given})["items"] == held
