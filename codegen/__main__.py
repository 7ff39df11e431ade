"""`python -m codegen` writes src/generated/; `--check` fails where that would change anything."""

from __future__ import annotations

import argparse
import json
import sys
from itertools import zip_longest
from pathlib import Path
from typing import Any

from codegen.bundle import ContractError, Document, bundle
from codegen.connexion_document import connexion_document
from codegen.formatting import formatted
from codegen.handlers import handlers, operation_table
from codegen.models import BASE, HEADER, models
from codegen.other_fields import fields_page, other_fields
from codegen.reference_page import reference_page

ROOT = Path(__file__).parent.parent
GENERATED = ROOT / "src" / "generated"
PAGES = {"fields.md": fields_page, "reference.md": reference_page}
"""Generated pages of docs/."""


def _json(document: Document) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def generate(document: Document) -> dict[str, str]:
    """Return the name and text of every generated file."""
    return {
        "__init__.py": f'{HEADER}\n"""What codegen makes from the contract."""\n',
        "base.py": BASE,
        "models.py": models(document),
        "contract.py": f'{HEADER}\n"""The contract."""\n\nVERSION = "{document["info"]["version"]}"\n',
        "handlers.py": formatted(handlers(document)),
        "operations.py": formatted(operation_table(document)),
        "other_fields.py": formatted(other_fields(document)),
        "connexion.json": _json(connexion_document(document)),
        "openapi.json": _json(document),
    }


def _place(present: str, made: str) -> str:
    """Return the first difference of two versions of a file: a line of a module, a pointer of a document."""
    if present.startswith("{"):
        return "#" + _pointer(json.loads(present), json.loads(made))
    pairs = zip_longest(present.splitlines(), made.splitlines())
    return f":{next((line for line, (old, new) in enumerate(pairs, 1) if old != new), 1)}"


def _pointer(present: Any, made: Any) -> str:
    if isinstance(present, dict) and isinstance(made, dict):
        for key in [*made, *present]:
            if key not in present or key not in made or present[key] != made[key]:
                escaped = str(key).replace("~", "~0").replace("/", "~1")
                return f"/{escaped}{_pointer(present.get(key), made.get(key))}"
    return ""


def _stale_pages(document: Document) -> dict[Path, str]:
    """Return the outdated pages with their new texts."""
    made = {ROOT / "docs" / name: page(document) for name, page in PAGES.items()}
    return {page: text for page, text in made.items() if not page.is_file() or page.read_text() != text}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m codegen", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    check = parser.parse_args().check
    try:
        document = bundle()
        files = generate(document)
    except ContractError as error:
        print(f"codegen: {error}", file=sys.stderr)
        return 2
    present = {f.name: f for f in GENERATED.iterdir() if f.is_file()} if GENERATED.is_dir() else {}
    stale = [n for n, text in files.items() if n not in present or present[n].read_text() != text]
    stray = sorted(present.keys() - files.keys())
    stale_pages = _stale_pages(document)
    if check:
        for page in stale_pages:
            print(f"{page.relative_to(ROOT)} is not what `python -m codegen` makes of openapi/.")
        for name in stale + stray:
            place = _place(present[name].read_text(), files[name]) if {name} <= present.keys() & files else ""
            print(f"src/generated/{name}{place} is not what `python -m codegen` makes of openapi/.")
        return 1 if stale or stray or stale_pages else 0
    for page, text in stale_pages.items():
        page.parent.mkdir(exist_ok=True)
        page.write_text(text)
        print(f"wrote {page.relative_to(ROOT)}")
    GENERATED.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (GENERATED / name).write_text(files[name])
        print(f"wrote src/generated/{name}")
    for name in stray:
        present[name].unlink()
        print(f"removed src/generated/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
