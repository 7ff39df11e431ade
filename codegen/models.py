"""Generates pydantic models from the document's schemas, by datamodel-code-generator."""

from __future__ import annotations

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
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
from codegen.operations import operations

BASE_CLASS = "ContractModel"
HEADER = "# Written by `python -m codegen` from openapi/. Never edited by hand."

BASE = f'''{HEADER}
"""What every generated model has in common."""

from typing import Any

from pydantic import BaseModel, BeforeValidator, ConfigDict


def _boolean(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError("Input should be a valid boolean")
    return value


BOOLEAN = BeforeValidator(_boolean)
"""Of a literal true or false, which pydantic takes 1 and 0 for."""


class ContractModel(BaseModel):
    """Reads JSON as strictly as the contract says it: no coercion, no NaN, unknown fields kept apart."""

    model_config = ConfigDict(
        strict=True,
        extra="allow",
        allow_inf_nan=False,
        protected_namespaces=(),
        serialize_by_alias=True,
        validate_by_name=True,
        validate_by_alias=True,
    )
'''


def _is_free_form(schema: Any) -> bool:
    return schema.get("additionalProperties") is True and "properties" not in schema


def _inlined(node: Any, free_form: dict[str, Any]) -> Any:
    """Replace references to free-form objects, so that they become `dict[str, Any]`, by the object itself."""
    if isinstance(node, dict):
        if (ref := node.get("$ref")) and ref.rsplit("/", 1)[1] in free_form:
            return free_form[ref.rsplit("/", 1)[1]]
        return {key: _inlined(value, free_form) for key, value in node.items()}
    if isinstance(node, list):
        return [_inlined(value, free_form) for value in node]
    return node


def inlined_free_form(schemas: dict[str, Any]) -> dict[str, Any]:
    """The schemas, sorted by name, with those of free-form objects where they are referred to."""
    free_form = {name: schema for name, schema in schemas.items() if _is_free_form(schema)}
    kept = {name: schema for name, schema in sorted(schemas.items()) if name not in free_form}
    inlined: dict[str, Any] = _inlined(kept, free_form)
    return inlined


def _unformatted(schema: Any) -> Any:
    """A schema without `format: path`, which is for the routing and would become a pathlib.Path here."""
    return {key: value for key, value in schema.items() if (key, value) != ("format", "path")}


def _parameters(document: Document) -> dict[str, Any]:
    """A schema for the parameters of each operation that has any: what its handler receives."""
    schemas: dict[str, Any] = {}
    for operation in operations(document):
        if operation.parameters:
            schemas[operation.parameters_model] = {
                "type": "object",
                "description": f"The parameters of {operation.method} {operation.path}.",
                "required": [p["name"] for p in operation.parameters if p.get("required")],
                "properties": {
                    p["name"]: {"description": p["description"], **_unformatted(p["schema"])}
                    for p in operation.parameters
                },
            }
    return schemas


def _schemas(document: Document) -> Document:
    """The document reduced to what becomes a class."""
    schemas = document["components"]["schemas"] | _parameters(document)
    return {
        "openapi": document["openapi"],
        "info": document["info"],
        "paths": {},
        "components": {"schemas": inlined_free_form(schemas)},
    }


def models(document: Document) -> str:
    """Return the source of one module with a class, or a type alias, a schema."""
    with TemporaryDirectory() as folder:
        output = Path(folder) / "models.py"
        config = GenerateConfig(
            input_file_type=InputFileType.OpenAPI,
            openapi_scopes=[OpenAPIScope.Schemas],
            output=output,
            output_model_type=DataModelType.PydanticV2BaseModel,
            target_python_version=PythonVersion.PY_311,
            base_class=f"accord.generated.base.{BASE_CLASS}",
            custom_file_header=HEADER,
            disable_timestamp=True,
            enum_field_as_literal=LiteralType.All,
            field_constraints=True,
            formatters=[Formatter.RUFF_CHECK, Formatter.RUFF_FORMAT],
            use_annotated=True,
            use_schema_description=True,
            use_standard_collections=True,
            use_type_alias=True,
            use_union_operator=True,
            use_typed_nullable_map_values=True,
            use_double_quotes=True,
            collapse_root_models=False,
            keep_model_order=True,
        )
        generate(json.dumps(_schemas(document)), config=config)
        return _strict_booleans(output.read_text())


def _strict_booleans(source: str) -> str:
    literal = re.compile(r"Literal\[(?:True|False)\]")
    if not literal.search(source):
        return source
    source = source.replace(f"import {BASE_CLASS}", f"import BOOLEAN, {BASE_CLASS}", 1)
    return literal.sub(r"Annotated[\g<0>, BOOLEAN]", source)
