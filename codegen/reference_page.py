"""docs/reference.md: every operation of the contract, as a page of the manual."""

from __future__ import annotations

from codegen.bundle import Document

METHODS = ("post", "get", "delete")


def reference_page(document: Document) -> str:
    """Return the page: a section for each tag, with its operations in the document's order."""
    parts = [
        "# API reference",
        "This page is generated from openapi/. A running server shows the same with all schemas at `/docs`, "
        "where requests can be sent, too; `/openapi.json` is the document itself. "
        "[Request fields](fields.md) lists which fields are supported.",
    ]
    for tag in document["tags"]:
        parts += [f"## {tag['name'].capitalize()}", tag["description"], *_operations(document, tag["name"])]
    return "\n\n".join(parts) + "\n"


def _operations(document: Document, tag: str) -> list[str]:
    parts: list[str] = []
    for path, item in document["paths"].items():
        for method in METHODS:
            if (operation := item.get(method)) and tag in operation["tags"]:
                statuses = ", ".join(f"`{status}`" for status in operation["responses"])
                parts += [
                    f"### `{method.upper()} {path}`",
                    f"**{operation['summary']}.** {_one_paragraph(operation['description'])}",
                    f"Statuses: {statuses}.",
                ]
    return parts


def _one_paragraph(text: str) -> str:
    """Return a description as one paragraph, in which `{` and `<` are no markup."""
    return " ".join(text.split()).replace("<", "\\<")
