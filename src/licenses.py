"""Licenses of the model and of the server."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

DISTRIBUTION = "accord-llm"
FILE = "LICENSE"


@dataclass(frozen=True, slots=True)
class License:
    """A license. `path` is the file with the text, or the file that names the license."""

    name: str
    path: Path
    text: str | None = None
    url: str | None = None


@cache
def own_license() -> License:
    """Return the server's own license, with the text that is installed with it."""
    installed = distribution(DISTRIBUTION)
    path = next(Path(str(installed.locate_file(file))) for file in installed.files or () if file.name == FILE)
    name = installed.metadata["License-Expression"]
    return License(name, path, path.read_text(), f"https://spdx.org/licenses/{name}.html")
