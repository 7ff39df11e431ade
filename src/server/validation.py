"""Validates requests: a body's bytes are parsed and validated once, by the generated model.

Connexion calls these classes through its `validator_map`, which creates a validator for each request.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from itertools import islice
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from starlette.types import Receive
from starlette.types import Scope as AsgiScope

from accord.errors import InvalidRequest
from accord.generated.base import ContractModel
from accord.generated.operations import OPERATIONS
from accord.generated.other_fields import REFUSED
from accord.server.bodies import BodyLimits, read_body
from accord.server.body_validators import Findings, adapter_named, body_adapter
from accord.server.exchange import Exchange

MAX_IGNORED = 32
"""The most unknown fields that a response names."""


def compile_models() -> None:
    """Build the validator of every body, so that no request waits for it."""
    for operation in OPERATIONS.values():
        if operation.body is not None:
            body_adapter(operation.body)


def validated(adapter: TypeAdapter[Any], body: bytes, met: Findings | None = None) -> Any:
    """Return the model of a body. Raises InvalidRequest if it does not conform to the contract."""
    if b"NaN" in body or b"Infinity" in body:
        _refuse_constants(body)
    try:
        validate = adapter.validator.validate_json
        return validate(body, strict=True, context=met, by_alias=True, by_name=False)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        if any(e["type"] == "int_type" and _is_whole(e["input"]) for e in errors):
            return validated(adapter, _with_whole_numbers(body), met)
        raise invalid_request(errors, _loads(body)) from error


def _refuse_constants(body: bytes) -> None:
    """Refuse constants that Python's parser accepts against the standard, even in fields of any type."""

    def refuse(constant: str) -> None:
        raise InvalidRequest(f"The body is not valid JSON: {constant} is not a number in JSON.")

    with suppress(ValueError, RecursionError):  # the model reports it, in the same words as other errors
        json.loads(body, parse_constant=refuse)


def _is_whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()


def _with_whole_numbers(body: bytes) -> bytes:
    """Write every whole number without its zero: 1.0 is an integer in JSON Schema, but not for pydantic."""

    def number(text: str) -> int | float:
        value = float(text)
        return int(value) if value.is_integer() else value

    return json.dumps(json.loads(body, parse_float=number)).encode()


class NoUriParser:
    """Connexion builds a URI parser for each request; parameters are read by their own model instead."""

    def __init__(self, *_: Any) -> None:
        pass


class ParameterValidator:
    """Validates path, query and header parameters with the operation's parameters model."""

    def __init__(self, parameters: list[dict[str, Any]], **_: Any) -> None:
        self.parameters = parameters
        self.headers = {p["name"].lower().encode(): p["name"] for p in parameters if p["in"] == "header"}
        self.others = [p for p in parameters if p["in"] != "header" and p["schema"].get("type") != "object"]
        self.objects = [p["name"] for p in parameters if p["schema"].get("type") == "object"]
        self.none_given: ContractModel | None = None

    def validate(self, scope: AsgiScope) -> None:
        if not self.parameters:
            return
        exchange = Exchange.of(scope)
        sent = exchange.sent
        values: dict[str, Any] = {
            name: sent[header].decode("latin-1") for header, name in self.headers.items() if header in sent
        }
        if (self.others or self.objects) and (scope["query_string"] or scope.get("path_params")):
            query = _query(scope)
            given = {"path": scope.get("path_params", {}), "query": query}
            values |= {
                p["name"]: _value(p, given[p["in"]][p["name"]])
                for p in self.others
                if p["name"] in given[p["in"]]
            }
            values |= {name: members for name in self.objects if (members := _members(query, name))}
        exchange.parameters = (not values and self.none_given) or self._validated(scope, values)

    def _validated(self, scope: AsgiScope, values: dict[str, Any]) -> ContractModel:
        model = OPERATIONS[scope["extensions"]["connexion_routing"]["operation_id"]].parameters
        assert model is not None
        try:
            parameters = model.model_validate(values, strict=False)
        except ValidationError as error:
            raise invalid_request(error.errors(include_url=False), values) from error
        if not values:
            self.none_given = parameters
        return parameters


def _query(scope: AsgiScope) -> dict[str, list[str]]:
    """Return all values of each name. A list is `name=a&name=b`; OpenAI's clients write `name[]=a`."""
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True):
        query.setdefault(name.removesuffix("[]"), []).append(value)
    return query


def _members(query: dict[str, list[str]], name: str) -> Any:
    """Return the members of an object, each of them `name[member]=value` (`deepObject` in OpenAPI).

    Anything else, such as a value or a nested member, is returned as it is, and the model refuses it.
    """
    if name in query:
        return query[name][-1]
    opening = f"{name}["
    members: dict[str, Any] = {}
    for given, values in query.items():
        if given.startswith(opening) and given.endswith("]"):
            member, nested, _ = given.removeprefix(opening).removesuffix("]").partition("][")
            members[member] = values if nested else values[-1]
    return members


def _value(parameter: dict[str, Any], given: Any) -> Any:
    """Return a list for a list parameter, else the last value."""
    if parameter["in"] != "query" or parameter["schema"].get("type") == "array":
        return given
    return given[-1]


class BodyValidator:
    """Reads a JSON body and leaves the typed model in the exchange."""

    limits: ClassVar[BodyLimits] = BodyLimits()

    @classmethod
    def within(cls, limits: BodyLimits) -> type[BodyValidator]:
        """Return a validator class with these `limits`, which Connexion creates for each request."""
        return type("BodyValidator", (cls,), {"limits": limits})

    def __init__(self, schema: dict[str, Any], **_: Any) -> None:
        self.adapter = adapter_named(schema["x-model"])

    async def wrap_receive(self, receive: Receive, *, scope: AsgiScope) -> tuple[Receive, AsgiScope]:
        body = await read_body(scope, receive, self.limits)
        exchange = Exchange.of(scope)
        exchange.record.request_bytes = len(body)
        met = Findings()
        exchange.body = validated(self.adapter, body, met)
        if met.unknown_fields:
            exchange.ignored = list(islice(_unknown(exchange.body, ""), MAX_IGNORED))
            refuse_fields(exchange.body)
        return receive, scope


def _loads(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _unknown(value: Any, path: str) -> Any:
    """Yield the path of each field that is not in the contract."""
    if isinstance(value, ContractModel):
        for name in value.__pydantic_extra__ or ():
            yield f"{path}{name}"
        for name in value.__pydantic_fields_set__:
            member = getattr(value, name, None)
            if isinstance(member, ContractModel | list):
                yield from _unknown(member, f"{path}{name}.")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if not isinstance(item, ContractModel):
                return
            yield from _unknown(item, f"{path}{index}.")


def refuse_fields(body: Any) -> None:
    """Refuse unknown fields that would change the answer of another server."""
    for model, prefix in ((body, ""), (getattr(body, "sampling_params", None), "sampling_params.")):
        extra = getattr(model, "__pydantic_extra__", None)
        if not extra:
            continue
        for name, (reason, unless) in REFUSED.get(type(model).__name__, {}).items():
            value = extra.get(name)
            if value is None or value is False or value in unless:
                continue
            field = prefix + name
            raise InvalidRequest(f"{field}: {reason}.", param=field, code="unsupported_parameter")


def invalid_request(errors: list[ErrorDetails], data: Any) -> InvalidRequest:
    """Return the most helpful of pydantic's `errors` about `data`: the deepest at the first invalid field."""
    meant = _of_closest_form(_of_intended_member(errors), data)
    located = [(_path(error, data), error) for error in meant]
    first = located[0][0][:1]
    deepest = max((path for path, _ in located if path[:1] == first), key=len)
    group = [error for path, error in located if path == deepest]
    if group[0]["type"] == "json_invalid":
        return InvalidRequest(
            f"The body is not valid JSON: {group[0]['msg'].removeprefix('Invalid JSON: ')}."
        )
    messages = " or ".join(dict.fromkeys(map(_message, group)))
    field = ".".join(map(str, deepest))
    got = group[0]["input"]
    if group[0]["type"] != "missing" and isinstance(got, str | int | float | bool):
        shown = json.dumps(got) if isinstance(got, str | bool) else str(got)
        messages += f" (got {shown if len(shown) <= 60 else shown[:60] + '...'})"
    return InvalidRequest(f"{field}: {messages}" if field else messages, param=field or None)


def _message(error: ErrorDetails) -> str:
    if error["type"] == "union_tag_invalid":
        *others, last = error["ctx"]["expected_tags"].split(", ")
        expected = f"{', '.join(others)} or {last}" if others else last
        given = error["input"][error["ctx"]["discriminator"].strip("'")]
        return f"Input should be {expected}" + (f", and is '{given:.60}'" if isinstance(given, str) else "")
    return error["msg"].replace(" after validation", "")


def _of_closest_form(errors: list[ErrorDetails], data: Any) -> list[ErrorDetails]:
    """If a body has one of several forms, return the errors of the form that lacks the fewest fields.

    A constant of another form counts as a missing field.
    """
    forms: dict[str | int, list[ErrorDetails]] = {}
    for error in errors:
        location = error["loc"]
        if len(location) < 2 or not isinstance(data, Mapping) or location[0] in data:
            return errors
        forms.setdefault(location[0], []).append(error)
    lacking = {
        form: sum(e["type"] in ("missing", "literal_error") and len(e["loc"]) == 2 for e in group)
        for form, group in forms.items()
    }
    return forms[min(lacking, key=lacking.__getitem__)]


def _of_intended_member(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Return the errors without those of union members whose `type` differs from the value's."""
    others = {e["loc"][:-1] for e in errors if e["type"] == "literal_error" and e["loc"][-1] == "type"}
    depths = {len(other) for other in others}
    members = {e["loc"][:depth] for e in errors for depth in depths if len(e["loc"]) > depth}
    unions_with_meant = {member[:-1] for member in members - others}
    dropped = {other for other in others if other[:-1] in unions_with_meant}
    return [e for e in errors if not any(e["loc"][:depth] in dropped for depth in depths)]


def _path(error: ErrorDetails, data: Any) -> tuple[str | int, ...]:
    """Return the error's path in `data`: pydantic's location without the names of union members."""
    path: list[str | int] = []
    node = data
    location = error["loc"]
    for position, part in enumerate(location):
        if isinstance(node, Mapping) and part in node:
            path.append(part)
            node = node[part]
        elif isinstance(node, list) and isinstance(part, int):
            path.append(part)
            node = node[part] if part < len(node) else None
        elif position == len(location) - 1 and error["type"] == "missing":
            path.append(part)
    if error["type"] in ("union_tag_not_found", "union_tag_invalid") and error.get("ctx"):
        path.append(error["ctx"]["discriminator"].strip("'"))
    return tuple(path)
