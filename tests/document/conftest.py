import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen.valid import PUBLISHED

Document = dict[str, Any]
Write = Callable[[Document, str], Path]


@pytest.fixture
def published() -> Document:
    """A copy of the published document to break."""
    document: Document = json.loads(PUBLISHED.read_text())
    return document


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(document: Document, name: str = "openapi.json") -> Path:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(document, indent=2))
        return file

    return written
