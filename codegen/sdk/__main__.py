"""`python -m codegen.sdk` writes sdk/ from src/generated/openapi.json; `--check` fails where that would change it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from codegen.__main__ import GENERATED
from codegen.bundle import ContractError, Document
from codegen.sdk.python import python_sdk
from codegen.sdk.typescript import typescript_sdk

SDK = Path(__file__).parent.parent.parent / "sdk"
TEMPLATES = Path(__file__).parent / "templates"
BUILT = {"node_modules", "dist", "build", "__pycache__", ".mypy_cache", "package-lock.json"}


def _templates(document: Document) -> dict[str, str]:
    """The files that do not depend on the contract, except for its version."""
    files = (f for f in TEMPLATES.rglob("*") if f.is_file() and not BUILT & set(f.parts))
    version = document["info"]["version"]
    return {
        f.relative_to(TEMPLATES).as_posix(): f.read_text().replace("@VERSION@", version)
        for f in sorted(files)
    }


def generate(document: Document) -> dict[str, str]:
    """Return the path below sdk/ and the text of every generated file."""
    return {
        **_templates(document),
        **{f"python/{name}": text for name, text in python_sdk(document).items()},
        **{f"typescript/{name}": text for name, text in typescript_sdk(document).items()},
    }


def _present() -> dict[str, Path]:
    """Return the files of both SDKs, without their build outputs."""
    files = (f for part in ("python", "typescript") for f in (SDK / part).rglob("*") if f.is_file())
    return {
        f.relative_to(SDK).as_posix(): f
        for f in files
        if not BUILT & set(f.parts) and not any(part.endswith((".egg-info", ".tgz", ".whl")) for part in f.parts)
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m codegen.sdk", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    check = parser.parse_args().check
    try:
        files = generate(json.loads((GENERATED / "openapi.json").read_text()))
    except ContractError as error:
        print(f"codegen.sdk: {error}", file=sys.stderr)
        return 2
    present = _present()
    stale = [n for n, text in files.items() if n not in present or present[n].read_text() != text]
    stray = sorted(present.keys() - files.keys())
    if check:
        for name in stale + stray:
            print(f"sdk/{name} is not what `make sdk` makes of src/generated/openapi.json.")
        return 1 if stale or stray else 0
    for name in stale:
        (SDK / name).parent.mkdir(parents=True, exist_ok=True)
        (SDK / name).write_text(files[name])
        print(f"wrote sdk/{name}")
    for name in stray:
        present[name].unlink()
        print(f"removed sdk/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
