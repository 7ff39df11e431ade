"""Generates the Python SDK: pydantic models, typed dictionaries for requests, and two clients."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import indent
from typing import Any

from datamodel_code_generator import (
    InputFileType,
    LiteralType,
    OpenAPIScope,
    PythonVersion,
    generate,
)
from datamodel_code_generator.config import GenerateConfig
from datamodel_code_generator.enums import DataModelType
from datamodel_code_generator.format import Formatter

from codegen.bundle import Document
from codegen.formatting import formatted
from codegen.models import inlined_free_form
from codegen.sdk.documents import ClientCall, answer_schemas, calls, request_schemas

HEADER = "# Generated from Accord's OpenAPI document by `make sdk`. Never edited by hand."


def python_sdk(document: Document) -> dict[str, str]:
    """Return the path below sdk/python and the text of every file that is not a template."""
    package = "src/accord_client"
    return {
        f"{package}/models.py": _types(document, answer_schemas(document), DataModelType.PydanticV2BaseModel),
        f"{package}/params.py": _types(document, request_schemas(document), DataModelType.TypingTypedDict),
        f"{package}/client.py": formatted(_clients(calls(document))),
    }


def _types(document: Document, schemas: dict[str, Any], kind: DataModelType) -> str:
    source = {
        "openapi": document["openapi"],
        "info": document["info"],
        "paths": {},
        "components": {"schemas": inlined_free_form(schemas)},
    }
    with TemporaryDirectory() as folder:
        output = Path(folder) / "types.py"
        config = GenerateConfig(
            input_file_type=InputFileType.OpenAPI,
            openapi_scopes=[OpenAPIScope.Schemas],
            output=output,
            output_model_type=kind,
            target_python_version=PythonVersion.PY_311,
            base_class="" if kind is DataModelType.TypingTypedDict else "accord_client._base.Answer",
            custom_file_header=HEADER,
            disable_timestamp=True,
            enum_field_as_literal=LiteralType.All,
            formatters=[Formatter.RUFF_CHECK, Formatter.RUFF_FORMAT],
            use_annotated=True,
            use_schema_description=True,
            use_field_description=kind is DataModelType.TypingTypedDict,
            use_standard_collections=True,
            use_type_alias=True,
            use_union_operator=True,
            use_typed_nullable_map_values=True,
            use_double_quotes=True,
            keep_model_order=True,
        )
        generate(json.dumps(source), config=config)
        return output.read_text()


def _python_type(schema: Any) -> str:
    if "enum" in schema:
        return f"Literal[{', '.join(json.dumps(value) for value in schema['enum'])}]"
    if schema["type"] == "array":
        return f"list[{_python_type(schema['items'])}]"
    if schema["type"] == "object":
        return f"dict[str, {_python_type(schema['additionalProperties'])}]"
    return {"string": "str", "integer": "int", "boolean": "bool", "number": "float"}[schema["type"]]


def _argument(parameter: Any) -> str:
    return str(parameter["name"]).replace("-", "_")


def _values(parameters: list[Any]) -> str:
    return "{" + ", ".join(f'"{p["name"]}": {_argument(p)}' for p in parameters) + "}"


def _method(call: ClientCall, name: str, streamed: bool, asynchronous: bool) -> str:
    operation = call.operation
    path, query, headers = (call.parameters(place) for place in ("path", "query", "header"))
    arguments = [f"{_argument(p)}: {_python_type(p['schema'])}" for p in path]
    if operation.body_model:
        arguments.append(f"body: params.{operation.body_model}")
    if query or headers:
        arguments.append("*")
        arguments += [f"{_argument(p)}: {_python_type(p['schema'])} | None = None" for p in query + headers]
    options = [f'"{operation.method}"', f'"{operation.path}"']
    options += [_answer(call, streamed)] if streamed or call.answer else []
    options += [f"path={_values(path)}"] if path else []
    if operation.body_model:
        options.append(f"body={{**body, 'stream': {streamed}}}" if call.event else "body=body")
    in_query = _values(query)
    if streamed and not operation.body_model:
        in_query = in_query.removesuffix("}") + ", 'stream': True}"
    options += [f"query={in_query}"] if query else []
    options += [f"headers={_values(headers)}"] if headers else []
    answer = f"models.{call.event if streamed else call.answer}" if streamed or call.answer else "str"
    sends = "_stream" if streamed else "_call" if call.answer else "_text"
    if streamed:
        answer = f"{'AsyncIterator' if asynchronous else 'Iterator'}[{answer}]"
    start = "async def" if asynchronous and not streamed else "def"
    wait = "await " if asynchronous and not streamed else ""
    doc = f"{operation.summary}, event by event." if streamed else f"{operation.summary}."
    return (
        f'{start} {name}({", ".join(["self", *arguments])}) -> {answer}:\n    """{doc}"""\n'
        f"    return {wait}self.{sends}({', '.join(options)})\n"
    )


def _answer(call: ClientCall, streamed: bool) -> str:
    return f"_{call.event if streamed else call.answer}"


def _methods(made: list[ClientCall], asynchronous: bool) -> str:
    methods = []
    for call in made:
        methods.append(_method(call, call.operation.id, streamed=False, asynchronous=asynchronous))
        if call.event:
            methods.append(_method(call, call.streamed_id, streamed=True, asynchronous=asynchronous))
    return indent("\n".join(methods), "    ")


def _clients(made: list[ClientCall]) -> str:
    names = sorted({name for call in made for name in (call.answer, call.event) if name})
    adapters = "\n".join(f"_{n}: TypeAdapter[models.{n}] = TypeAdapter(models.{n})" for n in names)
    return f'''{HEADER}
"""A method for every operation, and one more for its stream where it has one."""

from collections.abc import AsyncIterator, Iterator
from typing import Literal

from pydantic import TypeAdapter

from accord_client import models, params
from accord_client._http import AsyncTransport, Transport

{adapters}


class Accord(Transport):
    """Calls an Accord server."""

{_methods(made, asynchronous=False)}

class AsyncAccord(AsyncTransport):
    """Calls an Accord server from asynchronous code."""

{_methods(made, asynchronous=True)}
'''
