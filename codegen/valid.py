"""`python -m codegen.valid [FILE]` reports whether the published document is valid OpenAPI, and where not.

openapi-spec-validator validates; it reports the path of an error in a schema relative to that schema, so the
place in the document is looked up.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from codegen.bundle import Document

PUBLISHED = Path(__file__).parent.parent / "src" / "generated" / "openapi.json"
_MISSING = object()

Keys = Sequence[str | int]


def problems(document: Document) -> list[str]:
    """Return the errors in `document`, each with its place."""
    found = []
    for error in OpenAPIV31SpecValidator(document).iter_errors():
        path = list(error.absolute_path)
        places = list(_places(document, path, error.instance)) if path else []
        place = "#/" + "/".join(_escaped(places[0] if places else path))
        found.append(f"{place}: {error.message.splitlines()[0]}")
    return found


def _places(node: Any, path: Keys, instance: Any, above: tuple[Any, ...] = ()) -> Iterator[list[Any]]:
    """Yield each place below `node` from which `path` leads to that very `instance`."""
    if _at(node, path) is instance:
        yield [*above, *path]
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from _places(child, path, instance, (*above, key))


def _at(node: Any, path: Keys) -> Any:
    for part in path:
        if isinstance(node, dict):
            node = node.get(part, _MISSING)
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        else:
            return _MISSING
    return node


def _escaped(path: Keys) -> list[str]:
    return [str(part).replace("~", "~0").replace("/", "~1") for part in path]


def main(arguments: Sequence[str]) -> int:
    file = Path(arguments[0]) if arguments else PUBLISHED
    found = problems(json.loads(file.read_text()))
    for problem in found:
        print(f"{file.name}{problem}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
