"""Generates the Protocols of handlers, one per tag, and the table of operations."""

from __future__ import annotations

from itertools import groupby

from codegen.bundle import Document
from codegen.models import HEADER
from codegen.operations import Operation, operations


def _class_name(tag: str) -> str:
    return "".join(part.title() for part in tag.split("_")) + "Handlers"


def _returns(operation: Operation, *, written: bool) -> str:
    types = [f"models.{name}" for name in operation.response_models]
    if types and written:
        types.append("Written_co")
    if operation.streams:
        types.append("Stream_co")
    if operation.returns_text:
        types.append("str")
    return " | ".join(types)


def _method(operation: Operation, *, written: bool) -> str:
    arguments = ["self", "call: Call_contra"]
    if operation.body_model:
        arguments.append(f"body: models.{operation.body_model}")
    if operation.parameters:
        arguments.append(f"parameters: models.{operation.parameters_model}")
    returns = _returns(operation, written=written)
    return (
        f"    async def {operation.id}({', '.join(arguments)}, /) -> {returns}:\n"
        f'        """{operation.summary.rstrip(".")}: {operation.method} {operation.path}."""\n'
        f"        ...\n"
    )


def handlers(document: Document) -> str:
    """Return a module of Protocols, generic in the call's context.

    Those with streams, whose responses may be large, are also generic in the types of a response that is JSON
    already, and of a stream.
    """
    parts = [
        f'''{HEADER}
"""What each module in handlers/ must define."""

from typing import Protocol, TypeVar

from accord.generated import models

Call_contra = TypeVar("Call_contra", contravariant=True)
Written_co = TypeVar("Written_co", covariant=True)
Stream_co = TypeVar("Stream_co", covariant=True)
'''
    ]
    by_tag = sorted(operations(document), key=lambda operation: operation.tag)
    for tag, group in groupby(by_tag, key=lambda operation: operation.tag):
        members = list(group)
        streams = any(operation.streams for operation in members)
        generic = "Call_contra, Written_co, Stream_co" if streams else "Call_contra"
        parts.append(
            f'''

class {_class_name(tag)}(Protocol[{generic}]):
    """The operations tagged `{tag}`."""

'''
            + "\n".join(_method(operation, written=streams) for operation in members)
        )
    return "".join(parts)


def operation_table(document: Document) -> str:
    """Return a module that lists every operation with the models that its handler takes."""
    rows = []
    for operation in operations(document):
        body = f"models.{operation.body_model}" if operation.body_model else "None"
        parameters = f"models.{operation.parameters_model}" if operation.parameters else "None"
        rows.append(
            f'    "{operation.id}": Operation("{operation.id}", "{operation.tag}", '
            f'"{operation.method}", r"{operation.pattern}", {body}, {parameters}, '
            f'"{operation.error_shape}"),\n'
        )
    return f'''{HEADER}
"""Every operation of the contract."""

from typing import Any, Literal, NamedTuple

from accord.generated import models
from accord.generated.base import ContractModel


class Operation(NamedTuple):
    """An operation: a pattern of its paths, the types of its body and parameters, the shape of its errors."""

    id: str
    tag: str
    method: str
    pattern: str
    body: Any
    parameters: type[ContractModel] | None
    error_shape: Literal["openai", "anthropic"]


OPERATIONS: dict[str, Operation] = {{
{"".join(rows)}}}
'''
