"""Pydantic validators of bodies, with limits on their cost."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from pydantic_core import SchemaValidator
from pydantic_core.core_schema import ValidationInfo, with_info_plain_validator_function

MAX_NAMES = 10_000
"""Names in one object of a body that may have any."""

_ADAPTERS: dict[str, TypeAdapter[Any]] = {}


def body_adapter(body: Any) -> TypeAdapter[Any]:
    """Return the validator of an operation's body, which is built once."""
    name = getattr(body, "__name__")  # noqa: B009  a union's alias has it too
    if name not in _ADAPTERS:
        _ADAPTERS[name] = adapter = TypeAdapter(body)
        _bound_errors(adapter.core_schema, set())
        _use_first_error(adapter.core_schema)
        _report_unknown_fields(adapter.core_schema, set())
        # The models' own validators were built before that and are not used.
        adapter.validator = SchemaValidator(adapter.core_schema, _use_prebuilt=False)
    return _ADAPTERS[name]


def adapter_named(name: str) -> TypeAdapter[Any]:
    """Return a validator that `body_adapter` has built."""
    return _ADAPTERS[name]


def _bound_errors(schema: Any, done: set[int]) -> None:
    """Stop at the first invalid item of a list, and after some invalid names, as errors take memory."""
    if id(schema) in done or not isinstance(schema, dict | list | tuple):
        return
    done.add(id(schema))
    if isinstance(schema, dict):
        if schema.get("type") == "list":
            schema["fail_fast"] = True
        elif schema.get("type") == "dict":
            schema.setdefault("max_length", MAX_NAMES)
    for part in schema.values() if isinstance(schema, dict) else schema:
        _bound_errors(part, done)


def _use_first_error(schema: Any) -> None:
    """Make a union of models with different `type`s stop at the first one that matches.

    Pydantic tries all members, as several might match, which takes longer than everything else for a long
    history.
    """
    named: dict[str, Any] = {}
    unions: list[Any] = []
    done: set[int] = set()

    def collect(part: Any) -> None:
        if id(part) in done or not isinstance(part, dict | list | tuple):
            return
        done.add(id(part))
        if isinstance(part, dict):
            if isinstance(ref := part.get("ref"), str):
                named[ref] = part
            if part.get("type") == "union":
                unions.append(part)
        for inner in part.values() if isinstance(part, dict) else part:
            collect(inner)

    collect(schema)
    for union in unions:
        members = [choice[0] if isinstance(choice, tuple) else choice for choice in union["choices"]]
        members = [named.get(member.get("schema_ref"), member) for member in members]
        if all(map(_is_typed, members)):
            union["mode"] = "left_to_right"


class Findings:
    """Whether a validator has met fields that are not in the contract."""

    unknown_fields = False


def _met_unknown(value: Any, info: ValidationInfo) -> Any:
    if info.context is not None:
        info.context.unknown_fields = True
    return value


def _report_unknown_fields(schema: Any, done: set[int]) -> None:
    """Make the validator report whether it meets an unknown field: most large bodies have none."""
    if id(schema) in done or not isinstance(schema, dict | list | tuple):
        return
    done.add(id(schema))
    if isinstance(schema, dict) and schema.get("type") == "model" and _allows_other_fields(schema):
        schema["schema"]["extras_schema"] = with_info_plain_validator_function(_met_unknown)
    for part in schema.values() if isinstance(schema, dict) else schema:
        _report_unknown_fields(part, done)


def _allows_other_fields(model: Any) -> bool:
    return bool(model["config"].get("extra_fields_behavior") == "allow")


def _is_typed(schema: Any) -> bool:
    """Whether this is a model with a constant `type`."""
    if schema.get("type") != "model":
        return False
    inner = schema["schema"]
    field = inner.get("fields", {}).get("type", {}).get("schema", {})
    while field.get("type") in ("default", "nullable"):
        field = field["schema"]
    return field.get("type") == "literal" or "pattern" in field
