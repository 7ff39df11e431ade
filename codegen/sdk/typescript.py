"""Generates the TypeScript SDK: types by openapi-typescript, and a client with a method per operation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from codegen.bundle import ContractError, Document
from codegen.sdk.documents import ClientCall, answer_schemas, calls, camel, request_schemas

HEADER = "// Generated from Accord's OpenAPI document by `make sdk`. Never edited by hand."
GENERATOR = Path(__file__).parent.parent.parent / "tools/node_modules/openapi-typescript/bin/cli.js"
OPTIONS = ("--root-types", "--root-types-no-schema-prefix", "--root-types-keep-casing")


def typescript_sdk(document: Document) -> dict[str, str]:
    """Return the path below sdk/typescript and the text of every file that is not a template."""
    return {"src/schema.ts": _types(document), "src/client.ts": _client(calls(document))}


def _undiscriminated(node: Any) -> Any:
    """A schema without discriminators: the generator would replace what the members' constants say better."""
    if isinstance(node, dict):
        return {
            key: _undiscriminated(value)
            for key, value in node.items()
            if not (key == "discriminator" and "propertyName" in value)
        }
    if isinstance(node, list):
        return [_undiscriminated(item) for item in node]
    return node


def _types(document: Document) -> str:
    if not GENERATOR.is_file():
        raise ContractError(f"{GENERATOR} is missing: `make dev` installs the tools.")
    source = {
        "openapi": document["openapi"],
        "info": document["info"],
        "paths": {},
        "components": {"schemas": _undiscriminated(request_schemas(document) | answer_schemas(document))},
    }
    with TemporaryDirectory() as folder:
        given, made = Path(folder) / "openapi.json", Path(folder) / "schema.ts"
        given.write_text(json.dumps(source))
        node = Path(sys.executable).parent / "node"
        command = [str(node), str(GENERATOR), str(given), "--output", str(made), *OPTIONS]
        subprocess.run(
            [*command, "--default-non-nullable", "false"],
            check=True,
            capture_output=True,
            env=os.environ | {"NO_COLOR": "1"},
        )
        return f"{HEADER}\n{made.read_text()}"


def _type(schema: Any) -> str:
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if schema["type"] == "array":
        return f"({_type(schema['items'])})[]"
    if schema["type"] == "object":
        return f"Record<string, {_type(schema['additionalProperties'])}>"
    return {"string": "string", "integer": "number", "boolean": "boolean", "number": "number"}[schema["type"]]


def _fields(parameters: list[Any]) -> str:
    return "{ " + "; ".join(f'"{p["name"]}"?: {_type(p["schema"])}' for p in parameters) + " }"


def _values(parameters: list[Any], source: str = "parameters") -> str:
    return "{ " + ", ".join(f'"{p["name"]}": {source}["{p["name"]}"]' for p in parameters) + " }"


def _is_for_routing(parameter: Any) -> bool:
    """Whether a header is for proxies, and an option of the call."""
    name: str = parameter["name"]
    return name.startswith("x-")


def _method(call: ClientCall, name: str, streamed: bool) -> str:
    operation = call.operation
    path, query, all_headers = (call.parameters(place) for place in ("path", "query", "header"))
    routing = [header for header in all_headers if _is_for_routing(header)]
    headers = [header for header in all_headers if header not in routing]
    arguments = [f"{camel(p['name'])}: {_type(p['schema'])}" for p in path]
    if operation.body_model:
        arguments.append(f"body: {operation.body_model}")
    if query or headers:
        arguments.append(f"parameters: {_fields(query + headers)} = {{}}")
    arguments.append(f"options: CallOptions{f' & {_fields(routing)}' if routing else ''} = {{}}")
    request = ["options"]
    if path:
        request.append("path: { " + ", ".join(f'"{p["name"]}": {camel(p["name"])}' for p in path) + " }")
    if operation.body_model:
        request.append(f"body: {{ ...body, stream: {str(streamed).lower()} }}" if call.event else "body")
    if query:
        in_query = _values(query)
        if streamed and not operation.body_model:
            in_query = in_query.removesuffix(" }") + ", stream: true }"
        request.append(f"query: {in_query}")
    sent = [_values(headers)] if headers else []
    sent += [_values(routing, "options")] if routing else []
    if sent:
        request.append(f"headers: {sent[0]}" if len(sent) == 1 else f"headers: {{ ...{', ...'.join(sent)} }}")
    kind = f"AsyncGenerator<{call.event}, void, undefined>" if streamed else f"Promise<{call.answer or 'string'}>"
    sends = "stream" if streamed else "call" if call.answer else "text"
    doc = f"{operation.summary}, event by event." if streamed else f"{operation.summary}."
    return (
        f"    /** {doc} */\n"
        f"    {name}({', '.join(arguments)}): {kind} {{\n"
        f'        return this.{sends}("{operation.method}", "{operation.path}", '
        f"{{ {', '.join(request)} }});\n    }}\n"
    )


def _client(made: list[ClientCall]) -> str:
    used = [(call.answer, call.event, call.operation.body_model) for call in made]
    names = {name for each in used for name in each if name}
    methods = []
    for call in made:
        methods.append(_method(call, camel(call.operation.id), streamed=False))
        if call.event:
            methods.append(_method(call, camel(call.streamed_id), streamed=True))
    imports = "".join(f"    {name},\n" for name in sorted(names))
    return (
        f'{HEADER}\nimport {{ type CallOptions, Transport }} from "./http.ts";\n'
        f'import type {{\n{imports}}} from "./schema.ts";\n\n'
        "/** Calls an Accord server: a method for every operation, and one more for its stream where it has one. */\n"
        "export class Accord extends Transport {\n" + "\n".join(methods) + "}\n"
    )
