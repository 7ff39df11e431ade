"""The document's operations as objects, for the generators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from codegen.bundle import ContractError, Document

ERROR_SHAPES = {"ErrorResponse": "openai", "AnthropicErrorResponse": "anthropic"}
METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class Operation:
    """One operation of the contract, its references followed one step."""

    id: str
    tag: str
    method: str
    path: str
    summary: str
    parameters: list[Any]
    body_model: str | None
    body_required: bool
    response_models: tuple[str, ...]
    streams: bool
    returns_text: bool
    error_shape: str
    security: list[Any] | None

    @property
    def pattern(self) -> str:
        """A regular expression for the path; a parameter of format `path` takes slashes."""
        pattern = re.escape(self.path)
        for parameter in self.parameters:
            takes = ".+" if parameter["schema"].get("format") == "path" else "[^/]+"
            pattern = pattern.replace(re.escape(f"{{{parameter['name']}}}"), takes)
        return pattern

    @property
    def parameters_model(self) -> str:
        return "".join(part.title() for part in self.id.split("_")) + "Parameters"


def _follow(document: Document, node: Any) -> Any:
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def _model(content: Any, where: str) -> str | None:
    if "application/json" not in content:
        return None
    ref = content["application/json"]["schema"].get("$ref")
    if ref is None:
        raise ContractError(f"{where}: a body's schema needs a name")
    return str(ref).rsplit("/", 1)[1]


def operations(document: Document) -> Iterator[Operation]:
    """Yield every operation in the order of the document's paths."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method not in item:
                continue
            spec = item[method]
            where = f"{method.upper()} {path}"
            body = _follow(document, spec.get("requestBody", {}))
            responses = {
                status: _follow(document, response).get("content", {})
                for status, response in spec["responses"].items()
            }
            answers = [c for status, c in responses.items() if status.startswith("2")]
            models = dict.fromkeys(_model(content, where) for content in responses.values())
            yield Operation(
                id=spec["operationId"],
                tag=spec["tags"][0],
                method=method.upper(),
                path=path,
                summary=spec["summary"],
                parameters=[
                    _follow(document, p) for p in [*item.get("parameters", []), *spec.get("parameters", [])]
                ],
                body_model=_model(body.get("content", {}), where),
                body_required=bool(body.get("required")),
                response_models=tuple(m for m in models if m and m not in ERROR_SHAPES),
                streams=any("text/event-stream" in content for content in answers),
                returns_text=any("text/plain" in content for content in answers),
                error_shape=next((ERROR_SHAPES[m] for m in models if m in ERROR_SHAPES), "openai"),
                security=spec.get("security"),
            )
