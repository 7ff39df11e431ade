"""Derives the document for Connexion, which supports only OpenAPI 3.0.

Connexion 3.3 checks for OpenAPI 3.0 and inlines every `$ref`, so it gets paths, parameters, security
and statuses in 3.0 form. A body is only named (`x-model`): the generated model validates it.
"""

from __future__ import annotations

from typing import Any

from codegen.bundle import Document
from codegen.operations import Operation, operations


def _schema_30(schema: Any) -> Any:
    """A parameter's 3.1 schema in 3.0 form."""
    schema = {key: value for key, value in schema.items() if key not in ("examples", "const")}
    if isinstance(types := schema.get("type"), list):
        schema["type"] = next(t for t in types if t != "null")
        schema["nullable"] = "null" in types
    return schema


def _operation(operation: Operation, statuses: list[str]) -> Any:
    spec: dict[str, Any] = {
        "operationId": operation.id,
        "parameters": [
            {
                "name": parameter["name"],
                "in": parameter["in"],
                "required": parameter.get("required", False),
                "schema": _schema_30(parameter["schema"]),
            }
            for parameter in operation.parameters
        ],
        "responses": {status: {"description": status} for status in statuses},
    }
    if operation.body_model:
        schema = {"type": "object", "x-model": operation.body_model}
        spec["requestBody"] = {
            "required": operation.body_required,
            "content": {"application/json": {"schema": schema}},
        }
    if operation.security is not None:
        spec["security"] = operation.security
    return spec


def connexion_document(document: Document) -> Document:
    """Derive from the published document what Connexion can read.

    It tries one path after the other, and each of its methods, and takes the first that matches: paths with
    parameters come last, and otherwise they stand as in the document, which begins with what is asked for
    most; of the methods that is POST.
    """
    paths: dict[str, Any] = {}
    for operation in operations(document):
        method = operation.method.lower()
        statuses = list(document["paths"][operation.path][method]["responses"])
        paths.setdefault(operation.path, {})[method] = _operation(operation, statuses)
    return {
        "openapi": "3.0.3",
        "info": {key: document["info"][key] for key in ("title", "version")},
        "paths": {
            path: dict(sorted(methods.items(), key=lambda item: item[0] != "post"))
            for path, methods in sorted(paths.items(), key=lambda item: "{" in item[0])
        },
        "security": document["security"],
        "components": {"securitySchemes": document["components"]["securitySchemes"]},
    }
