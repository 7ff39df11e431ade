"""`python -m codegen.breaking` compares the published document with the last released one.

Breaking changes and additions require a higher `info.version` by semantic versioning: before 1.0.0 a break
raises the second number and an addition the third. `--release` stores the published document in
openapi/released/ under its version.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from codegen.bundle import OPENAPI, ContractError, Document
from codegen.compare import breaking_changes, differences
from codegen.valid import PUBLISHED

RELEASED = OPENAPI / "released"
VERSION_PLACE = "openapi/openapi.yaml#/info/version"
SHOWN = 20

Version = tuple[int, int, int]


@dataclass(frozen=True)
class Verdict:
    """The result of the comparison for the published document's version."""

    changes: list[str]
    needed: Version
    given: Version

    @property
    def stands(self) -> bool:
        return self.given >= self.needed


def version_of(document: Document) -> Version:
    """Return the document's version as numbers."""
    text = document["info"]["version"]
    if not re.fullmatch(r"\d+\.\d+\.\d+", text):
        raise ContractError(f"{VERSION_PLACE}: is {text}; three numbers were expected, such as 1.2.3")
    major, minor, patch = map(int, text.split("."))
    return major, minor, patch


def latest(folder: Path) -> Document | None:
    """Return the last released document in `folder`."""
    documents: list[Document] = [json.loads(file.read_text()) for file in folder.glob("*.json")]
    return max(documents, key=version_of, default=None)


def judge(released: Document, published: Document) -> Verdict:
    """Compare two documents, and return the least version of the newer one."""
    major, minor, patch = version_of(released)
    if broken := breaking_changes(released, published):
        needed = (major + 1, 0, 0) if major else (0, minor + 1, 0)
        return Verdict([f"breaks {change}" for change in broken], needed, version_of(published))
    if grown := differences(released, published):
        needed = (major, minor + 1, 0) if major else (0, minor, patch + 1)
        return Verdict([f"changes {change}" for change in grown], needed, version_of(published))
    return Verdict([], (major, minor, patch), version_of(published))


def check(published: Document, folder: Path) -> bool:
    """Print the result for `published`; return whether its version is high enough."""
    released = latest(folder)
    if released is None:
        print("No document has been released yet.")
        return True
    verdict = judge(released, published)
    if not verdict.stands:
        for change in verdict.changes[:SHOWN]:
            print(change)
        if len(verdict.changes) > SHOWN:
            print(f"... and {len(verdict.changes) - SHOWN} more")
        print(
            f"{VERSION_PLACE}: is {_dotted(verdict.given)}; after {released['info']['version']}"
            f" these changes ask for {_dotted(verdict.needed)} or higher."
        )
    return verdict.stands


def release(published: Path, folder: Path) -> bool:
    """Store the published document under its version; a released one never changes."""
    document = json.loads(published.read_text())
    file = folder / f"{_dotted(version_of(document))}.json"
    if file.exists() and json.loads(file.read_text()) != document:
        print(f"{file.name} has been released already; raise {VERSION_PLACE}.")
        return False
    if not check(document, folder):
        return False
    folder.mkdir(exist_ok=True)
    file.write_text(published.read_text())
    print(f"released {file.name}")
    return True


def _dotted(version: Version) -> str:
    return ".".join(map(str, version))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m codegen.breaking", description=__doc__)
    parser.add_argument("--release", action="store_true", help="keep the published document as released")
    parser.add_argument("--published", type=Path, default=PUBLISHED, help="the document to judge")
    parser.add_argument("--released", type=Path, default=RELEASED, help="the folder of released ones")
    given = parser.parse_args()
    try:
        if given.release:
            return 0 if release(given.published, given.released) else 1
        return 0 if check(json.loads(given.published.read_text()), given.released) else 1
    except ContractError as error:
        print(error)
        return 2


if __name__ == "__main__":
    sys.exit(main())
