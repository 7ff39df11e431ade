"""`python -m codegen.release 0.2.0`: the version everywhere, the contract kept, a commit and a tag."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
CHANGELOG = "CHANGELOG.md"
UNRELEASED = "## [Unreleased]"
VERSION = r"\d+\.\d+\.\d+"
PLACES = {
    "pyproject.toml": rf'(?m)^(version = "){VERSION}(")',
    "src/__init__.py": rf'(?m)^(__version__ = "){VERSION}(")',
    "openapi/openapi.yaml": rf"(?m)^(  version: ){VERSION}()$",
    "docs/kubernetes.md": rf"(example/accord:){VERSION}()",
    "docs/nim.md": rf"(tag: ){VERSION}()",
    "Dockerfile": rf'(?m)^(LABEL org\.opencontainers\.image\.version="){VERSION}(")',
}
"""The files that contain the version, each in one place; generated files follow."""
CHART = ("deploy/helm/accord/Chart.yaml", rf'(?m)^((?:appVersion|version): "?){VERSION}("?)')


class Refused(Exception):
    """The release is refused, for this reason."""


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def changelog(text: str, version: str, date: str) -> str:
    """Return the changelog with the unreleased changes under the version.

    Raises Refused if there are none.
    """
    if f"## [{version}]" in text:
        raise Refused(f"{CHANGELOG} has a section {version} already.")
    _, found, rest = text.partition(f"{UNRELEASED}\n")
    entries = rest.partition("\n## [")[0]
    if not found or not re.search(r"(?m)^[*-] ", entries):
        raise Refused(f"{CHANGELOG} says nothing under '{UNRELEASED}'.")
    return text.replace(f"{UNRELEASED}\n", f"{UNRELEASED}\n\n## [{version}] - {date}\n", 1)


def versioned(name: str, text: str, pattern: str, version: str) -> str:
    """Return a file's text with the version in its place. Raises Refused if it has none."""
    changed, count = re.subn(pattern, rf"\g<1>{version}\g<2>", text)
    if not count:
        raise Refused(f"{name} has no version where one was expected.")
    return changed


def _run(*module: str) -> None:
    if subprocess.run([sys.executable, "-m", *module], cwd=ROOT).returncode:
        _git("checkout", "--", ".")
        _git("clean", "--force", "--quiet", "openapi", "sdk", "src")  # there were no untracked files before
        raise Refused(f"python -m {' '.join(module)} has failed, see above; nothing is changed.")


def release(version: str) -> None:
    """Make the release. Raises Refused."""
    if not re.fullmatch(VERSION, version):
        raise Refused(f"got '{version}'; a version is three numbers, such as 1.2.3.")
    if dirty := _git("status", "--porcelain"):
        raise Refused(f"the tree has changes that are not committed:\n{dirty.rstrip()}")
    if _git("tag", "--list", f"v{version}"):
        raise Refused(f"there is a tag v{version} already.")
    date = datetime.now(UTC).date().isoformat()
    texts = {CHANGELOG: changelog((ROOT / CHANGELOG).read_text(), version, date)}
    chart = dict([CHART]) if (ROOT / CHART[0]).exists() else {}
    for name, pattern in (PLACES | chart).items():
        texts[name] = versioned(name, (ROOT / name).read_text(), pattern, version)
    for name, text in texts.items():
        (ROOT / name).write_text(text)
    _run("codegen")
    _run("codegen.breaking", "--release")
    _run("codegen.sdk")
    _git("add", "--all")
    _git("commit", "--message", f"Release {version}")
    _git("tag", "--annotate", f"v{version}", "--message", f"Accord {version}")


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: python -m codegen.release VERSION", file=sys.stderr)
        return 2
    try:
        release(sys.argv[1])
    except Refused as refused:
        print(f"release: {refused}", file=sys.stderr)
        return 1
    print(f"Accord {sys.argv[1]} is committed and tagged v{sys.argv[1]}; push both.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
