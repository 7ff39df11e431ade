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
    """What our modules use of the installed vLLM."""
    return use.uses(CACHE)


@pytest.fixture
def piece(tmp_path: Path) -> Callable[[str], use.Modules]:
    """Make a module of a piece of code."""

    def made(code: str) -> use.Modules:
        path = tmp_path / "piece.py"
        path.write_text(dedent(code))
        return lambda: [BuildSource(str(path), "piece")]

    return made


@pytest.fixture
def used_in(piece: Callable[[str], use.Modules]) -> Callable[[str], list[Use]]:
    """Return what a piece of code uses of the installed vLLM."""
    return lambda code: use.uses(CACHE, piece(code))


@pytest.fixture
def errors_in(piece: Callable[[str], use.Modules]) -> Callable[[str, Path], list[str]]:
    """Return what in a piece of code does not fit the vLLM of a folder."""
    return lambda code, source: use.errors(source, NEXT_CACHE, piece(code))
