"""Fields of other servers' requests that are not in the contract: refused, or of no effect here.

A request's schema lists them in `x-other-fields`, each with the reason, so that none that changes an answer
is ignored in silence. `tests/unit/test_request_fields.py` holds the lists to the types of the APIs' own
clients and of vLLM.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from codegen.bundle import Document
from codegen.models import HEADER
from codegen.operations import operations

EXTENSION = "x-other-fields"
_NO_EFFECT = re.compile(r"(?:has|have) no effect|has one class", re.IGNORECASE)


def other_fields(document: Document) -> str:
    """Return the module that says which fields are refused, by the names of the requests' models."""
    refused = {
        name: fields
        for name, schema in document["components"]["schemas"].items()
        if (fields := {f: _refusal(e) for f, e in schema.get(EXTENSION, {}).items() if "refused" in e})
    }
    lines = [
        f'{HEADER}\n"""Fields of requests that are refused, though the contract does not name them."""\n',
        "from typing import Any, NamedTuple\n\n",
        "class Refusal(NamedTuple):",
        '    """Why a field is refused, unless it has one of these values, null or false."""\n',
        "    reason: str",
        "    unless: tuple[Any, ...] = ()\n\n",
        "REFUSED: dict[str, dict[str, Refusal]] = {",
    ]
    for name, fields in refused.items():
        lines.append(f"    {name!r}: {{")
        lines += [f"        {field!r}: Refusal{arguments!r}," for field, arguments in fields.items()]
        lines.append("    },")
    return "\n".join([*lines, "}\n"])


def _refusal(entry: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    return entry["refused"], tuple(entry.get("unless", ()))


def fields_page(document: Document) -> str:
    """Return the page that describes the treatment of every field of every request."""
    parts = [
        "# Request fields",
        "This page is generated from openapi/. Any other field is accepted, but has no effect; the header "
        "`x-ignored-parameters` of the response names it.",
    ]
    done: set[str] = set()
    for operation in operations(document):
        for name in _members(document, operation.body_model):
            if name not in done:
                done.add(name)
                parts += _section(document, name)
    return "\n\n".join(parts) + "\n"


def _members(document: Document, name: str | None) -> Iterator[str]:
    """Yield the objects that a body may be."""
    if not name:
        return
    schema = document["components"]["schemas"][name]
    if "properties" in schema:
        yield name
    for member in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if "$ref" in member:
            yield from _members(document, member["$ref"].rpartition("/")[2])


def _paths(document: Document, name: str) -> list[str]:
    return [o.path for o in operations(document) if name in _members(document, o.body_model)]


def _description(document: Document, schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return str(schema.get("description", ""))


def _section(document: Document, name: str) -> list[str]:
    schema = document["components"]["schemas"][name]
    fields = schema["properties"]
    others = schema.get(EXTENSION, {})
    idle = {field: "" for field, its in fields.items() if _NO_EFFECT.search(_description(document, its))}
    idle |= {field: its["without_effect"] for field, its in others.items() if "without_effect" in its}
    refused = {field: its["refused"] for field, its in others.items() if "refused" in its}
    parts = [f"## {name}", ", ".join(f"`POST {path}`" for path in _paths(document, name))]
    parts.append("Supported: " + ", ".join(f"`{field}`" for field in fields if field not in idle) + ".")
    if idle:
        parts.append("Accepted, but without effect:\n\n" + _list(idle))
    if refused:
        parts.append("Rejected:\n\n" + _list(refused))
    return parts


def _list(fields: dict[str, str]) -> str:
    return "\n".join(f"- `{field}`" + (f": {reason}." if reason else "") for field, reason in fields.items())
