"""The instructions of the pages in docs/clients, which the tests follow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGES = Path(__file__).parents[2] / "docs" / "clients"
URL = "http://localhost:8000"
"""The server in the pages."""
MODEL = "my-model"
"""The model in the pages, which the tests' server serves by that name."""
_BLOCK = re.compile(r"(?:`([^`\n]+)`[^`\n]*:\n\n)?```(\w+)\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A page's fenced blocks: files to write, by their paths, and commands for the shell."""

    files: dict[str, str]
    shell: str


def page(name: str, url: str) -> Page:
    """Read a page, with the server at `url`.

    A block of the language `sh` is for the shell; any other one is the file that is named before it.
    """
    files, shell = {}, []
    for path, language, text in _BLOCK.findall((PAGES / f"{name}.md").read_text()):
        if language == "sh":
            shell.append(text)
        else:
            assert path, f"{name}.md does not say which file this is: {text}"
            files[path] = text.replace(URL, url)
    return Page(files, "".join(shell).replace(URL, url))
