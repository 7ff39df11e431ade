from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from mypy.modulefinder import BuildSource

from tests.upstream import use
from tests.upstream.use import ROOT, Use

CACHE = ROOT / ".mypy_cache" / "vllm-installed"
NEXT_CACHE = ROOT / ".mypy_cache" / "vllm-next"


@pytest.fixture(scope="session")
def uses() -> list[Use]:
    """The names of the installed vLLM that Accord's modules use."""
    return use.uses(CACHE)


@pytest.fixture
def piece(tmp_path: Path) -> Callable[[str], use.Modules]:
    """Make a module from a piece of code."""

    def made(code: str) -> use.Modules:
        path = tmp_path / "piece.py"
        path.write_text(dedent(code))
        return lambda: [BuildSource(str(path), "piece")]

    return made


@pytest.fixture
def used_in(piece: Callable[[str], use.Modules]) -> Callable[[str], list[Use]]:
    """Return the names of the installed vLLM that a piece of code uses."""
    return lambda code: use.uses(CACHE, piece(code))


@pytest.fixture
def errors_in(piece: Callable[[str], use.Modules]) -> Callable[[str, Path], list[str]]:
    """Return the errors of a piece of code against the vLLM in a folder."""
    return lambda code, source: use.errors(source, NEXT_CACHE, piece(code))
